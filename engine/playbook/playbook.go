// Package playbook turns YAML into a positioned tree of plays, blocks, tasks
// and roles: static imports are resolved, keywords inherited, shape errors
// reported all at once. What it returns is what was written; nothing is
// evaluated but the names of static imports. It knows no host and no module.
package playbook

import (
	"goplay/internal/source"
	"goplay/internal/tree"
)

// Playbook is the plays of a file and of those it imports, in order.
type Playbook struct {
	File     string
	Plays    []*Play
	Warnings []*source.Error // duplicate keys and the like
}

// Play is one play as written.
type Play struct {
	Pos  source.Pos
	Name string // as written; may hold a template
	Dir  string // folder of the playbook file: where relative paths start
	Keywords

	Hosts            *tree.Node // text or a list of it
	GatherFacts      *tree.Node // nil when not said
	GatherSubset     *tree.Node
	GatherTimeout    *tree.Node
	FactPath         *tree.Node
	Serial           *tree.Node
	Strategy         *tree.Node
	Order            *tree.Node
	MaxFailPercent   *tree.Node
	ForceHandlers    *tree.Node
	VarsFiles        []*tree.Node // each text, or a list of alternatives
	VarsPrompt       []*Prompt
	ImportConditions []Condition // `when` of import_playbook

	Roles     []*Role // of `roles:`, in order, dependencies inside; then those of import_role, whose variables the play sees
	PreTasks  []Node
	RoleTasks []Node // the roles' tasks, dependencies first
	Tasks     []Node
	PostTasks []Node
	Handlers  []Node // those of roles:, then the play's own, then those of import_role

	entries int // how many of Roles stand in roles:; the others came by import_role
}

// Prompt is one entry of vars_prompt.
type Prompt struct {
	Pos                                 source.Pos
	Name                                string
	Text, Default, Encrypt, Salt        *tree.Node
	SaltSize                            int
	Private, Confirm, Unsafe, HasPrompt bool
}

// Node is what a list of tasks is made of.
type Node interface{ node() }

// Block is a list of tasks under shared keywords. Its keywords are already
// inherited by what it holds.
type Block struct {
	Pos  source.Pos
	Name string
	Keywords
	Tasks, Rescue, Always []Node
	Role                  *Role // nil outside roles
	// Implicit marks the list of a static import: a group without a name of its own.
	Implicit bool
}

// Task is one task or handler.
type Task struct {
	Pos    source.Pos
	Name   string     // as written; "" when it has none
	Module string     // as written: short or full name
	ModPos source.Pos // where the module's name stands
	// Args is a mapping, or nil. FreeForm is the text written after the
	// module's name, still as written, when it is not k=v pairs alone: command
	// lines, meta's action, the file of include_tasks. K=v pairs are in Args.
	Args     *tree.Node
	FreeForm *tree.Node
	// WholeArgs is set instead when all arguments come from one template: `args: "{{ x }}"`.
	WholeArgs *tree.Node
	Keywords

	Loop          *tree.Node // value of loop: or with_*; nil without one
	LoopLookup    string     // "" for loop:, "items" for with_items: ...
	LoopControl   *LoopControl
	Register      string
	Until         []Condition
	Retries       *tree.Node
	Delay         *tree.Node
	ChangedWhen   []Condition // nil: not given, or an empty list
	FailedWhen    []Condition
	Notify        []*tree.Node
	Listen        []*tree.Node // of a handler
	Async, Poll   *tree.Node
	DelegateTo    *tree.Node
	LocalAction   bool
	DelegateFacts *tree.Node

	Role      *Role // nil outside roles
	IsHandler bool
	// Params are the variables that includes above this task were given
	// (vars: of include_tasks and include, parameters of roles), outermost first.
	Params []*tree.Node
	// Included is the chain of dynamic includes this task came through, innermost first; nil for static ones.
	Parent *Task
	File   string // file the task stands in

	scope   *scope       // what the list it stands in has from above
	ownVars []*tree.Node // its own vars: alone, for what it includes
}

func (*Task) node()  {}
func (*Block) node() {}

// Condition is one term of when, until, changed_when or failed_when.
type Condition struct {
	Node *tree.Node // text: an expression; or a scalar: a bool as written
}

// LoopControl is a task's loop_control.
type LoopControl struct {
	LoopVar, IndexVar, Label, Pause, Extended, ExtendedAllItems *tree.Node
}

// Keywords are what plays, roles, blocks and tasks share. In a loaded tree
// every node has its effective ones: inherited from above where it says
// nothing itself. nil means that nobody said anything.
type Keywords struct {
	AnyErrorsFatal, Become, BecomeUser, BecomeMethod, BecomeFlags, BecomeExe *tree.Node
	CheckMode, Connection, Debugger, Diff, IgnoreErrors, IgnoreUnreachable   *tree.Node
	NoLog, Port, RemoteUser, RunOnce, Throttle, Timeout                      *tree.Node

	Environment    []*tree.Node // outermost first: later ones win
	ModuleDefaults []*tree.Node // outermost first: later ones win
	When           []Condition  // outermost first: all have to hold
	Vars           []*tree.Node // mappings of enclosing blocks, then the task's own; not the play's
	Tags           []string     // those of everything above too; may hold templates
	Collections    []string
}

// Role is one use of a role.
type Role struct {
	Pos             source.Pos
	Name            string       // as written
	FQCN            string       // namespace.collection.role for a role of a collection, else the name
	Collection      string       // namespace.collection, or ""
	Path            string       // folder
	Params          *tree.Node   // variables written beside the role's name
	Vars            *tree.Node   // vars: of the role entry or include_role task
	Defaults        []*tree.Node // contents of defaults/main, in the order they were read
	RoleVars        []*tree.Node // contents of vars/main
	Public          bool         // defaults and vars are seen by the rest of the play
	Parent          *Role        // the role that depends on or includes this one; nil at the top
	Dependencies    []*Role
	AllowDuplicates bool
	Key             string            // the same for uses that count as one, which run once for a host
	ArgumentSpec    *tree.Node        // of the entry point used; nil without one
	From            map[string]string // files used instead of main, by folder: tasks, vars, defaults, handlers
	Keywords

	Tasks    []Node
	Handlers []Node
}

// Compiled is the role's dependencies' tasks and then its own, each role in a
// block that ends with a role_complete marker.
func (r *Role) Compiled() []Node {
	var out []Node
	for _, d := range r.Dependencies {
		out = append(out, d.Compiled()...)
	}
	return append(out, &Block{Pos: r.Pos, Keywords: r.Keywords, Tasks: r.Tasks, Role: r, Implicit: true})
}

// CompiledHandlers is the handlers of the role's dependencies and then its own.
func (r *Role) CompiledHandlers() []Node {
	var out []Node
	for _, d := range r.Dependencies {
		out = append(out, d.CompiledHandlers()...)
	}
	return append(out, r.Handlers...)
}
