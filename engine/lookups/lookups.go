// Package lookups holds Ansible's lookup plugins, a file each: what templates
// ask for with lookup() and query(), and what with_ loops go through. They run
// on the controller; variables and files reach them through their Call.
package lookups

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Options are what lookups need from the engine around them. Each may be nil.
type Options struct {
	// Decrypt opens a vaulted file; name is for its errors. Without it a
	// vaulted file is an error.
	Decrypt  func(data []byte, name string) ([]byte, error)
	Settings Settings
	// Warn is told what a lookup with errors='warn' failed with, and of files not found.
	Warn func(text string)
	// Own finds a lookup that the project ships itself: it wins over one of the
	// same name here. nil for none.
	Own func(name string) Func
	// Collection gives the folder of a collection; "" for one that is not there. nil finds none.
	Collection func(name string) string
}

// Call is one use of a lookup.
type Call struct {
	Ctx     context.Context
	Name    string
	Terms   []any
	Options *value.Dict // keyword arguments; never nil
	Vars    template.Vars
	Engine  *template.Engine
	Pos     source.Pos
	Keyed   *value.Dict // what a lookup gives that makes no list; its items are the keys
	plugins *Plugins
	folder  string // where files are looked for first; "" is the lookup's own
	lone    bool   // with_ was given a dict, not a list
}

// Func is the code of a lookup. Its items are what query() gives.
type Func func(*Call) ([]any, error)

// Plugins are the lookups by name. They are safe for concurrent use.
type Plugins struct {
	options Options
	table   map[string]Func
}

// builtin and general are the lookups of ansible.builtin and community.general.
func builtin() map[string]Func {
	return map[string]Func{
		"config": config, "csvfile": csvFile, "dict": dict, "env": env, "file": file, "fileglob": fileGlob,
		"first_found": firstFound, "indexed_items": indexedItems, "ini": ini, "inventory_hostnames": inventoryHostnames,
		"items": items, "lines": lines, "list": list, "nested": nested, "password": password, "pipe": pipe,
		"random_choice": randomChoice, "sequence": sequence, "subelements": subelements, "template": templateFile,
		"together": together, "unvault": unvault, "url": fetchURL, "varnames": varnames, "vars": variables,
	}
}

func general() map[string]Func {
	return map[string]Func{
		"flattened": flattened, "random_string": randomString, "merge_variables": mergeVariables,
		"collection_version": collectionVersion, "filetree": fileTree, "passwordstore": passwordStore, "cartesian": nestedTuples,
		"dependent": dependent,
	}
}

// New makes the lookups.
func New(o Options) *Plugins {
	p := &Plugins{options: o, table: map[string]Func{}}
	for name, f := range builtin() {
		p.table[name], p.table["ansible.builtin."+name], p.table["ansible.legacy."+name] = f, f, f
	}
	for name, f := range general() {
		p.table["community.general."+name] = f
		if p.table[name] == nil {
			p.table[name] = f
		}
	}
	for name, params := range utilities {
		p.table["ansible.utils."+name] = utility(name, params)
	}
	return p
}

// Register adds the globals lookup, query and q.
func Register(r *jinja.Registry, o Options) *Plugins {
	p := New(o)
	r.Global("lookup", jinja.Func(p.lookup))
	r.Global("query", jinja.Func(p.query))
	r.Global("q", jinja.Func(p.query))
	return p
}

// find is the lookup of a name; nil for none. A project's own wins, but not the
// files of a collection that is installed here over what is built in for it: they
// may need more of Ansible than there is.
func (p *Plugins) find(name string) Func {
	if built := p.table[name]; built != nil && strings.Count(name, ".") == 2 {
		return built
	}
	if p.options.Own != nil {
		if f := p.options.Own(name); f != nil {
			return f
		}
	}
	return p.table[name]
}

// Has reports whether there is a lookup of that name.
func (p *Plugins) Has(name string) bool { return p.find(name) != nil }

// Names lists the lookups in order.
func (p *Plugins) Names() []string {
	names := make([]string, 0, len(p.table))
	for name := range p.table {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Loop gives the items of a with_ loop. n is what stands behind with_x as
// written. folder is where the task's kind of file lives (files, templates,
// vars); "" leaves it to the lookup.
func (p *Plugins) Loop(ctx context.Context, name string, n *tree.Node, folder string, e *template.Engine, v template.Vars) ([]any, error) {
	f := p.find(name)
	if f == nil {
		return nil, p.notFound(name, n.Pos)
	}
	c := &Call{Ctx: ctx, Name: name, Options: value.NewDict(), Vars: v, Engine: e, Pos: n.Pos, plugins: p, folder: folder}
	var err error
	if c.Terms, c.lone, err = loopTerms(ctx, name, n, e, v); err != nil {
		return nil, err
	}
	out, err := f(c)
	var placed *source.Error
	if err != nil && !errors.As(err, &placed) {
		err = source.Errorf(n.Pos, "%w", err)
	}
	return out, err
}

// loopTerms evaluates what stands behind with_x: a list is the terms, anything
// else the only one, and lone where that is a dict. first_found passes over
// names that cannot be made.
func loopTerms(ctx context.Context, name string, n *tree.Node, e *template.Engine, v template.Vars) (all []any, lone bool, err error) {
	if n.Kind != tree.List || !strings.HasSuffix(name, "first_found") {
		terms, err := e.Eval(ctx, n, v)
		if err != nil {
			return nil, false, err
		}
		if list, ok := terms.(*value.List); ok {
			return list.Items, false, nil
		}
		_, isDict, _ := value.AsDict(terms)
		return []any{terms}, isDict, nil
	}
	var terms []any
	for _, item := range n.Items {
		term, err := e.Eval(ctx, item, v)
		if template.IsUndefined(err) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		terms = append(terms, term)
	}
	return terms, false, nil
}

func (p *Plugins) notFound(name string, at source.Pos) error {
	err := source.Errorf(at, "%w", value.Raise("AnsibleError", "lookup plugin (%s) not found", name))
	if near := source.Near(name, p.Names()); near != "" {
		return err.WithHint("did you mean %s?", near)
	}
	return err
}

func (p *Plugins) query(c *jinja.Call) (any, error) {
	if len(c.Args) == 0 {
		return nil, value.Raise("TypeError", "Templar._query_lookup() missing 1 required positional argument: 'name'")
	}
	kwargs := c.Kwargs.Copy()
	kwargs.Set("wantlist", true)
	call := *c
	call.Kwargs = kwargs
	return p.lookup(&call)
}

func (p *Plugins) lookup(c *jinja.Call) (any, error) {
	if len(c.Args) == 0 {
		return nil, value.Raise("TypeError", "Templar._lookup() missing 1 required positional argument: 'name'")
	}
	engine, vars, ok := template.Of(c.Context)
	if !ok {
		return nil, value.Raise("AnsibleError", "lookup() is used outside of a playbook")
	}
	if !template.LookupsAllowed(c.Context) {
		return nil, value.Raise("AnsibleError", "the lookup %s stands in text that a template made, where lookups do not run", value.Repr(c.Args[0]))
	}
	if err := defined(c.Args[0]); err != nil {
		return nil, err
	}
	name := value.Str(c.Args[0])
	f := p.find(name)
	if f == nil {
		return nil, p.notFound(name, c.Pos)
	}
	call := &Call{Ctx: c.Context, Name: name, Terms: slices.Clone(c.Args[1:]), Options: value.NewDict(), Vars: vars, Engine: engine, Pos: c.Pos, plugins: p}
	wantList, onError := false, "strict"
	for k, v := range c.Kwargs.All() {
		switch key := value.Str(k); key {
		case "wantlist":
			wantList = value.Truth(v)
		case "errors":
			onError = value.Str(v)
		case "allow_unsafe":
		default:
			call.Options.Set(key, v)
		}
	}
	for i, v := range call.Terms {
		if err := defined(v); err != nil {
			return nil, err
		}
		call.Terms[i] = listed(v, 0)
	}
	out, err := f(call)
	if err != nil {
		return p.failed(call, err, onError, wantList)
	}
	switch {
	case wantList && call.Keyed != nil:
		return engine.Untrusted(call.Keyed), nil
	case wantList:
		return engine.Untrusted(value.NewList(out...)), nil
	}
	return engine.Untrusted(joined(out)), nil
}

func defined(v any) error {
	if u, ok := v.(*value.Undefined); ok && u.Strict() {
		return u.Err()
	}
	if l, ok := v.(*value.List); ok {
		for _, item := range l.Items {
			if err := defined(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxNesting is how deep terms are looked into.
const maxNesting = 100

// listed is a term with lists for its tuples.
func listed(v any, depth int) any {
	var items []any
	switch v := v.(type) {
	case value.Tuple:
		items = v
	case *value.List:
		if !slices.ContainsFunc(v.Items, holdsItems) {
			return v
		}
		items = v.Items
	}
	if items == nil || depth > maxNesting {
		return v
	}
	out := value.NewList()
	for _, item := range items {
		out.Append(listed(item, depth+1))
	}
	return out
}

func holdsItems(v any) bool {
	switch v.(type) {
	case value.Tuple, *value.List:
		return true
	}
	return false
}

// failed says how a lookup went wrong, or passes over it as errors= asks.
func (p *Plugins) failed(c *Call, err error, onError string, wantList bool) (any, error) {
	if template.IsUndefined(err) || value.IsException(err, "AnsibleOptionsError") {
		return nil, err
	}
	text := template.Message(err)
	if value.IsException(err, "AnsibleLookupError") && onError == "strict" {
		return nil, err
	}
	msg := fmt.Sprintf("An unhandled exception occurred while running the lookup plugin '%s'. Error was a %s, original message: %s", c.Name, template.ClassName(err), text)
	switch onError {
	case "warn":
		c.warn("%s", msg)
	case "ignore":
	default:
		return nil, value.Raise("AnsibleError", "%s. %s", msg, text)
	}
	if wantList {
		return value.NewList(), nil
	}
	return nil, nil
}

// joined is what lookup() gives: text joined by commas, a lone item, or the list.
func joined(out []any) any {
	if len(out) == 0 {
		return value.NewList()
	}
	texts := make([]string, len(out))
	for i, v := range out {
		switch v := v.(type) {
		case string:
			texts[i] = v
		case value.Markup:
			texts[i] = string(v)
		default:
			if len(out) == 1 {
				return out[0]
			}
			return value.NewList(out...)
		}
	}
	return strings.Join(texts, ",")
}

func (c *Call) warn(format string, args ...any) {
	if warn := c.plugins.options.Warn; warn != nil {
		warn(fmt.Sprintf(format, args...))
	}
}

// failure is Ansible's error of a lookup.
func failure(format string, args ...any) error { return value.Raise("AnsibleError", format, args...) }

// option is a keyword argument, or def when it was not given.
func (c *Call) option(name string, def any) any {
	if v, ok := c.Options.Get(name); ok {
		return v
	}
	return def
}

func (c *Call) text(name, def string) string { return value.Str(c.option(name, def)) }

// truth is a keyword argument as a bool; text counts as Ansible reads it.
func (c *Call) truth(name string, def bool) bool {
	v := c.option(name, def)
	if s, ok := v.(string); ok {
		switch strings.ToLower(s) {
		case "yes", "on", "true", "1", "y", "t":
			return true
		}
		return false
	}
	return value.Truth(v)
}

// variable is the value of a variable, nil when there is none.
func (c *Call) variable(name string) (any, error) {
	v, _, err := c.Engine.Variable(c.Ctx, name, c.Vars)
	if err == nil {
		err = defined(v)
	}
	return v, err
}
