package databases

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type postgresInfoArgs struct {
	DB     string   `arg:"db" alias:"login_db" doc:"Database to connect to."`
	Filter []string `arg:"filter" doc:"Parts to tell: version, in_recovery, tablespaces, databases, replications, repl_slots, settings, roles, with * and ? for letters; with ! in front all but these."`
	postgresLogin
}

type postgresInfoResult struct {
	Version      *value.Dict `json:"version" doc:"The server's version: full, major, minor, raw."`
	InRecovery   any         `json:"in_recovery" doc:"Whether the server is a standby, or recovering." type:"bool"`
	Tablespaces  *value.Dict `json:"tablespaces" doc:"Tablespaces, with owner, privileges and options."`
	Databases    *value.Dict `json:"databases" doc:"Databases, with size, owner, encoding, schemas, extensions, languages, publications and subscriptions."`
	Replications *value.Dict `json:"replications" doc:"Replicas that are connected, by the pid of their process."`
	Slots        *value.Dict `json:"repl_slots" doc:"Replication slots."`
	Settings     *value.Dict `json:"settings" doc:"Parameters of the server."`
	Roles        *value.Dict `json:"roles" doc:"Roles, and what they are members of."`
	Pending      *value.List `json:"pending_restart_settings" doc:"Parameters that wait for a restart."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_info", Summary: "Tell about a PostgreSQL server",
		Example: `- name: Which version is it, and who is there?
  community.postgresql.postgresql_info:
    filter: [ver*, roles]
  register: db
`,
	}, bare(postgresInfo))
}

// postgresParts are what postgresql_info can tell, each read on its own.
var postgresParts = []struct {
	name string
	read func(*postgresInfoResult, *modules.Context, *server, postgresInfoArgs) error
}{
	{"version", (*postgresInfoResult).version},
	{"in_recovery", (*postgresInfoResult).recovery},
	{"tablespaces", (*postgresInfoResult).tablespaces},
	{"databases", (*postgresInfoResult).databases},
	{"replications", (*postgresInfoResult).replications},
	{"repl_slots", (*postgresInfoResult).slots},
	{"settings", (*postgresInfoResult).settings},
	{"roles", (*postgresInfoResult).roles},
}

func postgresInfo(c *modules.Context, a postgresInfoArgs) (postgresInfoResult, error) {
	empty := value.NewDict
	r := postgresInfoResult{empty(), nil, empty(), empty(), empty(), empty(), empty(), empty(), value.NewList()}
	if err := a.vet(); err != nil {
		return r, err
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	for _, part := range postgresParts {
		if a.wants(part.name) {
			if err := part.read(&r, c, s, a); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// wants asks the filter: the patterns it includes, or else those it excludes.
func (a postgresInfoArgs) wants(name string) bool {
	var in, out []string
	for _, f := range a.Filter {
		if rest := strings.TrimLeft(f, "!"); rest != f {
			out = append(out, rest)
		} else {
			in = append(in, f)
		}
	}
	matches := func(pattern string) bool { return fnmatch(pattern, name) }
	if len(in) > 0 {
		return slices.ContainsFunc(in, matches)
	}
	return !slices.ContainsFunc(out, matches)
}

// fnmatch knows * and ?, which is all that names of parts need.
func fnmatch(pattern, name string) bool {
	expr := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	ok, _ := regexp.MatchString("^"+expr+"$", name)
	return ok
}

// table reads rows as dicts below the value of their first column.
func (s *server) table(query string, args ...any) (*value.Dict, error) {
	rows, err := s.pgRows(query, args...)
	if err != nil {
		return value.NewDict(), modules.Fail("Cannot execute SQL '%s': %s", query, libpqError(query, err))
	}
	out := value.NewDict()
	for _, row := range rows.Items {
		d := row.(*value.Dict)
		first := d.Keys()[0]
		key, _ := d.Get(first)
		d.Delete(first)
		out.Set(value.Str(key), d)
	}
	return out, nil
}

func (r *postgresInfoResult) version(_ *modules.Context, s *server, _ postgresInfoArgs) error {
	raw, _, err := s.text("SELECT version()")
	r.Version = versionOf(raw)
	return err
}

func (r *postgresInfoResult) recovery(_ *modules.Context, s *server, _ postgresInfoArgs) error {
	text, _, err := s.text("SELECT pg_is_in_recovery()")
	r.InRecovery = text == "true"
	return err
}

func (r *postgresInfoResult) tablespaces(_ *modules.Context, s *server, _ postgresInfoArgs) (err error) {
	r.Tablespaces, err = s.table("SELECT spcname, pg_get_userbyid(spcowner) AS spcowner, COALESCE(spcacl::text, '') AS spcacl, COALESCE(spcoptions, '{}') AS spcoptions FROM pg_tablespace")
	return err
}

func (r *postgresInfoResult) replications(_ *modules.Context, s *server, _ postgresInfoArgs) (err error) {
	r.Replications, err = s.table(`SELECT pid, pg_get_userbyid(usesysid) AS usename, COALESCE(application_name, '') AS app_name, client_addr,
		COALESCE(client_hostname, '') AS client_hostname, backend_start::text, state FROM pg_stat_replication`)
	return err
}

func (r *postgresInfoResult) slots(_ *modules.Context, s *server, _ postgresInfoArgs) (err error) {
	r.Slots, err = s.table("SELECT slot_name, plugin, slot_type, database, active FROM pg_replication_slots")
	return err
}

func (r *postgresInfoResult) roles(_ *modules.Context, s *server, _ postgresInfoArgs) (err error) {
	r.Roles, err = s.table(`SELECT r.rolname, r.rolsuper AS superuser, r.rolcanlogin AS canlogin, r.rolvaliduntil AS valid_until,
		ARRAY(SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON m.roleid = g.oid WHERE m.member = r.oid) AS member_of
		FROM pg_roles r WHERE r.rolname !~ '^pg_'`)
	for _, role := range r.Roles.Values() {
		role := role.(*value.Dict)
		switch until, _ := role.Get("valid_until"); until {
		case nil:
			role.Set("valid_until", "")
		case "infinity":
			role.Set("valid_until", "9999-12-31T23:59:59.999999+00:00")
		}
	}
	return err
}

func (r *postgresInfoResult) settings(_ *modules.Context, s *server, _ postgresInfoArgs) (err error) {
	r.Settings, err = s.table(`SELECT name, setting, COALESCE(unit, '') AS unit, context, vartype, COALESCE(boot_val, '') AS boot_val, COALESCE(min_val, '') AS min_val,
		COALESCE(max_val, '') AS max_val, COALESCE(sourcefile, '') AS sourcefile, current_setting(name) AS pretty_val, pending_restart FROM pg_settings`)
	for name, d := range r.Settings.All() {
		setting := d.(*value.Dict)
		if factor := map[string]int64{"kB": 1 << 10, "8kB": 8 << 10, "MB": 1 << 20}[setting.GetString("unit")]; factor > 0 {
			n, _ := strconv.ParseInt(setting.GetString("setting"), 10, 64)
			setting.Set("val_in_bytes", max(n, 0)*factor)
		}
		if pending, _ := setting.Get("pending_restart"); pending == true {
			r.Pending.Append(name)
		}
	}
	return err
}

func (r *postgresInfoResult) databases(c *modules.Context, s *server, a postgresInfoArgs) (err error) {
	r.Databases, err = s.table(`SELECT d.datname, pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collate,
		d.datctype AS ctype, COALESCE(array_to_string(d.datacl, E'\n'), '') AS access_priv,
		CASE WHEN has_database_privilege(d.datname, 'CONNECT') THEN pg_database_size(d.datname)::text ELSE 'No Access' END AS size
		FROM pg_database d WHERE d.datname <> 'template0'`)
	if err != nil {
		return err
	}
	subscriptions, err := s.pgRows(`SELECT s.*, pg_get_userbyid(s.subowner) AS ownername, d.datname AS dbname FROM pg_subscription s JOIN pg_database d ON s.subdbid = d.oid`)
	if err != nil {
		return err
	}
	for name, d := range r.Databases.All() {
		about := d.(*value.Dict)
		if err := describeDatabase(c, a, value.Str(name), about); err != nil {
			return err
		}
		if _, failed := about.Get("error"); failed {
			continue
		}
		own := value.NewDict()
		for _, row := range subscriptions.Items {
			if sub := row.(*value.Dict); sub.GetString("dbname") == name {
				key := sub.GetString("subname")
				sub.Delete("subname")
				sub.Delete("dbname")
				own.Set(key, sub)
			}
		}
		about.Set("subscriptions", own)
	}
	return nil
}

// describeDatabase tells what only a connection to a database sees.
func describeDatabase(c *modules.Context, a postgresInfoArgs, name string, about *value.Dict) error {
	s, err := a.connect(c, name)
	if err != nil {
		for _, part := range []string{"namespaces", "extensions", "languages"} {
			about.Set(part, value.NewDict())
		}
		about.Set("error", "Could not connect to the database.")
		return nil
	}
	defer s.Close()
	for _, part := range []struct{ name, query string }{
		{"namespaces", "SELECT nspname, pg_get_userbyid(nspowner) AS nspowner, COALESCE(nspacl::text, '') AS nspacl FROM pg_namespace"},
		{"extensions", `SELECT e.extname, e.extversion, n.nspname, d.description FROM pg_extension e LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
			LEFT JOIN pg_description d ON d.objoid = e.oid AND d.classoid = 'pg_extension'::regclass`},
		{"languages", "SELECT lanname, pg_get_userbyid(lanowner) AS lanowner, COALESCE(lanacl::text, '') AS lanacl FROM pg_language"},
		{"publications", "SELECT pubname, p.*, pg_get_userbyid(pubowner) AS ownername FROM pg_publication p"},
	} {
		rows, err := s.table(part.query)
		if err != nil {
			return err
		}
		about.Set(part.name, rows)
	}
	extensions, _ := about.Get("extensions")
	for _, d := range extensions.(*value.Dict).Values() {
		extension := d.(*value.Dict)
		extension.Set("extversion", extensionVersion(extension.GetString("extversion")))
	}
	return nil
}

var extensionNumbers = lazy.Regexp(`^(\d+)(?:-(\d+))?(?:\.(\d+))?(?:-\d+)?(?:\.\d+(?:-\d+)?)*$`)

// extensionVersion is an extension's version in parts; what is no number has none.
func extensionVersion(raw string) *value.Dict {
	d := value.DictOf("major", nil, "minor", nil, "raw", raw)
	if m := extensionNumbers.FindStringSubmatch(raw); m != nil {
		d.Set("major", numberOr(m[1]))
		if minor := orElse(m[2], m[3]); minor != "" {
			d.Set("minor", numberOr(minor))
		}
	}
	return d
}
