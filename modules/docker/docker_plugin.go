package docker

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_plugin",
		Summary: "install, set, enable and disable plugins of Docker's engine",
		Example: `- name: Have volumes over ssh
  community.docker.docker_plugin:
    plugin_name: vieux/sshfs
    plugin_options: {DEBUG: '1'}
    state: enable
`,
		Notes: []string{"A plugin is given every permission that it asks for."},
	}, runPlugin)
}

type pluginArgs struct {
	Name          string      `arg:"plugin_name,required" doc:"The plugin, with registry and tag where wanted."`
	Alias         string      `arg:"alias" doc:"Name that it has here."`
	State         string      `arg:"state" enum:"absent,present,enable,disable" default:"present" doc:"present installs it, enable and disable install it and see that it runs or does not."`
	Options       *value.Dict `arg:"plugin_options" default:"{}" doc:"Settings of the plugin."`
	ForceRemove   bool        `arg:"force_remove" default:"false" doc:"Remove it although it is enabled."`
	EnableTimeout int         `arg:"enable_timeout" default:"0" doc:"Seconds that it may take to start."`
	Connection
}

type pluginResult struct {
	Actions []string `json:"actions" doc:"What was done, a sentence each."`
	Plugin  object   `json:"plugin" doc:"The plugin as the engine describes it."`
}

// pluginRun brings one plugin to what a task wants.
type pluginRun struct {
	c     *modules.Context
	e     *engine
	a     *pluginArgs
	name  string // that it has here
	have  object // nil when it is not installed
	found changes
	out   pluginResult
}

func runPlugin(c *modules.Context, a pluginArgs) (pluginResult, error) {
	r := &pluginRun{c: c, a: &a, name: parseImageName(a.Name).or("latest").String(), out: pluginResult{Actions: []string{}, Plugin: object{}}}
	if a.Alias != "" {
		r.name = parseImageName(a.Alias).or("latest").String()
	}
	var err error
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	if err = r.inspect(); err == nil {
		if a.State == "absent" {
			err = r.remove()
		} else {
			err = r.settle()
		}
	}
	r.found.show(c)
	if r.have != nil {
		r.out.Plugin = r.have
	}
	return r.out, err
}

func (r *pluginRun) path(more string) string { return "/plugins/" + r.name + more }

func (r *pluginRun) inspect() (err error) {
	r.have, err = r.e.get(r.c, r.path("/json"), nil)
	if missing(err) {
		r.have, err = nil, nil
	}
	if err != nil {
		return modules.Fail("%w", err)
	}
	return nil
}

// do makes one change and says so.
func (r *pluginRun) do(action, method, path string, query url.Values, body any) error {
	r.out.Actions = append(r.out.Actions, action)
	return r.c.Change(modules.Diff{}, func() error {
		if _, err := r.e.call(r.c, method, path, query, body); err != nil {
			return modules.Fail("%w", err)
		}
		return nil
	})
}

func (r *pluginRun) remove() error {
	if r.have == nil {
		return nil
	}
	r.found.add("exists", true, false)
	err := r.do("Removed plugin "+r.name, http.MethodDelete, r.path(""), url.Values{"force": {strconv.FormatBool(r.a.ForceRemove)}}, nil)
	r.have = nil
	return err
}

// settle installs the plugin, sets it, and has it run or not.
func (r *pluginRun) settle() error {
	if r.have == nil {
		if err := r.install(); err != nil {
			return err
		}
	}
	if err := r.set(); err != nil {
		return err
	}
	enabled := boolAt(r.have, "Enabled")
	switch {
	case r.a.State == "enable" && !enabled:
		r.found.add("enabled", false, true)
		query := url.Values{"timeout": {strconv.Itoa(r.a.EnableTimeout)}}
		if err := r.do("Enabled plugin "+r.name, http.MethodPost, r.path("/enable"), query, nil); err != nil {
			return err
		}
	case r.a.State == "disable" && enabled:
		r.found.add("enabled", true, false)
		if err := r.do("Disabled plugin "+r.name, http.MethodPost, r.path("/disable"), nil, nil); err != nil {
			return err
		}
	}
	if len(r.out.Actions) == 0 {
		return nil
	}
	return r.inspect()
}

// install pulls the plugin with the permissions that it asks for. The engine
// answers with its progress, in which a failure can stand.
func (r *pluginRun) install() error {
	r.found.add("exists", false, true)
	r.out.Actions = append(r.out.Actions, "Installed plugin "+r.name)
	remote := url.Values{"remote": {r.a.Name}}
	installed, err := attempt(r.c, func() error {
		v, err := r.e.call(r.c, http.MethodGet, "/plugins/privileges", remote, nil)
		if err != nil {
			return modules.Fail("%w", err)
		}
		if v == nil {
			v = []any{}
		}
		query := url.Values{"remote": {r.a.Name}, "name": {r.name}}
		resp, err := r.e.request(r.c, http.MethodPost, "/plugins/pull", query, v, nil)
		if err == nil {
			err = follow(r.c, resp.Body, nil)
		}
		if err != nil {
			return modules.Fail("%w", err)
		}
		return nil
	})
	if err != nil || !installed {
		return err
	}
	return r.inspect()
}

// set gives the plugin the task's settings that it does not have.
func (r *pluginRun) set() error {
	wanted := []any{}
	have := map[string]string{}
	for _, pair := range textsAt(r.have, "Settings.Env") {
		name, v, _ := strings.Cut(pair, "=")
		have[name] = v
	}
	for name, v := range r.a.Options.All() {
		text := value.Str(v)
		if old, there := have[value.Str(name)]; !there || old != text {
			r.found.add(value.Str(name), old, text)
			wanted = append(wanted, value.Str(name)+"="+text)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return r.do("Set options of plugin "+r.name, http.MethodPost, r.path("/set"), nil, wanted)
}
