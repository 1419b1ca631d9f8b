package databases

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/lazy"
	"goplay/modules"
)

type postgresUserArgs struct {
	User       string   `arg:"user,required" alias:"name" doc:"The role."`
	Password   *string  `arg:"password,secret" doc:"The role's password, or its hash as md5... or SCRAM-SHA-256$...; empty for none."`
	State      string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the role is to be there."`
	DB         string   `arg:"db" alias:"login_db" doc:"Database to connect to, and that of priv."`
	Priv       string   `arg:"priv" doc:"Privileges on db and its tables: CONNECT/table:SELECT,INSERT."`
	FailOnUser bool     `arg:"fail_on_user" alias:"fail_on_role" default:"true" doc:"Fail when the role cannot be dropped."`
	Flags      string   `arg:"role_attr_flags" doc:"SUPERUSER, CREATEROLE, CREATEDB, INHERIT, LOGIN, REPLICATION, BYPASSRLS, each also with NO in front, by commas."`
	Encrypted  bool     `arg:"encrypted" default:"true" doc:"Unused: servers keep no plain passwords."`
	KeepPass   bool     `arg:"no_password_changes" default:"false" doc:"Leave the password of a role that is there."`
	Expires    string   `arg:"expires" doc:"When the password ends, as a time or infinity."`
	ConnLimit  *int     `arg:"conn_limit" doc:"How many connections the role may have."`
	Groups     []string `arg:"groups" doc:"Roles that the role becomes a member of."`
	Comment    *string  `arg:"comment" doc:"Comment on the role."`
	postgresLogin
}

type postgresUserResult struct {
	User    string   `json:"user" doc:"The role."`
	Queries []string `json:"queries" doc:"Statements that were run."`
	Removed bool     `json:"user_removed,omitempty" doc:"Whether the role was dropped."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_user", Summary: "Make, change or drop PostgreSQL roles",
		Example: `- name: The application's role
  community.postgresql.postgresql_user:
    name: app
    password: "{{ app_db_password }}"
    role_attr_flags: NOSUPERUSER,CREATEDB
  become: true
  become_user: postgres
`,
	}, postgresUser)
}

func postgresUser(c *modules.Context, a postgresUserArgs) (postgresUserResult, error) {
	r := postgresUserResult{User: a.User, Queries: []string{}}
	if a.DB == "" && a.Priv != "" {
		return r, modules.Fail("privileges require a database to be specified")
	}
	s, err := a.connect(c, orElse(a.DB, "postgres"))
	if err != nil {
		return r, err
	}
	defer s.Close()
	statements, err := a.plan(s)
	if err != nil {
		return r, err
	}
	err = s.change(statements...)
	if a.State == "absent" && len(statements) > 0 {
		if err != nil && !a.FailOnUser {
			c.Warn("role %s was not dropped: %s", a.User, err)
			return r, nil
		}
		r.Removed = err == nil
	}
	for _, statement := range statements {
		r.Queries = append(r.Queries, a.covered(statement))
	}
	return r, err
}

// covered hides the password in a statement that is shown.
func (a postgresUserArgs) covered(statement string) string {
	if a.Password == nil || *a.Password == "" {
		return statement
	}
	return strings.ReplaceAll(statement, pq.QuoteLiteral(*a.Password), "'********'")
}

func (a postgresUserArgs) plan(s *server) ([]string, error) {
	there, err := s.exists("SELECT 1 FROM pg_roles WHERE rolname = $1", a.User)
	if err != nil {
		return nil, err
	}
	if a.State == "absent" {
		if !there {
			return nil, nil
		}
		return []string{"DROP USER " + pq.QuoteIdentifier(a.User)}, nil
	}
	flags, err := roleFlags(a.Flags)
	if err != nil {
		return nil, err
	}
	var out []string
	if there {
		out, err = a.altering(s, flags)
	} else {
		out, err = []string{a.creating(flags)}, nil
	}
	if err != nil {
		return nil, err
	}
	for _, further := range []func(*server) ([]string, error){a.granting, a.joining, a.commenting} {
		more, err := further(s)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

var roleColumns = map[string]string{"SUPERUSER": "rolsuper", "CREATEROLE": "rolcreaterole", "CREATEDB": "rolcreatedb", "INHERIT": "rolinherit",
	"LOGIN": "rolcanlogin", "REPLICATION": "rolreplication", "BYPASSRLS": "rolbypassrls"}

func roleFlags(text string) ([]string, error) {
	var out []string
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		f = strings.ToUpper(f)
		if roleColumns[f] == "" && roleColumns[strings.TrimPrefix(f, "NO")] == "" {
			return nil, modules.Fail("Invalid role_attr_flags specified: %s", f)
		}
		out = append(out, f)
	}
	return out, nil
}

func (a postgresUserArgs) creating(flags []string) string {
	statement := "CREATE USER " + pq.QuoteIdentifier(a.User)
	with := append(a.withPassword(), flags...)
	if a.Expires != "" {
		with = append(with, "VALID UNTIL "+pq.QuoteLiteral(a.Expires))
	}
	if a.ConnLimit != nil {
		with = append(with, "CONNECTION LIMIT "+strconv.Itoa(*a.ConnLimit))
	}
	if len(with) > 0 {
		statement += " WITH " + strings.Join(with, " ")
	}
	return statement
}

func (a postgresUserArgs) withPassword() []string {
	switch {
	case a.Password == nil:
		return nil
	case *a.Password == "":
		return []string{"PASSWORD NULL"}
	}
	return []string{"ENCRYPTED PASSWORD " + pq.QuoteLiteral(*a.Password)}
}

func (a postgresUserArgs) altering(s *server, flags []string) ([]string, error) {
	var with []string
	if a.Password != nil && !a.KeepPass {
		kept, _, err := s.text("SELECT rolpassword FROM pg_authid WHERE rolname = $1", a.User)
		if err != nil || !samePassword(a.User, *a.Password, kept) {
			// Only superusers can look; for others the password is set each time.
			with = append(with, a.withPassword()...)
		}
	}
	for _, f := range flags {
		column, on := roleColumns[f], "true"
		if column == "" {
			column, on = roleColumns[strings.TrimPrefix(f, "NO")], "false"
		}
		have, _, err := s.text("SELECT "+column+"::text FROM pg_roles WHERE rolname = $1", a.User)
		if err != nil {
			return nil, err
		}
		if have != on {
			with = append(with, f)
		}
	}
	if a.Expires != "" {
		differs, _, err := s.text("SELECT (rolvaliduntil IS DISTINCT FROM $2::timestamptz)::text FROM pg_roles WHERE rolname = $1", a.User, a.Expires)
		if err != nil {
			return nil, err
		}
		if differs == "true" {
			with = append(with, "VALID UNTIL "+pq.QuoteLiteral(a.Expires))
		}
	}
	if a.ConnLimit != nil {
		have, _, err := s.text("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", a.User)
		if err != nil {
			return nil, err
		}
		if have != strconv.Itoa(*a.ConnLimit) {
			with = append(with, "CONNECTION LIMIT "+strconv.Itoa(*a.ConnLimit))
		}
	}
	if len(with) == 0 {
		return nil, nil
	}
	return []string{"ALTER USER " + pq.QuoteIdentifier(a.User) + " WITH " + strings.Join(with, " ")}, nil
}

var scramHash = lazy.Regexp(`^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$`)

// samePassword reports whether a password, or hash, is what the server keeps.
func samePassword(user, password, kept string) bool {
	if password == kept {
		return true
	}
	if strings.HasPrefix(kept, "md5") {
		sum := md5.Sum([]byte(password + user))
		return kept == "md5"+hex.EncodeToString(sum[:])
	}
	m := scramHash.FindStringSubmatch(kept)
	if m == nil {
		return false
	}
	rounds, err := strconv.Atoi(m[1])
	salt, bad := base64.StdEncoding.DecodeString(m[2])
	if err != nil || bad != nil {
		return false
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, salted)
	mac.Write([]byte("Server Key"))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)) == m[4]
}

var (
	tablePrivileges    = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
	databasePrivileges = []string{"CREATE", "CONNECT", "TEMPORARY"}
)

// granting gives what priv asks for and the role has not got.
func (a postgresUserArgs) granting(s *server) ([]string, error) {
	var out []string
	known, err := s.exists("SELECT 1 FROM pg_roles WHERE rolname = $1", a.User)
	if err != nil {
		return nil, err
	}
	for _, item := range strings.FieldsFunc(a.Priv, func(r rune) bool { return r == '/' }) {
		kind, on, all := "database", a.DB, databasePrivileges
		privs := item
		if table, of, ok := strings.Cut(item, ":"); ok {
			kind, on, privs, all = "table", table, of, tablePrivileges
		}
		var missing []string
		for _, p := range strings.Split(strings.ToUpper(privs), ",") {
			p = strings.Replace(strings.TrimSpace(p), "ALL PRIVILEGES", "ALL", 1)
			each := []string{p}
			if p == "ALL" {
				each = all
			}
			for _, one := range each {
				has := "false"
				if known {
					if has, _, err = s.text("SELECT has_"+kind+"_privilege($1, $2, $3)::text", a.User, on, one); err != nil {
						return nil, err
					}
				}
				if has != "true" && !slices.Contains(missing, p) {
					missing = append(missing, p)
				}
			}
		}
		if len(missing) > 0 {
			out = append(out, fmt.Sprintf("GRANT %s ON %s %s TO %s", strings.Join(missing, ", "), strings.ToUpper(kind), quotedPath(on), pq.QuoteIdentifier(a.User)))
		}
	}
	return out, nil
}

// quotedPath quotes the parts of schema.name.
func quotedPath(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = pq.QuoteIdentifier(strings.Trim(p, `"`))
	}
	return strings.Join(parts, ".")
}

func (a postgresUserArgs) joining(s *server) ([]string, error) {
	var out []string
	for _, group := range a.Groups {
		group = strings.TrimSpace(group)
		member, err := s.exists(`SELECT 1 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
			WHERE g.rolname = $1 AND u.rolname = $2`, group, a.User)
		if err != nil {
			return nil, err
		}
		if !member {
			out = append(out, "GRANT "+pq.QuoteIdentifier(group)+" TO "+pq.QuoteIdentifier(a.User))
		}
	}
	return out, nil
}

func (a postgresUserArgs) commenting(s *server) ([]string, error) {
	if a.Comment == nil {
		return nil, nil
	}
	have, _, err := s.text("SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1", a.User)
	if err != nil || have == *a.Comment {
		return nil, err
	}
	return []string{"COMMENT ON ROLE " + pq.QuoteIdentifier(a.User) + " IS " + pq.QuoteLiteral(*a.Comment)}, nil
}
