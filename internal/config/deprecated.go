package config

import (
	"slices"
	"strings"
)

// Deprecation is a way to set something that Ansible will give up.
type Deprecation struct{ Text, Version string }

// renamed are old names of settings, of the file and of the environment.
var renamed = map[string]string{
	"defaults.cow_whitelist": "cowsay_enabled_stencils", "ANSIBLE_COW_WHITELIST": "ANSIBLE_COW_ACCEPTLIST",
	"defaults.callback_whitelist": "callbacks_enabled", "ANSIBLE_CALLBACK_WHITELIST": "ANSIBLE_CALLBACKS_ENABLED",
}

// ofFacts are settings that module_defaults stand for now.
var ofFacts = []string{"DEFAULT_FACT_PATH", "DEFAULT_GATHER_SUBSET", "DEFAULT_GATHER_TIMEOUT"}

// deprecate notes what is old about how a setting is set.
func (c *Config) deprecate(v Value, key string) {
	if instead, ok := renamed[key]; ok {
		shown := key
		if section, name, ok := strings.Cut(key, "."); ok {
			shown = "[" + section + "]" + name
		}
		c.Deprecations = append(c.Deprecations, Deprecation{shown + " option, normalizing names to new standard, use " + instead + " instead", "2.15"})
	}
	if slices.Contains(ofFacts, v.Name) && !v.IsDefault() {
		c.Deprecations = append(c.Deprecations, Deprecation{v.Name + " option, the module_defaults keyword is a more generic version and can apply to all calls to the" +
			" M(ansible.builtin.gather_facts) or M(ansible.builtin.setup) actions, use module_defaults instead", "2.18"})
	}
}
