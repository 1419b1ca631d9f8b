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
	}, postgresExt)
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_schema", Summary: "Make and drop schemas of PostgreSQL databases",
		Example: "- name: A schema for reports\n  community.postgresql.postgresql_schema:\n    name: reports\n    database: app\n    owner: app\n",
	}, postgresSchema)
}

func postgresExt(c *modules.Context, a postgresExtArgs) (postgresExtResult, error) {
	r := postgresExtResult{Queries: []string{}, Ext: a.Name, DB: a.DB}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	have, there, err := s.text("SELECT extversion FROM pg_extension WHERE extname = $1", a.Name)
	if err != nil {
		return r, err
	}
	version := a.Version
	if version == "latest" {
		if version, _, err = s.text("SELECT default_version FROM pg_available_extensions WHERE name = $1", a.Name); err != nil {
			return r, err
		}
	}
	name := pq.QuoteIdentifier(a.Name)
	switch {
	case a.State == "absent" && there:
		r.Queries = append(r.Queries, "DROP EXTENSION "+name+when(a.Cascade, " CASCADE"))
	case a.State == "absent":
	case !there:
		r.Queries = append(r.Queries, "CREATE EXTENSION "+name+when(a.Schema != "", " WITH SCHEMA "+ident(a.Schema))+
			when(version != "", " VERSION "+text(version))+when(a.Cascade, " CASCADE"))
	case version != "" && version != have:
		r.Queries = append(r.Queries, "ALTER EXTENSION "+name+" UPDATE TO "+text(version))
	}
	return r, s.change(r.Queries...)
}

func when(on bool, clause string) string {
	if on {
		return clause
	}
	return ""
}

func postgresSchema(c *modules.Context, a postgresSchemaArgs) (postgresSchemaResult, error) {
	r := postgresSchemaResult{Schema: a.Name, Queries: []string{}}
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
	return r, s.change(r.Queries...)
}
