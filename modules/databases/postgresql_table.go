package databases

import (
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/modules"
)

type postgresTableArgs struct {
	Table         string   `arg:"table,required" alias:"name" doc:"The table, with its schema in front if that is not public."`
	State         string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the table is to be there."`
	DB            string   `arg:"db" alias:"login_db" default:"" doc:"Its database."`
	Tablespace    string   `arg:"tablespace" doc:"Tablespace of the table."`
	Owner         string   `arg:"owner" doc:"Role that owns it."`
	Unlogged      bool     `arg:"unlogged" default:"false" doc:"Make a table that a crash empties."`
	Like          string   `arg:"like" doc:"Table to make it after."`
	Including     string   `arg:"including" doc:"With like, what else to take over: DEFAULTS, CONSTRAINTS, INDEXES, STORAGE, COMMENTS, ALL, by commas."`
	Rename        string   `arg:"rename" doc:"New name."`
	Truncate      bool     `arg:"truncate" default:"false" doc:"Empty the table."`
	Columns       []string `arg:"columns" doc:"Columns of a table that is made, each as CREATE TABLE takes it."`
	StorageParams []string `arg:"storage_params" doc:"Storage parameters, as name=value."`
	Cascade       bool     `arg:"cascade" default:"false" doc:"Drop also what depends on the table."`
	postgresLogin
}

type postgresTableResult struct {
	Table         string    `json:"table" doc:"The table."`
	State         string    `json:"state" doc:"Whether it is there in the end."`
	Owner         *string   `json:"owner,omitempty" doc:"Its owner."`
	Tablespace    *string   `json:"tablespace,omitempty" doc:"Its tablespace, empty for the default."`
	StorageParams *[]string `json:"storage_params,omitempty" doc:"Its storage parameters." type:"list"`
	Queries       []string  `json:"queries" doc:"Statements that were run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_table", Summary: "Make, change, rename, empty or drop PostgreSQL tables",
		Example: `- name: The table of orders
  community.postgresql.postgresql_table:
    db: app
    name: orders
    columns:
      - id bigserial primary key
      - placed timestamptz not null
    owner: app
`,
		Differs: []string{"like leaves a table that is there; Ansible's module fails."},
	}, bare(postgresTable))
}

// conflicts are options that make no sense together.
func (a postgresTableArgs) conflicts() error {
	changes := len(a.Columns) > 0 || a.Tablespace != "" || a.Like != "" || len(a.StorageParams) > 0 || a.Unlogged || a.Owner != "" || a.Including != ""
	switch {
	case a.State == "absent" && (changes || a.Truncate || a.Rename != ""):
		return modules.Fail("%s: state=absent is mutually exclusive with: truncate, rename, columns, tablespace, including, like, storage_params, unlogged, owner", a.Table)
	case a.Truncate && (changes || a.Rename != ""):
		return modules.Fail("%s: truncate is mutually exclusive with: rename, columns, like, unlogged, including, storage_params, owner, tablespace", a.Table)
	case a.Rename != "" && changes:
		return modules.Fail("%s: rename is mutually exclusive with: columns, like, unlogged, including, storage_params, owner, tablespace", a.Table)
	case a.Like != "" && len(a.Columns) > 0:
		return modules.Fail("%s: like and columns params are mutually exclusive", a.Table)
	case a.Including != "" && a.Like == "":
		return modules.Fail("%s: including param needs like param specified", a.Table)
	}
	return nil
}

func postgresTable(c *modules.Context, a postgresTableArgs) (postgresTableResult, error) {
	r := postgresTableResult{Table: a.Table, Queries: []string{}}
	texts := []string{a.Table, a.Tablespace, a.Owner, a.Like, a.Including, a.Rename}
	if err := a.vet(append(append(texts, a.StorageParams...), a.Columns...)...); err != nil {
		return r, err
	}
	if a.State == "present" && a.Cascade {
		c.Warn("cascade=true is ignored when state=present")
	}
	if err := a.conflicts(); err != nil {
		return r, err
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	there, err := r.look(s, a.Table)
	if err != nil {
		return r, err
	}
	r.Queries = append(r.Queries, a.plan(there, r)...)
	if len(r.Queries) == 0 {
		return r, nil
	}
	if err := s.perform(r.Queries...); err != nil {
		return r, err
	}
	now := orElse(a.Rename, a.Table)
	if there, err = r.look(s, now); err == nil && !there {
		r.State = "absent"
	}
	return r, err
}

// look fills in what there is of a table.
func (r *postgresTableResult) look(s *server, name string) (bool, error) {
	schema := "public"
	if parts := strings.Split(name, "."); len(parts) > 1 {
		schema, name = parts[len(parts)-2], parts[len(parts)-1]
	}
	rows, err := s.texts(`SELECT pg_get_userbyid(c.relowner), COALESCE(t.spcname, ''), COALESCE(c.reloptions, '{}')::text FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
		WHERE c.relkind IN ('r', 'p') AND c.relname = $1 AND n.nspname = $2`, name, schema)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	params := pgArray(rows[0][2])
	r.State, r.Owner, r.Tablespace, r.StorageParams = "present", &rows[0][0], &rows[0][1], &params
	return true, nil
}

func (a postgresTableArgs) plan(there bool, have postgresTableResult) []string {
	name := dotted(a.Table)
	switch {
	case a.State == "absent" && there:
		return []string{"DROP TABLE " + name + when(a.Cascade, " CASCADE")}
	case a.State == "absent":
		return nil
	case a.Truncate:
		return []string{"TRUNCATE TABLE " + name}
	case a.Rename != "":
		return []string{"ALTER TABLE " + name + " RENAME TO " + dotted(a.Rename)}
	case there:
		return a.altering(name, have)
	}
	return a.creating(name)
}

func (a postgresTableArgs) altering(name string, have postgresTableResult) []string {
	var out []string
	if a.Tablespace != "" && a.Tablespace != *have.Tablespace && (a.Tablespace != "pg_default" || *have.Tablespace != "") {
		out = append(out, "ALTER TABLE "+name+" SET TABLESPACE "+pq.QuoteIdentifier(a.Tablespace))
	}
	if a.Owner != "" && a.Owner != *have.Owner {
		out = append(out, "ALTER TABLE "+name+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	for _, p := range commaList(joined(a.StorageParams)) {
		if !slices.Contains(*have.StorageParams, p) {
			out = append(out, "ALTER TABLE "+name+" SET ("+joined(a.StorageParams)+")")
			break
		}
	}
	return out
}

func (a postgresTableArgs) creating(name string) []string {
	create := "CREATE" + when(a.Unlogged, " UNLOGGED") + " TABLE " + name
	if a.Like != "" {
		create += " (LIKE " + dotted(a.Like)
		for _, what := range commaList(a.Including) {
			create += " INCLUDING " + what
		}
		create += ")"
	} else {
		create += " (" + joined(a.Columns) + ")"
	}
	create += when(len(a.StorageParams) > 0, " WITH ("+joined(a.StorageParams)+")")
	create += when(a.Tablespace != "", " TABLESPACE "+pq.QuoteIdentifier(a.Tablespace))
	if a.Owner == "" {
		return []string{create}
	}
	return []string{create, "ALTER TABLE " + name + " OWNER TO " + pq.QuoteIdentifier(a.Owner)}
}
