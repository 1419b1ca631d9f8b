package databases

import (
	"fmt"

	"github.com/lib/pq"

	"goplay/modules"
)

type postgresSequenceArgs struct {
	Sequence  string `arg:"sequence,required" alias:"name" doc:"The sequence."`
	State     string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the sequence is to be there."`
	DataType  string `arg:"data_type" enum:"bigint,integer,smallint" doc:"Type of its numbers, when it is made."`
	Increment int    `arg:"increment" doc:"What each number is more than the one before, when it is made."`
	MinValue  int    `arg:"minvalue" alias:"min" doc:"Least number, when it is made."`
	MaxValue  int    `arg:"maxvalue" alias:"max" doc:"Greatest number, when it is made."`
	Start     int    `arg:"start" doc:"First number, when it is made."`
	Cache     int    `arg:"cache" doc:"How many numbers a session takes at once, when it is made."`
	Cycle     bool   `arg:"cycle" default:"false" doc:"Begin again at the end, when it is made."`
	Schema    string `arg:"schema" default:"public" doc:"Its schema."`
	Cascade   bool   `arg:"cascade" default:"false" doc:"Drop also what depends on it."`
	RenameTo  string `arg:"rename_to" doc:"New name."`
	Owner     string `arg:"owner" doc:"Role that owns it."`
	NewSchema string `arg:"newschema" doc:"Schema to move it to."`
	DB        string `arg:"db" alias:"login_db,database" default:"" doc:"Its database."`
	postgresLogin
}

type postgresSequenceResult struct {
	State     string   `json:"state" doc:"The wanted state."`
	Sequence  string   `json:"sequence" doc:"The sequence."`
	NewName   string   `json:"newname,omitempty" doc:"Its new name, where it was renamed."`
	Schema    string   `json:"schema" doc:"Its schema."`
	NewSchema string   `json:"newschema,omitempty" doc:"Its new schema, where it was moved."`
	DataType  string   `json:"data_type" doc:"Type of its numbers."`
	Increment string   `json:"increment" doc:"What each number is more than the one before."`
	MinValue  string   `json:"minvalue" doc:"Least number."`
	MaxValue  string   `json:"maxvalue" doc:"Greatest number."`
	Start     string   `json:"start" doc:"First number."`
	Cycle     string   `json:"cycle" doc:"YES if it begins again at the end, NO if not."`
	Owner     string   `json:"owner" doc:"Its owner."`
	Queries   []string `json:"queries" doc:"Statements that were run."`
}

func init() {
	var exclusive [][]string
	for _, other := range []string{"data_type", "increment", "minvalue", "maxvalue", "start", "cache", "cycle", "cascade", "owner", "newschema"} {
		exclusive = append(exclusive, []string{"rename_to", other})
	}
	for _, other := range []string{"data_type", "increment", "minvalue", "maxvalue", "start", "cache", "cycle", "owner", "newschema"} {
		exclusive = append(exclusive, []string{"cascade", other})
	}
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_sequence", Summary: "Make, move, rename or drop PostgreSQL sequences", Exclusive: exclusive,
		Example: `- name: Numbers of invoices
  community.postgresql.postgresql_sequence:
    db: app
    name: invoice_number
    start: 1000
    owner: app
`,
	}, bare(postgresSequence))
}

func postgresSequence(c *modules.Context, a postgresSequenceArgs) (postgresSequenceResult, error) {
	r := postgresSequenceResult{State: a.State, Sequence: a.Sequence, Schema: a.Schema, Queries: []string{}}
	if err := a.vet(a.Sequence, a.Schema, a.RenameTo, a.Owner, a.NewSchema); err != nil {
		return r, err
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	there, err := r.look(s)
	if err != nil {
		return r, err
	}
	if r.Queries, err = a.plan(there, &r); err != nil || len(r.Queries) == 0 {
		return r, err
	}
	return r, s.attempt(func() error {
		// What comes of it is told from within, where predictions see it too.
		if !there && a.State == "present" {
			return a.making(s, &r)
		}
		return s.execAll(r.Queries)
	})
}

// making creates the sequence, and looks at it before it is given away.
func (a postgresSequenceArgs) making(s *server, r *postgresSequenceResult) error {
	if err := s.execAll(r.Queries[:1]); err != nil {
		return err
	}
	if _, err := r.look(s); err != nil {
		return err
	}
	if a.Owner != "" && a.Owner != r.Owner {
		r.Queries = append(r.Queries, "ALTER SEQUENCE "+a.quoted()+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	return s.execAll(r.Queries[1:])
}

func (r *postgresSequenceResult) look(s *server) (bool, error) {
	rows, err := s.texts(`SELECT pg_get_userbyid(c.relowner), s.data_type, s.start_value, s.minimum_value, s.maximum_value, s.increment, s.cycle_option
		FROM information_schema.sequences s JOIN pg_namespace n ON n.nspname = s.sequence_schema
		JOIN pg_class c ON c.relname = s.sequence_name AND c.relnamespace = n.oid AND c.relkind = 'S'
		WHERE s.sequence_name = $1 AND s.sequence_schema = $2`, r.Sequence, r.Schema)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	for i, to := range []*string{&r.Owner, &r.DataType, &r.Start, &r.MinValue, &r.MaxValue, &r.Increment, &r.Cycle} {
		*to = rows[0][i]
	}
	return true, nil
}

func (a postgresSequenceArgs) quoted() string {
	return pq.QuoteIdentifier(a.Schema) + "." + pq.QuoteIdentifier(a.Sequence)
}

func (a postgresSequenceArgs) plan(there bool, r *postgresSequenceResult) ([]string, error) {
	out := []string{}
	alter := "ALTER SEQUENCE " + a.quoted()
	switch {
	case a.State == "absent" && there:
		return append(out, "DROP SEQUENCE "+a.quoted()+when(a.Cascade, " CASCADE")), nil
	case a.State == "absent":
		return out, nil
	case !there && a.RenameTo != "":
		return nil, modules.Fail("Sequence '%s' does not exist, nothing to rename", a.Sequence)
	case !there && a.NewSchema != "":
		return nil, modules.Fail("Sequence '%s' does not exist, change of schema not possible", a.Sequence)
	case !there:
		return append(out, a.creating()), nil
	}
	if a.RenameTo != "" && a.RenameTo != a.Sequence {
		r.NewName = a.RenameTo
		out = append(out, alter+" RENAME TO "+pq.QuoteIdentifier(a.RenameTo))
	}
	if a.Owner != "" && a.Owner != r.Owner {
		out = append(out, alter+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	if a.NewSchema != "" && a.NewSchema != a.Schema {
		r.NewSchema = a.NewSchema
		out = append(out, alter+" SET SCHEMA "+pq.QuoteIdentifier(a.NewSchema))
	}
	return out, nil
}

func (a postgresSequenceArgs) creating() string {
	out := "CREATE SEQUENCE " + a.quoted() + when(a.DataType != "", " AS "+a.DataType)
	for _, o := range []struct {
		clause string
		n      int
	}{{"INCREMENT BY", a.Increment}, {"MINVALUE", a.MinValue}, {"MAXVALUE", a.MaxValue}, {"START WITH", a.Start}, {"CACHE", a.Cache}} {
		if o.n != 0 {
			out += fmt.Sprintf(" %s %d", o.clause, o.n)
		}
	}
	return out + when(a.Cycle, " CYCLE")
}
