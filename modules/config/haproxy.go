package config

import (
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type haproxyArgs struct {
	Host     string `arg:"host,required" doc:"The server, by its name in HAProxy's configuration."`
	Backend  string `arg:"backend" doc:"The backend; without it, all that have such a server."`
	State    string `arg:"state,required" enum:"disabled,drain,enabled" doc:"What the server is to be."`
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
	Command []string    `json:"command" doc:"The commands that were sent."`
	Output  []string    `json:"output" doc:"What HAProxy answered."`
	Before  *value.Dict `json:"state_before" doc:"Status and weight of each server, by its backend, before."`
	After   *value.Dict `json:"state_after" doc:"The same, after."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.haproxy", Summary: "Switch servers of HAProxy on and off",
		Example: "- name: No requests while we deploy\n  community.general.haproxy:\n    state: disabled\n    host: \"{{ inventory_hostname }}\"\n    backend: www\n    socket: /run/haproxy/admin.sock\n",
		Differs: []string{"state_before and state_after have every backend that has the server, and check mode predicts: the socket is spoken to without nc."},
	}, haproxy)
}

// proxy is what is said to HAProxy and what it answers.
type proxy struct {
	haproxyArgs
	c *modules.Context
	r *haproxyResult
}

func haproxy(c *modules.Context, a haproxyArgs) (haproxyResult, error) {
	r := haproxyResult{Command: []string{}, Output: []string{}}
	if !fsys.Exists(a.Socket) {
		return r, modules.Fail("unable to locate haproxy socket")
	}
	p := proxy{a, c, &r}
	before, err := p.status()
	if err != nil {
		return r, err
	}
	if len(before) == 0 && a.Fail {
		return r, modules.Fail("The specified backend '%s/%s' was not found!", a.Backend, a.Host)
	}
	r.Before, r.After = statusDict(before), statusDict(before)
	for _, s := range before {
		if err := p.set(s); err != nil {
			return r, err
		}
	}
	if c.Changed() {
		after, err := p.status()
		r.After = statusDict(after)
		return r, err
	}
	return r, nil
}

// serverStatus is a line of HAProxy's statistics.
type serverStatus struct{ backend, status, weight, sessions string }

func statusDict(all []serverStatus) *value.Dict {
	d := value.NewDict()
	for _, s := range all {
		d.Set(s.backend, value.DictOf("status", s.status, "weight", s.weight))
	}
	return d
}

// settled reports whether a server is what is asked for.
func (p proxy) settled(s serverStatus) bool {
	switch p.State {
	case "enabled":
		return !strings.HasPrefix(s.status, "MAINT") && !strings.HasPrefix(s.status, "DRAIN") && (p.Weight == "" || strings.HasSuffix(p.Weight, "%") || p.Weight == s.weight)
	case "disabled":
		return strings.HasPrefix(s.status, "MAINT")
	}
	return strings.HasPrefix(s.status, "DRAIN")
}

// set brings one server to its state.
func (p proxy) set(s serverStatus) error {
	name := s.backend + "/" + p.Host
	if p.settled(s) && !p.Health && !p.Agent && !strings.HasSuffix(p.Weight, "%") {
		return nil
	}
	var commands []string
	verb := map[string]string{"enabled": "enable", "disabled": "disable", "drain": "drain"}[p.State]
	want := map[string]string{"enabled": "UP", "disabled": "MAINT", "drain": "DRAIN"}[p.State]
	switch {
	case p.State == "drain":
		commands = []string{"set server " + name + " state drain"}
	case p.State == "disabled" && p.Drain:
		if err := p.c.Change(modules.Diff{}, func() error { return p.drain(name, s.backend) }); err != nil {
			return err
		}
		commands = []string{"disable server " + name}
	default:
		if p.Health {
			commands = append(commands, verb+" health "+name)
		}
		if p.Agent {
			commands = append(commands, verb+" agent "+name)
		}
		commands = append(commands, verb+" server "+name)
	}
	if p.State == "enabled" && p.Weight != "" {
		commands = append(commands, "set weight "+name+" "+p.Weight)
	}
	if p.State == "disabled" && p.Shutdown && !p.Drain {
		commands = append(commands, "shutdown sessions server "+name)
	}
	return p.c.Change(modules.Diff{}, func() error {
		for _, command := range commands {
			if err := p.order(command); err != nil {
				return err
			}
		}
		if !p.Wait {
			return nil
		}
		return p.await(s.backend, want, func(s serverStatus) bool { return strings.HasPrefix(s.status, want) })
	})
}

// drain lets no new connections in, and waits for the last to go.
func (p proxy) drain(name, backend string) error {
	if err := p.order("set server " + name + " state drain"); err != nil {
		return err
	}
	return p.await(backend, "DRAIN", func(s serverStatus) bool { return s.sessions == "0" })
}

func (p proxy) await(backend, want string, done func(serverStatus) bool) error {
	for range p.Retries {
		all, err := p.status()
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

// order sends a command that changes something; an answer is a complaint.
func (p proxy) order(command string) error {
	answer, err := p.send(command)
	p.r.Command, p.r.Output = append(p.r.Command, command), append(p.r.Output, answer)
	if text := strings.TrimSpace(answer); err == nil && text != "" && !strings.Contains(strings.ToLower(text), "already") {
		return modules.Fail("%s: %s", command, text)
	}
	return err
}

func (p proxy) send(command string) (string, error) {
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

// status asks for the server in the backend, or in all that have it.
func (p proxy) status() ([]serverStatus, error) {
	text, err := p.send("show stat")
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "# ")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, modules.Fail("read HAProxy's statistics: %w", err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var out []serverStatus
	for _, row := range rows[1:] {
		cell := func(name string) string {
			if at, ok := column[name]; ok && at < len(row) {
				return row[at]
			}
			return ""
		}
		if cell("svname") == p.Host && (p.Backend == "" || cell("pxname") == p.Backend) {
			out = append(out, serverStatus{cell("pxname"), cell("status"), cell("weight"), cell("scur")})
		}
	}
	return out, nil
}
