package main

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"goplay/engine"
	"goplay/engine/actions"
	"goplay/engine/collections"
	"goplay/engine/filters"
	"goplay/engine/library"
	"goplay/engine/lookups"
	"goplay/engine/playbook"
	"goplay/engine/plugins"
	"goplay/engine/remote"
	"goplay/engine/report"
	"goplay/engine/vars"
	"goplay/internal/config"
	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/internal/vault"
	"goplay/inventory"
	"goplay/modules"
	_ "goplay/modules/all"
)

// session is everything a command that reaches hosts works with.
type session struct {
	*flags
	config      *config.Config
	reporter    engine.Reporter
	keys        *vault.Keys
	registry    *jinja.Registry
	templates   *template.Engine
	lookups     *lookups.Plugins
	inventory   *inventory.Inventory
	loader      *playbook.Loader
	library     *library.Finder
	collections *collections.Index
	plugins     *plugins.Plugins
	pool        *remote.Pool
	live        *report.Live // nil where there is no terminal
	extra       *tree.Node
	terminal    bool
	rejected    map[string]bool // modules that may not be used by their short names
}

// open puts a session together from flags, environment and configuration.
// Nothing is reached and nothing is changed by it.
func (f *flags) open() (*session, error) {
	s := &session{flags: f, terminal: term.IsTerminal(int(os.Stdin.Fd()))}
	s.screen = &report.Screen{Out: os.Stdout, Err: os.Stderr, Columns: max(leastColumns, columns())}
	env, err := config.OS()
	if err != nil {
		return nil, err
	}
	if s.config, err = config.Load(env); err != nil {
		return nil, err
	}
	s.screen.VerboseToErr = s.config.Bool("VERBOSE_TO_STDERR")
	s.screen.NoActionWarnings = !s.config.Bool("ACTION_WARNINGS")
	s.screen.NoDeprecations = !s.config.Bool("DEPRECATION_WARNINGS")
	if err := s.openLog(); err != nil {
		return nil, err
	}
	for _, text := range s.config.Warnings {
		s.warn(text)
	}
	s.screen.Colour, s.screen.Palette = s.colour(), report.PaletteOf(s.config.String)
	for _, d := range s.config.Deprecations {
		s.screen.Deprecation(engine.Deprecated{Text: d.Text, Version: d.Version, Collection: "ansible-core"})
	}
	if s.verbose == 0 {
		s.verbose = s.config.Int("DEFAULT_VERBOSITY")
	}
	s.reporter = s.newReporter()
	s.collections = &collections.Index{Roots: s.collectionRoots()}
	steps := []func() error{s.areFiles, s.openVault, s.openTemplates, s.openExtra, s.openInventory, s.openFilter, s.openLoader, s.openPool}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *session) warn(text string) { s.screen.Warning(text) }

// colour decides as Ansible does: a terminal has it unless NO_COLOR or
// ANSIBLE_NOCOLOR say otherwise; ANSIBLE_FORCE_COLOR wins.
func (s *session) colour() bool {
	if s.config.Bool("ANSIBLE_FORCE_COLOR") {
		return true
	}
	return term.IsTerminal(int(os.Stdout.Fd())) && !s.config.Bool("ANSIBLE_NOCOLOR") && os.Getenv("NO_COLOR") == "" && !paper() && !strings.HasPrefix(os.Getenv("TERM"), "vt")
}

// paper reports whether the terminal is one that only writes on: it has neither
// colours nor a way to take back what was written.
func paper() bool {
	name := os.Getenv("TERM")
	return name == "" || name == "dumb" || name == "unknown"
}

// columns is how wide the terminal is; some say that they have none.
func columns() int {
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
		return width - 1
	}
	return leastColumns
}

// leastColumns is how long Ansible's headings are at least, however narrow the terminal.
const leastColumns = 79

// jinjaExtensions are those of Jinja2 itself with the statements that they add.
// autoescape and with are always there.
var jinjaExtensions = map[string][]string{
	"jinja2.ext.do": {"do"}, "jinja2.ext.loopcontrols": {"break", "continue"},
	"jinja2.ext.autoescape": nil, "jinja2.ext.with_": nil,
}

// statementsWithout are the statements of the extensions that jinja2_extensions
// does not name.
func (s *session) statementsWithout() []string {
	named := strings.Split(strings.ReplaceAll(s.given("DEFAULT_JINJA2_EXTENSIONS"), " ", ""), ",")
	for _, name := range named {
		if _, known := jinjaExtensions[name]; name != "" && !known {
			s.warn("the Jinja2 extension " + name + " is Python code that templates do without here")
		}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(jinjaExtensions)) {
		if !slices.Contains(named, name) {
			out = append(out, jinjaExtensions[name]...)
		}
	}
	return out
}

func (s *session) openTemplates() error {
	s.registry = jinja.NewRegistry()
	filters.Register(s.registry)
	filters.RegisterModules(s.registry, s.isModule)
	s.openPlugins()
	s.lookups = lookups.Register(s.registry, lookups.Options{Decrypt: s.decrypt, Warn: s.warn, Settings: settings{s.config}, Own: s.ownLookup, Collection: s.collections.Dir})
	s.templates = template.New(template.Options{
		Registry: s.registry, Native: s.config.Bool("DEFAULT_JINJA2_NATIVE"), Without: s.statementsWithout(),
		IgnoreUndefined: !s.config.Bool("DEFAULT_UNDEFINED_VAR_BEHAVIOR"), Warn: s.warn,
		TextFilters: s.config.List("STRING_TYPE_FILTERS"), Null: s.config.Get("DEFAULT_NULL_REPRESENTATION").Value,
	})
	return nil
}

func (s *session) openInventory() (err error) {
	s.inventory, err = s.reload()
	return err
}

// reload reads the inventory's sources, as they are now.
func (s *session) reload() (*inventory.Inventory, error) {
	sources := slices.Clone(s.flags.inventory)
	for i, name := range sources {
		sources[i] = cmp.Or(name, ".") // no name stands for the current folder
	}
	if len(sources) == 0 {
		sources = s.config.List("DEFAULT_HOST_LIST")
	}
	return s.inventoryLoader().Load(sources)
}

func (s *session) inventoryLoader() *inventory.Loader {
	c := s.config
	return &inventory.Loader{
		Keys: s.keys, Warn: s.warn,
		Eval: func(n *tree.Node, v template.Vars) (any, error) {
			return s.templates.Eval(context.Background(), n, v)
		},
		Precedence: c.List("VARIABLE_PRECEDENCE"), NoVarsFiles: !s.readsVarsFiles(),
		MergeDicts: c.String("DEFAULT_HASH_BEHAVIOUR") == "merge",
		Enabled:    c.List("INVENTORY_ENABLED"), IgnoreExtensions: c.List("INVENTORY_IGNORE_EXTS"),
		DuplicateKeys: c.String("DUPLICATE_YAML_DICT_KEY"), IgnorePatterns: c.List("INVENTORY_IGNORE_PATTERNS"), Transform: c.String("TRANSFORM_INVALID_GROUP_CHARS"),
		Mismatch: c.String("HOST_PATTERN_MISMATCH"), NoWarning: !c.Bool("INVENTORY_UNPARSED_WARNING"),
		UnparsedFails: c.Bool("INVENTORY_UNPARSED_IS_FAILED"), AnyUnparsedFails: c.Bool("INVENTORY_ANY_UNPARSED_IS_FAILED"),
	}
}

// readsVarsFiles reports whether group_vars and host_vars count: the plugin
// that reads them has to be enabled.
func (s *session) readsVarsFiles() bool {
	enabled := s.config.List("VARIABLE_PLUGINS_ENABLED")
	return slices.Contains(enabled, "host_group_vars") || slices.Contains(enabled, "ansible.builtin.host_group_vars")
}

func (s *session) openPool() error {
	s.pool = remote.NewPool(remote.Options{
		Warn: s.warn, Retries: s.config.Int("ssh.reconnection_retries"),
		Ask: s.asker(),
	})
	return nil
}

func (s *session) asker() func(context.Context, string) (string, error) {
	if !s.terminal {
		return nil
	}
	return func(ctx context.Context, prompt string) (string, error) { return s.ask(ctx, prompt, true) }
}

// engineOptions are the options of a run, before a command adds its own.
func (s *session) engineOptions() (engine.Options, error) {
	c := s.config
	defaults, err := s.defaults()
	if err != nil {
		return engine.Options{}, err
	}
	forks := s.forks
	if forks == 0 {
		forks = c.Int("DEFAULT_FORKS")
	}
	o := engine.Options{
		Inventory: s.inventory, Loader: s.loader, Template: s.templates, Pool: s.pool,
		Actions: actions.All(), Library: s.library, Collections: s.collections, Lookups: s.lookups, Reporter: s.reporter,
		Extra: vars.OfNode(s.extra), Limit: s.limit, Check: s.check, Verbosity: s.verbose, Forks: forks,
		Diff: s.diff || c.Bool("DIFF_ALWAYS"), Decrypt: s.decrypt, Defaults: defaults,
		ForceHandlers: s.forceHandlers || c.Bool("DEFAULT_FORCE_HANDLERS"),
		Gathering:     c.String("DEFAULT_GATHERING"), InjectFacts: c.Bool("INJECT_FACTS_AS_VARS"),
		MergeHashes: c.String("DEFAULT_HASH_BEHAVIOUR") == "merge", PrivateRoles: c.Bool("DEFAULT_PRIVATE_ROLE_VARS"),
		AnyErrorsFatal: c.Bool("ANY_ERRORS_FATAL"), Strategy: c.String("DEFAULT_STRATEGY"),
		ErrorOnMissingHandler: c.Bool("ERROR_ON_MISSING_HANDLER"),
		CheckNodes:            s.checkNodes,
		NoLog:                 c.Bool("DEFAULT_NO_LOG"), Timeout: int64(c.Int("TASK_TIMEOUT")),
		Poll: int64(c.Int("DEFAULT_POLL_INTERVAL")), MaxDiff: c.Int("MAX_FILE_SIZE_FOR_DIFF"),
		GatherSubset: s.settingNode("DEFAULT_GATHER_SUBSET"), GatherTimeout: s.settingNode("DEFAULT_GATHER_TIMEOUT"),
		FactPath: s.settingNode("DEFAULT_FACT_PATH"), FactsModules: c.List("FACTS_MODULES"), VarsRoot: c.String("PLAYBOOK_VARS_ROOT"),
		Magic: s.magic(), Resolve: s.resolve, StartAt: s.startAt,
		Selection: s.selection(),
	}
	o.Reload = s.reload
	if s.terminal {
		o.Ask = s.ask
		if inForeground(os.Stdin) {
			o.Sleep, o.WaitFor = s.sleep, s.waitFor
		}
	}
	o.Debugger = engine.Debugger{Out: os.Stdout, Line: s.line,
		Everywhere: c.Bool("ENABLE_TASK_DEBUGGER"), Pardons: c.Bool("TASK_DEBUGGER_IGNORE_ERRORS")}
	if o.Facts, err = s.factCache(); err != nil {
		return o, err
	}
	return o, nil
}

// selection is what --tags and --skip-tags ask for.
func (s *session) selection() engine.Selection {
	return engine.Selection{Only: splitTags(s.tags, s.config.List("TAGS_RUN")), Skip: splitTags(s.skipTags, s.config.List("TAGS_SKIP"))}
}

func splitTags(given, def []string) []string {
	if len(given) == 0 {
		given = def
	}
	var out []string
	for _, g := range given {
		for _, t := range strings.Split(g, ",") {
			// An empty one counts too: nothing has it, so that -t "" selects nothing.
			out = append(out, strings.TrimSpace(t))
		}
	}
	return out
}

// given is a setting that somebody set; its default is left to those who use it.
func (s *session) given(name string) string {
	if !s.config.IsSet(name) {
		return ""
	}
	return s.config.String(name)
}

// settingNode is a setting that somebody set as what a playbook could say in
// its place, nil where nobody did.
func (s *session) settingNode(name string) *tree.Node {
	if !s.config.IsSet(name) {
		return nil
	}
	at := source.Pos{File: s.config.Origin(name)}
	return tree.FromValue(at, value.Of(s.config.Get(name).Value))
}

func first(candidates ...string) string {
	for _, c := range candidates {
		if c != "" {
			return c
		}
	}
	return ""
}

// magic are the magic variables that the command knows.
func (s *session) magic() vars.Layer {
	exe, _ := os.Executable()
	full := strings.SplitN(languageVersion, ".", 3)
	l := vars.Layer{
		"ansible_version": value.DictOf("full", languageVersion, "major", number(full[0]), "minor", number(full[1]),
			"revision", number(full[2]), "string", languageVersion),
		"ansible_playbook_python":   exe,
		"ansible_inventory_sources": value.Strings(s.inventory.Sources()),
		"ansible_config_file":       orNone(s.config.File),
		"ansible_managed":           s.config.String("DEFAULT_MANAGED_STR"),
	}
	return l
}

func number(digits string) int64 {
	n, _ := modules.ToInt(digits)
	return n
}

func orNone(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}
