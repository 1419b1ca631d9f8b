package accounts

import (
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type sshConfigArgs struct {
	File         *string `arg:"ssh_config_file" type:"path" doc:"The file; /etc/ssh/ssh_config where neither it nor a user is given."`
	User         string  `arg:"user" doc:"User whose ~/.ssh/config is meant, and who is to own it."`
	Group        string  `arg:"group" doc:"Group of the file; the one that is called as the user, where not given."`
	Host         string  `arg:"host,required" doc:"The pattern after Host, or several with a blank between them."`
	State        string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether the entry is to be there."`
	Hostname     string  `arg:"hostname" doc:"HostName: where ssh connects to."`
	Port         string  `arg:"port" doc:"Port."`
	IdentityFile string  `arg:"identity_file" type:"path" doc:"IdentityFile: a private key, which must be there; relative to the folder of the file."`
	RemoteUser   string  `arg:"remote_user" doc:"User: the name to log in with."`
	StrictKeys   string  `arg:"strict_host_key_checking" enum:"yes,no,ask" doc:"StrictHostKeyChecking."`
	KnownHosts   string  `arg:"user_known_hosts_file" doc:"UserKnownHostsFile."`
	ProxyCommand string  `arg:"proxycommand" doc:"ProxyCommand."`
	ProxyJump    string  `arg:"proxyjump" doc:"ProxyJump."`
	Algorithms   string  `arg:"host_key_algorithms" doc:"HostKeyAlgorithms."`
	ForwardAgent *bool   `arg:"forward_agent" doc:"ForwardAgent."`
}

type sshConfigResult struct {
	Added   []string      `json:"hosts_added" doc:"The host, where its entry is new."`
	Removed []string      `json:"hosts_removed" doc:"The host, where its entry went."`
	Changed []string      `json:"hosts_changed" doc:"The host, where its entry was changed."`
	Diff    []*value.Dict `json:"hosts_change_diff" doc:"Of a changed host: its options before (old) and as asked for (new)."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.ssh_config", Summary: "Keep a host's entry in the configuration of ssh",
		Example: "- name: The way through the bastion\n  community.general.ssh_config:\n    user: deploy\n    host: bastion\n    hostname: bastion.example.com\n    port: \"2223\"\n",
		Differs: []string{
			"The target needs no Python, and so no paramiko.",
			"A missing file is made when an entry is written, not when one is looked for or in check mode.",
			"A file with Match in it is refused: Ansible would write its sections into the entries before them.",
			"Of options that ssh takes more than once, such as SendEnv, all lines are kept.",
			"Values with a = in them are kept whole; the entry of the host * is found.",
			"hosts_change_diff has the old values in old.",
			"The diff shows the file.",
		},
		Exclusive: [][]string{{"user", "ssh_config_file"}, {"proxycommand", "proxyjump"}},
	}, sshConfig)
}

func sshConfig(c *modules.Context, a sshConfigArgs) (sshConfigResult, error) {
	r := sshConfigResult{Added: []string{}, Removed: []string{}, Changed: []string{}, Diff: []*value.Dict{}}
	e, err := a.open(c)
	if err != nil {
		return r, err
	}
	f, err := parseSSHConfig(string(e.Old))
	if err != nil {
		return r, err
	}
	a.edit(f, &r)
	if len(r.Added)+len(r.Removed)+len(r.Changed) == 0 {
		return r, nil
	}
	text := []byte(f.String())
	if string(text) == string(e.Old) {
		// Options that were not asked for are said to go, and stay.
		if err := c.Change(modules.Diff{}, func() error { return nil }); err != nil {
			return r, err
		}
	}
	_, err = e.Save(c, text)
	return r, err
}

func (a sshConfigArgs) open(c *modules.Context) (*fsys.Edit, error) {
	path := "/etc/ssh/ssh_config"
	switch {
	case a.User != "":
		path = c.Path("~" + a.User + "/.ssh/config")
		if !filepath.IsAbs(path) {
			return nil, modules.Fail("failed to look up user %s: no home folder, so no configuration of ssh", a.User)
		}
	case a.File != nil:
		path = *a.File
	}
	attrs := &fsys.Attrs{Mode: "0600", Owner: a.User, Group: a.Group}
	if path == "/etc/ssh/ssh_config" {
		attrs.Mode = "0644"
	}
	if a.Group == "" {
		attrs.Group = a.User
	}
	e, err := fsys.OpenEdit(path, attrs)
	if err != nil || !e.Exists || a.IdentityFile == "" {
		return e, err
	}
	key := a.IdentityFile
	if !filepath.IsAbs(key) {
		key = filepath.Join(filepath.Dir(path), key)
	}
	if !fsys.Exists(key) {
		return nil, modules.Fail("IdentityFile %s does not exist", a.IdentityFile)
	}
	return e, nil
}

// edit changes, adds or removes the host's entries, and notes it in r.
func (a sshConfigArgs) edit(f *sshFile, r *sshConfigResult) {
	entries := f.entries(a.Host)
	switch {
	case a.State == "absent":
		for range entries {
			r.Removed = append(r.Removed, a.Host)
		}
		f.remove(a.Host)
	case len(entries) == 0:
		if options := value.NewDict(); a.apply(options) {
			f.parts = append(f.parts, &sshPart{host: a.Host, options: options})
			r.Added = append(r.Added, a.Host)
		}
	}
	if a.State == "absent" {
		return
	}
	for _, entry := range entries {
		old, next := entry.options.Copy(), entry.options.Copy()
		if a.apply(next) {
			entry.options.Update(next)
			r.Changed = append(r.Changed, a.Host)
			r.Diff = append(r.Diff, value.DictOf(a.Host, value.DictOf("old", old, "new", next)))
		}
	}
}

// apply sets what is asked for and takes out what is not, and says whether
// that was anything.
func (a sshConfigArgs) apply(options *value.Dict) (changed bool) {
	for _, want := range [][2]string{
		{"hostname", a.Hostname}, {"port", a.Port}, {"identityfile", a.IdentityFile}, {"user", a.RemoteUser},
		{"stricthostkeychecking", a.StrictKeys}, {"userknownhostsfile", a.KnownHosts}, {"proxycommand", a.ProxyCommand},
		{"proxyjump", a.ProxyJump}, {"hostkeyalgorithms", a.Algorithms},
	} {
		have, ok := options.GetText(want[0])
		switch {
		case want[1] == "" && ok:
			options.Delete(want[0])
			changed = true
		case want[1] != "" && !slices.Contains(texts(have), want[1]):
			options.Set(want[0], want[1])
			changed = true
		}
	}
	if a.ForwardAgent != nil {
		text := map[bool]string{true: "yes", false: "no"}[*a.ForwardAgent]
		if options.GetString("forwardagent") != text {
			options.Set("forwardagent", text)
			changed = true
		}
	}
	return changed
}

// texts are the values of an option: one, several or, of one that is not
// there, none.
func texts(v any) (out []string) {
	switch v := v.(type) {
	case string:
		out = []string{v}
	case *value.List:
		for _, item := range v.Items {
			out = append(out, item.(string))
		}
	}
	return out
}

// sshFile is a configuration of ssh: entries, and lines between them.
type sshFile struct{ parts []*sshPart }

// sshPart is an entry or, without options, a comment or an empty line.
type sshPart struct {
	host    string
	options *value.Dict
	line    string
}

// sshRepeated are the options that ssh takes more than once.
var sshRepeated = []string{"identityfile", "localforward", "remoteforward", "certificatefile", "dynamicforward", "sendenv"}

func parseSSHConfig(text string) (*sshFile, error) {
	// What stands before the first Host holds for all.
	current := &sshPart{host: "*", options: value.NewDict()}
	f := &sshFile{parts: []*sshPart{current}}
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(strings.TrimRight(line, "\n"), " \t\r\f\v")
		if line == "" || line[0] == '#' {
			f.parts = append(f.parts, &sshPart{line: line})
			continue
		}
		i := strings.IndexAny(line, " \t\r\f\v=")
		if i < 0 {
			return nil, modules.Fail("Unparsable line: '%s'", line)
		}
		key, val := strings.ToLower(line[:i]), strings.TrimLeft(line[i:], " \t\r\f\v")
		val = strings.TrimLeft(strings.TrimPrefix(val, "="), " \t\r\f\v")
		switch {
		case key == "match":
			return nil, modules.Fail("the configuration of ssh has a section %q, which cannot be kept: edit it with blockinfile", line)
		case key == "host":
			current = &sshPart{host: strings.Join(strings.Fields(val), " "), options: value.NewDict()}
			f.parts = append(f.parts, current)
		default:
			current.add(key, val)
		}
	}
	f.parts = slices.DeleteFunc(f.parts, func(p *sshPart) bool { return p.options != nil && p.options.Len() == 0 })
	return f, nil
}

// add takes a line of an entry. Of most options ssh reads the first.
func (p *sshPart) add(key, val string) {
	have, ok := p.options.GetText(key)
	switch {
	case slices.Contains(sshRepeated, key):
		if !ok {
			p.options.Set(key, value.NewList(val))
			return
		}
		have.(*value.List).Append(val)
	case !ok:
		p.options.Set(key, val)
	}
}

func (f *sshFile) entries(host string) (out []*sshPart) {
	for _, p := range f.parts {
		if p.options != nil && p.host == host {
			out = append(out, p)
		}
	}
	return out
}

func (f *sshFile) remove(host string) {
	f.parts = slices.DeleteFunc(f.parts, func(p *sshPart) bool { return p.options != nil && p.host == host })
}

func (f *sshFile) String() string {
	var b strings.Builder
	for _, p := range f.parts {
		if p.options == nil {
			b.WriteString(p.line + "\n")
			continue
		}
		b.WriteString("Host " + p.host + "\n")
		for key, v := range p.options.All() {
			for _, text := range texts(v) {
				b.WriteString("    " + key.(string) + " " + text + "\n")
			}
		}
	}
	return b.String()
}
