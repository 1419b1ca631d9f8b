package databases

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresPrivsArgs struct {
	Database    string `arg:"database,required" alias:"db,login_db" doc:"Database to connect to."`
	State       string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the privileges are to be there."`
	Privs       string `arg:"privs" alias:"priv" doc:"Privileges, by commas."`
	Type        string `arg:"type" enum:"table,sequence,function,procedure,database,schema,language,tablespace,group,default_privs,foreign_data_wrapper,foreign_server,type" default:"table" doc:"What the objects are; group is membership in roles."`
	Objs        string `arg:"objs" alias:"obj" doc:"Objects, by commas; ALL_IN_SCHEMA for all of the schema, ALL_DEFAULT for all kinds with default_privs. A colon stands for a comma in a function's arguments."`
	Schema      string `arg:"schema" doc:"Schema of the objects; public by default."`
	Roles       string `arg:"roles,required" alias:"role" doc:"Roles, by commas; PUBLIC is everybody."`
	TargetRoles string `arg:"target_roles" doc:"Roles whose objects default_privs is about."`
	GrantOption *bool  `arg:"grant_option" alias:"admin_option" doc:"Whether the roles may give the privileges on."`
	FailOnRole  bool   `arg:"fail_on_role" default:"true" doc:"Fail when a role is missing; otherwise it is left out."`
	OldPassword string `arg:"password,secret" doc:"The old name of login_password."`
	UsageTypes  bool   `arg:"usage_on_types" default:"true" doc:"With default_privs also USAGE on types."`
	postgresLogin
}

type postgresPrivsResult struct {
	Queries []string `json:"queries" doc:"Statements that were run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_privs", Summary: "Grant and revoke privileges on PostgreSQL objects",
		Example: `- name: Reports may read everything
  community.postgresql.postgresql_privs:
    database: app
    privs: SELECT
    objs: ALL_IN_SCHEMA
    schema: public
    roles: reports
  become: true
  become_user: postgres
`,
		Notes: []string{"The statements are tried in a transaction that is only kept when they make a difference."},
	}, bare(postgresPrivs))
}

func postgresPrivs(c *modules.Context, a postgresPrivsArgs) (postgresPrivsResult, error) {
	r := postgresPrivsResult{Queries: []string{}}
	if err := a.settle(); err != nil {
		return r, err
	}
	s, err := a.connectSaying(c, a.Database, "Could not connect to database", "Could not switch to role "+a.SessionRole)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if err := a.checkPrivileges(); err != nil {
		return r, err
	}
	roles, err := a.roles(s)
	if err != nil || roles == "" {
		return r, err
	}
	query := strings.Join(a.statements(roles), "\n")
	r.Queries = append(r.Queries, query)
	if err := s.tried(aclOf[a.Type], r.Queries); err != nil {
		return r, modules.Fail("%s", libpqError(query, err))
	}
	return r, nil
}

// settle fills in what depends on the type, and refuses what does not go with it.
func (a *postgresPrivsArgs) settle() error {
	if a.LoginPassword == "" {
		a.LoginPassword = a.OldPassword
	}
	switch {
	case a.inSchema() || a.Type == "default_privs":
		a.Schema = orElse(a.Schema, "public")
		if a.Objs == "schemas" || a.Schema == "not-specified" {
			a.Schema = ""
		}
	case a.Schema != "":
		return modules.Fail(`Argument "schema" is not allowed for type "%s".`, a.Type)
	}
	if a.Type == "database" {
		a.Objs = orElse(a.Objs, a.Database)
	}
	switch {
	case a.Objs == "ALL_IN_SCHEMA" && (!a.inSchema() || a.Type == "type"):
		return modules.Fail(`Argument "objs": ALL_IN_SCHEMA can be used only for type: table, sequence, function or procedure, %s was passed.`, a.Type)
	case a.Objs == "":
		return modules.Fail(`Argument "objs" is required for type "%s".`, a.Type)
	case a.Type == "group" && a.Privs != "":
		return modules.Fail(`Argument "privs" is not allowed for type "group".`)
	case a.Type != "group" && a.Privs == "":
		return modules.Fail(`Argument "privs" is required for type "%s".`, a.Type)
	}
	return a.vet(a.Roles, a.TargetRoles, a.Schema)
}

// inSchema says that objects of the type are in schemas.
func (a *postgresPrivsArgs) inSchema() bool {
	return slices.Contains([]string{"table", "sequence", "function", "procedure", "type"}, a.Type)
}

var allPrivileges = append(append([]string{"TEMP", "EXECUTE", "USAGE", "ALL"}, tablePrivileges...), databasePrivileges...)

func (a *postgresPrivsArgs) checkPrivileges() error {
	var wrong []string
	for _, p := range strings.Split(strings.ToUpper(a.Privs), ",") {
		if a.Privs != "" && !slices.Contains(allPrivileges, p) {
			wrong = append(wrong, value.Repr(p))
		}
	}
	if len(wrong) > 0 {
		return modules.Fail("Invalid privileges specified: frozenset({%s})", strings.Join(wrong, ", "))
	}
	return nil
}

// aclOf are queries for what the statements change.
var aclOf = map[string]string{
	"table":                "SELECT array_agg(c::text) FROM (SELECT oid, relacl FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1) c",
	"sequence":             "SELECT array_agg(c::text) FROM (SELECT oid, relacl FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1) c",
	"function":             "SELECT array_agg(c::text) FROM (SELECT oid, proacl FROM pg_proc WHERE proacl IS NOT NULL ORDER BY 1) c",
	"procedure":            "SELECT array_agg(c::text) FROM (SELECT oid, proacl FROM pg_proc WHERE proacl IS NOT NULL ORDER BY 1) c",
	"database":             "SELECT array_agg(c::text) FROM (SELECT oid, datacl FROM pg_database ORDER BY 1) c",
	"schema":               "SELECT array_agg(c::text) FROM (SELECT oid, nspacl FROM pg_namespace ORDER BY 1) c",
	"language":             "SELECT array_agg(c::text) FROM (SELECT oid, lanacl FROM pg_language ORDER BY 1) c",
	"tablespace":           "SELECT array_agg(c::text) FROM (SELECT oid, spcacl FROM pg_tablespace ORDER BY 1) c",
	"group":                "SELECT array_agg(c::text) FROM (SELECT roleid, member, admin_option FROM pg_auth_members ORDER BY 1, 2) c",
	"default_privs":        "SELECT array_agg(c::text) FROM (SELECT defaclrole, defaclnamespace, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 2, 3) c",
	"foreign_data_wrapper": "SELECT array_agg(c::text) FROM (SELECT oid, fdwacl FROM pg_foreign_data_wrapper ORDER BY 1) c",
	"foreign_server":       "SELECT array_agg(c::text) FROM (SELECT oid, srvacl FROM pg_foreign_server ORDER BY 1) c",
	"type":                 "SELECT array_agg(c::text) FROM (SELECT oid, typacl FROM pg_type WHERE typacl IS NOT NULL ORDER BY 1) c",
}

// tried runs statements in a transaction and looks whether they make a
// difference to what a query tells. Only then, and only where effects happen,
// they are kept: keeping them is the change.
func (s *server) tried(look string, statements []string) error {
	if err := s.exec("BEGIN"); err != nil {
		return err
	}
	kept := false
	defer func() {
		if !kept {
			_, _ = s.conn.ExecContext(context.WithoutCancel(s.c), "ROLLBACK")
		}
	}()
	before, _, err := s.text(look)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err := s.exec(statement); err != nil {
			return err
		}
	}
	after, _, err := s.text(look)
	if err != nil || before == after {
		return err
	}
	return s.c.Change(modules.Diff{}, func() error {
		kept = true
		return s.exec("COMMIT")
	})
}

func commaList(text string) []string {
	var out []string
	for _, item := range strings.Split(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

func (a postgresPrivsArgs) roles(s *server) (string, error) {
	var out []string
	for _, role := range commaList(a.Roles) {
		if strings.EqualFold(role, "PUBLIC") && a.Type != "group" {
			out = append(out, "PUBLIC")
			continue
		}
		known, err := s.exists("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
		switch {
		case err != nil:
			return "", err
		case !known && a.FailOnRole:
			return "", modules.Fail("Role '%s' does not exist", role)
		case !known:
			s.c.Warn("Role '%s' does not exist, pass it", role)
		default:
			out = append(out, pq.QuoteIdentifier(role))
		}
	}
	return strings.Join(out, ","), nil
}

// statements are what the task comes to.
func (a postgresPrivsArgs) statements(roles string) []string {
	privs := strings.ToUpper(a.Privs)
	switch a.Type {
	case "group":
		return a.giving(quotedList(strings.Split(a.Objs, ",")), roles, "ADMIN OPTION")
	case "default_privs":
		return a.defaults(privs, roles)
	}
	return a.giving(privs+" ON "+a.on(), roles, "GRANT OPTION")
}

// giving grants or revokes; option is the right to give on.
func (a postgresPrivsArgs) giving(what, roles, option string) []string {
	grant := "GRANT " + what + " TO " + roles
	switch {
	case a.State == "absent":
		return []string{"REVOKE " + what + " FROM " + roles + ";"}
	case a.GrantOption == nil:
		return []string{grant + ";"}
	case *a.GrantOption:
		return []string{grant + " WITH " + option + ";"}
	}
	return []string{grant + ";", "REVOKE " + option + " FOR " + what + " FROM " + roles + ";"}
}

func quotedList(names []string) string {
	for i, name := range names {
		names[i] = pq.QuoteIdentifier(name)
	}
	return strings.Join(names, ",")
}

// on names the objects as GRANT does.
func (a postgresPrivsArgs) on() string {
	kind := strings.ReplaceAll(a.Type, "_", " ")
	if a.Objs == "ALL_IN_SCHEMA" {
		return "ALL " + strings.ToUpper(kind) + "S IN SCHEMA " + pq.QuoteIdentifier(a.Schema)
	}
	var names []string
	for _, obj := range strings.Split(a.Objs, ",") {
		name, arguments, function := strings.Cut(obj, "(")
		quoted := pq.QuoteIdentifier(name)
		if a.inSchema() {
			quoted = pq.QuoteIdentifier(a.Schema) + "." + quoted
		}
		if function {
			quoted += "(" + strings.ReplaceAll(arguments, ":", ",")
		}
		names = append(names, quoted)
	}
	return kind + " " + strings.Join(names, ",")
}

// defaults are about objects that will be made: what there is goes, and what is
// asked for comes in its place.
func (a postgresPrivsArgs) defaults(privs, roles string) []string {
	alter := "ALTER DEFAULT PRIVILEGES"
	if a.TargetRoles != "" {
		alter += " FOR ROLE " + quotedList(strings.Split(a.TargetRoles, ","))
	}
	if a.Schema != "" {
		alter += " IN SCHEMA " + pq.QuoteIdentifier(a.Schema)
	}
	kinds := strings.Split(strings.ToUpper(a.Objs), ",")
	switch {
	case a.State == "absent":
		kinds = []string{"TABLES", "SEQUENCES", "TYPES"}
	case a.Objs == "ALL_DEFAULT":
		kinds = []string{"TABLES", "SEQUENCES", "FUNCTIONS", "TYPES"}
	}
	var out []string
	for _, kind := range kinds {
		out = append(out, fmt.Sprintf("%s REVOKE ALL ON %s FROM %s;", alter, kind, roles))
	}
	if a.State == "absent" {
		return out
	}
	option := when(a.GrantOption != nil && *a.GrantOption, " WITH GRANT OPTION") + ";"
	for _, kind := range kinds {
		out = append(out, fmt.Sprintf("%s GRANT %s ON %s TO %s%s", alter, privs, kind, roles, option))
	}
	if a.UsageTypes {
		out = append(out, fmt.Sprintf("%s GRANT USAGE ON TYPES TO %s%s", alter, roles, option))
	}
	return out
}
