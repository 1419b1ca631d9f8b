package docker

import (
	"cmp"
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
		Notes:   []string{"A plugin is given every permission that it asks for."},
		Differs: []string{"actions are told of every state, as documented, where Ansible's module leaves them out of what it did to have a plugin present."},
	}, modules.Bare(runPlugin))
}

type pluginArgs struct {
	Name          string      `arg:"plugin_name,required" doc:"The plugin, with registry and tag where wanted."`
	Alias         string      `arg:"alias" doc:"Name that it has here."`
	State         string      `arg:"state" enum:"present,absent,enable,disable" default:"present" doc:"present installs and sets it, enable sees that it runs and installs it where it is not there, disable stops it."`
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
	r := &pluginRun{c: c, a: &a, name: cmp.Or(a.Alias, a.Name), out: pluginResult{Actions: []string{}, Plugin: object{}}}
	var err error
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	if err = r.inspect(); err == nil {
		err = map[string]func() error{"present": r.present, "absent": r.remove, "enable": r.enable, "disable": r.disable}[a.State]()
	}
	if err == nil && a.State != "absent" && c.Changed() {
		err = r.inspect()
	}
	r.found.show(c)
	if r.have != nil && a.State != "absent" {
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
	return r.do("Removed plugin "+r.name, http.MethodDelete, r.path(""), url.Values{"force": {strconv.FormatBool(r.a.ForceRemove)}}, nil)
}

func (r *pluginRun) present() error {
	r.found.add("exists", r.have != nil, true)
	if r.have == nil {
		return r.install()
	}
	return r.set()
}

// enable sees that the plugin runs. One that is there keeps its settings.
func (r *pluginRun) enable() error {
	switch {
	case boolAt(r.have, "Enabled"):
		return nil
	case r.have == nil:
		if err := r.install(); err != nil {
			return err
		}
	}
	query := url.Values{"timeout": {strconv.Itoa(r.a.EnableTimeout)}}
	return r.do("Enabled plugin "+r.name, http.MethodPost, r.path("/enable"), query, nil)
}

func (r *pluginRun) disable() error {
	switch {
	case r.have == nil:
		return modules.Fail("Plugin not found: Plugin does not exist.")
	case !boolAt(r.have, "Enabled"):
		return nil
	}
	return r.do("Disable plugin "+r.name, http.MethodPost, r.path("/disable"), nil, nil)
}

// install pulls the plugin with the permissions that it asks for, and sets it.
// The engine answers with its progress, in which a failure can stand.
func (r *pluginRun) install() error {
	r.out.Actions = append(r.out.Actions, "Installed plugin "+r.name)
	_, err := attempt(r.c, func() error {
		auth, err := credentials(r.c, parseImageName(r.a.Name))
		if err != nil {
			return modules.Fail("%w", err)
		}
		header := http.Header{}
		if auth != "" {
			header.Set("X-Registry-Auth", auth)
		}
		if err := r.pull(header); err != nil {
			return modules.Fail("%w", err)
		}
		return nil
	})
	return err
}

func (r *pluginRun) pull(header http.Header) error {
	resp, err := r.e.request(r.c, http.MethodGet, "/plugins/privileges", url.Values{"remote": {r.a.Name}}, nil, header)
	if err != nil {
		return err
	}
	privileges, err := decode(resp.Body)
	resp.Body.Close()
	if err != nil {
		return err
	}
	if privileges == nil {
		privileges = []any{}
	}
	query := url.Values{"remote": {r.a.Name}}
	if r.a.Alias != "" {
		query.Set("name", r.a.Alias)
	}
	if resp, err = r.e.request(r.c, http.MethodPost, "/plugins/pull", query, privileges, header); err != nil {
		return err
	}
	if err := follow(r.c, resp.Body, nil); err != nil || r.a.Options.Len() == 0 {
		return err
	}
	_, err = r.e.call(r.c, http.MethodPost, r.path("/set"), nil, r.settings())
	return err
}

// settings are the task's, as the engine takes them.
func (r *pluginRun) settings() []any {
	out := []any{}
	for name, v := range r.a.Options.All() {
		out = append(out, value.Str(name)+"="+settingText(v))
	}
	return out
}

func settingText(v any) string {
	if v == nil {
		return ""
	}
	return value.Str(v)
}

// set gives the plugin the task's settings where one differs.
func (r *pluginRun) set() error {
	have := map[string]string{}
	for _, pair := range textsAt(r.have, "Settings.Env") {
		name, v, _ := strings.Cut(pair, "=")
		have[name] = v
	}
	differs := false
	for k, v := range r.a.Options.All() {
		name := value.Str(k)
		old, there := have[name]
		if there && old == settingText(v) {
			continue
		}
		differs = true
		var active any
		if there {
			active = old
		}
		r.found.add("plugin_options."+name, active, v)
	}
	if !differs {
		return nil
	}
	return r.do("Updated plugin "+r.name+" settings", http.MethodPost, r.path("/set"), nil, r.settings())
}
