package inventory

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/internal/vault"
)

// Loader reads inventory sources. The zero value reads as Ansible does without
// any configuration.
type Loader struct {
	Keys *vault.Keys
	Warn func(text string)
	// Eval evaluates text that is a template, for sources that need it.
	Eval func(n *tree.Node, v template.Vars) (any, error)

	Enabled          []string // INVENTORY_ENABLED
	IgnoreExtensions []string // INVENTORY_IGNORE_EXTS
	IgnorePatterns   []string // INVENTORY_IGNORE_PATTERNS, regular expressions
	DuplicateKeys    string   // DUPLICATE_YAML_DICT_KEY
	Transform        string   // TRANSFORM_INVALID_GROUP_CHARS
	Mismatch         string   // HOST_PATTERN_MISMATCH
	Precedence       []string // VARIABLE_PRECEDENCE
	NoVarsFiles      bool     // VARIABLE_PLUGINS_ENABLED lacks host_group_vars
	MergeDicts       bool     // DEFAULT_HASH_BEHAVIOUR is merge
	NoWarning        bool     // INVENTORY_UNPARSED_WARNING is off
	UnparsedFails    bool     // INVENTORY_UNPARSED_IS_FAILED
	AnyUnparsedFails bool     // INVENTORY_ANY_UNPARSED_IS_FAILED
}

// defaultSource is where Ansible looks without any -i; that it is missing is no news.
const defaultSource = "/etc/ansible/hosts"

var (
	defaultEnabled    = []string{"host_list", "script", "auto", "yaml", "ini", "toml"}
	defaultExtensions = []string{".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".ini", ".cfg", ".retry"}
	neverSources      = lazy.Regexp(`^\.|^host_vars$|^group_vars$|^vars_plugins$`)
)

// reading is one use of a Loader.
type reading struct {
	*Loader
	inv     *Inventory
	ignored []*regexp.Regexp
}

// Load reads sources: files, folders, executables and lists of hosts with a
// comma in them. What can not be read is warned of and left out.
func (l *Loader) Load(sources []string) (*Inventory, error) {
	inv := New()
	inv.Warn, inv.Mismatch, inv.Transform = l.Warn, l.Mismatch, l.Transform
	inv.mergeDicts = l.MergeDicts
	if !l.NoVarsFiles {
		inv.Files = &VarsFiles{Keys: l.Keys, Warn: l.Warn, DuplicateKeys: l.DuplicateKeys}
	}
	inv.Precedence = l.precedence()
	r := &reading{Loader: l, inv: inv}
	for _, p := range l.IgnorePatterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("inventory ignore pattern %q: %w", p, err)
		}
		r.ignored = append(r.ignored, re)
	}
	if r.Enabled != nil && !slices.ContainsFunc(r.Enabled, known) {
		for _, name := range r.Enabled {
			inv.warn("Failed to load inventory plugin, skipping %s", name)
		}
		return nil, errors.New("No inventory plugins available to generate inventory, make sure you have at least one enabled.")
	}
	parsed := false
	for _, s := range sources {
		if s == "" {
			continue
		}
		if !strings.Contains(s, ",") {
			var err error
			if s, err = absolute(s); err != nil {
				return nil, err
			}
		}
		inv.sources = append(inv.sources, s)
		ok, err := r.source(s)
		if err != nil {
			return nil, err
		}
		parsed = parsed || ok
	}
	inv.file, inv.dir = "", ""
	switch {
	case parsed:
		if err := inv.Reconcile(); err != nil {
			return nil, err
		}
	case l.UnparsedFails:
		return nil, errors.New("No inventory was parsed, please check your configuration and options.")
	case !l.NoWarning:
		inv.warn("No inventory was parsed, only implicit localhost is available")
	}
	return inv, nil
}

// precedence is the order that was asked for, without what means nothing.
func (l *Loader) precedence() []string {
	out := []string{}
	for _, entry := range l.Precedence {
		if slices.Contains(DefaultPrecedence, entry) {
			out = append(out, entry)
		} else if l.Warn != nil {
			l.Warn("Ignoring unknown variable precedence entry: " + entry)
		}
	}
	if l.Precedence == nil {
		return nil
	}
	return out
}

// source reads one source and reports whether any of it could be.
func (r *reading) source(path string) (bool, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return r.folder(path)
	}
	return r.file(path)
}

func (r *reading) folder(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, fmt.Errorf("read inventory folder %s: %w", dir, err)
	}
	parsed := false
	for _, e := range entries {
		if r.ignores(e.Name()) {
			continue
		}
		ok, err := r.source(filepath.Join(dir, e.Name()))
		if err != nil {
			return false, err
		}
		parsed = parsed || ok
	}
	if parsed {
		return true, nil
	}
	return false, r.unparsed(dir)
}

// unparsed says of a source that nothing could read it.
func (r *reading) unparsed(path string) error {
	if r.AnyUnparsedFails {
		return fmt.Errorf("Completely failed to parse inventory source %s", path)
	}
	if path != defaultSource || exists(path) {
		r.inv.warn("Unable to parse %s as an inventory source", path)
	}
	return nil
}

func (r *reading) ignores(name string) bool {
	if neverSources.MatchString(name) {
		return true
	}
	extensions := r.IgnoreExtensions
	if extensions == nil {
		extensions = defaultExtensions
	}
	return slices.ContainsFunc(extensions, func(ext string) bool { return ext != "" && strings.HasSuffix(name, ext) }) ||
		slices.ContainsFunc(r.ignored, func(re *regexp.Regexp) bool { return re.MatchString(name) })
}

// file tries the enabled kinds of sources in order; what they said is only
// shown when none can read it.
func (r *reading) file(path string) (bool, error) {
	r.inv.file, r.inv.dir = path, filepath.Dir(path)
	if !exists(path) {
		r.inv.file, r.inv.dir = "", ""
	}
	enabled := r.Enabled
	if enabled == nil {
		enabled = defaultEnabled
	}
	var failures []string
	for _, name := range enabled {
		p, ok := plugins[shortName(name)]
		if !ok {
			r.inv.warn("Failed to load inventory plugin, skipping %s", name)
			continue
		}
		if !p.fits(path) {
			continue
		}
		err := p.read(r, path)
		if err == nil {
			return true, nil
		}
		failures = append(failures, fmt.Sprintf(" * Failed to parse %s with %s plugin: %s", path, name, strings.TrimRight(oneLine(err), "\n")))
	}
	for _, f := range failures {
		r.inv.warn("%s", f)
	}
	return false, r.unparsed(path)
}

// oneLine writes faults behind each other.
func oneLine(err error) string {
	var texts []string
	for _, one := range source.List(err) {
		texts = append(texts, one.Error())
	}
	return strings.Join(texts, "; ")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func shortName(name string) string {
	name = strings.TrimPrefix(name, "ansible.builtin.")
	return strings.TrimPrefix(name, "ansible.legacy.")
}

// plugin is one kind of source.
type plugin struct {
	fits func(path string) bool
	read func(r *reading, path string) error
}

var plugins map[string]plugin

func init() {
	plugins = map[string]plugin{
		"host_list":          {isHostList, (*reading).hostList},
		"advanced_host_list": {isHostList, (*reading).advancedHostList},
		"script":             {isScript, (*reading).script},
		"auto":               {hasExtension(".yml", ".yaml"), (*reading).auto},
		"yaml":               {hasExtension("", ".yaml", ".yml", ".json"), (*reading).yaml},
		"ini":                {isFile, (*reading).ini},
		"toml":               {hasExtension(".toml"), (*reading).toml},
		"constructed":        {hasExtension("", ".config", ".yaml", ".yml", ".json"), (*reading).constructed},
		"generator":          {hasExtension("", ".config", ".yaml", ".yml", ".json"), (*reading).generator},
	}
}

// known reports whether there is such a kind of source.
func known(name string) bool { return plugins[shortName(name)].read != nil }

// groupName and hostName are the text that names a group or a host.
func groupName(n *tree.Node) (string, error) {
	return named("group name supplied", "empty/false group name", n)
}
func hostName(n *tree.Node) (string, error) { return named("host name supplied", "empty host name", n) }

func named(supplied, empty string, n *tree.Node) (string, error) {
	switch {
	case n.Kind == tree.Text && n.Text != "":
		return n.Text, nil
	case emptyNode(n):
		return "", fmt.Errorf("Invalid %s provided: %s", empty, value.Str(n.Data()))
	}
	return "", fmt.Errorf("Invalid %s, expected a string but got %s for %s", supplied, builtinName(n), value.Str(n.Data()))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func hasExtension(extensions ...string) func(path string) bool {
	return func(path string) bool {
		return isFile(path) && slices.Contains(extensions, filepath.Ext(path))
	}
}

// bytes reads a file, through the vault if need be.
func (r *reading) bytes(path string) (data []byte, secret bool, err error) {
	return readVaulted(path, r.Keys)
}

func readVaulted(path string, keys *vault.Keys) (data []byte, secret bool, err error) {
	data, err = os.ReadFile(path)
	if err != nil {
		return nil, false, fmt.Errorf("an error occurred while trying to read the file '%s': %w", path, err)
	}
	if !vault.IsVault(data) {
		return data, false, nil
	}
	data, err = keys.Decrypt(data, path)
	return data, true, err
}

// document reads a YAML or JSON file; an empty one gives nil.
func (r *reading) document(path string) (*tree.Node, error) {
	return document(path, r.Keys, r.DuplicateKeys, r.inv.warn)
}

func document(path string, keys *vault.Keys, twice string, warn func(string, ...any)) (*tree.Node, error) {
	data, secret, err := readVaulted(path, keys)
	if err != nil {
		return nil, err
	}
	o := treeOptions(keys, secret)
	o.Twice = twice
	n, warnings, err := tree.ParseOne(path, data, o)
	for _, w := range warnings {
		warn("%s", w)
	}
	return n, err
}

func treeOptions(keys *vault.Keys, secret bool) tree.Options {
	return tree.Options{Secret: secret, Decrypt: func(armoured []byte) ([]byte, error) { return keys.Decrypt(armoured, "") }}
}

// ini reads an INI file.
func (r *reading) ini(path string) error {
	data, _, err := r.bytes(path)
	if err != nil {
		return err
	}
	return readINI(r.inv, path, data)
}

// auto reads a configuration of the plugin that it names.
func (r *reading) auto(path string) error {
	config, err := r.document(path)
	if err != nil {
		return err
	}
	name := ""
	if n := config.Get("plugin"); !n.IsNull() {
		name = n.String()
	}
	if name == "" {
		return fmt.Errorf("no root 'plugin' key found, '%s' is not a valid YAML inventory plugin config file", path)
	}
	p, ok := plugins[shortName(name)]
	if !ok {
		known := make([]string, 0, len(plugins))
		for k := range plugins {
			known = append(known, k)
		}
		text := fmt.Sprintf("inventory config '%s' specifies unknown plugin '%s'", path, name)
		if near := source.Near(name, known); near != "" {
			text += fmt.Sprintf(" (did you mean %s?)", near)
		}
		return errors.New(text)
	}
	if shortName(name) == "auto" { // it would be asked who reads the file for ever
		return errors.New("maximum recursion depth exceeded")
	}
	if !p.fits(path) {
		return fmt.Errorf("inventory source '%s' could not be verified by inventory plugin '%s'", path, name)
	}
	return p.read(r, path)
}
