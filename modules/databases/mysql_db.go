package databases

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

type mysqlDBArgs struct {
	Name              []string `arg:"name,required" alias:"db" doc:"Databases; all stands for every one, for dump and import."`
	State             string   `arg:"state" enum:"absent,dump,import,present" default:"present" doc:"present makes, absent drops, dump writes to target, import reads it."`
	Encoding          string   `arg:"encoding" doc:"Character set of a database that is made, and of a dump."`
	Collation         string   `arg:"collation" doc:"Collation of a database that is made."`
	Target            string   `arg:"target" type:"path" doc:"File of the dump; .gz, .bz2 and .xz are packed and unpacked."`
	SingleTransaction bool     `arg:"single_transaction" default:"false" doc:"Dump in one transaction."`
	Quick             bool     `arg:"quick" default:"true" doc:"Dump row by row."`
	IgnoreTables      []string `arg:"ignore_tables" default:"" doc:"Tables to leave out, as database.table."`
	HexBlob           bool     `arg:"hex_blob" default:"false" doc:"Dump binary columns as hexadecimal."`
	Force             bool     `arg:"force" default:"false" doc:"Go on after errors of a dump or import."`
	MasterData        int      `arg:"master_data" enum:"0,1,2" default:"0" doc:"Write the position in the binary log: 1 as a statement, 2 as a comment."`
	SkipLockTables    bool     `arg:"skip_lock_tables" default:"false" doc:"Do not lock tables."`
	DumpExtraArgs     string   `arg:"dump_extra_args" doc:"Further options of mysqldump."`
	UseShell          bool     `arg:"use_shell" default:"false" doc:"Unused: packed dumps are always unpacked on the way."`
	UnsafePassword    bool     `arg:"unsafe_login_password" default:"false" doc:"Unused: no shell sees the password."`
	RestrictConfig    bool     `arg:"restrict_config_file" default:"false" doc:"Read no option file but config_file."`
	ImplicitAdmin     bool     `arg:"check_implicit_admin" default:"false" doc:"Try root without a password first."`
	ConfigOverrides   bool     `arg:"config_overrides_defaults" default:"false" doc:"Take host and port of config_file; where they are not given as options they are in any case."`
	Chdir             string   `arg:"chdir" type:"path" doc:"Folder to run the program in, for dumps that read further files."`
	Pipefail          bool     `arg:"pipefail" default:"false" doc:"Unused: a dump that fails in part fails in any case."`
	mysqlLogin
}

type mysqlDBResult struct {
	DB       string   `json:"db" doc:"The databases, joined by blanks."`
	List     []string `json:"db_list" doc:"The databases."`
	Executed any      `json:"executed_commands,omitempty" type:"list" doc:"Statements and commands that were run; none where they are only foretold."`
	Msg      *string  `json:"msg,omitempty" doc:"What the program printed."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_db", Aliases: []string{"ansible.mysql.mysql_db"}, Summary: "Make, drop, dump or import MySQL and MariaDB databases",
		Example: `- name: The application's database
  community.mysql.mysql_db:
    name: app
    encoding: utf8mb4
    login_unix_socket: /run/mysqld/mysqld.sock
`,
		Notes: []string{"dump and import run mysqldump and mysql, or mariadb-dump and mariadb, on the target."},
		Differs: []string{
			"localhost is reached through the server's socket where there is one, as with the C library.",
			"executed_commands is an empty list under check mode too where nothing is to be done.",
		},
	}, bare(mysqlDB))
}

func mysqlDB(c *modules.Context, a mysqlDBArgs) (mysqlDBResult, error) {
	var names []string
	for _, name := range a.Name {
		names = append(names, strings.TrimSpace(name))
	}
	r := mysqlDBResult{DB: strings.Join(names, " "), List: names}
	all := len(names) == 1 && names[0] == "all"
	switch dumps := a.State == "dump" || a.State == "import"; {
	case len(names) > 1 && a.State == "import":
		return r, modules.Fail("Multiple databases are not supported with state=import")
	case dumps && a.Target == "":
		return r, modules.Fail("with state=%s target is required", a.State)
	case all && !dumps:
		return r, modules.Fail("name is not allowed to equal 'all' unless state equals import, or dump.")
	}
	s, err := a.connectOr(c, "", a.ImplicitAdmin)
	if err != nil {
		return r, err
	}
	defer s.Close()
	var there, missing []string
	if !all {
		if there, missing, err = s.databases(names); err != nil {
			return r, err
		}
	}
	switch a.State {
	case "absent":
		var drops []string
		for _, name := range there {
			drops = append(drops, "DROP DATABASE "+backtick(name))
		}
		return r, r.run(s, drops, "error deleting database")
	case "present":
		if slices.Contains(missing, "") {
			return r, modules.Fail("error creating database: Identifier name unspecified or unquoted trailing dot")
		}
		return r, r.run(s, a.creating(missing), "error creating database")
	case "dump":
		if len(missing) > 0 {
			return r, modules.Fail("Cannot dump database(s) %s - not found", value.Repr(strings.Join(missing, ", ")))
		}
		return r, c.Change(modules.Diff{}, func() error { return a.dump(c, names, all, &r) })
	}
	if len(missing) > 0 {
		if err := r.run(s, a.creating(missing), "error creating database"); err != nil {
			return r, err
		}
	}
	return r, c.Change(modules.Diff{}, func() error { return a.load(c, names, all, &r) })
}

// run runs statements as one change, and tells them where they were run.
func (r *mysqlDBResult) run(s *server, statements []string, failed string) error {
	if len(statements) == 0 {
		r.Executed = []string{}
		return nil
	}
	return s.c.Change(modules.Diff{}, func() error {
		r.Executed = statements
		for _, statement := range statements {
			if err := s.exec(statement); err != nil {
				return modules.Fail("%s: %w", failed, err)
			}
		}
		return nil
	})
}

func (s *server) databases(names []string) (there, missing []string, err error) {
	for _, name := range names {
		_, ok, err := s.text("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + literal(name))
		if err != nil {
			return nil, nil, err
		}
		if ok {
			there = append(there, name)
		} else {
			missing = append(missing, name)
		}
	}
	return there, missing, nil
}

func (a mysqlDBArgs) creating(names []string) []string {
	var out []string
	for _, name := range names {
		statement := "CREATE DATABASE " + backtick(name)
		if a.Encoding != "" {
			statement += " CHARACTER SET " + literal(a.Encoding)
		}
		if a.Collation != "" {
			statement += " COLLATE " + literal(a.Collation)
		}
		out = append(out, statement)
	}
	return out
}

// program starts a client's command line: how to log in. The password goes
// through the environment, where other users do not see it.
func (a mysqlDBArgs) program(c *modules.Context, names ...string) (argv, env []string, err error) {
	var path string
	for _, name := range names {
		if path, err = c.Find(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, nil, err
	}
	argv = []string{path}
	if file := c.Path(a.ConfigFile); file != "" {
		if _, err := os.Stat(file); err == nil && a.RestrictConfig {
			argv = append(argv, "--defaults-file="+file)
		} else if err == nil {
			argv = append(argv, "--defaults-extra-file="+file)
		}
	}
	cfg, err := a.config(c)
	if err != nil {
		return nil, nil, err
	}
	if a.ImplicitAdmin {
		cfg.User, cfg.Passwd = "root", ""
	}
	argv = append(argv, "--user="+cfg.User)
	if cfg.Passwd != "" {
		env = []string{"MYSQL_PWD=" + cfg.Passwd}
	}
	for _, o := range [][2]string{{"--ssl-cert=", a.ClientCert}, {"--ssl-key=", a.ClientKey}, {"--ssl-ca=", a.CACert}} {
		if o[1] != "" {
			argv = append(argv, o[0]+o[1])
		}
	}
	if cfg.Net == "unix" {
		return append(argv, "--socket="+cfg.Addr), env, nil
	}
	host, port := cfg.Addr[:strings.LastIndexByte(cfg.Addr, ':')], cfg.Addr[strings.LastIndexByte(cfg.Addr, ':')+1:]
	return append(argv, "--host="+strings.Trim(host, "[]"), "--port="+port, "--protocol=TCP"), env, nil
}

func (a mysqlDBArgs) dump(c *modules.Context, names []string, all bool, r *mysqlDBResult) error {
	argv, env, err := a.program(c, "mysqldump", "mariadb-dump")
	if err != nil {
		return err
	}
	add := func(on bool, opts ...string) {
		if on {
			argv = append(argv, opts...)
		}
	}
	add(a.Force, "--force")
	add(all, "--all-databases")
	add(!all && len(names) > 1, "--databases")
	add(!all, names...)
	add(a.SkipLockTables, "--skip-lock-tables")
	add(a.Encoding != "", "--default-character-set="+a.Encoding)
	add(a.SingleTransaction, "--single-transaction=true")
	add(a.Quick, "--quick")
	for _, table := range a.IgnoreTables {
		add(table != "", "--ignore-table="+table)
	}
	add(a.HexBlob, "--hex-blob")
	add(a.MasterData != 0, "--master-data="+strconv.Itoa(a.MasterData))
	extra, err := shlex.Split(a.DumpExtraArgs)
	if err != nil {
		return modules.Fail("dump_extra_args: %w", err)
	}
	argv = append(argv, extra...)
	r.Executed = []string{shlex.Join(argv) + " > " + shlex.Quote(a.Target)}
	r.Msg = new(string)
	_, err = dumpTo(c, a.Target, modules.Cmd{Argv: argv, Env: env, Dir: a.Chdir})
	return err
}

// dumpTo runs a command whose output becomes a file, packed as the file's name
// says. A file that is there stays as it is until the dump is whole.
func dumpTo(c *modules.Context, target string, cmd modules.Cmd) (said string, err error) {
	f, err := os.CreateTemp(filepath.Dir(target), ".goplay-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if said, err = packed(c, f, target, cmd); err != nil {
		_ = f.Close()
		return said, err
	}
	if err := f.Close(); err != nil {
		return said, err
	}
	return said, os.Rename(f.Name(), target)
}

func packed(c *modules.Context, f *os.File, target string, cmd modules.Cmd) (string, error) {
	switch filepath.Ext(target) {
	case ".gz":
		w := gzip.NewWriter(f)
		said, err := stream(c, cmd, nil, w)
		if err != nil {
			return said, err
		}
		return said, w.Close()
	case ".bz2", ".xz":
		in, out := io.Pipe()
		done := make(chan error, 1)
		go func() { done <- c.Pipe(in, f, packers[filepath.Ext(target)]) }()
		said, err := stream(c, cmd, nil, out)
		_ = out.CloseWithError(err)
		if packing := <-done; err == nil {
			err = packing
		}
		return said, err
	}
	return stream(c, cmd, nil, f)
}

var packers = map[string]string{".bz2": "bzip2", ".xz": "xz"}

func (a mysqlDBArgs) load(c *modules.Context, names []string, all bool, r *mysqlDBResult) error {
	argv, env, err := a.program(c, "mysql", "mariadb")
	if err != nil {
		return err
	}
	if a.Force {
		argv = append(argv, "-f")
	}
	if a.Encoding != "" {
		argv = append(argv, "--default-character-set="+a.Encoding)
	}
	if !all {
		argv = append(argv, "--one-database", names[0])
	}
	before, _ := r.Executed.([]string)
	r.Executed = append(before, shlex.Join(argv)+" < "+shlex.Quote(a.Target))
	printed, _, err := loadFrom(c, a.Target, modules.Cmd{Argv: argv, Env: env, Dir: a.Chdir})
	r.Msg = &printed
	return err
}

// loadFrom runs a command that reads a file, unpacked as its name says, and
// returns what it printed and what it complained of.
func loadFrom(c *modules.Context, target string, cmd modules.Cmd) (printed, said string, err error) {
	f, err := os.Open(target)
	if err != nil {
		return "", "", modules.Fail("target %s does not exist on the host", target)
	}
	defer f.Close()
	in := io.Reader(f)
	switch ext := filepath.Ext(target); ext {
	case ".gz":
		if in, err = gzip.NewReader(f); err != nil {
			return "", "", modules.Fail("unpack %s: %w", target, err)
		}
	case ".bz2", ".xz":
		unpacked, out := io.Pipe()
		go func() { _ = out.CloseWithError(c.Pipe(f, out, packers[ext], "-dc")) }()
		defer unpacked.Close()
		in = unpacked
	}
	var out strings.Builder
	said, err = stream(c, cmd, in, &out)
	return out.String(), said, err
}
