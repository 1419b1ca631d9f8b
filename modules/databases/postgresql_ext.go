package databases

import (
	"github.com/lib/pq"

	"goplay/modules"
)

type postgresExtArgs struct {
	Name    string `arg:"name,required" alias:"ext" doc:"The extension."`
	DB      string `arg:"db,required" alias:"login_db" doc:"Database that gets it."`
	State   string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the extension is to be there."`
	Schema  string `arg:"schema" doc:"Schema for the extension's objects."`
	Cascade bool   `arg:"cascade" default:"false" doc:"Also make extensions that it needs, or drop what needs it."`
	Version string `arg:"version" doc:"Version, or latest."`
	postgresLogin
}

type postgresExtResult struct {
	Queries []string `json:"queries" doc:"Statements that were run."`
	Ext     string   `json:"ext" doc:"The extension."`
	DB      string   `json:"db" doc:"The database."`
}

type postgresSchemaArgs struct {
	Name     string `arg:"schema,required" alias:"name" doc:"The schema."`
	Database string `arg:"database" alias:"db,login_db" default:"postgres" doc:"Its database."`
	Owner    string `arg:"owner" doc:"Role that owns it."`
	State    string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the schema is to be there."`
	Cascade  bool   `arg:"cascade_drop" default:"false" doc:"Drop also what is in it."`
	postgresLogin
}

type postgresSchemaResult struct {
	Schema  string   `json:"schema" doc:"The schema."`
	Queries []string `json:"queries" doc:"Statements that were run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_ext", Summary: "Add and remove extensions of PostgreSQL databases",
		Example: "- name: Search by parts of words\n  community.postgresql.postgresql_ext:\n    name: pg_trgm\n    db: app\n  become: true\n  become_user: postgres\n",
	}, bare(postgresExt))
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_schema", Summary: "Make and drop schemas of PostgreSQL databases",
		Example: "- name: A schema for reports\n  community.postgresql.postgresql_schema:\n    name: reports\n    database: app\n    owner: app\n",
		Differs: []string{
			"queries tells under check mode too what would be run.",
			"Under check mode a schema that would be dropped is a change, and one that is not there is none; Ansible's module has it the other way round.",
		},
	}, bare(postgresSchema))
}

func postgresExt(c *modules.Context, a postgresExtArgs) (postgresExtResult, error) {
	r := postgresExtResult{Queries: []string{}, Ext: a.Name, DB: a.DB}
	if err := a.vet(a.Name, a.Schema, a.Version); err != nil {
		return r, err
	}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	const failed = "Management of PostgreSQL extension failed: "
	have, there, err := s.text("SELECT extversion FROM pg_extension WHERE extname = $1", a.Name)
	if err != nil {
		return r, err
	}
	name, statement := pq.QuoteIdentifier(a.Name), ""
	switch {
	case a.State == "absent" && there:
		statement = "DROP EXTENSION " + name + when(a.Cascade, " CASCADE")
	case a.State == "absent":
	case !there:
		statement, err = a.creating(s)
	case a.Version != "" && a.Version != have:
		statement, err = a.updating(s, have)
	}
	if err != nil || statement == "" {
		return r, err
	}
	err = c.Change(modules.Diff{}, func() error {
		r.Queries = append(r.Queries, statement)
		return s.exec(statement)
	})
	if err != nil {
		return r, modules.Fail("%s%s", failed, libpqError(statement, err))
	}
	return r, nil
}

// creating needs to know the extension, and the version where one is asked for.
func (a postgresExtArgs) creating(s *server) (string, error) {
	query, args := "SELECT 1 FROM pg_available_extension_versions WHERE name = $1", []any{a.Name}
	named := a.Version != "" && a.Version != "latest"
	if named {
		query, args = query+" AND version = $2", append(args, a.Version)
	}
	known, err := s.exists(query, args...)
	switch {
	case err != nil:
		return "", err
	case !known && named:
		return "", modules.Fail("Passed version '%s' is not available", a.Version)
	case !known && a.Version == "":
		return "", modules.Fail("Extension %s is not available", a.Name)
	}
	return "CREATE EXTENSION " + pq.QuoteIdentifier(a.Name) + when(a.Schema != "", " WITH SCHEMA "+ident(a.Schema)) +
		when(named, " VERSION "+text(a.Version)) + when(a.Cascade, " CASCADE"), nil
}

// updating is to another version; to the latest only where that is another.
func (a postgresExtArgs) updating(s *server, have string) (string, error) {
	update := "ALTER EXTENSION " + pq.QuoteIdentifier(a.Name) + " UPDATE"
	if a.Version == "latest" {
		latest, _, err := s.text("SELECT default_version FROM pg_available_extensions WHERE name = $1", a.Name)
		return when(latest != have, update), err
	}
	possible, err := s.exists("SELECT 1 FROM pg_extension_update_paths($1) WHERE source = $2 AND target = $3 AND path IS NOT NULL", a.Name, have, a.Version)
	if err == nil && !possible {
		err = modules.Fail("Passed version '%s' has no valid update path from the currently installed version '%s' or the passed version is not available", a.Version, have)
	}
	return update + " TO " + text(a.Version), err
}

func when(on bool, clause string) string {
	if on {
		return clause
	}
	return ""
}

func postgresSchema(c *modules.Context, a postgresSchemaArgs) (postgresSchemaResult, error) {
	r := postgresSchemaResult{Schema: a.Name, Queries: []string{}}
	if err := a.vet(a.Name, a.Owner); err != nil {
		return r, err
	}
	s, err := a.connect(c, a.Database)
	if err != nil {
		return r, err
	}
	defer s.Close()
	owner, there, err := s.text("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1", a.Name)
	if err != nil {
		return r, err
	}
	name := pq.QuoteIdentifier(a.Name)
	switch {
	case a.State == "absent" && there:
		r.Queries = append(r.Queries, "DROP SCHEMA "+name+when(a.Cascade, " CASCADE"))
	case a.State == "absent":
	case !there:
		r.Queries = append(r.Queries, "CREATE SCHEMA "+name+when(a.Owner != "", " AUTHORIZATION "+ident(a.Owner)))
	case a.Owner != "" && a.Owner != owner:
		r.Queries = append(r.Queries, "ALTER SCHEMA "+name+" OWNER TO "+ident(a.Owner))
	}
	if err := s.change(r.Queries...); err != nil {
		return r, modules.Fail("Database query failed: %s", libpqError("", err))
	}
	return r, nil
}
