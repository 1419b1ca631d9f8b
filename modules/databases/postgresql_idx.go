package databases

import (
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/modules"
)

type postgresIdxArgs struct {
	Name          string   `arg:"idxname,required" alias:"name" doc:"The index."`
	State         string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the index is to be there."`
	Table         string   `arg:"table" doc:"Table of an index that is made."`
	Columns       []string `arg:"columns" alias:"column" doc:"Its columns or expressions."`
	Type          string   `arg:"idxtype" alias:"type" doc:"Its type: btree, hash, gist, spgist, gin or brin."`
	Cond          string   `arg:"cond" doc:"Condition for the rows that it covers."`
	Unique        bool     `arg:"unique" default:"false" doc:"Refuse equal values."`
	Concurrent    bool     `arg:"concurrent" default:"true" doc:"Do not lock the table meanwhile."`
	Cascade       bool     `arg:"cascade" default:"false" doc:"Drop also what depends on it."`
	Schema        string   `arg:"schema" doc:"Schema of the table; public by default."`
	Tablespace    string   `arg:"tablespace" doc:"Tablespace of the index."`
	StorageParams []string `arg:"storage_params" doc:"Storage parameters, as name=value."`
	DB            string   `arg:"db" alias:"login_db" doc:"Its database."`
	postgresLogin
}

type postgresIdxResult struct {
	Name          string   `json:"name" doc:"The index."`
	State         string   `json:"state" doc:"Whether it is there in the end."`
	Schema        string   `json:"schema" doc:"Its schema."`
	Table         string   `json:"tblname" doc:"Its table."`
	Tablespace    string   `json:"tblspace" doc:"Its tablespace, empty for the default."`
	Valid         bool     `json:"valid" doc:"Whether it can be used."`
	StorageParams []string `json:"storage_params" doc:"Its storage parameters."`
	Query         string   `json:"query" doc:"The statement that was run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_idx", Summary: "Make or drop indexes of PostgreSQL tables",
		Example: `- name: Orders are looked up by their customer
  community.postgresql.postgresql_idx:
    db: app
    table: orders
    columns: [customer_id]
    name: orders_customer
`,
	}, bare(postgresIdx))
}

func (a postgresIdxArgs) conflicts() error {
	switch {
	case a.Concurrent && a.Cascade:
		return modules.Fail("Concurrent mode and cascade parameters are mutually exclusive")
	case a.Unique && a.Type != "" && a.Type != "btree":
		return modules.Fail("Only btree currently supports unique indexes")
	case a.State == "present" && a.Table == "":
		return modules.Fail("Table must be specified")
	case a.State == "present" && len(a.Columns) == 0:
		return modules.Fail("At least one column must be specified")
	case a.State == "absent" && (a.Table != "" || len(a.Columns) > 0 || a.Cond != "" || a.Type != "" || a.Tablespace != ""):
		return modules.Fail("Index %s is going to be removed, so it does not make sense to pass a table name, columns, conditions, index type, or tablespace", a.Name)
	case a.Cascade && a.State != "absent":
		return modules.Fail("cascade parameter used only with state=absent")
	}
	return nil
}

var indexTypes = []string{"BTREE", "HASH", "GIST", "SPGIST", "GIN", "BRIN"}

func postgresIdx(c *modules.Context, a postgresIdxArgs) (postgresIdxResult, error) {
	r := postgresIdxResult{Name: a.Name, State: "absent", Valid: true, StorageParams: []string{}}
	texts := append([]string{a.Name, a.Schema, a.Table, a.Tablespace, a.Cond}, a.Columns...)
	if err := a.vet(append(texts, a.StorageParams...)...); err != nil {
		return r, err
	}
	if err := a.conflicts(); err != nil {
		return r, err
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	there, err := r.look(s)
	if err != nil || there == (a.State == "present") {
		return r, a.warned(c, r, err)
	}
	query := "DROP INDEX " + when(a.Concurrent, "CONCURRENTLY ") + pq.QuoteIdentifier(orElse(a.Schema, "public")) + "." + pq.QuoteIdentifier(a.Name) + when(a.Cascade, " CASCADE")
	if a.State == "present" {
		if a.Type != "" && !slices.Contains(indexTypes, strings.ToUpper(a.Type)) {
			return r, modules.Fail("Index type '%s' of %s is not in valid types", a.Type, a.Name)
		}
		query = a.creating()
	}
	err = s.c.Change(modules.Diff{}, func() error {
		if err := s.execAll([]string{query}); err != nil {
			return err
		}
		r.Query, r.State = query, a.State
		if a.State == "absent" {
			return nil
		}
		_, err := r.look(s)
		return err
	})
	return r, a.warned(c, r, err)
}

func (a postgresIdxArgs) warned(c *modules.Context, r postgresIdxResult, err error) error {
	if err == nil && !r.Valid {
		c.Warn("Index %s is invalid: drop it and make it again", a.Name)
	}
	return err
}

func (r *postgresIdxResult) look(s *server) (bool, error) {
	rows, err := s.texts(`SELECT i.schemaname, i.tablename, COALESCE(i.tablespace, ''), x.indisvalid, COALESCE(c.reloptions, '{}')::text
		FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname JOIN pg_index x ON x.indexrelid = c.oid WHERE i.indexname = $1`, r.Name)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	row := rows[0]
	r.State, r.Schema, r.Table, r.Tablespace, r.Valid, r.StorageParams = "present", row[0], row[1], row[2], row[3] == "true", pgArray(row[4])
	return true, nil
}

func (a postgresIdxArgs) creating() string {
	return "CREATE" + when(a.Unique, " UNIQUE") + " INDEX" + when(a.Concurrent, " CONCURRENTLY") + " " + pq.QuoteIdentifier(a.Name) +
		" ON " + pq.QuoteIdentifier(orElse(a.Schema, "public")) + "." + pq.QuoteIdentifier(a.Table) +
		" USING " + orElse(a.Type, "BTREE") + " (" + joined(a.Columns) + ")" +
		when(len(a.StorageParams) > 0, " WITH ("+joined(a.StorageParams)+")") +
		when(a.Tablespace != "", " TABLESPACE "+pq.QuoteIdentifier(a.Tablespace)) + when(a.Cond != "", " WHERE "+a.Cond)
}
