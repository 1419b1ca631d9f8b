// Package rabbitmq holds the modules of community.rabbitmq that drive a broker
// with rabbitmqctl and rabbitmq-plugins. What is there is read as JSON, which
// these print since RabbitMQ 3.7.6.
package rabbitmq

import (
	"encoding/json"
	"fmt"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

// nodeOption is the node that rabbitmqctl talks to.
type nodeOption struct {
	Node string `arg:"node" default:"rabbit" doc:"Erlang name of the node."`
}

// ctl runs rabbitmqctl on a node.
type ctl struct {
	c    *modules.Context
	node string
	// fail makes the error of a call that ended badly.
	fail func(*modules.Context, modules.Output, []string) error
}

func (n nodeOption) ctl(c *modules.Context) ctl {
	return ctl{c, n.Node, failed}
}

// failed says what the tool wrote, as Ansible does of commands.
func failed(c *modules.Context, out modules.Output, argv []string) error {
	if path, err := c.Find(argv[0]); err == nil {
		argv = append([]string{path}, argv[1:]...)
	}
	return modules.Fail("%s", strings.TrimRight(out.Stderr, "\n")).
		With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", shlex.Join(argv))
}

func (r ctl) argv(args []string) []string {
	argv := []string{"rabbitmqctl", "-q"}
	if r.node != "" {
		argv = append(argv, "-n", r.node)
	}
	return append(argv, args...)
}

// try runs a command of rabbitmqctl whose end may be bad.
func (r ctl) try(args ...string) (modules.Output, error) {
	if _, err := r.c.Find("rabbitmqctl"); err != nil {
		return modules.Output{}, err
	}
	return r.c.Exec(modules.Cmd{Argv: r.argv(args)})
}

func (r ctl) run(args ...string) (string, error) {
	out, err := r.try(args...)
	if err == nil && out.RC != 0 {
		err = r.fail(r.c, out, r.argv(args))
	}
	return out.Stdout, err
}

// list reads a list of the broker's: what a list_ command says as JSON.
func (r ctl) list(args ...string) ([]map[string]any, error) {
	text, err := r.run(append(args, "--formatter", "json")...)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, modules.Fail("read what rabbitmqctl %s says: %w (RabbitMQ is 3.7.6 or later?)", args[0], err)
	}
	return out, nil
}

// change runs commands as one effect; none is no change.
func (r ctl) change(commands ...[]string) error {
	if len(commands) == 0 {
		return nil
	}
	return r.c.Change(modules.Diff{}, func() error {
		for _, command := range commands {
			if _, err := r.run(command...); err != nil {
				return err
			}
		}
		return nil
	})
}

// text is a field of a row, whatever JSON made of it.
func text(row map[string]any, name string) string {
	switch v := row[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return value.Str(value.Of(int64(v)))
	default:
		return fmt.Sprint(v)
	}
}

// jsonValue reads JSON as Python's json module does.
func jsonValue(text string) (any, error) { return value.DecodeJSON([]byte(text)) }
