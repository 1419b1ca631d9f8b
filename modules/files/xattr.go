package files

import (
	"os"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type xattrArgs struct {
	Path      string  `arg:"path,required" alias:"name" type:"path" doc:"The file."`
	Key       *string `arg:"key" doc:"The attribute."`
	Namespace string  `arg:"namespace" default:"user" doc:"The attribute's namespace; the empty one takes the key as it is."`
	Value     *string `arg:"value" doc:"What the attribute is to be; giving it means present."`
	State     string  `arg:"state" enum:"absent,all,keys,present,read" default:"read" doc:"read looks at the attribute, all at every attribute, keys at their names; present sets it and absent removes it."`
	Follow    bool    `arg:"follow" default:"true" doc:"Look at what a link leads to."`
}

type xattrResult struct {
	Msg   string      `json:"msg" doc:"What was done."`
	Xattr *value.Dict `json:"xattr" doc:"The attributes as they were found."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.xattr", Summary: "Read and set extended attributes of files",
		Example: "- name: A tag on a file\n  community.general.xattr:\n    path: /etc/foo.conf\n    key: foo\n    value: bar\n",
		Notes: []string{
			"The target needs getfattr and setfattr, whose way of writing values holds: 0x is followed by hexadecimal, 0s by base64.",
			"A value is compared as getfattr shows it, so one that is given in hexadecimal is set each time.",
		},
		Differs: []string{
			"A key that is to be set needs a value; Ansible's module ends with Python's error.",
			"A removal that setfattr refuses is a failure.",
		},
	}, xattr)
}

func xattr(c *modules.Context, a xattrArgs) (xattrResult, error) {
	if _, err := os.Stat(a.Path); err != nil {
		return xattrResult{}, modules.Fail("path not found or not accessible!")
	}
	if a.Key == nil && (a.State == "absent" || a.State == "present") {
		return xattrResult{}, modules.Fail("%s needs a key parameter", a.State)
	}
	switch key := a.key(); {
	case a.State == "present" || a.Value != nil:
		return a.set(c, key)
	case a.State == "absent":
		return a.remove(c, key)
	case a.State == "keys":
		found, err := a.read(c, true)
		return xattrResult{"returning all keys", found}, err
	case a.State == "all":
		found, err := a.read(c, false, "-d")
		return xattrResult{"dumping all", found}, err
	case a.Key == nil:
		found, err := a.read(c, false, "-d")
		return xattrResult{"returning None", found}, err
	default:
		found, err := a.read(c, false, "-n", key)
		return xattrResult{"returning " + key, found}, err
	}
}

// key is the attribute's name with its namespace, which a user may have
// written already if it is user.
func (a xattrArgs) key() string {
	switch {
	case a.Key == nil:
		return ""
	case a.Namespace == "" || a.Namespace == "user" && strings.HasPrefix(*a.Key, "user."):
		return *a.Key
	}
	return a.Namespace + "." + *a.Key
}

func (a xattrArgs) set(c *modules.Context, key string) (xattrResult, error) {
	if a.Value == nil {
		return xattrResult{}, modules.Fail("present needs a value for %s", key)
	}
	if a.Key == nil {
		return xattrResult{}, modules.Fail("a value needs a key parameter")
	}
	found, err := a.read(c, false, "-n", key)
	if err != nil {
		return xattrResult{}, err
	}
	r := xattrResult{key + " set to " + *a.Value, found}
	if have, ok := found.Get(key); ok && have == any(*a.Value) {
		return r, nil
	}
	return r, a.write(c, "-n", key, "-v", *a.Value)
}

func (a xattrArgs) remove(c *modules.Context, key string) (xattrResult, error) {
	found, err := a.read(c, false, "-n", key)
	if err != nil {
		return xattrResult{}, err
	}
	r := xattrResult{key + " removed", found}
	if _, ok := found.Get(key); !ok {
		return r, nil
	}
	return r, a.write(c, "-x", key)
}

func (a xattrArgs) write(c *modules.Context, options ...string) error {
	setfattr, err := c.Find("setfattr")
	if err != nil {
		return err
	}
	return c.Change(modules.Diff{}, func() error {
		_, err := c.Command(append(append(a.link(setfattr), options...), a.Path)...)
		return err
	})
}

// link begins an argv that leaves a link unfollowed where that is wanted.
func (a xattrArgs) link(argv ...string) []string {
	if !a.Follow {
		argv = append(argv, "-h")
	}
	return argv
}

// read asks getfattr. An attribute that is not there ends it badly too, so only
// strict reads heed that.
func (a xattrArgs) read(c *modules.Context, strict bool, options ...string) (*value.Dict, error) {
	getfattr, err := c.Find("getfattr")
	if err != nil {
		return nil, err
	}
	argv := append(append(a.link(getfattr, "--absolute-names"), options...), a.Path)
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return nil, err
	}
	if strict && out.RC != 0 {
		return nil, out.Failure(argv)
	}
	found := value.NewDict()
	for line := range strings.Lines(out.Stdout) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, text, _ := strings.Cut(line, "=")
		found.Set(name, strings.Trim(text, `"`))
	}
	return found, nil
}
