package databases

import (
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresPublicationArgs struct {
	Name       string      `arg:"name,required" doc:"The publication."`
	State      string      `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be there."`
	Tables     []string    `arg:"tables" doc:"Its tables; all that there are and will be by default."`
	Parameters *value.Dict `arg:"parameters" doc:"Its parameters, such as publish."`
	Owner      string      `arg:"owner" doc:"Role that owns it."`
	Cascade    bool        `arg:"cascade" default:"false" doc:"Drop also what depends on it."`
	DB         string      `arg:"db" alias:"login_db" doc:"Its database."`
	postgresLogin
}

type postgresPublicationResult struct {
	Exists     bool        `json:"exists" doc:"Whether it is there in the end."`
	Queries    []string    `json:"queries" doc:"Statements that were run."`
	AllTables  *bool       `json:"alltables,omitempty" doc:"Whether it is of all tables."`
	Tables     *[]string   `json:"tables,omitempty" doc:"Its tables, where it is not of all." type:"list"`
	Owner      *string     `json:"owner,omitempty" doc:"Its owner."`
	Parameters *value.Dict `json:"parameters,omitempty" doc:"Its parameters."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_publication", Summary: "Make, change or drop publications of PostgreSQL",
		Example: `- name: Others may subscribe to orders
  community.postgresql.postgresql_publication:
    db: app
    name: orders
    tables: [orders, sales.items]
`,
		Differs: []string{
			"Under check mode the publication is told of as it would be; Ansible's module tells of it as it is.",
			"Of a publication that is not there nothing is returned, and changed is false.",
		},
	}, bare(postgresPublication))
}

func postgresPublication(c *modules.Context, a postgresPublicationArgs) (postgresPublicationResult, error) {
	r := postgresPublicationResult{Queries: []string{}}
	texts := append([]string{a.Name, a.Owner}, a.Tables...)
	for k, v := range a.Parameters.All() {
		texts = append(texts, value.Str(k)+" = "+value.Str(v))
	}
	if err := a.vet(texts...); err != nil {
		return r, err
	}
	a.warn(c)
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if err := r.look(s, a.Name); err != nil {
		return r, err
	}
	r.Queries = append(r.Queries, a.plan(r)...)
	return r, s.performLooking(r.Queries, func() error {
		queries := r.Queries
		r = postgresPublicationResult{Queries: queries}
		return r.look(s, a.Name)
	})
}

// warn tells of options that mean nothing.
func (a postgresPublicationArgs) warn(c *modules.Context) {
	for name, given := range map[string]bool{"tables": len(a.Tables) > 0, "parameters": a.Parameters.Len() > 0, "owner": a.Owner != ""} {
		if given && a.State == "absent" {
			c.Warn(`parameter "%s" is ignored when "state=absent"`, name)
		}
	}
	if a.Cascade && a.State == "present" {
		c.Warn(`parameter "cascade" is ignored when "state=present"`)
	}
}

// performLooking performs statements, and looks at what has come of them before they
// are undone where effects are only predicted.
func (s *server) performLooking(statements []string, look func() error) error {
	if len(statements) == 0 {
		return nil
	}
	return s.attempt(func() error {
		if err := s.execAll(statements); err != nil {
			return err
		}
		return look()
	})
}

func (r *postgresPublicationResult) look(s *server, name string) error {
	rows, err := s.pgRows("SELECT pg_get_userbyid(pubowner) AS owner, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate FROM pg_publication WHERE pubname = $1", name)
	if err != nil || len(rows.Items) == 0 {
		return err
	}
	row := rows.Items[0].(*value.Dict)
	owner, all := row.GetString("owner"), false
	publish := value.NewDict()
	for _, kind := range []string{"insert", "update", "delete", "truncate"} {
		on, _ := row.Get("pub" + kind)
		if kind != "truncate" || on == true {
			publish.Set(kind, on)
		}
	}
	if v, _ := row.Get("puballtables"); v == true {
		all = true
	}
	tables := []string{}
	if !all {
		if tables, err = s.column("SELECT format('%I.%I', schemaname, tablename) FROM pg_publication_tables WHERE pubname = $1", name); err != nil {
			return err
		}
		for i, table := range tables {
			tables[i] = dotted(table)
		}
	}
	r.Exists, r.Owner, r.AllTables, r.Tables, r.Parameters = true, &owner, &all, &tables, value.DictOf("publish", publish)
	return nil
}

func (a postgresPublicationArgs) plan(have postgresPublicationResult) []string {
	name := pq.QuoteIdentifier(a.Name)
	alter := "ALTER PUBLICATION " + name
	var tables []string
	for _, table := range trimmed(a.Tables) {
		if !strings.Contains(table, ".") {
			table = "public." + table
		}
		tables = append(tables, dotted(table))
	}
	switch {
	case a.State == "absent" && have.Exists:
		return []string{"DROP PUBLICATION " + name + when(a.Cascade, " CASCADE")}
	case a.State == "absent":
		return nil
	case have.Exists:
		return a.altering(alter, tables, have)
	}
	create := "CREATE PUBLICATION " + name + " FOR ALL TABLES"
	if len(tables) > 0 {
		create = "CREATE PUBLICATION " + name + " FOR TABLE " + strings.Join(tables, ", ")
	}
	var params []string
	for k, v := range a.Parameters.All() {
		params = append(params, value.Str(k)+" = "+pq.QuoteLiteral(value.Str(v)))
	}
	out := []string{create + when(len(params) > 0, " WITH ("+strings.Join(params, ", ")+")")}
	if a.Owner != "" {
		out = append(out, alter+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	return out
}

func (a postgresPublicationArgs) altering(alter string, tables []string, have postgresPublicationResult) []string {
	var out []string
	switch {
	case len(tables) > 0 && *have.AllTables:
		out = append(out, alter+" SET TABLE "+strings.Join(tables, ", "))
	case len(tables) > 0:
		for _, table := range tables {
			if !slices.Contains(*have.Tables, table) {
				out = append(out, alter+" ADD TABLE "+table)
			}
		}
		for _, table := range *have.Tables {
			if !slices.Contains(tables, table) {
				out = append(out, alter+" DROP TABLE "+table)
			}
		}
	}
	for k, v := range a.Parameters.All() {
		if k == "publish" && samePublish(value.Str(v), have.Parameters) {
			continue
		}
		out = append(out, alter+" SET ("+value.Str(k)+" = "+pq.QuoteLiteral(value.Str(v))+")")
	}
	if a.Owner != "" && a.Owner != *have.Owner {
		out = append(out, alter+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	return out
}

// samePublish asks whether the kinds of changes are those that are published.
func samePublish(want string, have *value.Dict) bool {
	publish, _ := have.Get("publish")
	var kinds []string
	for kind, on := range publish.(*value.Dict).All() {
		if on == true {
			kinds = append(kinds, value.Str(kind))
		}
	}
	wanted := commaList(want)
	return len(missingFrom(kinds, wanted))+len(missingFrom(wanted, kinds)) == 0
}
