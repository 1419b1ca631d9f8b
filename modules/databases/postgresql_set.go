package databases

import (
	"strconv"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type postgresSetArgs struct {
	Name  string  `arg:"name,required" doc:"The parameter, as the server writes it."`
	Value *string `arg:"value" doc:"What it is set to; default takes it out of postgresql.auto.conf."`
	Reset bool    `arg:"reset" default:"false" doc:"Set it to what the server starts with where nothing is configured."`
	DB    string  `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresSetResult struct {
	Name     string      `json:"name" doc:"The parameter."`
	Context  string      `json:"context" doc:"Who may set it, and when."`
	Restart  bool        `json:"restart_required" doc:"Whether the server has to be restarted for the parameter."`
	Previous string      `json:"prev_val_pretty" doc:"The value before, as SHOW tells it."`
	Pretty   string      `json:"value_pretty" doc:"The value now, as SHOW tells it."`
	Value    *value.Dict `json:"value,omitempty" doc:"The value now, and its unit."`
	Changed  bool        `json:"changed" doc:"Whether the parameter is another."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_set", Summary: "Set a parameter of a PostgreSQL server with ALTER SYSTEM",
		Example: `- name: More memory for sorts
  community.postgresql.postgresql_set:
    name: work_mem
    value: 32MB
`,
		Differs: []string{
			"A value that is already in effect in other words, such as 1024MB for 1GB, is left alone before it is tried.",
			"Under check mode value_pretty of a parameter that would be reset is the value that it has; Ansible's module returns none.",
		},
	}, bare(postgresSet))
}

// parameter is what the server tells of one of its parameters.
type parameter struct {
	pretty, context string
	raw, boot       any // numbers where the unit is one of memory
	unit            any
}

func postgresSet(c *modules.Context, a postgresSetArgs) (postgresSetResult, error) {
	r := postgresSetResult{Name: a.Name}
	if err := a.vet(a.Name, a.text()); err != nil {
		return r, err
	}
	switch {
	case a.Value != nil && a.Reset:
		return r, modules.Fail("%s: value and reset params are mutually exclusive", a.Name)
	case a.Value == nil && !a.Reset:
		return r, modules.Fail("%s: at least one of value or reset param must be specified", a.Name)
	}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	p, err := s.parameter(a.Name)
	if err != nil {
		return r, err
	}
	r.Previous, r.Pretty, r.Context, r.Restart = p.pretty, p.pretty, p.context, p.context == "postmaster"
	if p.context == "internal" {
		return r, modules.Fail("%s: cannot be changed (internal context). See https://www.postgresql.org/docs/current/runtime-config-preset.html", a.Name)
	}
	return r, r.set(s, a, p)
}

func (a postgresSetArgs) text() string {
	if a.Value == nil {
		return ""
	}
	return *a.Value
}

var lowerSize = lazy.Regexp(`^\d+([mgt]?b)$`)

// wanted is the value as the server writes it.
func (a postgresSetArgs) wanted(p parameter) string {
	switch text := a.text(); {
	case a.Reset:
		return value.Str(p.boot)
	case lowerSize.MatchString(text):
		return strings.ToUpper(text)
	case text == "True":
		return "on"
	case text == "False":
		return "off"
	default:
		return text
	}
}

func (r *postgresSetResult) set(s *server, a postgresSetArgs, p parameter) error {
	want := a.wanted(p)
	same := value.Equal(inBytes(want), inBytes(p.pretty))
	if a.Reset {
		same = value.Equal(p.raw, p.boot)
	}
	r.Value = value.DictOf("value", p.raw, "unit", p.unit)
	if same {
		r.Restart = r.Restart && !a.Reset
		return nil
	}
	if !a.Reset {
		r.Pretty = want
	}
	r.Changed = true
	if r.Restart {
		s.c.Warn("Restart of PostgreSQL is required for setting %s", a.Name)
	}
	return s.c.Change(modules.Diff{}, func() error { return r.apply(s, a, want, p) })
}

// apply tells the server, and looks at what has come of it where it takes
// effect at once.
func (r *postgresSetResult) apply(s *server, a postgresSetArgs, want string, p parameter) error {
	fail := func(err error) error {
		return modules.Fail("Unable to get %s value due to : %s", a.Name, libpqError("", err))
	}
	if err := s.exec("ALTER SYSTEM SET " + dotted(a.Name) + " = " + systemValue(a.Name, want)); err != nil {
		return fail(err)
	}
	if r.Restart {
		r.Value = nil
		return nil
	}
	if err := s.exec("SELECT pg_reload_conf()"); err != nil {
		return fail(err)
	}
	now, err := a.afterReload(s.c, p)
	if err != nil {
		return err
	}
	r.Pretty, r.Value, r.Changed = now.pretty, value.DictOf("value", now.raw, "unit", now.unit), !value.Equal(now.raw, p.raw)
	return nil
}

// afterReload asks on a connection of its own: one that is there already may
// keep what it had.
func (a postgresSetArgs) afterReload(c *modules.Context, before parameter) (parameter, error) {
	s, err := a.connect(c, a.DB)
	if err != nil {
		return before, err
	}
	defer s.Close()
	return s.parameter(a.Name)
}

// systemValue writes a value for ALTER SYSTEM; commas separate the items of a
// list, except in commands and prefixes.
func systemValue(name, text string) string {
	if strings.EqualFold(text, "default") {
		return "DEFAULT"
	}
	if !strings.Contains(text, ",") || strings.HasSuffix(name, "_command") || strings.HasSuffix(name, "_prefix") {
		return pq.QuoteLiteral(text)
	}
	items := trimmed(strings.Split(text, ","))
	for i, item := range items {
		items[i] = pq.QuoteLiteral(item)
	}
	return strings.Join(items, ",")
}

func (s *server) parameter(name string) (parameter, error) {
	rows, err := s.texts("SELECT setting, COALESCE(unit, ''), context, COALESCE(boot_val, ''), unit IS NULL FROM pg_settings WHERE name = $1", name)
	if err == nil && len(rows) == 0 {
		_, _, err = s.text("SHOW " + dotted(name))
	}
	if err != nil {
		return parameter{}, modules.Fail("Unable to get %s value due to : %s", name, libpqError("", err))
	}
	if len(rows) == 0 {
		return parameter{}, modules.Fail("No such parameter: %s. Please check its spelling or presence in your PostgreSQL version (https://www.postgresql.org/docs/current/runtime-config.html)", name)
	}
	row := rows[0]
	p := parameter{raw: row[0], unit: row[1], context: row[2], boot: row[3]}
	if row[4] == "true" {
		p.unit = nil
	}
	if factor := map[string]int64{"kB": 1 << 10, "MB": 1 << 20}[row[1]]; factor > 0 {
		p.raw, p.boot, p.unit = scaled(row[0], factor), scaled(row[3], factor), "b"
	}
	p.pretty, _, err = s.text("SHOW " + dotted(name))
	return p, err
}

// scaled is a number in bytes; those that stand for something else, such as
// -1 for no limit, stay.
func scaled(text string, factor int64) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		return n * factor
	}
	return text
}

var sized = lazy.Regexp(`^(\d+)(kB|MB|GB|TB|B)$`)

// inBytes brings sizes and numbers to a form that compares; other texts stay.
func inBytes(text string) any {
	if m := sized.FindStringSubmatch(text); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			return n * map[string]int64{"B": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}[m[2]]
		}
	}
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		return typed(text)
	}
	return text
}
