package databases

import (
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresTablespaceArgs struct {
	Tablespace string      `arg:"tablespace,required" alias:"name" doc:"The tablespace."`
	State      string      `arg:"state" enum:"absent,present" default:"present" doc:"Whether the tablespace is to be there."`
	Location   string      `arg:"location" type:"path" alias:"path" doc:"Its folder, which has to be there and the server's."`
	Owner      string      `arg:"owner" doc:"Role that owns it."`
	Set        *value.Dict `arg:"set" doc:"Options of the tablespace; the value reset takes one back."`
	RenameTo   string      `arg:"rename_to" doc:"New name."`
	DB         string      `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresTablespaceResult struct {
	State      string      `json:"state" doc:"The wanted state."`
	Tablespace string      `json:"tablespace" doc:"The tablespace."`
	NewName    string      `json:"newname,omitempty" doc:"Its new name, where it was renamed."`
	Owner      string      `json:"owner" doc:"Its owner."`
	Location   string      `json:"location" doc:"Its folder."`
	Options    *value.Dict `json:"options" doc:"Its options."`
	Queries    []string    `json:"queries" doc:"Statements that were run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_tablespace", Summary: "Make, change, rename or drop PostgreSQL tablespaces",
		Example: `- name: Space on the fast disk
  community.postgresql.postgresql_tablespace:
    name: fast
    location: /srv/nvme/postgresql
`,
		Differs: []string{"Making and dropping a tablespace are foretold under check mode; Ansible's module falls over."},
	}, bare(postgresTablespace))
}

func postgresTablespace(c *modules.Context, a postgresTablespaceArgs) (postgresTablespaceResult, error) {
	r := postgresTablespaceResult{State: a.State, Tablespace: a.Tablespace, Queries: []string{}, Options: value.NewDict()}
	if a.State == "absent" && (a.Location != "" || a.Owner != "" || a.RenameTo != "" || a.Set.Len() > 0) {
		return r, modules.Fail("state=absent is mutually exclusive location, owner, rename_to, and set")
	}
	texts := []string{a.Tablespace, a.Location, a.Owner, a.RenameTo}
	for k, v := range a.Set.All() {
		texts = append(texts, value.Str(k)+" = "+value.Str(v))
	}
	if err := a.vet(texts...); err != nil {
		return r, err
	}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	there, err := r.look(s, a.Tablespace)
	if err != nil {
		return r, err
	}
	statements, err := a.plan(there, &r)
	if err != nil {
		return r, err
	}
	r.Queries = append(r.Queries, statements...)
	if len(r.Queries) == 0 {
		return r, nil
	}
	look := func() error {
		if a.State == "absent" {
			return nil
		}
		_, err := r.look(s, orElse(r.NewName, a.Tablespace))
		return err
	}
	if there && a.State == "present" {
		return r, s.performLooking(r.Queries, look)
	}
	if err := s.performBare(r.Queries...); err != nil {
		return r, err
	}
	return r, look()
}

func (r *postgresTablespaceResult) look(s *server, name string) (bool, error) {
	rows, err := s.texts(`SELECT pg_get_userbyid(spcowner), COALESCE(spcoptions, '{}')::text, pg_tablespace_location(oid)
		FROM pg_tablespace WHERE spcname = $1`, name)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	r.Owner, r.Location, r.Options = rows[0][0], rows[0][2], value.NewDict()
	for _, option := range pgArray(rows[0][1]) {
		k, v, _ := strings.Cut(option, "=")
		r.Options.Set(k, v)
	}
	return true, nil
}

// plan lists the statements. No transaction takes the making and dropping.
func (a postgresTablespaceArgs) plan(there bool, have *postgresTablespaceResult) (out []string, err error) {
	name := pq.QuoteIdentifier(a.Tablespace)
	switch {
	case there && a.Location != "" && a.Location != have.Location:
		return nil, modules.Fail("Tablespace '%s' exists with different location '%s'", a.Tablespace, have.Location)
	case !there && a.State == "absent":
		return nil, modules.Fail("Tries to drop nonexistent tablespace '%s'", a.Tablespace)
	case a.State == "absent":
		return []string{"DROP TABLESPACE " + name}, nil
	case !there && a.RenameTo != "":
		return nil, modules.Fail("Tablespace %s does not exist, nothing to rename", a.Tablespace)
	case !there && a.Location == "":
		return nil, modules.Fail("'location' parameter must be passed with state=present if the tablespace doesn't exist")
	case !there:
		out = []string{"CREATE TABLESPACE " + name + " LOCATION " + pq.QuoteLiteral(a.Location)}
	case a.RenameTo != "" && a.RenameTo != a.Tablespace:
		out = []string{"ALTER TABLESPACE " + name + " RENAME TO " + pq.QuoteIdentifier(a.RenameTo)}
		name, have.NewName = pq.QuoteIdentifier(a.RenameTo), a.RenameTo
	}
	if a.Owner != "" && a.Owner != have.Owner {
		out = append(out, "ALTER TABLESPACE "+name+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	for k, v := range a.Set.All() {
		option, want := value.Str(k), value.Str(v)
		now, set := have.Options.Get(option)
		switch {
		case want == "reset" && set:
			out = append(out, "ALTER TABLESPACE "+name+" RESET ("+option+")")
		case want != "reset" && (!set || now != want):
			out = append(out, "ALTER TABLESPACE "+name+" SET ("+option+" = "+pq.QuoteLiteral(want)+")")
		}
	}
	return out, nil
}
