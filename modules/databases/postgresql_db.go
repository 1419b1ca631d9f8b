package databases

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/shlex"
	"goplay/modules"
)

type postgresDBArgs struct {
	DB            string `arg:"db,required" alias:"name" doc:"The database."`
	State         string `arg:"state" enum:"absent,dump,present,rename,restore" default:"present" doc:"present makes or changes, absent drops, rename renames to target, dump writes to target, restore reads it."`
	Owner         string `arg:"owner" doc:"Role that owns the database."`
	Template      string `arg:"template" doc:"Database to copy when it is made."`
	Encoding      string `arg:"encoding" doc:"Encoding when it is made; another one is an error."`
	Collate       string `arg:"lc_collate" doc:"Collation when it is made; another one is an error."`
	Ctype         string `arg:"lc_ctype" doc:"Kinds of characters when it is made; another one is an error."`
	ConnLimit     string `arg:"conn_limit" doc:"How many may be connected at once; -1 for no limit."`
	Tablespace    string `arg:"tablespace" type:"path" doc:"Tablespace of the database."`
	Target        string `arg:"target" type:"path" doc:"File of a dump (.sql, .tar, .pgc, .dir, or packed: .gz, .bz2, .xz), or the new name."`
	TargetOpts    string `arg:"target_opts" doc:"Further options of pg_dump, pg_restore or psql."`
	DumpExtraArgs string `arg:"dump_extra_args" doc:"Further options of pg_dump."`
	MaintenanceDB string `arg:"maintenance_db" default:"postgres" doc:"Database to connect to for the work."`
	Force         bool   `arg:"force" default:"false" doc:"Drop the database although others are connected to it."`
	postgresLogin
}

type postgresDBResult struct {
	DB       string   `json:"db,omitempty" doc:"The database; not for dump and restore."`
	Executed []string `json:"executed_commands" doc:"Statements and commands that were run."`
	Cmd      string   `json:"cmd,omitempty" doc:"The program's command line, for dump and restore."`
	Msg      *string  `json:"msg,omitempty" doc:"What the program printed."`
	Stderr   *string  `json:"stderr,omitempty" doc:"What the program complained of."`
	RC       *int     `json:"rc,omitempty" doc:"The program's exit status."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_db", Summary: "Make, change, drop, dump or restore PostgreSQL databases",
		Example: `- name: The application's database
  community.postgresql.postgresql_db:
    name: app
    owner: app
    encoding: UTF-8
  become: true
  become_user: postgres
`,
		Notes: []string{"dump and restore run pg_dump, pg_restore and psql on the target."},
	}, bare(postgresDB))
}

func postgresDB(c *modules.Context, a postgresDBArgs) (postgresDBResult, error) {
	r := postgresDBResult{DB: a.DB, Executed: []string{}}
	if a.State == "rename" {
		switch {
		case a.Target == "":
			return r, modules.Fail(`The "target" option must be defined when the "rename" option is used.`)
		case a.Target == a.DB:
			return r, modules.Fail(`The "name/db" option and the "target" option cannot be the same.`)
		case a.MaintenanceDB == a.DB:
			return r, modules.Fail(`The "maintenance_db" option and the "name/db" option cannot be the same.`)
		}
	}
	if err := a.vet(a.Owner, a.ConnLimit, a.Encoding, a.DB, a.Template, a.Tablespace); err != nil {
		return r, err
	}
	if a.State == "dump" || a.State == "restore" {
		if a.Target == "" {
			a.Target = c.Abs(a.DB + ".sql")
		}
		return r, c.Change(modules.Diff{}, func() error { r.DB = ""; return a.transfer(c, &r) })
	}
	s, err := a.connect(c, a.MaintenanceDB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	statements, err := a.plan(s)
	if err != nil {
		return r, err
	}
	if len(statements) == 0 {
		return r, nil
	}
	return r, c.Change(modules.Diff{}, func() error {
		r.Executed = append(r.Executed, statements...)
		for _, statement := range statements {
			if err := s.exec(statement); err != nil {
				return modules.Fail("Database query failed: %s", libpqError(statement, err))
			}
		}
		return nil
	})
}

func (s *server) hasDatabase(name string) (bool, error) {
	return s.exists("SELECT 1 FROM pg_database WHERE datname = $1", name)
}

func (a postgresDBArgs) plan(s *server) ([]string, error) {
	there, err := s.hasDatabase(a.DB)
	if err != nil {
		return nil, err
	}
	name := pq.QuoteIdentifier(a.DB)
	switch {
	case a.State == "absent" && there && a.Force:
		return []string{"DROP DATABASE " + name + " WITH (FORCE)"}, nil
	case a.State == "absent" && there:
		return []string{"DROP DATABASE " + name}, nil
	case a.State == "absent":
		return nil, nil
	case a.State == "rename":
		return a.renaming(s, there)
	case !there:
		return []string{a.creating()}, nil
	}
	return a.altering(s)
}

func (a postgresDBArgs) renaming(s *server, there bool) ([]string, error) {
	done, err := s.hasDatabase(a.Target)
	switch {
	case err != nil:
		return nil, err
	case there && done:
		return nil, modules.Fail("Both the source and the target databases exist.")
	case !there && !done:
		return nil, modules.Fail("The source and the target databases do not exist.")
	case done:
		return nil, nil
	}
	return []string{"ALTER DATABASE " + pq.QuoteIdentifier(a.DB) + " RENAME TO " + pq.QuoteIdentifier(a.Target)}, nil
}

func (a postgresDBArgs) creating() string {
	statement := "CREATE DATABASE " + pq.QuoteIdentifier(a.DB)
	for _, o := range []struct{ clause, v string }{
		{" OWNER ", ident(a.Owner)}, {" TEMPLATE ", ident(a.Template)}, {" ENCODING ", text(a.Encoding)}, {" LC_COLLATE ", text(a.Collate)},
		{" LC_CTYPE ", text(a.Ctype)}, {" TABLESPACE ", ident(a.Tablespace)}, {" CONNECTION LIMIT ", a.ConnLimit},
	} {
		if o.v != "" {
			statement += o.clause + o.v
		}
	}
	return statement
}

func ident(name string) string {
	if name == "" {
		return ""
	}
	return pq.QuoteIdentifier(name)
}

func text(v string) string {
	if v == "" {
		return ""
	}
	return pq.QuoteLiteral(v)
}

// altering brings what can be changed to what is wanted, and refuses what cannot.
func (a postgresDBArgs) altering(s *server) ([]string, error) {
	rows, err := s.texts(`SELECT r.rolname, pg_encoding_to_char(d.encoding), datcollate, datctype, datconnlimit, t.spcname,
		d.encoding = pg_char_to_encoding($2) FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba JOIN pg_tablespace t ON t.oid = d.dattablespace
		WHERE datname = $1`, a.DB, a.Encoding)
	if err != nil {
		return nil, err
	}
	have := rows[0]
	switch {
	case a.Encoding != "" && have[6] != "true":
		return nil, modules.Fail("Changing database encoding is not supported. Current encoding: %s", have[1])
	case a.Collate != "" && a.Collate != have[2]:
		return nil, modules.Fail("Changing LC_COLLATE is not supported. Current LC_COLLATE: %s", have[2])
	case a.Ctype != "" && a.Ctype != have[3]:
		return nil, modules.Fail("Changing LC_CTYPE is not supported.Current LC_CTYPE: %s", have[3])
	}
	var out []string
	alter := "ALTER DATABASE " + pq.QuoteIdentifier(a.DB)
	if a.Owner != "" && a.Owner != have[0] {
		out = append(out, alter+" OWNER TO "+ident(a.Owner))
	}
	if a.ConnLimit != "" && a.ConnLimit != have[4] {
		if _, err := strconv.Atoi(a.ConnLimit); err != nil {
			return nil, modules.Fail("conn_limit has to be a number, not %s", a.ConnLimit)
		}
		out = append(out, alter+" CONNECTION LIMIT "+a.ConnLimit)
	}
	if a.Tablespace != "" && a.Tablespace != have[5] {
		out = append(out, alter+" SET TABLESPACE "+ident(a.Tablespace))
	}
	return out, nil
}

// transfer dumps or restores with the server's programs.
func (a postgresDBArgs) transfer(c *modules.Context, r *postgresDBResult) error {
	ext, dumps := filepath.Ext(a.Target), a.State == "dump"
	format := map[string]string{".tar": "Tar", ".pgc": "Custom", ".dir": "Directory"}[ext]
	name := "pg_dump"
	if !dumps {
		if name = "psql"; format != "" {
			name = "pg_restore"
		}
	}
	program, err := c.Find(name)
	if err != nil {
		return err
	}
	argv := a.login(c, program, dumps)
	switch {
	case format != "" && dumps:
		argv = append(argv, "--format="+strings.ToLower(format[:1]))
	case format != "":
		argv = append(argv, "--format="+format)
	case !dumps && ext == ".sql":
		argv = append(argv, "--file="+a.Target)
	}
	shown, more := strings.Join(argv, " "), []string{a.TargetOpts}
	if dumps {
		more = []string{a.DumpExtraArgs, a.TargetOpts}
	}
	for _, text := range more {
		words, err := shlex.Split(text)
		if err != nil {
			return modules.Fail("options of %s: %w", name, err)
		}
		argv = append(argv, words...)
		shown += when(text != "", " "+text+" ")
	}
	r.Cmd = shown
	cmd := modules.Cmd{Argv: argv, Env: []string{"PGSSLMODE=" + a.SSLMode}}
	if a.LoginPassword != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+a.LoginPassword)
	}
	return a.move(c, cmd, ext, r)
}

// login starts the command line of a program. The server's own programs know
// where its socket is.
func (a postgresDBArgs) login(c *modules.Context, program string, dumps bool) []string {
	p, argv := a.params(c, a.DB), []string{program, "--dbname=" + a.DB}
	if dumps {
		argv[1] = a.DB
	}
	if _, given := a.ConnectParams.Get("host"); given || a.LoginHost != "" || a.LoginSocket != "" {
		argv = append(argv, "--host="+p["host"])
	}
	return append(argv, "--port="+p["port"], "--username="+p["user"])
}

// move runs the program, and tells its command line as a shell would have it.
func (a postgresDBArgs) move(c *modules.Context, cmd modules.Cmd, ext string, r *postgresDBResult) error {
	printed, said := "", ""
	var err error
	switch {
	case ext == ".dir":
		if a.State == "dump" {
			cmd.Argv = append(cmd.Argv, "-f")
		}
		cmd.Argv = append(cmd.Argv, a.Target)
		r.Cmd += when(a.State == "dump", " -f") + " " + shlex.Quote(a.Target)
		said, err = stream(c, cmd, nil, nil)
	case a.State == "dump":
		r.Cmd += " > " + shlex.Quote(a.Target)
		said, err = dumpTo(c, a.Target, cmd)
	default:
		r.Cmd += " < " + shlex.Quote(a.Target)
		printed, said, err = loadFrom(c, a.Target, cmd)
	}
	var failed *modules.Failure
	if errors.As(err, &failed) && failed.Data != nil {
		return failed.With("cmd", r.Cmd).With("stdout", "")
	}
	r.Executed = append(r.Executed, r.Cmd)
	r.Msg, r.Stderr, r.RC = &printed, &said, new(int)
	return err
}
