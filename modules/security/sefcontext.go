package security

import (
	"cmp"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type sefcontextArgs struct {
	Target             string `arg:"target,required" alias:"path" doc:"Regular expression of the paths."`
	FType              string `arg:"ftype" enum:"a,b,c,d,f,l,p,s" default:"a" doc:"Kind of file: all, block or character devices, directories, files, links, pipes, sockets."`
	SEType             string `arg:"setype" doc:"SELinux type of the files."`
	Substitute         string `arg:"substitute" alias:"equal" doc:"Path whose contexts the target has too."`
	SEUser             string `arg:"seuser" doc:"SELinux user of the files; system_u for a new entry."`
	SELevel            string `arg:"selevel" alias:"serange" doc:"SELinux range of the files; s0 for a new entry."`
	State              string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the entry is to be there."`
	Reload             bool   `arg:"reload" default:"true" doc:"Load the policy anew after the change."`
	IgnoreSELinuxState bool   `arg:"ignore_selinux_state" default:"false" doc:"Go on where SELinux is not running, as in a chroot."`
}

type sefcontextResult struct {
	Target     string `json:"target" doc:"The paths."`
	FType      string `json:"ftype,omitempty" doc:"Kind of file."`
	SEType     string `json:"setype,omitempty" doc:"Their type."`
	Substitute string `json:"substitute,omitempty" doc:"The path whose contexts they have."`
	State      string `json:"state" doc:"Whether the entry was to be there."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "community.general.sefcontext",
		Summary:   "Say which SELinux context files get",
		Exclusive: [][]string{{"setype", "substitute"}, {"substitute", "ftype"}, {"substitute", "seuser"}, {"substitute", "selevel"}},
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "present", Needs: []string{"setype", "substitute"}, AnyOf: true},
		},
		Notes:   []string{"Files that are there keep their context until restorecon is run."},
		Differs: []string{"Works through semanage."},
		Example: `- name: The web server reads this folder
  community.general.sefcontext:
    target: /srv/www(/.*)?
    setype: httpd_sys_content_t
`,
	}, modules.Bare(sefcontext))
}

// fileKinds are semanage's words for kinds of files.
var fileKinds = map[string]string{
	"a": "all files", "b": "block device", "c": "character device", "d": "directory", "f": "regular file",
	"l": "symbolic link", "p": "named pipe", "s": "socket",
}

func sefcontext(c *modules.Context, a sefcontextArgs) (sefcontextResult, error) {
	r := sefcontextResult{Target: a.Target, FType: a.FType, SEType: a.SEType, Substitute: a.Substitute, State: a.State}
	if !a.IgnoreSELinuxState && !selinuxEnabled(c) {
		return r, modules.Fail("SELinux is disabled on this host.")
	}
	out, err := c.Command("semanage", "fcontext", "-l", "-n")
	if err != nil {
		return r, err
	}
	contexts := parseFileContexts(out)
	for _, argv := range a.commands(contexts) {
		d := modules.Diff{Before: contexts.shown(a), After: a.shown()}
		if err := c.Change(d, runs(c, argv...)); err != nil {
			return r, err
		}
	}
	return r, nil
}

// fileContexts are the entries of the policy: contexts by path and kind, and
// the paths that stand for others.
type fileContexts struct {
	context map[[2]string]string
	equal   map[string]string
}

var (
	contextLine = lazy.Regexp(`^(\S+)\s+(all files|block device|character device|directory|regular file|symbolic link|named pipe|socket)\s+(\S+)\s*$`)
	equalLine   = lazy.Regexp(`^(\S+)\s*=\s*(\S+)\s*$`)
)

// parseFileContexts reads what semanage fcontext -l prints.
func parseFileContexts(text string) fileContexts {
	f := fileContexts{map[[2]string]string{}, map[string]string{}}
	for line := range strings.Lines(text) {
		if m := contextLine.FindStringSubmatch(line); m != nil {
			f.context[[2]string{m[1], m[2]}] = m[3]
		} else if m := equalLine.FindStringSubmatch(line); m != nil {
			f.equal[m[1]] = m[2]
		}
	}
	return f
}

func (f fileContexts) shown(a sefcontextArgs) *value.Dict {
	d := value.NewDict()
	if v, ok := f.context[[2]string{a.Target, fileKinds[a.FType]}]; ok {
		d.Set("context", v)
	}
	if v, ok := f.equal[a.Target]; ok {
		d.Set("substitute", v)
	}
	return d
}

func (a sefcontextArgs) shown() *value.Dict {
	d := value.NewDict()
	switch {
	case a.State == "absent":
	case a.Substitute != "":
		d.Set("substitute", a.Substitute)
	default:
		d.Set("context", cmp.Or(a.SEUser, "system_u")+":object_r:"+a.SEType+":"+cmp.Or(a.SELevel, "s0"))
	}
	return d
}

// commands are the calls that bring the entry to its state.
func (a sefcontextArgs) commands(have fileContexts) [][]string {
	base := []string{"semanage", "fcontext"}
	if !a.Reload {
		base = append(base, "-N")
	}
	call := func(argv ...string) []string { return append(append([]string{}, base...), argv...) }
	context, known := have.context[[2]string{a.Target, fileKinds[a.FType]}]
	equal, substituted := have.equal[a.Target]
	var out [][]string
	if a.State == "absent" {
		if known && a.Substitute == "" {
			out = append(out, call("-d", "-f", a.FType, a.Target))
		}
		if substituted && a.SEType == "" && (a.Substitute == "" || a.Substitute == equal) {
			out = append(out, call("-d", "-e", equal, a.Target))
		}
		return out
	}
	if a.Substitute != "" {
		switch {
		case equal == a.Substitute:
			return nil
		case substituted:
			return [][]string{call("-m", "-e", a.Substitute, a.Target)}
		}
		return [][]string{call("-a", "-e", a.Substitute, a.Target)}
	}
	verb := "-a"
	if known {
		if a.matches(context) {
			return nil
		}
		verb = "-m"
	}
	argv := call(verb, "-f", a.FType, "-t", a.SEType)
	if a.SEUser != "" {
		argv = append(argv, "-s", a.SEUser)
	}
	if a.SELevel != "" {
		argv = append(argv, "-r", a.SELevel)
	}
	return [][]string{append(argv, a.Target)}
}

// matches compares what was asked for of a context user:role:type:range.
func (a sefcontextArgs) matches(context string) bool {
	f := strings.SplitN(context, ":", 4)
	for len(f) < 4 {
		f = append(f, "")
	}
	return f[2] == a.SEType && (a.SEUser == "" || a.SEUser == f[0]) && (a.SELevel == "" || a.SELevel == f[3])
}
