package databases

import (
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresCopyArgs struct {
	To      string      `arg:"copy_to" type:"path" alias:"to" doc:"File on the server, or with program a command of its shell, that is given the rows of src."`
	From    string      `arg:"copy_from" type:"path" alias:"from" doc:"File on the server, or with program a command of its shell, whose rows dst is given."`
	Src     string      `arg:"src" alias:"source" doc:"With copy_to, the table, or a SELECT."`
	Dst     string      `arg:"dst" alias:"destination" doc:"With copy_from, the table."`
	Columns []string    `arg:"columns" alias:"column" doc:"Its columns."`
	Options *value.Dict `arg:"options" doc:"Options of COPY, such as format and delimiter."`
	Program bool        `arg:"program" default:"false" doc:"copy_to or copy_from is a command."`
	DB      string      `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresCopyResult struct {
	Src     string   `json:"src" doc:"Where rows come from."`
	Dst     string   `json:"dst" doc:"Where rows go."`
	Queries []string `json:"queries" doc:"The statement."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_copy", Summary: "Copy rows between a PostgreSQL table and a file of the server",
		Exclusive: [][]string{{"copy_from", "copy_to"}, {"copy_from", "src"}, {"copy_to", "dst"}},
		Example: `- name: The customers as CSV
  community.postgresql.postgresql_copy:
    db: app
    src: customers
    copy_to: /tmp/customers.csv
    options: {format: csv}
`,
	}, bare(postgresCopy))
}

func postgresCopy(c *modules.Context, a postgresCopyArgs) (postgresCopyResult, error) {
	r := postgresCopyResult{Queries: []string{}}
	texts := append([]string{a.To, a.From, a.Src, a.Dst}, a.Columns...)
	for k, v := range a.Options.All() {
		texts = append(texts, value.Str(k)+" "+value.Str(v))
	}
	if err := a.vet(texts...); err != nil {
		return r, err
	}
	switch {
	case a.From != "" && a.Dst == "":
		return r, modules.Fail("dst param is necessary with copy_from")
	case a.To != "" && a.Src == "":
		return r, modules.Fail("src param is necessary with copy_to")
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if a.From == "" && a.To == "" {
		return r, nil
	}
	query, look := a.statement()
	r.Src, r.Dst, r.Queries = orElse(a.From, a.Src), orElse(a.To, a.Dst), []string{query}
	// What a file is given cannot be undone: that the table is there is all
	// that can be known before.
	if err := s.execAll([]string{look}); err != nil {
		return r, err
	}
	return r, c.Change(modules.Diff{}, func() error { return s.execAll(r.Queries) })
}

// quotedOptions are the options of COPY whose values are texts.
var quotedOptions = []string{"DELIMITER", "NULL", "QUOTE", "ESCAPE", "ENCODING"}

// statement is the COPY, and a query that looks whether its table is there.
func (a postgresCopyArgs) statement() (query, look string) {
	table, what, way, file := dotted(a.Dst), "", " FROM ", a.From
	if a.To != "" {
		table, way, file = dotted(a.Src), " TO ", a.To
	}
	what, look = table, "SELECT 1 FROM "+table+" LIMIT 0"
	if a.To != "" && strings.Contains(strings.ToUpper(a.Src), "SELECT ") {
		what, look = "("+a.Src+")", "EXPLAIN "+a.Src
	}
	query = "COPY " + what + when(len(a.Columns) > 0, " ("+joined(a.Columns)+")") + way + when(a.Program, "PROGRAM ") + pq.QuoteLiteral(file)
	var options []string
	for k, v := range a.Options.All() {
		name, text := value.Str(k), value.Str(v)
		if slices.Contains(quotedOptions, strings.ToUpper(name)) {
			text = pq.QuoteLiteral(text)
		}
		options = append(options, name+" "+text)
	}
	return query + when(len(options) > 0, " ("+strings.Join(options, ", ")+")"), look
}
