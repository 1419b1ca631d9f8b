package inventory

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"goplay/internal/pyyaml"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Format is how a listing is written.
type Format int

// The formats of ansible-inventory.
const (
	JSON Format = iota
	YAML
	TOML
)

// Listing writes an inventory as ansible-inventory does.
type Listing struct {
	Inventory *Inventory
	Format    Format
	// Export keeps variables where they were set instead of giving every host
	// all that hold for it.
	Export bool
	// PlaybookDir says that the playbook's folder was asked for: what groups and
	// hosts have of their own is looked for there, too.
	PlaybookDir bool
	// LocalFacts shows that facts are no variables (INJECT_FACTS_AS_VARS is off):
	// the local ones then are, even where there are none.
	LocalFacts bool
	// Limit leaves other hosts out of a list of all, as Ansible does from 2.15 on.
	Limit string
	// Extra are variables from the command line; they win.
	Extra *tree.Node

	shown *shown
	left  map[*Host]bool // by the limit; nil for all
}

// What a listing may be asked for in vain.
var (
	ErrNoHost  = errors.New("You must pass a single valid host to --host parameter")
	ErrNoGroup = errors.New("Pattern must be valid group name when using --graph")
)

// hidden are names that Ansible sets itself: listings leave them out even where
// a source gives them a value.
var hidden = map[string]bool{
	"ansible_config_file": true, "ansible_diff_mode": true, "ansible_facts": true, "ansible_forks": true,
	"ansible_inventory_sources": true, "ansible_limit": true, "ansible_playbook_python": true,
	"ansible_run_tags": true, "ansible_skip_tags": true, "ansible_verbosity": true, "ansible_version": true,
	"group_names": true, "groups": true, "inventory_dir": true, "inventory_file": true,
	"inventory_hostname": true, "inventory_hostname_short": true, "omit": true, "playbook_dir": true,
}

// hostVars merges what is known of a host.
func (l *Listing) hostVars(h *Host) (*value.Dict, error) {
	layers, err := l.Inventory.Layers(h.Name)
	if l.Export {
		layers, err = l.Inventory.hostLayers(h, l.Inventory.listedDirs(l.PlaybookDir))
	}
	if err != nil {
		return nil, err
	}
	if l.LocalFacts && !l.Export {
		local := tree.Pair{Key: tree.TextNode(source.Pos{}, "ansible_local"), Value: &tree.Node{Kind: tree.Map}}
		layers = append(layers, &tree.Node{Kind: tree.Map, Pairs: []tree.Pair{local}})
	}
	if l.Extra != nil && !l.Export {
		layers = append(layers, l.Extra)
	}
	return l.merge(layers), nil
}

func (l *Listing) merge(layers []*tree.Node) *value.Dict {
	if l.shown == nil {
		l.shown = &shown{format: l.Format}
	}
	var merged Vars
	for _, layer := range layers {
		for _, p := range layer.Pairs {
			if !hidden[p.Name()] {
				l.Inventory.put(&merged, p.Name(), p.Value)
			}
		}
	}
	d := value.NewDict()
	for _, p := range merged.pairs {
		d.Set(p.Name(), l.shown.value(p.Value))
	}
	return d
}

func (l *Listing) groupVars(g *Group) (*value.Dict, error) {
	layers, err := l.Inventory.groupLayers(g, l.Inventory.listedDirs(l.PlaybookDir))
	vars := l.merge(layers)
	if g.Priority() != 1 {
		vars.Set("ansible_group_priority", int64(g.Priority()))
	}
	return vars, err
}

// Host is the variables of one host.
func (l *Listing) Host(name string) (string, error) {
	h := l.Inventory.Host(name)
	if h == nil {
		l.Inventory.warn("Could not match supplied host pattern, ignoring: %s", name)
		return "", ErrNoHost
	}
	vars, err := l.hostVars(h)
	if err != nil {
		return "", err
	}
	return l.encode(vars)
}

// List is the whole inventory.
func (l *Listing) List() (string, error) {
	if l.Limit != "" {
		hosts, err := l.Inventory.Select(All, l.Limit)
		if err != nil {
			return "", err
		}
		l.left = map[*Host]bool{}
		for _, h := range hosts {
			l.left[h] = true
		}
	}
	all := l.Inventory.Group(All)
	var d *value.Dict
	var err error
	switch l.Format {
	case YAML:
		y := yamlListing{Listing: l, seen: map[*Host]bool{}}
		d, err = y.group(all)
	case TOML:
		t := tomlListing{Listing: l, seen: map[*Host]bool{}, out: value.NewDict()}
		err = t.group(all)
		d = t.out
	default:
		d, err = l.json(all)
	}
	if err != nil {
		return "", err
	}
	return l.encode(d)
}

func (l *Listing) encode(d *value.Dict) (string, error) {
	if l.shown != nil && l.shown.err != nil {
		return "", l.shown.err
	}
	switch l.Format {
	case YAML:
		o := pyyaml.Defaults()
		o.Unicode = true
		text, err := pyyaml.Encode(d, o)
		return l.restore(text), err
	case TOML:
		return encodeTOML(d)
	}
	return value.EncodeJSON(d, value.JSONOptions{Indent: 4, SortKeys: true, Unicode: true, Default: isoformat})
}

func (l *Listing) restore(yaml string) string {
	if l.shown == nil {
		return yaml
	}
	return l.shown.restore(yaml)
}

// isoformat stands for what JSON has no form for: dates.
func isoformat(v any) (any, error) {
	if f, ok := value.Attr(v, "isoformat"); ok {
		if c, ok := f.(value.Callable); ok {
			return c.Call(nil, nil)
		}
	}
	return nil, value.Raise("TypeError", "Object of type %s is not JSON serializable", value.TypeName(v))
}

func (l *Listing) json(all *Group) (*value.Dict, error) {
	out, vars := value.NewDict(), value.NewDict()
	if err := l.jsonGroup(all, out, map[*Group]bool{}); err != nil {
		return nil, err
	}
	for _, h := range l.within(all.AllHosts()) {
		own, err := l.hostVars(h)
		if err != nil {
			return nil, err
		}
		if own.Len() > 0 {
			vars.Set(h.Name, own)
		}
	}
	out.Set("_meta", value.DictOf("hostvars", vars))
	return out, nil
}

func (l *Listing) jsonGroup(g *Group, out *value.Dict, seen map[*Group]bool) error {
	seen[g] = true
	d := value.NewDict()
	if hosts := l.within(g.Hosts()); g.Name != All && len(hosts) > 0 {
		d.Set("hosts", value.Strings(names(hosts)))
	}
	children := value.NewList()
	for _, c := range g.Children() {
		children.Append(c.Name)
		if !seen[c] {
			if err := l.jsonGroup(c, out, seen); err != nil {
				return err
			}
		}
	}
	if children.Len() > 0 {
		d.Set("children", children)
	}
	if l.Export {
		vars, err := l.groupVars(g)
		if err != nil {
			return err
		}
		if vars.Len() > 0 {
			d.Set("vars", vars)
		}
	}
	if d.Len() > 0 {
		out.Set(g.Name, d)
	}
	return nil
}

// within are the hosts that the limit leaves.
func (l *Listing) within(hosts []*Host) []*Host {
	if l.left == nil {
		return hosts
	}
	return slices.DeleteFunc(slices.Clone(hosts), func(h *Host) bool { return !l.left[h] })
}

func names(hosts []*Host) []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		out[i] = h.Name
	}
	return out
}

// yamlListing nests groups; only the first mention of a host has its variables.
type yamlListing struct {
	*Listing
	seen map[*Host]bool
}

func (l *yamlListing) group(g *Group) (*value.Dict, error) {
	d, children, hosts := value.NewDict(), value.NewDict(), value.NewDict()
	for _, c := range g.Children() {
		below, err := l.group(c)
		if err != nil {
			return nil, err
		}
		children.Update(below)
	}
	if children.Len() > 0 {
		d.Set("children", children)
	}
	if g.Name != All {
		for _, h := range l.within(g.Hosts()) {
			vars, err := l.once(h, l.seen)
			if err != nil {
				return nil, err
			}
			hosts.Set(h.Name, vars)
		}
	}
	if hosts.Len() > 0 {
		d.Set("hosts", hosts)
	}
	if l.Export {
		vars, err := l.groupVars(g)
		if err != nil {
			return nil, err
		}
		if vars.Len() > 0 {
			d.Set("vars", vars)
		}
	}
	return value.DictOf(g.Name, d), nil
}

// once is a host's variables the first time, and nothing later.
func (l *Listing) once(h *Host, seen map[*Host]bool) (*value.Dict, error) {
	if seen[h] {
		return value.NewDict(), nil
	}
	seen[h] = true
	return l.hostVars(h)
}

// Graph draws a group, what is below it and, with vars, what is known of each.
// An unknown group is an error.
func (l *Listing) Graph(group string, vars bool) (string, error) {
	g := l.Inventory.Group(group)
	if g == nil {
		return "", ErrNoGroup
	}
	l.shown = &shown{format: text}
	d := drawing{Listing: l, vars: vars}
	if err := d.group(g, 0); err != nil {
		return "", err
	}
	return strings.Join(d.lines, "\n"), l.shown.err
}

type drawing struct {
	*Listing
	vars  bool
	lines []string
}

func (d *drawing) line(depth int, text string) {
	if depth > 0 {
		text = strings.Repeat("  |", depth) + "--" + text
	}
	d.lines = append(d.lines, text)
}

func (d *drawing) group(g *Group, depth int) error {
	d.line(depth, "@"+g.Name+":")
	for _, c := range g.Children() {
		if err := d.group(c, depth+1); err != nil {
			return err
		}
	}
	if g.Name != All {
		for _, h := range g.Hosts() {
			d.line(depth+1, h.Name)
			vars, err := d.hostVars(h)
			if err != nil {
				return err
			}
			d.dict(vars, depth+2)
		}
	}
	vars, err := d.groupVars(g)
	d.dict(vars, depth+1)
	return err
}

func (d *drawing) dict(vars *value.Dict, depth int) {
	if !d.vars {
		return
	}
	sorted := map[string]any{}
	for k, v := range vars.All() {
		sorted[value.Str(k)] = v
	}
	for _, name := range slices.Sorted(maps.Keys(sorted)) {
		d.line(depth, "{"+name+" = "+value.Str(sorted[name])+"}")
	}
}
