package packages

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

const dpkgDir = "/var/lib/dpkg"

// dpkgPackage is a package that dpkg knows of.
type dpkgPackage struct {
	Name, Arch, Version      string
	Want, State              string // such as install or hold; installed or config-files
	Section, Source, Summary string
	Provides                 []string
}

// Installed reports a package that is there, configured.
func (p *dpkgPackage) Installed() bool {
	return p.State == "installed" || strings.HasPrefix(p.State, "triggers-")
}

// dpkgStatus is what is on the system, by name; several architectures of one
// name stand in a list.
type dpkgStatus struct {
	Native string // dpkg's own architecture
	byName map[string][]*dpkgPackage
}

// readDpkgStatus reads dpkg's database. One that is not there is an error.
func readDpkgStatus(dir string) (*dpkgStatus, error) {
	data, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return nil, err
	}
	s := parseDpkgStatus(data)
	return s, nil
}

func parseDpkgStatus(data []byte) *dpkgStatus {
	s := &dpkgStatus{byName: map[string][]*dpkgPackage{}}
	for len(data) > 0 {
		var stanza []byte
		stanza, data = nextStanza(data)
		p := parseDpkgPackage(stanza)
		if p.Name != "" {
			s.byName[p.Name] = append(s.byName[p.Name], p)
		}
	}
	if own := s.byName["dpkg"]; len(own) > 0 {
		s.Native = own[0].Arch
	}
	return s
}

// nextStanza cuts text at its first empty line.
func nextStanza(data []byte) (stanza, rest []byte) {
	if i := bytes.Index(data, []byte("\n\n")); i >= 0 {
		return data[:i], bytes.TrimLeft(data[i:], "\n")
	}
	return data, nil
}

func parseDpkgPackage(stanza []byte) *dpkgPackage {
	p := &dpkgPackage{}
	for line := range bytes.Lines(stanza) {
		if len(line) == 0 || line[0] == ' ' || line[0] == '\t' {
			continue
		}
		key, v, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		p.set(string(key), strings.TrimSpace(string(v)))
	}
	return p
}

func (p *dpkgPackage) set(key, v string) {
	switch key {
	case "Package":
		p.Name = v
	case "Architecture":
		p.Arch = v
	case "Version":
		p.Version = v
	case "Section":
		p.Section = v
	case "Source":
		p.Source = v
	case "Description":
		p.Summary = v
	case "Status":
		if words := strings.Fields(v); len(words) == 3 {
			p.Want, p.State = words[0], words[2]
		}
	case "Provides":
		for _, one := range strings.Split(v, ",") {
			name, _, _ := strings.Cut(strings.TrimSpace(one), " ")
			p.Provides = append(p.Provides, name)
		}
	}
}

// Find looks a package up by name or name:arch. Without an architecture the
// native one counts, and packages for all.
func (s *dpkgStatus) Find(name string) *dpkgPackage {
	name, arch, _ := strings.Cut(name, ":")
	for _, p := range s.byName[name] {
		switch {
		case arch == "any", arch == "" && (p.Arch == s.Native || p.Arch == "all"), arch == "native" && p.Arch == s.Native,
			arch != "" && (p.Arch == arch || p.Arch == "all" && arch == s.Native):
			return p
		}
	}
	return nil
}

// Providers lists the installed packages that provide a name.
func (s *dpkgStatus) Providers(name string) []*dpkgPackage {
	var out []*dpkgPackage
	for _, list := range s.byName {
		for _, p := range list {
			for _, provided := range p.Provides {
				if provided == name && p.Installed() {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// Names lists the names that dpkg knows, foreign ones as name:arch.
func (s *dpkgStatus) Names() []string {
	var out []string
	for name, list := range s.byName {
		for _, p := range list {
			if p.Arch == s.Native || p.Arch == "all" {
				out = append(out, name)
			} else {
				out = append(out, name+":"+p.Arch)
			}
		}
	}
	return out
}

// HasFiles reports whether anything of a package is on the system: a removed
// one leaves its configuration.
func (s *dpkgStatus) HasFiles(dir string, p *dpkgPackage) bool {
	for _, name := range []string{p.Name, p.Name + ":" + p.Arch} {
		if info, err := os.Stat(filepath.Join(dir, "info", name+".list")); err == nil && info.Size() > 0 {
			return true
		}
	}
	return false
}
