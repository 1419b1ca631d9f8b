package databases

import (
	"math/big"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type mysqlInfoArgs struct {
	Filter        []string `arg:"filter" doc:"Parts to tell: version, databases, settings, global_status, users, engines, master_status, slave_status, slave_hosts; with ! in front all but these."`
	ExcludeFields []string `arg:"exclude_fields" doc:"Fields to leave out; db_size saves adding up the sizes of tables."`
	ReturnEmpty   bool     `arg:"return_empty_dbs" default:"false" doc:"Also tell of databases without tables."`
	Database      string   `arg:"login_db" doc:"Database to use."`
	mysqlLogin
}

type mysqlInfoResult struct {
	ConnectorName    string      `json:"connector_name" doc:"The driver that spoke to the server."`
	ConnectorVersion string      `json:"connector_version" doc:"The driver's version."`
	Version          *value.Dict `json:"version,omitempty" doc:"The server's version: full, major, minor, release, suffix."`
	Databases        *value.Dict `json:"databases,omitempty" doc:"Databases, with their sizes in bytes."`
	Settings         *value.Dict `json:"settings,omitempty" doc:"Global variables."`
	GlobalStatus     *value.Dict `json:"global_status,omitempty" doc:"Global status."`
	Engines          *value.Dict `json:"engines,omitempty" doc:"Storage engines."`
	Users            *value.Dict `json:"users,omitempty" doc:"Accounts by host and user."`
	MasterStatus     *value.Dict `json:"master_status,omitempty" doc:"Position in the binary log, of a server that writes one."`
	SlaveHosts       *value.Dict `json:"slave_hosts,omitempty" doc:"Replicas that are registered, by their server ids."`
	SlaveStatus      *value.Dict `json:"slave_status,omitempty" doc:"What this server replicates, by host, port and user of the primary."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_info", Aliases: []string{"ansible.mysql.mysql_info"}, Summary: "Tell about a MySQL or MariaDB server",
		Example: `- name: Which version is it?
  community.mysql.mysql_info:
    filter: [version, databases]
    exclude_fields: [db_size]
  register: db
`,
		Differs: []string{"connector_name and connector_version are those of the Go driver."},
	}, mysqlInfo)
}

// mysqlParts are what mysql_info can tell, each read from the server on its own.
var mysqlParts = []struct {
	name string
	read func(*mysqlInfoResult, *server, mysqlInfoArgs) error
}{
	{"version", (*mysqlInfoResult).settings},
	{"databases", (*mysqlInfoResult).databases},
	{"settings", (*mysqlInfoResult).settings},
	{"global_status", (*mysqlInfoResult).status},
	{"engines", (*mysqlInfoResult).engines},
	{"users", (*mysqlInfoResult).users},
	{"master_status", (*mysqlInfoResult).primary},
	{"slave_hosts", (*mysqlInfoResult).replicas},
	{"slave_status", (*mysqlInfoResult).replica},
}

func mysqlInfo(c *modules.Context, a mysqlInfoArgs) (mysqlInfoResult, error) {
	r := mysqlInfoResult{ConnectorName: "go-sql-driver/mysql", ConnectorVersion: driverVersion("github.com/go-sql-driver/mysql")}
	wanted := a.parts(c)
	s, err := a.connect(c, a.Database, false)
	if err != nil {
		return r, err
	}
	defer s.Close()
	for _, part := range mysqlParts {
		if slices.Contains(wanted, part.name) {
			if err := part.read(&r, s, a); err != nil {
				return r, err
			}
		}
	}
	if !slices.Contains(wanted, "settings") {
		r.Settings = nil
	}
	if !slices.Contains(wanted, "version") {
		r.Version = nil
	}
	return r, nil
}

// driverVersion is the version that a module of Go was built in with.
func driverVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == path {
				return strings.TrimPrefix(dep.Version, "v")
			}
		}
	}
	return "Unknown"
}

// parts are those that filter leaves: the ones it names, or else all that it
// does not exclude.
func (a mysqlInfoArgs) parts(c *modules.Context) []string {
	var all []string
	for _, part := range mysqlParts {
		all = append(all, part.name)
	}
	var in, out []string
	for _, f := range a.Filter {
		f = strings.TrimSpace(f)
		name := strings.TrimLeft(f, "!")
		switch {
		case !slices.Contains(all, name):
			c.Warn("filter element: %s is not allowable, ignored", f)
		case name != f:
			out = append(out, name)
		default:
			in = append(in, name)
		}
	}
	if len(in) > 0 {
		return in
	}
	return missingFrom(all, out)
}

// read runs a query, its rows as dicts with numbers where there are numbers.
func (s *server) read(query string) ([]*value.Dict, error) {
	rows, err := s.dicts(query, nil, mysqlValue)
	if err != nil {
		return nil, modules.Fail("Cannot execute SQL '%s': %w", query, err)
	}
	out := make([]*value.Dict, len(rows.Items))
	for i, row := range rows.Items {
		out[i] = row.(*value.Dict)
	}
	return out, nil
}

// asNumber makes a number of a text that is one, and cuts fractions off as
// Python's int does with floats.
func asNumber(v any) any {
	switch v := v.(type) {
	case float64:
		return int64(v)
	case string:
		text := strings.TrimSpace(v)
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		if n, ok := new(big.Int).SetString(text, 10); ok {
			return value.Int(n)
		}
	}
	return v
}

// rest are a row's values without those that it is found by.
func rest(row *value.Dict, without ...string) *value.Dict {
	out := value.NewDict()
	for k, v := range row.All() {
		if !slices.Contains(without, value.Str(k)) {
			out.Set(k, asNumber(v))
		}
	}
	return out
}

// below finds or makes the dict below a key.
func below(d *value.Dict, key any) *value.Dict {
	name := value.Str(key)
	if have, ok := d.Get(name); ok {
		return have.(*value.Dict)
	}
	made := value.NewDict()
	d.Set(name, made)
	return made
}

func (r *mysqlInfoResult) settings(s *server, _ mysqlInfoArgs) error {
	if r.Settings != nil {
		return nil
	}
	rows, err := s.read("SHOW GLOBAL VARIABLES")
	if err != nil {
		return err
	}
	r.Settings, r.Version = value.NewDict(), value.NewDict()
	for _, row := range rows {
		r.Settings.Set(row.GetString("Variable_name"), asNumber(row.GetString("Value")))
	}
	full := r.Settings.GetString("version")
	parts := strings.SplitN(full+"..", ".", 3)
	release, suffix, _ := strings.Cut(strings.TrimSuffix(parts[2], ".."), "-")
	for i, name := range []string{"major", "minor"} {
		r.Version.Set(name, asNumber(parts[i]))
	}
	r.Version.Set("release", asNumber(release))
	r.Version.Set("suffix", suffix)
	r.Version.Set("full", full)
	return nil
}

func (r *mysqlInfoResult) status(s *server, _ mysqlInfoArgs) error {
	rows, err := s.read("SHOW GLOBAL STATUS")
	r.GlobalStatus = value.NewDict()
	for _, row := range rows {
		r.GlobalStatus.Set(row.GetString("Variable_name"), asNumber(row.GetString("Value")))
	}
	return err
}

func (r *mysqlInfoResult) databases(s *server, a mysqlInfoArgs) error {
	r.Databases = value.NewDict()
	sized := !slices.Contains(trimmed(a.ExcludeFields), "db_size")
	query := "SELECT table_schema AS name, 0 AS size FROM information_schema.TABLES GROUP BY table_schema"
	if sized {
		query = "SELECT table_schema AS name, CAST(COALESCE(SUM(data_length + index_length), 0) AS CHAR) AS size FROM information_schema.TABLES GROUP BY table_schema"
	}
	rows, err := s.read(query)
	if err != nil {
		return err
	}
	if a.ReturnEmpty {
		more, err := s.read("SELECT SCHEMA_NAME AS name, '0' AS size FROM information_schema.SCHEMATA")
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	for _, row := range rows {
		name := row.GetString("name")
		if _, there := r.Databases.Get(name); there {
			continue
		}
		about := below(r.Databases, name)
		if size, _ := row.Get("size"); sized {
			about.Set("size", asNumber(size))
		}
	}
	return nil
}

func trimmed(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = strings.TrimSpace(text)
	}
	return out
}

func (r *mysqlInfoResult) engines(s *server, _ mysqlInfoArgs) error {
	rows, err := s.read("SHOW ENGINES")
	r.Engines = value.NewDict()
	for _, row := range rows {
		about := row.Copy()
		about.Delete("Engine")
		r.Engines.Set(row.GetString("Engine"), about)
	}
	return err
}

func (r *mysqlInfoResult) users(s *server, _ mysqlInfoArgs) error {
	rows, err := s.read("SELECT * FROM mysql.user")
	r.Users = value.NewDict()
	for _, row := range rows {
		about := rest(row, "Host", "User")
		if seconds, err := strconv.ParseFloat(row.GetString("max_statement_time"), 64); err == nil {
			about.Set("max_statement_time", seconds)
		}
		below(r.Users, row.GetString("Host")).Set(row.GetString("User"), about)
	}
	return err
}

func (r *mysqlInfoResult) primary(s *server, _ mysqlInfoArgs) error {
	rows, err := s.read("SHOW MASTER STATUS")
	r.MasterStatus = value.NewDict()
	for _, row := range rows {
		r.MasterStatus.Update(rest(row))
	}
	return err
}

func (r *mysqlInfoResult) replicas(s *server, _ mysqlInfoArgs) error {
	rows, err := s.read("SHOW SLAVE HOSTS")
	r.SlaveHosts = value.NewDict()
	for _, row := range rows {
		id, _ := row.Get("Server_id")
		below(r.SlaveHosts, id).Update(rest(row, "Server_id"))
	}
	return err
}

func (r *mysqlInfoResult) replica(s *server, _ mysqlInfoArgs) error {
	rows, err := s.read("SHOW SLAVE STATUS")
	r.SlaveStatus = value.NewDict()
	for _, row := range rows {
		host, _ := row.Get("Master_Host")
		port, _ := row.Get("Master_Port")
		user, _ := row.Get("Master_User")
		below(below(below(r.SlaveStatus, host), port), user).Update(rest(row, "Master_Host", "Master_Port", "Master_User"))
	}
	return err
}
