package databases

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type mysqlQueryArgs struct {
	Query             any         `arg:"query,required" doc:"A statement, or a list of them."`
	Positional        []any       `arg:"positional_args" doc:"Values for %s in the statement."`
	Named             *value.Dict `arg:"named_args" doc:"Values for %(name)s in the statement."`
	Database          string      `arg:"login_db" doc:"Database to use."`
	SingleTransaction bool        `arg:"single_transaction" default:"false" doc:"Run all statements as one transaction."`
	mysqlLogin
}

type mysqlQueryResult struct {
	Executed []string    `json:"executed_queries" doc:"The statements, with their values."`
	Result   *value.List `json:"query_result" doc:"For each statement the rows, as dicts."`
	RowCount []int64     `json:"rowcount" doc:"For each statement how many rows it returned or changed."`
	Changed  bool        `json:"changed" doc:"Whether a statement changed something."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_query", Aliases: []string{"ansible.mysql.mysql_query"}, Summary: "Run statements on MySQL and MariaDB", NoCheck: true,
		Exclusive: [][]string{{"positional_args", "named_args"}},
		Example: `- name: How many are there?
  community.mysql.mysql_query:
    login_db: app
    query: SELECT COUNT(*) AS n FROM customers WHERE country = %s
    positional_args: [FI]
  register: customers
`,
	}, mysqlQuery)
}

var (
	mysqlDML = []string{"INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "CALL"}
	mysqlDDL = []string{"CREATE", "DROP", "ALTER", "RENAME", "TRUNCATE", "GRANT", "REVOKE", "SET"}
)

func mysqlQuery(c *modules.Context, a mysqlQueryArgs) (mysqlQueryResult, error) {
	r := mysqlQueryResult{Executed: []string{}, Result: value.NewList(), RowCount: []int64{}}
	queries, err := textList(a.Query)
	if err != nil {
		return r, err
	}
	s, err := a.connect(c, a.Database, false)
	if err != nil {
		return r, err
	}
	defer s.Close()
	run := func() error {
		for _, q := range queries {
			if err := r.run(s, q, a); err != nil {
				return err
			}
		}
		return nil
	}
	if a.SingleTransaction {
		return r, s.within(run)
	}
	return r, run()
}

func textList(v any) ([]string, error) {
	if l, ok := v.(*value.List); ok {
		var out []string
		for _, item := range l.Items {
			out = append(out, value.Str(item))
		}
		return out, nil
	}
	if text, ok := v.(string); ok {
		return []string{text}, nil
	}
	return nil, modules.Fail("the query option value must be a string or list, passed %s", value.TypeName(v))
}

func (r *mysqlQueryResult) run(s *server, query string, a mysqlQueryArgs) error {
	text, err := fillIn(query, a.Positional, a.Named, mysqlLiteral)
	if err != nil {
		return err
	}
	keyword := strings.ToUpper(strings.TrimLeft(firstWord(query), "("))
	fail := func(err error) error {
		return modules.Fail("Cannot execute SQL '%s' args [%s]: %w", query, value.Repr(value.NewList(a.Positional...)), err)
	}
	r.Executed = append(r.Executed, text)
	if contains(mysqlDML, keyword) || contains(mysqlDDL, keyword) {
		done, err := s.conn.ExecContext(s.c, text)
		if err != nil {
			return fail(err)
		}
		n, err := done.RowsAffected()
		if err != nil {
			return fail(err)
		}
		r.Result.Items = append(r.Result.Items, value.NewList())
		r.RowCount = append(r.RowCount, n)
		r.Changed = r.Changed || n > 0 || contains(mysqlDDL, keyword)
		return nil
	}
	rows, err := s.dicts(text, nil, mysqlValue)
	if err != nil {
		return fail(err)
	}
	r.Result.Items = append(r.Result.Items, rows)
	r.RowCount = append(r.RowCount, int64(len(rows.Items)))
	return nil
}

func firstWord(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

var placeholder = lazy.Regexp(`%%|%s|%\(([^)]+)\)s`)

// fillIn puts values in for %s and %(name)s, as Python's drivers do; without
// values a statement is left as it is.
func fillIn(query string, positional []any, named *value.Dict, write func(any) string) (string, error) {
	if len(positional) == 0 && named.Len() == 0 {
		return query, nil
	}
	next := 0
	var err error
	out := placeholder.ReplaceAllStringFunc(query, func(mark string) string {
		switch {
		case mark == "%%":
			return "%"
		case mark == "%s":
			next++
			if next > len(positional) {
				err = modules.Fail("not enough arguments for format string")
				return mark
			}
			return write(positional[next-1])
		}
		v, ok := named.Get(mark[2 : len(mark)-2])
		if !ok {
			err = modules.Fail("named_args has no %s", mark[2:len(mark)-2])
		}
		return write(v)
	})
	if err == nil && next < len(positional) {
		err = modules.Fail("not all arguments converted during string formatting")
	}
	return out, err
}

func mysqlLiteral(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64, float64:
		return value.Str(v)
	}
	return literal(value.Str(v))
}

// mysqlValue makes text of what the text protocol brings as bytes.
func mysqlValue(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return value.Of(v)
}
