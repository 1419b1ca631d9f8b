package system

import (
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/system/facts"
)

type setupArgs struct {
	GatherSubset  []string `arg:"gather_subset" default:"all" doc:"What to gather: all, min, hardware, network, virtual or the name of one source; an exclamation mark before a name leaves it out."`
	GatherTimeout int      `arg:"gather_timeout" default:"10" doc:"Seconds that one slow source may take, such as a mount whose server is down."`
	Filter        []string `arg:"filter" default:"" doc:"Shell patterns for the names of facts to return, with or without ansible_ before them."`
	FactPath      string   `arg:"fact_path" type:"path" default:"/etc/ansible/facts.d" doc:"Folder of the host's own facts: *.fact files with JSON or INI, or programs that print it."`
}

type setupResult struct {
	facts *value.Dict
}

// AnsibleFacts are the facts that were gathered.
func (r setupResult) AnsibleFacts() *value.Dict { return r.facts }

// Values is empty: facts are returned as facts only.
func (setupResult) Values() *value.Dict { return value.NewDict() }

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.setup",
		Summary: "Gather facts of a host",
		Example: `- name: Only the least and the network
  ansible.builtin.setup:
    gather_subset: ["!all", network]

- name: Only how much memory there is
  ansible.builtin.setup:
    filter: ["ansible_mem*"]
`,
		Differs: []string{
			"ansible_selinux is reported whether or not Python is there, so ansible_selinux_python_present is always true.",
			"ansible_system_capabilities lists the process's capabilities by name on every system, not what capsh of one version prints.",
			"ansible_python and ansible_python_version are there only where the host has Python.",
			"ansible_user_id is the user the process runs as, also where USER and LOGNAME say otherwise.",
		},
	}, setup)
}

func setup(c *modules.Context, a setupArgs) (setupResult, error) {
	run := func(argv ...string) (string, string, int, error) {
		out, err := c.Exec(modules.Cmd{Argv: argv})
		return out.Stdout, out.Stderr, out.RC, err
	}
	found, warnings, err := facts.Gather(c, facts.Request{
		Subsets: a.GatherSubset, Filter: a.Filter, FactPath: a.FactPath,
		Timeout: time.Duration(a.GatherTimeout) * time.Second, Environ: c.Environ(), Run: run,
	})
	if err != nil {
		return setupResult{}, err
	}
	for _, w := range warnings {
		c.Warn("%s", w)
	}
	return setupResult{found}, nil
}
