package databases

import (
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type mysqlUserArgs struct {
	Name           string      `arg:"name,required" alias:"user" doc:"The user."`
	NewPassword    *string     `arg:"password,secret" doc:"The user's password, or with encrypted its hash."`
	Encrypted      bool        `arg:"encrypted" default:"false" doc:"password is a hash of mysql_native_password: * and 40 hexadecimal digits."`
	UserHost       string      `arg:"host" default:"localhost" doc:"Host part of the account."`
	HostAll        bool        `arg:"host_all" default:"false" doc:"All accounts of that user name, whatever their hosts."`
	State          string      `arg:"state" enum:"absent,present" default:"present" doc:"Whether the user is to be there."`
	Priv           any         `arg:"priv" doc:"Privileges: db.table:PRIV,PRIV/db.table:PRIV, or a dict of db.table and privileges."`
	Append         bool        `arg:"append_privs" default:"false" doc:"Take no privilege away."`
	Subtract       bool        `arg:"subtract_privs" default:"false" doc:"Take these privileges away."`
	TLSRequires    *value.Dict `arg:"tls_requires" doc:"What TLS has to be like: SSL, X509, or SUBJECT, ISSUER and CIPHER with texts."`
	ImplicitAdmin  bool        `arg:"check_implicit_admin" default:"false" doc:"Try root without a password first."`
	UpdatePassword string      `arg:"update_password" enum:"always,on_create,on_new_username" default:"always" doc:"When an account's password is set; on_new_username takes that of another account of the name."`
	SQLLogBin      bool        `arg:"sql_log_bin" default:"true" doc:"Write the statements to the binary log."`
	Plugin         string      `arg:"plugin" doc:"Plugin that authenticates the user."`
	PluginHash     string      `arg:"plugin_hash_string" doc:"What the plugin keeps of the password."`
	PluginAuth     string      `arg:"plugin_auth_string" doc:"Password for the plugin, which it hashes."`
	ResourceLimits *value.Dict `arg:"resource_limits" doc:"MAX_QUERIES_PER_HOUR and its like, with numbers."`
	ForceContext   bool        `arg:"force_context" default:"false" doc:"Use the database mysql, for replication filters."`
	SessionVars    *value.Dict `arg:"session_vars" doc:"Variables to set for the session."`
	ColumnCase     *bool       `arg:"column_case_sensitive" doc:"Keep the case of columns in privileges."`
	mysqlLogin
}

type mysqlUserResult struct {
	User            string `json:"user" doc:"The user."`
	Msg             string `json:"msg" doc:"What was done."`
	PasswordChanged any    `json:"password_changed" type:"bool" doc:"Whether the password is set; none of a user who is only foretold."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_user", Aliases: []string{"ansible.mysql.mysql_user"}, Summary: "Make, change or drop users of MySQL and MariaDB",
		Exclusive: [][]string{{"append_privs", "subtract_privs"}},
		Example: `- name: The application's user
  community.mysql.mysql_user:
    name: app
    password: "{{ app_db_password }}"
    priv: "app.*:ALL"
    host: "%"
`,
		Differs: []string{
			"Columns in privileges are compared without regard to case unless column_case_sensitive is set.",
			"A server without mysql_native_password keeps the password in a form that cannot be compared, so that it is set each time.",
		},
	}, bare(mysqlUser))
}

// userPlan collects what is to be done to an account.
type userPlan struct {
	mysqlUserArgs
	*server
	statements []string
	msg        string
	password   bool
	added      bool // there was no such account
}

const passwordUpdated = "Password updated" // and how, where it was

func (p *userPlan) add(msg string, statements ...string) {
	p.msg, p.statements = msg, append(p.statements, statements...)
}

func mysqlUser(c *modules.Context, a mysqlUserArgs) (mysqlUserResult, error) {
	a.UserHost = strings.ToLower(a.UserHost)
	database := ""
	if a.ForceContext {
		database = "mysql"
	}
	s, err := a.connect(c, database, a.ImplicitAdmin)
	if err != nil {
		return mysqlUserResult{}, err
	}
	defer s.Close()
	if err := a.session(s); err != nil {
		return mysqlUserResult{}, err
	}
	p := &userPlan{mysqlUserArgs: a, server: s, msg: "User unchanged"}
	if a.State == "absent" {
		err = p.dropping()
	} else {
		err = p.making()
	}
	r := mysqlUserResult{User: a.Name, Msg: p.msg}
	if !p.added {
		r.PasswordChanged = p.password
	}
	if err != nil || len(p.statements) == 0 {
		return r, err
	}
	return r, c.Change(modules.Diff{}, func() error {
		r.PasswordChanged = p.password
		if r.Msg == passwordUpdated {
			r.Msg += " (new style)"
		}
		for _, statement := range p.statements {
			if err := s.exec(statement); err != nil {
				return p.refused(statement, err)
			}
		}
		return nil
	})
}

// refused says which privileges the server does not give.
func (p *userPlan) refused(statement string, err error) error {
	privs, isGrant := strings.CutPrefix(statement, "GRANT ")
	privs, on, _ := strings.Cut(privs, " ON ")
	if !isGrant {
		return err
	}
	object, _, _ := strings.Cut(on, " TO ")
	return modules.Fail("Error granting privileges, invalid priv string: %s , params: (%s, %s), query: GRANT %s ON %s TO %%s@%%s%s , exception: %w.",
		privs, value.Repr(p.Name), value.Repr(p.UserHost), privs, object, when(strings.HasSuffix(statement, " WITH GRANT OPTION"), " WITH GRANT OPTION"), err)
}

func (a mysqlUserArgs) session(s *server) error {
	if !a.SQLLogBin {
		if err := s.exec("SET SQL_LOG_BIN=0"); err != nil {
			return err
		}
	}
	for name, v := range a.SessionVars.All() {
		text := literal(value.Str(v))
		if _, number := v.(int64); number {
			text = value.Str(v)
		}
		if err := s.exec("SET SESSION " + backtick(value.Str(name)) + " = " + text); err != nil {
			return err
		}
	}
	return nil
}

// hosts are those of the accounts that the task is about.
func (p *userPlan) hosts() ([]string, error) {
	query := "SELECT Host FROM mysql.user WHERE User = " + literal(p.Name)
	if !p.HostAll {
		query += " AND Host = " + literal(p.UserHost)
	}
	return p.column(query)
}

func (p *userPlan) dropping() error {
	hosts, err := p.hosts()
	p.msg = "User doesn't exist"
	for _, host := range hosts {
		p.add("User deleted", "DROP USER "+account(p.Name, host))
	}
	return err
}

func account(user, host string) string { return literal(user) + "@" + literal(host) }

// making plans a new account, or the changes of those that are there.
func (p *userPlan) making() error {
	hosts, err := p.hosts()
	if err != nil {
		return err
	}
	if len(hosts) == 0 && p.HostAll {
		return modules.Fail("host_all parameter cannot be used when adding a user")
	}
	if len(hosts) == 0 {
		return p.creating()
	}
	for _, host := range hosts {
		if err := p.changing(host); err != nil {
			return err
		}
	}
	return nil
}

func (p *userPlan) creating() error {
	auth, err := p.newAuth()
	if err != nil {
		return err
	}
	p.added = true
	who := account(p.Name, p.UserHost)
	p.password = p.password || p.UpdatePassword != "on_new_username" || auth == ""
	if !p.Subtract && p.Priv != nil {
		want, err := p.wanted(p.Priv, p.caseSensitive(), true)
		if err != nil {
			return err
		}
		p.statements, _ = grants{}.plan(want, who, p.Name == "root", appendGrants)
	}
	create := strings.TrimSpace("CREATE USER " + who + " " + auth)
	if require := requirement(p.TLSRequires); require != "" {
		create += " REQUIRE " + require
	}
	p.statements = append([]string{create}, p.statements...)
	p.msg = "User added"
	return p.limiting(p.UserHost)
}

func (p *userPlan) changing(host string) error {
	who := account(p.Name, host)
	if p.UpdatePassword == "always" {
		if err := p.repassword(who, host); err != nil {
			return err
		}
	}
	if p.Priv != nil {
		if err := p.regrant(who); err != nil {
			return err
		}
	}
	have, err := p.required(who)
	if err != nil {
		return err
	}
	if want := requirement(p.TLSRequires); have != want {
		if want == "" {
			want = "NONE"
		}
		p.add("TLS requires updated", "ALTER USER "+who+" REQUIRE "+want)
	}
	return p.limiting(host)
}

func (p *userPlan) caseSensitive() bool { return p.ColumnCase != nil && *p.ColumnCase }

func (p *userPlan) regrant(who string) error {
	how := wayOf(p.Append, p.Subtract)
	statements, msg, err := p.regranting(p.Priv, who, p.caseSensitive(), p.Name == "root", how)
	if len(statements) > 0 {
		p.add(msg, statements...)
	}
	return err
}
