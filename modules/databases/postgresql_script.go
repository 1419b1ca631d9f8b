package databases

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type postgresScriptArgs struct {
	Path       string      `arg:"path" type:"path" doc:"The file with the statements."`
	DB         string      `arg:"db" alias:"login_db" doc:"Database to run them in."`
	Positional []any       `arg:"positional_args" doc:"Values for %s in the file."`
	Named      *value.Dict `arg:"named_args" doc:"Values for %(name)s in the file."`
	SearchPath []string    `arg:"search_path" doc:"Schemas to look in."`
	Encoding   string      `arg:"encoding" doc:"Encoding of the client."`
	postgresLogin
}

type postgresScriptResult struct {
	Query    string `json:"query" doc:"The statements, with their values."`
	Status   string `json:"statusmessage" doc:"What the server says of the last statement."`
	Rows     any    `json:"query_result" doc:"Rows of the last statement, as dicts; an empty dict where it returns none." type:"list"`
	RowCount int64  `json:"rowcount" doc:"How many rows the last statement returned or changed; -1 where that means nothing."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_script", Summary: "Run the statements of a file on PostgreSQL", NoCheck: true,
		Exclusive: [][]string{{"positional_args", "named_args"}},
		Example: `- name: Fill the tables
  community.postgresql.postgresql_script:
    db: app
    path: /srv/app/seed.sql
`,
	}, bare(postgresScript))
}

func postgresScript(c *modules.Context, a postgresScriptArgs) (postgresScriptResult, error) {
	r := postgresScriptResult{Rows: value.NewDict(), RowCount: -1}
	if err := a.vet(); err != nil {
		return r, err
	}
	data, err := os.ReadFile(a.Path)
	if err != nil {
		return r, unreadable(a.Path, err)
	}
	if r.Query, err = fillIn(string(data), a.Positional, a.Named, scriptLiteral); err != nil {
		return r, err
	}
	s, err := a.use(c, a.DB)
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
		if err := s.exec("SET search_path TO " + quotedList(trimmed(a.SearchPath))); err != nil {
			return r, err
		}
	}
	return r, c.Change(modules.Diff{}, func() error { return r.run(s, a) })
}

// unreadable fails as Ansible's modules do that cannot read their statements.
func unreadable(path string, err error) error {
	return modules.Fail("Cannot read file '%s' : %s", path, fsys.OSErrorOfText(err))
}

// scriptLiteral writes lists as arrays in a text, whose type the statement says.
func scriptLiteral(v any) string {
	if l, ok := v.(*value.List); ok {
		text := value.Repr(l)
		return pq.QuoteLiteral("{" + strings.Trim(text, "[]") + "}")
	}
	return postgresLiteral(v)
}

func (r *postgresScriptResult) run(s *server, a postgresScriptArgs) error {
	return s.conn.Raw(func(driver any) error {
		last, err := simpleQuery(s.c, driver, r.Query)
		if err != nil {
			return modules.Fail("Cannot execute SQL '%s' %s: %s", r.Query, givenValues(a.Positional, a.Named), libpqError(r.Query, err))
		}
		r.Status, r.RowCount = last.status, last.count
		if last.rows != nil {
			r.Rows = last.rows
		}
		return nil
	})
}

// givenValues are a task's values as a failure tells them.
func givenValues(positional []any, named *value.Dict) string {
	switch {
	case len(positional) > 0:
		return value.Repr(value.NewList(positional...))
	case named.Len() > 0:
		return value.Repr(named)
	}
	return "None"
}

// countedTags are the words that the server says with a number of rows; the
// driver keeps the two apart.
var countedTags = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "MOVE", "FETCH", "COPY"}

// lastResult is how the last of several statements ended.
type lastResult struct {
	status string
	count  int64
	rows   *value.List // nil where it returns none
}

// taggedRows are the driver's rows, which know what the server said.
type taggedRows interface {
	driver.RowsNextResultSet
	Tag() string
	Result() driver.Result
	ColumnTypeDatabaseTypeName(int) string
}

// simpleQuery sends statements as they are, many at once, past database/sql:
// that has no way to ask what the server said of the last one.
func simpleQuery(ctx context.Context, conn any, statements string) (last lastResult, err error) {
	out, err := conn.(driver.QueryerContext).QueryContext(ctx, statements, nil)
	if err != nil {
		return last, err
	}
	defer out.Close()
	rows := out.(taggedRows)
	for {
		if last.rows, err = allRows(rows); err != nil {
			return last, err
		}
		if !rows.HasNextResultSet() {
			break
		}
		if err := rows.NextResultSet(); err != nil {
			return last, err
		}
	}
	tag := rows.Tag()
	last.status, last.count = tag, -1
	if slices.Contains(countedTags, tag) {
		if last.count, err = rows.Result().RowsAffected(); err != nil {
			return last, err
		}
		last.status = fmt.Sprintf("%s %d", strings.Replace(tag, "INSERT", "INSERT 0", 1), last.count)
	}
	// Rows that came before a statement without any are not the last one's.
	silent := tag != "" && !slices.Contains([]string{"SELECT", "SHOW", "FETCH", "EXPLAIN"}, tag)
	if silent && !strings.Contains(strings.ToUpper(statements), "RETURNING") {
		last.rows = nil
	}
	if last.rows != nil {
		last.count = int64(len(last.rows.Items))
	}
	return last, nil
}

func allRows(rows taggedRows) (*value.List, error) {
	names := rows.Columns()
	if len(names) == 0 {
		return nil, nil
	}
	out := value.NewList()
	for {
		values := make([]driver.Value, len(names))
		if err := rows.Next(values); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		row := value.NewDict()
		for i, name := range names {
			row.Set(name, pgTyped(rows.ColumnTypeDatabaseTypeName(i), values[i]))
		}
		out.Append(row)
	}
}
