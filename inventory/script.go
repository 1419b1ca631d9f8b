package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"goplay/internal/pyurl"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// isScript accepts what is executable or starts with #!.
func isScript(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	if info.Mode()&0o111 != 0 {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 2)
	n, err := f.Read(start)
	return err == nil && n == 2 && string(start) == "#!"
}

// script runs an executable that prints its groups as JSON.
func (r *reading) script(path string) error {
	out, complaints, err := run(path, "--list")
	if err != nil {
		return err
	}
	if _, err := value.Decode(value.Bytes(out), "utf-8", "strict"); err != nil {
		return fmt.Errorf("Inventory %s contained characters that cannot be interpreted as UTF-8: %w", path, err)
	}
	var root *tree.Node
	data, err := value.DecodeJSON(out) // what is YAML alone does not do
	switch {
	case err == nil && json.Valid(out):
		root, _, err = tree.ParseOne(path, out, treeOptions(r.Keys, false))
	case err == nil: // Python reads more, such as NaN
		root = written(source.Pos{File: path}, data)
	}
	if err != nil { // Ansible says what is wrong twice
		return fmt.Errorf("failed to parse executable inventory script results from %s: %s. %w\n%s", path, err, err, complaints)
	}
	if root.IsNull() || root.Kind != tree.Map {
		return fmt.Errorf("failed to parse executable inventory script results from %s: needs to be a json dict\n%s", path, complaints)
	}
	s := &scripted{reading: r, path: path, seen: map[string]bool{}}
	for _, p := range root.Pairs {
		if p.Name() == "_meta" {
			s.meta = p.Value.Get("hostvars")
			if s.meta != nil && s.meta.Kind != tree.Map {
				s.shapeless = value.Raise("AttributeError", "'%s' object has no attribute 'get'", value.TypeName(s.meta.Data()))
			}
		} else if err := s.group(p.Name(), p.Value); err != nil {
			return err
		}
	}
	return s.hostVars()
}

// run starts a script, by its absolute path, in the current folder. What it
// wrote comes also with the error that it ended with.
func run(path string, args ...string) (out []byte, complaints string, err error) {
	cmd := exec.Command(path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return stdout.Bytes(), "", fmt.Errorf("Inventory script (%s) had an execution error: %s ", path, stderr.String())
	}
	if err != nil {
		return nil, "", fmt.Errorf("problem running %s (%s)", strings.Join(append([]string{filepath.Clean(path)}, args...), " "), notStarted(path, err))
	}
	complaints = stderr.String()
	if complaints != "" && !strings.HasSuffix(complaints, "\n") {
		complaints += "\n"
	}
	return stdout.Bytes(), complaints, nil
}

// notStarted says why the system did not start a script, as Python does.
func notStarted(path string, err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		return fmt.Sprintf("%s: '%s'", pyurl.Errno(no), path)
	}
	return err.Error()
}

// scripted is the output of one script.
type scripted struct {
	*reading
	path  string
	meta  *tree.Node // variables of all hosts, nil when each has to be asked for
	hosts []string
	seen  map[string]bool

	shapeless error // the variables of all hosts are no mapping
}

func (s *scripted) group(name string, n *tree.Node) error {
	g := s.inv.AddGroup(name)
	if n.Kind != tree.Map {
		n = &tree.Node{Kind: tree.Map, Pairs: []tree.Pair{{Key: tree.TextNode(n.Pos, "hosts"), Value: n}}}
	} else if n.Get("hosts") == nil && n.Get("vars") == nil && n.Get("children") == nil {
		// The oldest form: a host that is given its variables at once.
		host := &tree.Node{Kind: tree.List, Items: []*tree.Node{tree.TextNode(n.Pos, name)}}
		n = &tree.Node{Kind: tree.Map, Pairs: []tree.Pair{
			{Key: tree.TextNode(n.Pos, "hosts"), Value: host}, {Key: tree.TextNode(n.Pos, "vars"), Value: n}}}
	}
	if hosts := n.Get("hosts"); hosts != nil {
		if hosts.Kind != tree.List {
			return fmt.Errorf("You defined a group '%s' with bad data for the host list:\n %s", g.Name, value.Str(n.Data()))
		}
		for _, h := range hosts.Items {
			name, err := hostName(h)
			if err != nil {
				return err
			}
			s.host(name, g)
		}
	}
	if vars := n.Get("vars"); vars != nil {
		if vars.Kind != tree.Map {
			return fmt.Errorf("You defined a group '%s' with bad data for variables:\n %s", g.Name, value.Str(n.Data()))
		}
		for _, p := range vars.Pairs {
			if err := g.Set(p.Name(), p.Value); err != nil {
				return err
			}
		}
	}
	if children := n.Get("children"); children != nil {
		for _, c := range children.Items {
			name, err := groupName(c)
			if err != nil {
				return err
			}
			if err := s.inv.AddChild(g, s.inv.AddGroup(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scripted) host(name string, g *Group) {
	s.inv.member(name, 0, g.Name)
	if !s.seen[name] {
		s.seen[name] = true
		s.hosts = append(s.hosts, name)
	}
}

func (s *scripted) hostVars() error {
	for _, name := range s.hosts {
		if s.shapeless != nil {
			return fmt.Errorf("Improperly formatted host information for %s: %s. %w", name, s.shapeless, s.shapeless)
		}
		vars := s.meta.Get(name)
		if s.meta == nil {
			var err error
			if vars, err = s.ask(name); err != nil {
				return err
			}
		}
		if vars == nil {
			continue
		}
		if vars.Kind != tree.Map {
			return fmt.Errorf("Invalid data from file, expected dictionary and got:\n\n%s", value.Str(vars.Data()))
		}
		h := s.inv.member(name, 0)
		for _, p := range vars.Pairs {
			if err := s.inv.set(h, p.Name(), p.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scripted) ask(host string) (*tree.Node, error) {
	out, _, err := run(s.path, "--host", host)
	if len(bytes.TrimSpace(out)) == 0 { // with an answer it does not count how the script ended
		return nil, err
	}
	n, _, err := tree.ParseOne(s.path+" --host "+host, out, treeOptions(s.Keys, false))
	if err != nil {
		return nil, fmt.Errorf("could not parse post variable response: %s --host %s: %w", s.path, host, err)
	}
	return n, nil
}
