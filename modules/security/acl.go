package security

import (
	"os"
	"slices"
	"strings"

	"goplay/modules"
)

type aclArgs struct {
	Path            string `arg:"path,required" alias:"name" type:"path" doc:"The file or folder."`
	State           string `arg:"state" enum:"absent,present,query" default:"query" doc:"Whether the entry is to be there; query only returns the list."`
	Entity          string `arg:"entity" default:"" doc:"The user or group that the entry is for."`
	EType           string `arg:"etype" enum:"group,mask,other,user" doc:"What the entry is for."`
	Permissions     string `arg:"permissions" doc:"What is allowed: any of r, w, x and X."`
	Entry           string `arg:"entry" doc:"The entry as one text, type:name:permissions; use the three options instead."`
	Default         bool   `arg:"default" default:"false" doc:"The entry is one that what is made in the folder inherits."`
	Follow          bool   `arg:"follow" default:"true" doc:"Follow symbolic links."`
	Recursive       bool   `arg:"recursive" alias:"recurse" default:"false" doc:"Change everything below the folder too."`
	RecalculateMask string `arg:"recalculate_mask" enum:"default,mask,no_mask" default:"default" doc:"Whether the mask is computed anew: always, never, or as the tool does."`
	UseNFSv4ACLs    bool   `arg:"use_nfsv4_acls" default:"false" doc:"The list is one of NFSv4, with other tools."`
}

type aclResult struct {
	Msg string   `json:"msg" doc:"What is so now."`
	ACL []string `json:"acl" doc:"The list, an entry a line, as the tool prints it."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.posix.acl",
		Summary: "Set and read access control lists of files",
		Example: `- name: joe may read the log
  ansible.posix.acl:
    path: /var/log/app.log
    entity: joe
    etype: user
    permissions: r
    state: present
`,
	}, acl)
}

func acl(c *modules.Context, a aclArgs) (aclResult, error) {
	if _, err := os.Stat(a.Path); err != nil {
		return aclResult{}, modules.Fail("Path not found or not accessible.")
	}
	if err := a.check(); err != nil {
		return aclResult{}, err
	}
	r := aclResult{Msg: "current acl"}
	if a.State != "query" {
		entry, err := a.entry()
		if err != nil {
			return r, err
		}
		r.Msg = entry + " is " + a.State
		settled, err := a.settled(c, entry)
		if err != nil {
			return r, err
		}
		if !settled {
			if err := c.Change(modules.Diff{}, runs(c, a.set(entry, false)...)); err != nil {
				return r, err
			}
		}
	}
	out, err := c.Command(a.get()...)
	r.ACL = lines(out)
	return r, err
}

func lines(text string) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}

// check refuses what the rules of the options cannot express.
func (a aclArgs) check() error {
	refuse := func(words string) error { return modules.Fail("%s", words) }
	parts := a.EType != "" || a.Entity != "" || a.Permissions != ""
	switch {
	case a.State == "query" && a.Recursive:
		return refuse("'recursive' MUST NOT be set when 'state=query'.")
	case a.State == "query" && a.RecalculateMask != "default":
		return refuse("'recalculate_mask' MUST NOT be set to 'mask' or 'no_mask' when 'state=query'.")
	case a.State == "query" && a.Entry != "":
		return refuse("'entry' MUST NOT be set when 'state=query'.")
	case a.State == "query":
		return nil
	case a.Entry != "" && parts:
		return refuse("'entry' MUST NOT be set when 'entity', 'etype' or 'permissions' are set.")
	case a.Entry != "":
		return nil
	case a.State == "absent" && a.Permissions != "":
		return refuse("'permissions' MUST NOT be set when 'state=absent'.")
	case a.State == "absent" && a.Entity == "":
		return refuse("'entity' MUST be set when 'state=absent'.")
	case a.EType == "":
		return refuse("'etype' MUST be set when 'state=" + a.State + "'.")
	}
	return nil
}

// entry is the entry as setfacl takes it; one that is given as a text may say
// by itself that it is a default.
func (a *aclArgs) entry() (string, error) {
	if a.Entry == "" {
		return a.joined(), nil
	}
	f := strings.Split(a.Entry, ":")
	want := map[string][2]int{"present": {3, 4}, "absent": {2, 3}}[a.State]
	if len(f) == want[1] && (f[0] == "d" || f[0] == "default") {
		a.Default = true
		f = f[1:]
	}
	if len(f) != want[0] {
		words := map[string]string{"present": "3 or 4", "absent": "2 or 3"}[a.State]
		return "", modules.Fail("'entry' MUST have %s sections divided by ':' when 'state=%s'.", words, a.State)
	}
	kinds := map[string]string{"u": "user", "g": "group", "m": "mask", "o": "other"}
	a.EType, a.Entity = f[0], f[1]
	if long, ok := kinds[f[0]]; ok {
		a.EType = long
	}
	if a.State == "present" {
		a.Permissions = f[2]
	}
	return a.joined(), nil
}

func (a *aclArgs) joined() string {
	switch {
	case a.UseNFSv4ACLs:
		return strings.Join([]string{"allow", a.EType, a.Entity, a.Permissions}, ":")
	case a.State == "absent":
		return a.EType + ":" + a.Entity
	}
	return a.EType + ":" + a.Entity + ":" + a.Permissions
}

func (a *aclArgs) get() []string {
	if a.UseNFSv4ACLs {
		return []string{"nfs4_getfacl", a.Path}
	}
	argv := []string{"getfacl", "--omit-header", "--absolute-names"}
	if !a.Follow {
		argv = append(argv, "--physical")
	}
	if a.Recursive {
		argv = append(argv, "--recursive")
	}
	if a.Default {
		argv = append(argv, "--default")
	}
	return append(argv, a.Path)
}

func (a *aclArgs) set(entry string, test bool) []string {
	if a.UseNFSv4ACLs {
		verb := "-a"
		if a.State == "absent" {
			verb = "-x"
		}
		return []string{"nfs4_setfacl", verb, entry, a.Path}
	}
	argv := []string{"setfacl"}
	if test {
		argv = append(argv, "--test")
	}
	if a.Default {
		argv = append(argv, "--default")
	}
	if a.Recursive {
		argv = append(argv, "--recursive")
	}
	if !a.Follow {
		argv = append(argv, "--physical")
	}
	switch a.RecalculateMask {
	case "mask":
		argv = append(argv, "--mask")
	case "no_mask":
		argv = append(argv, "--no-mask")
	}
	if a.State == "absent" {
		return append(argv, "--remove", entry, a.Path)
	}
	return append(argv, "--modify", entry, a.Path)
}

// settled asks the tool what it would do; where it would do nothing to a path
// it says so with *,*.
func (a *aclArgs) settled(c *modules.Context, entry string) (bool, error) {
	if a.UseNFSv4ACLs {
		out, err := c.Command(a.get()...)
		there := slices.Contains(lines(out), entry)
		return there == (a.State == "present"), err
	}
	out, err := c.Command(a.set(entry, true)...)
	if err != nil {
		return false, err
	}
	for line := range strings.Lines(out) {
		if !strings.HasSuffix(strings.TrimSpace(line), "*,*") {
			return false, nil
		}
	}
	return true, nil
}
