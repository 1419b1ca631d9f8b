package databases

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

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
	UsageTypes  bool   `arg:"usage_on_types" default:"true" doc:"With ALL_DEFAULT also USAGE on types."`
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
	}, postgresPrivs)
}

func postgresPrivs(c *modules.Context, a postgresPrivsArgs) (postgresPrivsResult, error) {
	r := postgresPrivsResult{Queries: []string{}}
	if a.LoginPassword == "" {
		a.LoginPassword = a.OldPassword
	}
	if a.Type != "group" && a.Privs == "" {
		return r, modules.Fail(`argument "privs" is required for type %s`, a.Type)
	}
	if a.Type == "database" && a.Objs == "" {
		a.Objs = a.Database
	}
	if a.Objs == "" {
		return r, modules.Fail(`argument "objs" is required for type "%s"`, a.Type)
	}
	a.Schema = orElse(a.Schema, "public")
	s, err := a.connect(c, a.Database)
	if err != nil {
		return r, err
	}
	defer s.Close()
	roles, err := a.roles(s)
	if err != nil || roles == "" {
		return r, err
	}
	r.Queries = a.statements(roles)
	return r, s.tried(aclOf[a.Type], r.Queries)
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
	return strings.Join(out, ", "), nil
}

// statements are what the task comes to.
func (a postgresPrivsArgs) statements(roles string) []string {
	privs := strings.ToUpper(strings.Join(commaList(a.Privs), ", "))
	switch a.Type {
	case "group":
		return a.giving(quotedList(commaList(a.Objs)), "", roles, "ADMIN OPTION")
	case "default_privs":
		return a.defaults(privs, roles)
	}
	return a.giving(privs, " ON "+a.on(), roles, "GRANT OPTION")
}

// giving grants or revokes; option is the right to give on.
func (a postgresPrivsArgs) giving(what, on, roles, option string) []string {
	only := a.GrantOption != nil && *a.GrantOption
	if a.State == "absent" {
		if only {
			what = option + " FOR " + what
		}
		return []string{"REVOKE " + what + on + " FROM " + roles}
	}
	grant := "GRANT " + what + on + " TO " + roles
	if only {
		return []string{grant + " WITH " + option}
	}
	out := []string{grant}
	if a.GrantOption != nil {
		out = append(out, "REVOKE "+option+" FOR "+what+on+" FROM "+roles)
	}
	return out
}

func quotedList(names []string) string {
	for i, name := range names {
		names[i] = pq.QuoteIdentifier(name)
	}
	return strings.Join(names, ", ")
}

// on names the objects as GRANT does.
func (a postgresPrivsArgs) on() string {
	kind := strings.ToUpper(strings.ReplaceAll(a.Type, "_", " "))
	inSchema := slices.Contains([]string{"table", "sequence", "function", "procedure", "type"}, a.Type)
	if a.Objs == "ALL_IN_SCHEMA" && inSchema {
		return "ALL " + kind + "S IN SCHEMA " + pq.QuoteIdentifier(a.Schema)
	}
	var names []string
	for _, obj := range commaList(a.Objs) {
		name, arguments, function := strings.Cut(obj, "(")
		quoted := pq.QuoteIdentifier(name)
		if inSchema {
			quoted = pq.QuoteIdentifier(a.Schema) + "." + quoted
		}
		if function {
			quoted += "(" + strings.ReplaceAll(arguments, ":", ",")
		}
		names = append(names, quoted)
	}
	return kind + " " + strings.Join(names, ", ")
}

// defaults are about objects that will be made.
func (a postgresPrivsArgs) defaults(privs, roles string) []string {
	alter := "ALTER DEFAULT PRIVILEGES"
	if a.TargetRoles != "" {
		alter += " FOR ROLE " + quotedList(commaList(a.TargetRoles))
	}
	kinds := commaList(a.Objs)
	if a.Objs == "ALL_DEFAULT" {
		kinds = []string{"TABLES", "SEQUENCES", "FUNCTIONS"}
		if a.UsageTypes {
			kinds = append(kinds, "TYPES")
		}
	}
	var out []string
	for _, kind := range kinds {
		within, kind := "", strings.ToUpper(kind)
		if a.Schema != "" && kind != "SCHEMAS" {
			within = " IN SCHEMA " + pq.QuoteIdentifier(a.Schema)
		}
		for _, statement := range a.giving(privs, " ON "+kind, roles, "GRANT OPTION") {
			out = append(out, fmt.Sprintf("%s%s %s", alter, within, statement))
		}
	}
	return out
}
