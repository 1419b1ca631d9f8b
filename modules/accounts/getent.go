package accounts

import (
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type getentArgs struct {
	Database string  `arg:"database,required" doc:"A database of the name services: passwd, group, hosts, services ..."`
	Key      string  `arg:"key" default:"" doc:"The entry to look up; without it all are returned where the database can be listed."`
	Service  *string `arg:"service" doc:"The one service to ask, where the system's getent can."`
	Split    *string `arg:"split" doc:"Character between the fields: a colon for passwd, shadow, group and gshadow, white space otherwise."`
	FailKey  bool    `arg:"fail_key" default:"true" doc:"Fail when the key is not there; otherwise its fact is none."`
}

type getentResult struct {
	Msg   string `json:"msg,omitempty" doc:"Said when the key is not there."`
	facts *value.Dict
}

// AnsibleFacts is getent_DATABASE with the fields of each entry.
func (r getentResult) AnsibleFacts() *value.Dict { return r.facts }

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.getent",
		Summary: "Look entries of the name services up",
		Example: `- name: Where does the user live
  ansible.builtin.getent:
    database: passwd
    key: app

- name: It lives here
  ansible.builtin.debug:
    msg: "{{ ansible_facts.getent_passwd.app[4] }}"
`,
	}, getent)
}

func getent(c *modules.Context, a getentArgs) (getentResult, error) {
	argv := []string{"getent", a.Database}
	if a.Key != "" {
		argv = append(argv, a.Key)
	}
	if a.Service != nil {
		argv = append(argv, "-s", *a.Service)
	}
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return getentResult{}, err
	}
	const missing = "One or more supplied key could not be found in the database."
	name := "getent_" + a.Database
	switch {
	case out.RC == 0:
		return getentResult{facts: value.DictOf(name, parseGetent(out.Stdout, a.separator()))}, nil
	case out.RC == 1:
		return getentResult{}, modules.Fail("Missing arguments, or database unknown.")
	case out.RC == 2 && !a.FailKey:
		return getentResult{Msg: missing, facts: value.DictOf(name, value.DictOf(a.Key, nil))}, nil
	case out.RC == 2:
		return getentResult{}, modules.Fail(missing)
	case out.RC == 3:
		return getentResult{}, modules.Fail("Enumeration not supported on this database.")
	}
	return getentResult{}, modules.Fail("Unexpected failure!")
}

func (a getentArgs) separator() string {
	if a.Split != nil {
		return *a.Split
	}
	switch a.Database {
	case "passwd", "shadow", "group", "gshadow":
		return ":"
	}
	return ""
}

// parseGetent returns the fields after the first by the first; of a key that
// comes several times, a list of their fields.
func parseGetent(text, separator string) *value.Dict {
	out := value.NewDict()
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		f := strings.Fields(line)
		if separator != "" {
			f = strings.Split(line, separator)
		}
		if len(f) == 0 {
			continue
		}
		fields := value.Strings(f[1:])
		have, ok := out.Get(f[0])
		switch {
		case !ok:
			out.Set(f[0], fields)
		case seen[f[0]]:
			have.(*value.List).Append(fields)
		default:
			seen[f[0]] = true
			out.Set(f[0], value.NewList(have, fields))
		}
	}
	return out
}
