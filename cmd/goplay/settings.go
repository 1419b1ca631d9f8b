package main

import (
	"goplay/internal/config"
	"goplay/internal/value"
)

// settings shows the configuration to the lookup of that name.
type settings struct{ config *config.Config }

// Setting is a setting of ansible.cfg.
func (s settings) Setting(name string) (any, bool) {
	v, ok := s.config.Find(name)
	return value.Of(v.Value), ok
}

// Plugin is a setting of a plugin, and the variables that win over it.
func (s settings) Plugin(plugin, option string) (any, []string, bool) {
	v, names, ok := s.config.Plugin(plugin, option)
	return value.Of(v.Value), names, ok
}

// HasPlugin reports whether a plugin has settings.
func (s settings) HasPlugin(plugin string) bool { return s.config.HasPlugin(plugin) }
