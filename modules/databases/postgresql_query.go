package databases

import (
	"os"
	"strings"
	"time"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresQueryArgs struct {
	Query      any         `arg:"query" doc:"A statement, or a list of them."`
	DB         string      `arg:"db" alias:"login_db" doc:"Database to use."`
	Positional []any       `arg:"positional_args" doc:"Values for %s in the statement."`
	Named      *value.Dict `arg:"named_args" doc:"Values for %(name)s in the statement."`
	Autocommit bool        `arg:"autocommit" default:"false" doc:"Run statements outside of a transaction, as VACUUM needs."`
	SearchPath []string    `arg:"search_path" doc:"Schemas to look in."`
	Encoding   string      `arg:"encoding" doc:"Encoding of the client."`
	Script     string      `arg:"path_to_script" type:"path" doc:"A file with the statements, in place of query; postgresql_script is the newer way."`
	Single     bool        `arg:"as_single_query" default:"true" doc:"Send the file as it is; otherwise each statement that ends with a semicolon on its own."`
	postgresLogin
}

type postgresQueryResult struct {
	Query    string      `json:"query" doc:"The last statement, with its values."`
	Queries  []string    `json:"query_list" doc:"The statements."`
	Status   string      `json:"statusmessage" doc:"What the server says of the last statement."`
	Rows     any         `json:"query_result" doc:"Rows of the last statement, as dicts; an empty dict where it returns none." type:"list"`
	All      *value.List `json:"query_all_results" doc:"Rows of each statement."`
	RowCount int64       `json:"rowcount" doc:"Rows that were returned or changed."`
	Changed  bool        `json:"changed" doc:"Whether a statement changed something."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_query", Summary: "Run statements on PostgreSQL",
		Exclusive: [][]string{{"positional_args", "named_args"}},
		Example: `- name: How many are there?
  community.postgresql.postgresql_query:
    db: app
    query: SELECT count(*) AS n FROM customers WHERE country = %s
    positional_args: [FI]
  register: customers
`,
		Notes: []string{"Under check mode the statements are run in a transaction that is undone."},
	}, postgresQuery)
}

func postgresQuery(c *modules.Context, a postgresQueryArgs) (postgresQueryResult, error) {
	r := postgresQueryResult{Rows: value.NewDict(), All: value.NewList()}
	queries, err := a.statements()
	if err != nil {
		return r, err
	}
	r.Queries = queries
	s, err := a.connect(c, orElse(a.DB, "postgres"))
	if err != nil {
		return r, err
	}
	defer s.Close()
	if a.Encoding != "" {
		if err := s.exec("SET client_encoding TO " + pq.QuoteLiteral(a.Encoding)); err != nil {
			return r, err
		}
	}
	if len(a.SearchPath) > 0 {
		if err := s.exec("SET search_path TO " + quotedList(a.SearchPath)); err != nil {
			return r, err
		}
	}
	run := func() error {
		for _, q := range queries {
			if err := r.run(s, q, a); err != nil {
				return err
			}
		}
		return nil
	}
	if a.Autocommit {
		return r, c.Change(modules.Diff{}, run)
	}
	return r, s.attempt(run)
}

// statements are those of the task, or of the file that it names.
func (a postgresQueryArgs) statements() ([]string, error) {
	if a.Script == "" {
		return textList(a.Query)
	}
	if value.Truth(value.Of(a.Query)) {
		return nil, modules.Fail("path_to_script is mutually exclusive with query")
	}
	data, err := os.ReadFile(a.Script)
	if err != nil {
		return nil, unreadable(a.Script, err)
	}
	if a.Single {
		return []string{string(data)}, nil
	}
	var out []string
	for text := range strings.SplitSeq(string(data), ";") {
		if strings.TrimSpace(text) != "" {
			out = append(out, text)
		}
	}
	return out, nil
}

// attempt runs statements in a transaction and keeps what they did only where
// effects happen.
func (s *server) attempt(run func() error) error {
	if err := s.exec("BEGIN"); err != nil {
		return err
	}
	end := "ROLLBACK"
	if err := run(); err != nil {
		_ = s.exec(end)
		return err
	}
	err := s.c.Change(modules.Diff{}, func() error {
		end = "COMMIT"
		return nil
	})
	if err != nil {
		return err
	}
	return s.exec(end)
}

func (r *postgresQueryResult) run(s *server, query string, a postgresQueryArgs) error {
	text, err := fillIn(query, a.Positional, a.Named, postgresLiteral)
	if err != nil {
		return err
	}
	r.Query = text
	var last lastResult
	err = s.conn.Raw(func(conn any) error {
		last, err = simpleQuery(s.c, conn, text)
		return err
	})
	if err != nil {
		return modules.Fail("Cannot execute SQL '%s' %s: %s, query list: %s", query, a.values(), libpqError(text, err), value.Repr(value.Strings(r.Queries)))
	}
	r.Status, r.Rows = last.status, value.NewDict()
	if last.rows != nil {
		r.Rows = last.rows
	}
	r.RowCount += max(last.count, 0)
	r.All.Append(r.Rows)
	keyword := strings.ToUpper(firstWord(r.Status))
	if last.count == 0 && contains(postgresDML, keyword) {
		return nil
	}
	if !contains([]string{"SELECT", "SHOW", "EXPLAIN"}, keyword) {
		r.Changed = true
	}
	return nil
}

// values are the task's values as a failure tells them.
func (a postgresQueryArgs) values() string { return givenValues(a.Positional, a.Named) }

var postgresDML = []string{"INSERT", "UPDATE", "DELETE"}

func postgresLiteral(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool, int64, float64:
		return strings.ToLower(value.Str(v))
	case *value.List:
		items := make([]string, len(v.Items))
		for i, item := range v.Items {
			items[i] = postgresLiteral(item)
		}
		return "ARRAY[" + strings.Join(items, ",") + "]"
	}
	return pq.QuoteLiteral(value.Str(v))
}

// postgresValue makes what results hold of what the driver gives.
func postgresValue(v any) any {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case time.Time:
		return v.Format("2006-01-02T15:04:05.999999-07:00")
	}
	return value.Of(v)
}
