// Package modules is the contract of everything that runs on a target: what a
// module says of itself (Spec and the tags of its argument and result structs),
// what it is given (Context, Call) and what it gives back (Result). Check mode
// and diff live here, in Context.Change, and nowhere else. The package knows
// nothing of playbooks, templates or connections.
package modules

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"

	"goplay/internal/lazy"

	"goplay/internal/source"
)

// Spec is what a module says of itself beyond its arguments. Options and
// return values are read from the tags of the structs given to Register.
type Spec struct {
	Name    string   // fully qualified: "ansible.builtin.file"
	Aliases []string // other fully qualified names that mean the same
	Summary string   // one line for `goplay doc -l`
	Example string   // tasks in YAML; tests load and check them
	Notes   []string // what a user should know, one sentence each
	Differs []string // what differs from Ansible's module of that name, and why

	Internal   bool   // the engine's own: in no list and no reference
	FreeForm   string // option that takes a task's free-form text; "" refuses it
	AnyOptions bool   // options beyond the struct's are allowed; see Context.Extra
	// Heedless says that Ansible's module does nothing with options that it does
	// not know: they are warned of, and no fault.
	Heedless bool
	// NoCheck says that the module cannot predict: under check mode it is skipped unrun.
	NoCheck bool
	// KeepsDiff says that the diff is among the results even where nobody asked to see it, as with Ansible's module.
	KeepsDiff bool

	Exclusive  [][]string // at most one of each
	OneOf      [][]string // at least one of each
	Together   [][]string // all of each, or none
	RequiredIf []RequiredIf
	RequiredBy map[string][]string // an option that needs others
}

// RequiredIf asks for options when another has a value.
type RequiredIf struct {
	Option string
	Is     any      // compared with the converted value
	Needs  []string // all of them, or with AnyOf one of them
	AnyOf  bool
}

// Module is a registered module.
type Module struct {
	Spec
	schema  func() *Schema
	returns func() []Return
	args    reflect.Type
	run     func(c *Context, args any) (any, error) // args points to a struct; nil for what only the controller does
}

// Schema is what the module takes. It is made when it is first asked for: a
// command uses few of all modules.
func (m *Module) Schema() *Schema { return m.schema() }

// Returns are the values that the module returns, made when first asked for.
func (m *Module) Returns() []Return { return m.returns() }

// OnTarget reports whether the module has a half that runs on a target.
func (m *Module) OnTarget() bool { return m.run != nil }

// Short is the name without its collection.
func (m *Module) Short() string { return short(m.Name) }

func short(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

var registry = map[string]*Module{}

// Describe makes a module known that has no half on the target: its options
// are checked and documented like any other's, and the controller does the work.
func Describe[A, R any](s Spec) { describe(s, reflect.TypeFor[A](), reflect.TypeFor[R]()) }

// describe and invoke are no generic code, and need no words: there are many
// modules, and the agent has to be small.
func describe(s Spec, args, returned reflect.Type) *Module {
	if s.Name == "" || strings.Count(s.Name, ".") < 2 {
		panic(fmt.Sprintf("modules: spec of %q is incomplete", s.Name))
	}
	m := &Module{
		Spec: s, args: args,
		schema:  sync.OnceValue(func() *Schema { return schemaOf(s, args) }),
		returns: sync.OnceValue(func() []Return { return returnsOf(returned) }),
	}
	if lazy.InTest {
		m.schema()
		m.returns()
	}
	for _, name := range append([]string{s.Name}, s.Aliases...) {
		if _, taken := registry[name]; taken {
			panic(fmt.Sprintf("modules: %s is registered twice", name))
		}
		registry[name] = m
	}
	return m
}

// invoke runs the module with options as they were given.
func (m *Module) invoke(c *Context, given map[string]any) Result {
	args := reflect.New(m.args)
	if err := m.decodeInto(c, given, args.Interface()); err != nil {
		return c.failed(err)
	}
	return c.finish(m.run(c, args.Interface()))
}

// Lookup finds a module by its full name. ansible.legacy is ansible.builtin.
func Lookup(name string) (*Module, bool) {
	if rest, ok := strings.CutPrefix(name, "ansible.legacy."); ok {
		name = "ansible.builtin." + rest
	}
	m, ok := registry[name]
	return m, ok
}

// All returns every module, ordered by name.
func All() []*Module {
	var all []*Module
	for name, m := range registry {
		if name == m.Name && !m.Internal {
			all = append(all, m)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// Names returns every registered name with its aliases, sorted.
func Names() []string {
	names := make([]string, 0, len(registry))
	for name := range registry {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Near suggests a registered name for one that is unknown, or "".
func Near(name string) string {
	if strings.Contains(name, ".") {
		return source.Near(name, Names())
	}
	shorts := make([]string, 0, len(registry))
	for n := range registry {
		shorts = append(shorts, short(n))
	}
	sort.Strings(shorts)
	return source.Near(name, shorts)
}
