package databases

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"regexp"
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
	PasswordChanged bool   `json:"password_changed" doc:"Whether the password is set."`
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
	}, mysqlUser)
}

// userPlan collects what is to be done to an account.
type userPlan struct {
	mysqlUserArgs
	*server
	statements []string
	msg        string
	password   bool
}

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
	if err == nil {
		err = s.change(p.statements...)
	}
	return mysqlUserResult{User: a.Name, Msg: p.msg, PasswordChanged: p.password}, err
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
	who := account(p.Name, p.UserHost)
	p.password = p.password || p.UpdatePassword != "on_new_username" || auth == ""
	if !p.Subtract && p.Priv != nil {
		want, err := p.wanted(true)
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

// newAuth is how a new account authenticates.
func (p *userPlan) newAuth() (string, error) {
	if p.UpdatePassword == "on_new_username" {
		rows, err := p.texts("SELECT plugin, authentication_string FROM mysql.user WHERE User = " + literal(p.Name) + " LIMIT 1")
		if err != nil {
			return "", err
		}
		if len(rows) > 0 {
			return "IDENTIFIED WITH " + rows[0][0] + " AS " + literal(rows[0][1]), nil
		}
		p.password = true
	}
	if p.NewPassword != nil && *p.NewPassword != "" {
		return p.passwordAuth()
	}
	return p.pluginAuth(), nil
}

func (p *userPlan) passwordAuth() (string, error) {
	hash, native, err := p.hash()
	if err != nil || !native {
		return "IDENTIFIED BY " + literal(*p.NewPassword), err
	}
	maria, err := p.isMariaDB()
	if maria {
		return "IDENTIFIED BY PASSWORD " + literal(hash), err
	}
	return "IDENTIFIED WITH mysql_native_password AS " + literal(hash), err
}

func (p *userPlan) pluginAuth() string {
	with := "IDENTIFIED WITH " + p.Plugin
	switch {
	case p.Plugin == "":
		return ""
	case p.PluginHash != "":
		return with + " AS " + literal(p.PluginHash)
	case p.PluginAuth != "" && p.Plugin == "pam":
		return with + " USING " + literal(p.PluginAuth)
	case p.PluginAuth != "":
		return with + " BY " + literal(p.PluginAuth)
	}
	return with
}

func (s *server) isMariaDB() (bool, error) {
	version, _, err := s.text("SELECT VERSION()")
	return strings.Contains(strings.ToLower(version), "mariadb"), err
}

var nativeHash = regexp.MustCompile(`^\*[0-9A-Fa-f]{40}$`)

// hash is the password as mysql_native_password keeps it; native is false for
// a server that has that plugin no more.
func (p *userPlan) hash() (hash string, native bool, err error) {
	if p.Encrypted {
		if !nativeHash.MatchString(*p.NewPassword) {
			return "", true, modules.Fail("encrypted was specified however it does not appear to be a valid hash expecting: *SHA1(SHA1(your_password))")
		}
		return *p.NewPassword, true, nil
	}
	status, _, err := p.text("SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'mysql_native_password'")
	once := sha1.Sum([]byte(*p.NewPassword))
	twice := sha1.Sum(once[:])
	return "*" + strings.ToUpper(hex.EncodeToString(twice[:])), status == "ACTIVE", err
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

func (p *userPlan) repassword(who, host string) error {
	if p.NewPassword != nil && *p.NewPassword != "" {
		hash, native, err := p.hash()
		if err != nil {
			return err
		}
		have, err := p.currentHash(host)
		if err != nil {
			return err
		}
		if !native || !strings.EqualFold(hash, have) {
			auth, err := p.passwordAuth()
			if err != nil {
				return err
			}
			p.add("Password updated (new style)", "ALTER USER "+who+" "+auth)
			p.password = true
		}
	}
	if p.Plugin == "" {
		return nil
	}
	rows, err := p.texts("SELECT plugin, authentication_string FROM mysql.user WHERE User = " + literal(p.Name) + " AND Host = " + literal(host))
	if err != nil || len(rows) == 0 {
		return err
	}
	if rows[0][0] != p.Plugin || p.PluginHash != "" && rows[0][1] != p.PluginHash || p.PluginAuth != "" && rows[0][1] != p.PluginAuth {
		p.statements = append(p.statements, "ALTER USER "+who+" "+p.pluginAuth())
		p.password = true
	}
	return nil
}

// currentHash looks in the columns that servers have had for it.
func (p *userPlan) currentHash(host string) (string, error) {
	columns, err := p.column("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'user' AND COLUMN_NAME IN ('Password', 'authentication_string')")
	if err != nil {
		return "", err
	}
	for _, column := range columns {
		hash, _, err := p.text("SELECT " + column + " FROM mysql.user WHERE User = " + literal(p.Name) + " AND Host = " + literal(host))
		if err != nil || hash != "" {
			return hash, err
		}
	}
	return "", nil
}

func (p *userPlan) wanted(usage bool) (grants, error) {
	mode, _, err := p.text("SELECT @@sql_mode")
	if err != nil {
		return grants{}, err
	}
	return wantedGrants(p.Priv, strings.Contains(mode, "ANSI"), p.ColumnCase != nil && *p.ColumnCase, usage)
}

func (p *userPlan) regrant(who string) error {
	want, err := p.wanted(!p.Subtract)
	if err != nil {
		return err
	}
	lines, err := p.column("SHOW GRANTS FOR " + who)
	if err != nil {
		return err
	}
	have, err := parseGrants(lines, p.ColumnCase != nil && *p.ColumnCase)
	if err != nil {
		return err
	}
	how := replaceGrants
	switch {
	case p.Append:
		how = appendGrants
	case p.Subtract:
		how = subtractGrants
	}
	if statements, msg := have.plan(want, who, p.Name == "root", how); len(statements) > 0 {
		p.add(msg, statements...)
	}
	return nil
}

var requireClause = regexp.MustCompile(`(?i) REQUIRE (NONE|SSL|X509|(?:(?:SUBJECT|ISSUER|CIPHER) '(?:[^'\\]|\\.|'')*'\s*(?:AND\s+)?)+)`)

// required is the account's clause REQUIRE, "" for none.
func (p *userPlan) required(who string) (string, error) {
	text, _, err := p.text("SHOW CREATE USER " + who)
	if err != nil {
		return "", err
	}
	m := requireClause.FindStringSubmatch(text)
	if m == nil || strings.EqualFold(m[1], "NONE") {
		return "", nil
	}
	return strings.Join(strings.Fields(m[1]), " "), nil
}

// requirement writes the option as a server prints it: SSL and X509 are part
// of what certificates are asked for.
func requirement(d *value.Dict) string {
	have := map[string]string{}
	for k, v := range d.All() {
		have[strings.ToUpper(value.Str(k))] = value.Str(v)
	}
	var out []string
	for _, name := range []string{"ISSUER", "SUBJECT", "CIPHER"} {
		if text, ok := have[name]; ok {
			out = append(out, name+" "+literal(text))
		}
	}
	if len(out) > 0 {
		return strings.Join(out, " ")
	}
	for _, name := range []string{"X509", "SSL"} {
		if _, ok := have[name]; ok {
			return name
		}
	}
	return ""
}

var limitColumns = map[string]string{"MAX_QUERIES_PER_HOUR": "max_questions", "MAX_UPDATES_PER_HOUR": "max_updates",
	"MAX_CONNECTIONS_PER_HOUR": "max_connections", "MAX_USER_CONNECTIONS": "max_user_connections", "MAX_STATEMENT_TIME": "max_statement_time"}

func (p *userPlan) limiting(host string) error {
	var with []string
	for k, v := range p.ResourceLimits.All() {
		name := strings.ToUpper(value.Str(k))
		column, ok := limitColumns[name]
		if !ok {
			return modules.Fail("resource_limits: %s is not supported", value.Str(k))
		}
		have, _, err := p.text("SELECT " + column + " FROM mysql.user WHERE User = " + literal(p.Name) + " AND Host = " + literal(host))
		if err != nil {
			return err
		}
		n, err := modules.ToInt(v)
		if err != nil {
			return modules.Fail("resource_limits: %s: %w", name, err)
		}
		if strings.TrimSuffix(have, ".000000") != fmt.Sprint(n) {
			with = append(with, fmt.Sprintf("%s %d", name, n))
		}
	}
	if len(with) > 0 {
		p.statements = append(p.statements, "ALTER USER "+account(p.Name, host)+" WITH "+strings.Join(with, " "))
	}
	return nil
}
