package databases

import (
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresObjStatArgs struct {
	Filter []string `arg:"filter" doc:"Parts to tell: functions, indexes, tables."`
	Schema string   `arg:"schema" doc:"Schema of the objects; all by default."`
	DB     string   `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresObjStatResult struct {
	Functions *value.Dict `json:"functions" doc:"Statistics of functions, by schema and name."`
	Indexes   *value.Dict `json:"indexes" doc:"Statistics and sizes of indexes, by schema and name."`
	Tables    *value.Dict `json:"tables" doc:"Statistics and sizes of tables, by schema and name."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_user_obj_stat_info", Summary: "Tell what PostgreSQL counts of tables, indexes and functions",
		Example: "- name: How tables are used\n  community.postgresql.postgresql_user_obj_stat_info:\n    db: app\n    filter: tables\n  register: counted\n",
	}, bare(postgresObjStat))
}

func postgresObjStat(c *modules.Context, a postgresObjStatArgs) (postgresObjStatResult, error) {
	r := postgresObjStatResult{value.NewDict(), value.NewDict(), value.NewDict()}
	if err := a.vet(); err != nil {
		return r, err
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if a.Schema != "" {
		there, err := s.exists("SELECT 1 FROM information_schema.schemata WHERE schema_name = $1", a.Schema)
		if err == nil && !there {
			err = modules.Fail("Schema '%s' does not exist", a.Schema)
		}
		if err != nil {
			return r, err
		}
	}
	wanted := trimmed(a.Filter)
	if len(wanted) == 0 {
		wanted = []string{"functions", "indexes", "tables"}
	}
	for _, part := range wanted {
		switch part {
		case "functions":
			err = a.fill(s, r.Functions, "SELECT * FROM pg_stat_user_functions", "funcname")
		case "indexes":
			err = a.fill(s, r.Indexes, "SELECT *, pg_relation_size(indexrelid) AS size FROM pg_stat_user_indexes", "indexrelname")
		case "tables":
			err = a.fill(s, r.Tables, "SELECT *, pg_relation_size(relid) AS size, pg_total_relation_size(relid) AS total_size FROM pg_stat_user_tables", "relname")
		default:
			c.Warn("Unknown filter option '%s'", strings.TrimSpace(part))
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// fill reads statistics below their objects' schemas and names.
func (a postgresObjStatArgs) fill(s *server, into *value.Dict, query, name string) error {
	query += when(a.Schema != "", " WHERE schemaname = "+pq.QuoteLiteral(a.Schema))
	rows, err := s.pgRows(query)
	if err != nil {
		return modules.Fail("Cannot execute SQL '%s': %s", query, libpqError(query, err))
	}
	for _, item := range rows.Items {
		row := item.(*value.Dict)
		schema, object := row.GetString("schemaname"), row.GetString(name)
		row.Delete("schemaname")
		row.Delete(name)
		below(into, schema).Set(object, row)
	}
	return nil
}
