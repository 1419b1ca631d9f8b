package lookups

import "goplay/internal/value"

// Settings are the settings of ansible.cfg and of plugins.
type Settings interface {
	// Setting is the value of a setting.
	Setting(name string) (v any, found bool)
	// Plugin is the value of a plugin's setting, and the variables that give
	// it another, the strongest first.
	Plugin(plugin, option string) (v any, variables []string, found bool)
	// HasPlugin reports whether there is a plugin of that name.
	HasPlugin(plugin string) bool
}

// config gives settings of ansible.cfg and of plugins by name.
func config(c *Call) ([]any, error) {
	missing := c.text("on_missing", "error")
	switch missing {
	case "error", "warn", "skip":
	default:
		return nil, value.Raise("AnsibleOptionsError", "Invalid value \"%s\" for configuration option "+
			"\"plugin_type: lookup plugin: config setting: on_missing \", valid values are: error, skip, warn", missing)
	}
	kind, plugin := c.text("plugin_type", ""), c.text("plugin_name", "")
	if (kind == "") != (plugin == "") {
		return nil, value.Raise("AnsibleOptionsError", "Both plugin_type and plugin_name are required, cannot use one without the other")
	}
	var out []any
	for _, term := range c.Terms {
		name, ok := term.(string)
		if !ok {
			return nil, value.Raise("AnsibleOptionsError", "Invalid setting identifier, \"%s\" is not a string, its a <class '%s'>", value.Str(term), value.TypeName(term))
		}
		v, found, why, err := c.setting(kind, plugin, name)
		switch {
		case err != nil:
			return nil, err
		case found:
			out = append(out, v)
		case missing == "error":
			return nil, value.Raise("AnsibleLookupError", "Unable to find setting %s%s", name, why)
		case missing == "warn":
			c.warn("Skipping, did not find setting %s", name)
		}
	}
	return out, nil
}

// notSettings are what Ansible keeps beside its settings: asked for, it is an
// error whatever on_missing says.
var notSettings = map[string]bool{"ConfigManager": true, "Sequence": true, "add_internal_fqcns": true, "set_constant": true, "to_text": true}

// setting looks one up; why says more of one that is not there.
func (c *Call) setting(kind, plugin, name string) (v any, found bool, why string, err error) {
	settings := c.plugins.options.Settings
	if settings == nil {
		return nil, false, "", nil
	}
	if plugin == "" {
		if notSettings[name] {
			return nil, false, "", value.Raise("AnsibleLookupError", "Invalid setting \"%s\" attempted", name)
		}
		v, found = settings.Setting(name)
		return v, found, "", nil
	}
	if !settings.HasPlugin(plugin) {
		return nil, false, "", value.Raise("AnsibleLookupError", "Unable to load %s plugin \"%s\"", kind, plugin)
	}
	v, names, found := settings.Plugin(plugin, name)
	if !found {
		text := "Requested entry (plugin_type: " + kind + " plugin: " + plugin + " setting: " + name + " ) was not defined in configuration."
		return nil, false, ". " + text + ". " + text, nil
	}
	for _, variable := range names {
		if given, err := c.variable(variable); given != nil || err != nil {
			return given, true, "", err
		}
	}
	return v, true, "", nil
}
