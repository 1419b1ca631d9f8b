package files

import (
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"goplay/internal/pycsv"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type readCSVArgs struct {
	Path       string   `arg:"path,required" alias:"filename" type:"path" doc:"The file."`
	Key        *string  `arg:"key" doc:"The column whose values become the keys of a dict; without it the rows are a list."`
	Unique     bool     `arg:"unique" default:"true" doc:"Fail where two rows have one key; otherwise the last one counts."`
	FieldNames []string `arg:"fieldnames" doc:"The columns, where the first row does not name them."`
	Dialect    string   `arg:"dialect" default:"excel" doc:"excel, excel-tab or unix."`
	Delimiter  *string  `arg:"delimiter" doc:"The character between fields, in place of the dialect's."`
	SkipSpace  bool     `arg:"skipinitialspace" doc:"Leave out spaces after a delimiter."`
	Strict     bool     `arg:"strict" doc:"Fail where quotes are wrong."`
}

type readCSVResult struct {
	Dict *value.Dict `json:"dict" doc:"The rows by their keys."`
	List *value.List `json:"list" doc:"The rows in their order."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.read_csv", Summary: "Read a file of comma-separated values",
		Example: "- name: Who is to have an account\n  community.general.read_csv:\n    path: /etc/users.csv\n    key: name\n  register: users\n",
		Notes:   []string{"Fields beyond the columns are kept under the name null, and columns without a field are null."},
	}, readCSV)
}

func readCSV(_ *modules.Context, a readCSVArgs) (readCSVResult, error) {
	r := readCSVResult{value.NewDict(), value.NewList()}
	p := pycsv.Reader{Delimiter: ',', SkipSpace: a.SkipSpace, Strict: a.Strict}
	switch a.Dialect {
	case "excel", "unix":
	case "excel-tab":
		p.Delimiter = '\t'
	default:
		return r, modules.Fail("Dialect '%s' is not supported by your version of python.", a.Dialect)
	}
	if a.Delimiter != nil {
		if utf8.RuneCountInString(*a.Delimiter) != 1 {
			return r, modules.Fail(`Unable to create custom dialect: "delimiter" must be a 1-character string`)
		}
		p.Delimiter, _ = utf8.DecodeRuneInString(*a.Delimiter)
	}
	data, err := os.ReadFile(a.Path)
	if err != nil {
		return r, modules.Fail("Unable to open file: %s", fsys.OSErrorOfText(err))
	}
	rows, err := p.Rows(string(data))
	if err != nil {
		return r, modules.Fail("Unable to process file: %v", err)
	}
	names := a.FieldNames
	if len(names) == 0 && len(rows) > 0 {
		names, rows = rows[0], rows[1:]
	}
	if a.Key != nil && !slices.Contains(names, *a.Key) {
		return r, modules.Fail("Key '%s' was not found in the CSV header fields: %s", *a.Key, strings.Join(names, ", "))
	}
	if err := a.collect(r, names, rows); err != nil {
		return readCSVResult{}, err
	}
	return r, nil
}

func (a readCSVArgs) collect(r readCSVResult, names []string, rows [][]string) error {
	for _, row := range rows {
		if len(row) == 0 {
			continue
		}
		fields := named(names, row)
		if a.Key == nil {
			r.List.Append(fields)
			continue
		}
		of, _ := fields.Get(*a.Key)
		key, ok := of.(string)
		if !ok {
			key = "null"
		}
		if _, twice := r.Dict.Get(key); twice && a.Unique {
			return modules.Fail("Key '%s' is not unique for value '%s'", *a.Key, key)
		}
		r.Dict.Set(key, fields)
	}
	return nil
}

func named(names, row []string) *value.Dict {
	d := value.NewDict()
	for i, name := range names {
		if i < len(row) {
			d.Set(name, row[i])
		} else {
			d.Set(name, nil)
		}
	}
	if len(row) > len(names) {
		d.Set("null", value.Of(row[len(names):]))
	}
	return d
}
