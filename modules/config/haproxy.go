package config

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type haproxyArgs struct {
	Host     string `arg:"host,required" doc:"The server, by its name in HAProxy's configuration."`
	Backend  string `arg:"backend" doc:"The backend; without it, all that have such a server."`
	State    string `arg:"state,required" enum:"enabled,disabled,drain" doc:"What the server is to be."`
	Socket   string `arg:"socket" type:"path" default:"/var/run/haproxy.sock" doc:"HAProxy's socket, of level admin."`
	Weight   string `arg:"weight" doc:"Weight of an enabled server: a number up to 256, or of its first weight a share with %."`
	Agent    bool   `arg:"agent" default:"false" doc:"Switch checks by the agent, too."`
	Health   bool   `arg:"health" default:"false" doc:"Switch checks of its health, too."`
	Drain    bool   `arg:"drain" default:"false" doc:"Wait until a disabled server has no connections left."`
	Shutdown bool   `arg:"shutdown_sessions" default:"false" doc:"End the connections of a disabled server at once."`
	Fail     bool   `arg:"fail_on_not_found" default:"false" doc:"Fail where there is no such server."`
	Wait     bool   `arg:"wait" default:"false" doc:"Wait until HAProxy says UP, MAINT or DRAIN."`
	Retries  int    `arg:"wait_retries" default:"25" doc:"How often to look."`
	Interval int    `arg:"wait_interval" default:"5" doc:"Seconds between two looks."`
}

type haproxyResult struct {
	Changed *bool    `json:"changed,omitempty" doc:"Whether a status or a weight is another."`
	Command []string `json:"command,omitempty" doc:"The commands for each backend."`
	Output  []string `json:"output,omitempty" doc:"What HAProxy answered to each."`
	Before  any      `json:"state_before" doc:"Status, weight and sessions of each server, before; null where there is none."`
	After   any      `json:"state_after" doc:"The same, after."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.haproxy", Summary: "Switch servers of HAProxy on and off",
		Example: "- name: No requests while we deploy\n  community.general.haproxy:\n    state: disabled\n    host: \"{{ inventory_hostname }}\"\n    backend: www\n    socket: /run/haproxy/admin.sock\n",
		Differs: []string{"Check mode predicts: a server that is in its state is only asked for its weight.", "What HAProxy complains of is a warning."},
	}, haproxy)
}

// proxy is what is said to HAProxy and what it answers.
type proxy struct {
	haproxyArgs
	c    *modules.Context
	r    *haproxyResult
	told bool // something that may have changed it
}

func haproxy(c *modules.Context, a haproxyArgs) (haproxyResult, error) {
	if !fsys.Exists(a.Socket) {
		return haproxyResult{}, modules.Fail("unable to locate haproxy socket")
	}
	r := haproxyResult{}
	p := &proxy{haproxyArgs: a, c: c, r: &r}
	before, first, err := p.status()
	switch {
	case err != nil:
		return r, err
	case len(before) == 0 && a.Fail:
		return r, modules.Fail("The specified backend '%s/%s' was not found!", cmp.Or(a.Backend, first), a.Host)
	case len(before) == 0:
		return r, nil
	}
	for _, s := range before {
		if err := p.set(s); err != nil {
			return haproxyResult{}, err
		}
	}
	after := before
	if p.told {
		if after, _, err = p.status(); err != nil {
			return r, err
		}
		changed := !slices.Equal(before, after)
		r.Changed = &changed
	}
	r.Before, r.After = statusList(before), statusList(after)
	return r, nil
}

// serverStatus is a line of HAProxy's statistics.
type serverStatus struct{ backend, status, weight, sessions string }

func statusList(all []serverStatus) *value.List {
	l := value.NewList()
	for _, s := range all {
		l.Append(value.DictOf("status", s.status, "weight", s.weight, "scur", s.sessions))
	}
	return l
}

// settled reports whether a server is what is asked for.
func (p *proxy) settled(s serverStatus) bool {
	if p.Health || p.Agent {
		return false
	}
	switch p.State {
	case "enabled":
		return !strings.HasPrefix(s.status, "MAINT") && !strings.HasPrefix(s.status, "DRAIN") && (p.Weight == "" || p.Weight == s.weight)
	case "disabled":
		return strings.HasPrefix(s.status, "MAINT")
	}
	return strings.HasPrefix(s.status, "DRAIN")
}

// command is all that is said about a server, in one line.
func (p *proxy) command(name string) string {
	if p.State == "drain" {
		return drainCommand(name)
	}
	verb := strings.TrimSuffix(p.State, "d") + " "
	commands := []string{"get weight " + name}
	switches := []string{}
	if p.Agent {
		switches = append(switches, verb+"agent "+name)
	}
	if p.Health {
		switches = append(switches, verb+"health "+name)
	}
	if p.State == "disabled" {
		commands = append(commands, switches...)
		commands = append(commands, "disable server "+name)
		if p.Shutdown {
			commands = append(commands, "shutdown sessions server "+name)
		}
		return strings.Join(commands, "; ")
	}
	commands = append(append(commands, "enable server "+name), switches...)
	if p.Weight != "" {
		commands = append(commands, "set weight "+name+" "+p.Weight)
	}
	return strings.Join(commands, "; ")
}

// set brings one server to its state.
func (p *proxy) set(s serverStatus) error {
	name := s.backend + "/" + p.Host
	command := p.command(name)
	if p.State == "disabled" && p.Drain {
		p.r.Command = append(p.r.Command, drainCommand(name))
	}
	p.r.Command = append(p.r.Command, command)
	if p.settled(s) {
		answer := ""
		if p.State != "drain" {
			var err error
			if answer, err = p.send("get weight " + name); err != nil {
				return err
			}
		}
		p.r.Output = append(p.r.Output, strings.TrimSpace(answer))
		return nil
	}
	want := map[string]string{"enabled": "UP", "disabled": "MAINT", "drain": "DRAIN"}[p.State]
	return p.c.Change(modules.Diff{}, func() error {
		if p.State == "disabled" && p.Drain {
			if err := p.drain(name, s.backend); err != nil {
				return err
			}
		}
		if err := p.order(command); err != nil {
			return err
		}
		if !p.Wait {
			return nil
		}
		return p.await(s.backend, want, func(s serverStatus) bool { return strings.HasPrefix(s.status, want) })
	})
}

func drainCommand(name string) string { return "set server " + name + " state drain" }

// drain lets no new connections in, and waits for the last to go.
func (p *proxy) drain(name, backend string) error {
	if err := p.order(drainCommand(name)); err != nil {
		return err
	}
	return p.await(backend, "DRAIN", func(s serverStatus) bool { return s.sessions == "0" })
}

func (p *proxy) await(backend, want string, done func(serverStatus) bool) error {
	for range p.Retries {
		all, _, err := p.status()
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.backend == backend && done(s) {
				return nil
			}
		}
		select {
		case <-time.After(time.Duration(p.Interval) * time.Second):
		case <-p.c.Done():
			return p.c.Err()
		}
	}
	return modules.Fail("server %s/%s not status '%s' after %d retries. Aborting.", backend, p.Host, want, p.Retries)
}

// order sends a line of commands. What is answered beside a weight is a complaint.
func (p *proxy) order(command string) error {
	answer, err := p.send(command)
	p.told, answer = true, strings.TrimSpace(answer)
	p.r.Output = append(p.r.Output, answer)
	for line := range strings.Lines(answer) {
		if line = strings.TrimSpace(line); line != "" && !strings.Contains(line, "(initial ") {
			p.c.Warn("HAProxy to %s: %s", command, line)
		}
	}
	return err
}

func (p *proxy) send(command string) (string, error) {
	var d net.Dialer
	conn, err := d.DialContext(p.c, "unix", p.Socket)
	if err != nil {
		return "", fmt.Errorf("speak to HAProxy: %w", err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, command+"\n"); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

// status asks for the server in the backend, or in all that have it; first is
// the first backend there is.
func (p *proxy) status() (out []serverStatus, first string, err error) {
	text, err := p.send("show stat")
	if err != nil {
		return nil, "", err
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "# ")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, "", modules.Fail("read HAProxy's statistics: %w", err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		cell := func(name string) string {
			if at, ok := column[name]; ok && at < len(row) {
				return row[at]
			}
			return ""
		}
		if first == "" && cell("svname") == "BACKEND" {
			first = cell("pxname")
		}
		if cell("svname") == p.Host && (p.Backend == "" || cell("pxname") == p.Backend) {
			out = append(out, serverStatus{cell("pxname"), cell("status"), cell("weight"), cell("scur")})
		}
	}
	return out, first, nil
}
