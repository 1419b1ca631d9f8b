package rabbitmq

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/modules"
)

type pluginArgs struct {
	Names       string `arg:"names,required" alias:"name" doc:"Plugins, by commas."`
	NewOnly     bool   `arg:"new_only" default:"false" doc:"Leave enabled what is not named; otherwise it is disabled."`
	State       string `arg:"state" enum:"enabled,disabled" default:"enabled" doc:"Whether the plugins are to be enabled."`
	BrokerState string `arg:"broker_state" enum:"online,offline" default:"online" doc:"Whether the broker is told, or only its file of plugins changed."`
	Prefix      string `arg:"prefix" doc:"Folder of a RabbitMQ, with bin or sbin in it."`
}

type pluginResult struct {
	Enabled  []string `json:"enabled" doc:"Plugins that were enabled."`
	Disabled []string `json:"disabled" doc:"Plugins that were disabled."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_plugin", Summary: "Enable and disable RabbitMQ's plugins",
		Example: "- name: The page to manage it with\n  community.rabbitmq.rabbitmq_plugin:\n    names: rabbitmq_management\n    new_only: true\n",
	}, modules.Bare(plugin))
}

func plugin(c *modules.Context, a pluginArgs) (pluginResult, error) {
	r := pluginResult{[]string{}, []string{}}
	program, err := a.program(c)
	if err != nil {
		return r, err
	}
	have, err := a.enabled(c, program)
	if err != nil {
		return r, err
	}
	names := strings.Split(a.Names, ",")
	for _, name := range have {
		if named := slices.Contains(names, name); named == (a.State == "disabled") && (named || !a.NewOnly) {
			r.Disabled = append(r.Disabled, name)
		}
	}
	if a.State == "enabled" {
		for _, name := range names {
			if !slices.Contains(have, name) {
				r.Enabled = append(r.Enabled, name)
			}
		}
	}
	if len(r.Enabled)+len(r.Disabled) == 0 {
		return r, nil
	}
	return r, c.Change(modules.Diff{}, func() error {
		for _, name := range r.Disabled {
			if _, err := run(c, program, "disable", "--"+a.BrokerState, name); err != nil {
				return err
			}
		}
		for _, name := range r.Enabled {
			if _, err := run(c, program, "enable", "--"+a.BrokerState, name); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a pluginArgs) program(c *modules.Context) (string, error) {
	if a.Prefix == "" {
		return c.Find("rabbitmq-plugins")
	}
	for _, dir := range []string{"bin", "sbin"} {
		dir = filepath.Join(a.Prefix, dir)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return filepath.Join(dir, "rabbitmq-plugins"), nil
		}
	}
	return "", modules.Fail("No binary folder in prefix %s", a.Prefix)
}

func run(c *modules.Context, argv ...string) (string, error) {
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err == nil && out.RC != 0 {
		err = failed(c, out, argv)
	}
	return out.Stdout, err
}

// enabled are the plugins that were enabled by name. After an empty line the
// tool may say that it could not ask the broker.
func (a pluginArgs) enabled(c *modules.Context, program string) ([]string, error) {
	text, err := run(c, program, "list", "-E", "-m")
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			break
		}
		if !strings.Contains(line, " ") {
			out = append(out, line)
		}
	}
	return out, nil
}
