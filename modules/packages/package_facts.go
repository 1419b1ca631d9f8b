package packages

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type packageFactsArgs struct {
	Manager  []string `arg:"manager" default:"auto" doc:"Managers to ask, of apt, rpm, dnf, dnf5, yum, zypper, apk, pacman, portage, pkg, pkg_info and openbsd_pkg; auto takes those that are there."`
	Strategy string   `arg:"strategy" default:"first" enum:"first,all" doc:"Whether the first manager that answers is enough."`
}

type packageFactsResult struct{ facts *value.Dict }

// AnsibleFacts are the packages, by name.
func (r packageFactsResult) AnsibleFacts() *value.Dict { return r.facts }

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.package_facts",
		Summary: "Find the packages that are installed",
		Example: `- name: What is installed
  ansible.builtin.package_facts:

- name: Who is up
  ansible.builtin.debug:
    msg: "{{ ansible_facts.packages['openssh-server'][0].version }}"
`,
		Notes: []string{"The fact packages is a dict by name; each entry is a list of dicts with name, version, source and what else the manager tells."},
		Differs: []string{
			"dpkg's and apk's databases are read as files, without Python libraries; of apt's packages, origin is empty and category is that of the package, not of the archive.",
		},
	}, packageFacts)
}

// lister lists the installed packages of one manager; nil when it is not there.
type lister struct {
	names []string
	list  func(*modules.Context) ([]*value.Dict, error)
}

var listers = []lister{
	{[]string{"apt"}, listApt},
	{[]string{"rpm", "dnf", "dnf5", "yum", "zypper"}, listRPM},
	{[]string{"apk"}, listAPK},
	{[]string{"pacman"}, listPacman},
	{[]string{"portage"}, listPortage},
	{[]string{"pkg"}, listPkg},
	{[]string{"pkg_info", "openbsd_pkg"}, listPkgInfo},
}

func packageFacts(c *modules.Context, a packageFactsArgs) (packageFactsResult, error) {
	wanted := map[string]bool{}
	var unknown []string
	for _, name := range tool.Names(a.Manager) {
		name = strings.ToLower(name)
		wanted[name] = true
		if name != "auto" && !slices.ContainsFunc(listers, func(l lister) bool { return slices.Contains(l.names, name) }) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return packageFactsResult{}, modules.Fail("Unsupported package managers requested: %s", strings.Join(unknown, ", "))
	}
	found, err := gatherPackages(c, wanted, a.Strategy == "first")
	if err != nil {
		return packageFactsResult{}, err
	}
	if found == nil {
		return packageFactsResult{}, modules.Fail("Could not detect a supported package manager from the following list: %s, or the required Python library is not installed. Check warnings for details.", value.Repr(value.Of(a.Manager)))
	}
	return packageFactsResult{value.DictOf("packages", found)}, nil
}

func gatherPackages(c *modules.Context, wanted map[string]bool, first bool) (*value.Dict, error) {
	var found *value.Dict
	for _, l := range listers {
		asked, auto := "", wanted["auto"]
		for _, name := range l.names {
			if wanted[name] {
				asked = name
			}
		}
		if asked == "" && !auto {
			continue
		}
		list, err := l.list(c)
		if err != nil {
			return nil, err
		}
		if list == nil {
			if asked != "" {
				c.Warn("Requested package manager %s was not usable by this module", asked)
			}
			continue
		}
		if found == nil {
			found = value.NewDict()
		}
		for _, p := range list {
			addPackage(found, p, l.names[0])
		}
		if first {
			break
		}
	}
	return found, nil
}

func addPackage(found, p *value.Dict, source string) {
	p.Set("source", source)
	name := p.GetString("name")
	if have, ok := found.Get(name); ok {
		have.(*value.List).Append(p)
		return
	}
	found.Set(name, value.NewList(p))
}

func listApt(*modules.Context) ([]*value.Dict, error) {
	s, err := readDpkgStatus(dpkgDir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := []*value.Dict{}
	for _, name := range slices.Sorted(maps.Keys(s.byName)) {
		for _, p := range s.byName[name] {
			if p.Installed() {
				out = append(out, value.DictOf("name", p.Name, "version", p.Version, "arch", p.Arch, "category", p.Section, "origin", ""))
			}
		}
	}
	return out, nil
}

const rpmFormat = `%{NAME}\t%{VERSION}\t%{RELEASE}\t%{EPOCH}\t%{ARCH}\n`

func listRPM(c *modules.Context) ([]*value.Dict, error) {
	out, ok, err := ask(c, "rpm", "-qa", "--qf", rpmFormat)
	if !ok || err != nil {
		return nil, err
	}
	return parseRPM(out), nil
}

func parseRPM(text string) []*value.Dict {
	list := []*value.Dict{}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 5 {
			continue
		}
		var epoch any
		if n, err := modules.ToInt(f[3]); err == nil {
			epoch = n
		}
		var arch any = f[4]
		if f[4] == "(none)" {
			arch = nil
		}
		list = append(list, value.DictOf("name", f[0], "version", f[1], "release", f[2], "epoch", epoch, "arch", arch))
	}
	return list
}

// ask runs a manager's program if it is there.
func ask(c *modules.Context, argv ...string) (string, bool, error) {
	if _, err := c.Find(argv[0]); err != nil {
		return "", false, nil
	}
	out, err := run(c, modules.Cmd{Argv: argv}, "Unable to list packages with "+argv[0])
	return out.Stdout, err == nil, err
}

var apkDatabase = "/lib/apk/db/installed"

func listAPK(*modules.Context) ([]*value.Dict, error) {
	data, err := os.ReadFile(apkDatabase)
	if os.IsNotExist(err) {
		return nil, nil
	}
	return parseAPK(string(data)), err
}

// parseAPK reads apk's database: stanzas of one-letter fields.
func parseAPK(text string) []*value.Dict {
	list := []*value.Dict{}
	for _, stanza := range strings.Split(text, "\n\n") {
		fields := map[string]string{}
		for line := range strings.Lines(stanza) {
			if k, v, ok := strings.Cut(strings.TrimRight(line, "\n"), ":"); ok && fields[k] == "" {
				fields[k] = v
			}
		}
		if fields["P"] == "" {
			continue
		}
		version, release, _ := strings.Cut(fields["V"], "-r")
		list = append(list, value.DictOf("name", fields["P"], "version", version, "release", release, "arch", fields["A"]))
	}
	return list
}

func listPacman(c *modules.Context) ([]*value.Dict, error) {
	out, ok, err := ask(c, "pacman", "-Qi")
	if !ok || err != nil {
		return nil, err
	}
	list := []*value.Dict{}
	for _, stanza := range strings.Split(out, "\n\n") {
		fields := map[string]string{}
		for line := range strings.Lines(stanza) {
			if k, v, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, " ") {
				fields[strings.TrimSpace(k)] = strings.TrimSpace(v)
			}
		}
		if fields["Name"] != "" {
			list = append(list, value.DictOf("name", fields["Name"], "version", fields["Version"]))
		}
	}
	return list, nil
}

func listPortage(c *modules.Context) ([]*value.Dict, error) {
	out, ok, err := ask(c, "qlist", "-ICv", "-F", "%{CATEGORY} %{PN} %{PV}")
	if !ok || err != nil {
		return nil, err
	}
	list := []*value.Dict{}
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) == 3 {
			list = append(list, value.DictOf("name", f[1], "version", f[2], "category", f[0]))
		}
	}
	return list, nil
}

// listPkg reads FreeBSD's query, a line of JSON for each package.
func listPkg(c *modules.Context) ([]*value.Dict, error) {
	out, ok, err := ask(c, "pkg", "info", "--raw", "--raw-format", "json-compact", "-a")
	if !ok || err != nil {
		return nil, err
	}
	list := []*value.Dict{}
	decoder := json.NewDecoder(strings.NewReader(out))
	for decoder.More() {
		var p struct{ Name, Version, Origin string }
		if err := decoder.Decode(&p); err != nil {
			return nil, modules.Fail("could not read pkg's list: %w", err)
		}
		category, _, _ := strings.Cut(p.Origin, "/")
		list = append(list, value.DictOf("name", p.Name, "version", p.Version, "origin", p.Origin, "category", category))
	}
	return list, nil
}

func listPkgInfo(c *modules.Context) ([]*value.Dict, error) {
	out, ok, err := ask(c, "pkg_info", "-aq")
	if !ok || err != nil {
		return nil, err
	}
	list := []*value.Dict{}
	for line := range strings.Lines(out) {
		name, version := splitPackageName(strings.TrimSpace(line))
		if name != "" {
			list = append(list, value.DictOf("name", name, "version", version))
		}
	}
	return list, nil
}

// splitPackageName cuts name-1.0p1: the version begins with the last dash that
// a digit follows.
func splitPackageName(full string) (name, version string) {
	for i := len(full) - 2; i > 0; i-- {
		if full[i] == '-' && digit(full[i+1]) {
			return full[:i], full[i+1:]
		}
	}
	return full, ""
}
