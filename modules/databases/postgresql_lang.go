package databases

import (
	"fmt"

	"github.com/lib/pq"

	"goplay/modules"
)

type postgresLangArgs struct {
	Lang       string `arg:"lang,required" alias:"name" doc:"The language."`
	DB         string `arg:"db,required" alias:"login_db" doc:"Database that gets it."`
	State      string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the language is to be there."`
	Trust      bool   `arg:"trust" default:"false" doc:"Let users without special rights write functions in it."`
	ForceTrust bool   `arg:"force_trust" default:"false" doc:"Mark a new language as trust says even if it is meant otherwise."`
	Cascade    bool   `arg:"cascade" default:"false" doc:"Drop also what is written in it."`
	FailOnDrop bool   `arg:"fail_on_drop" default:"true" doc:"Fail when it cannot be dropped."`
	Owner      string `arg:"owner" doc:"Role that owns it."`
	postgresLogin
}

type postgresLangResult struct {
	DB      string   `json:"db" doc:"The database."`
	Lang    string   `json:"lang" doc:"The language."`
	Trust   bool     `json:"trust" doc:"Whether it is to be trusted."`
	Dropped *bool    `json:"lang_dropped,omitempty" doc:"With absent, whether it was dropped."`
	Queries []string `json:"queries" doc:"Statements that were run."`
	Changed bool     `json:"changed" doc:"Whether something was changed."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_lang", Summary: "Add, change or drop procedural languages of PostgreSQL databases",
		Example: "- name: Functions in Perl\n  community.postgresql.postgresql_lang:\n    db: app\n    lang: plperl\n    trust: true\n",
		Differs: []string{
			"queries tells under check mode too what would be run.",
			"A language that cannot be dropped is a failure under check mode too: dropping it is tried and undone.",
		},
	}, bare(postgresLang))
}

func postgresLang(c *modules.Context, a postgresLangArgs) (postgresLangResult, error) {
	r := postgresLangResult{DB: a.DB, Lang: a.Lang, Trust: a.Trust, Queries: []string{}}
	if err := a.vet(a.Lang, a.Owner); err != nil {
		return r, err
	}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	rows, err := s.texts("SELECT lanpltrusted, pg_get_userbyid(lanowner) FROM pg_language WHERE lanname = $1", a.Lang)
	if err != nil {
		return r, err
	}
	name := pq.QuoteIdentifier(a.Lang)
	if a.State == "absent" {
		if len(rows) == 0 {
			return r, nil
		}
		return r, r.drop(s, a, "DROP LANGUAGE "+name+when(a.Cascade, " CASCADE"))
	}
	trusting := fmt.Sprintf("UPDATE pg_language SET lanpltrusted = %t WHERE lanname = %s", a.Trust, pq.QuoteLiteral(a.Lang))
	owner := ""
	switch {
	case len(rows) == 0:
		r.Queries = append(r.Queries, "CREATE "+when(a.Trust, "TRUSTED ")+"LANGUAGE "+name)
		if a.ForceTrust {
			r.Queries = append(r.Queries, trusting)
		}
		owner, _, err = s.text("SELECT current_user")
	default:
		owner = rows[0][1]
		if (rows[0][0] == "true") != a.Trust {
			r.Queries = append(r.Queries, trusting)
		}
	}
	if a.Owner != "" && a.Owner != owner {
		r.Queries = append(r.Queries, "ALTER LANGUAGE "+name+" OWNER TO "+pq.QuoteIdentifier(a.Owner))
	}
	r.Changed = len(r.Queries) > 0
	if err != nil || !r.Changed {
		return r, err
	}
	return r, s.perform(r.Queries...)
}

// drop leaves a language that something needs, where that is no failure.
func (r *postgresLangResult) drop(s *server, a postgresLangArgs, statement string) error {
	r.Queries = append(r.Queries, statement)
	r.Changed = s.perform(statement) == nil
	r.Dropped = &r.Changed
	if !r.Changed && a.FailOnDrop {
		return modules.Fail("unable to drop language, use cascade to delete dependencies or fail_on_drop=false to ignore")
	}
	return nil
}
