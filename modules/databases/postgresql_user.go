package databases

import (
	"cmp"
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
	Removed *bool    `json:"user_removed,omitempty" doc:"Whether the role was dropped, where it was there."`
	Changed *bool    `json:"changed,omitempty" doc:"False where the role was to be dropped and could not be."`
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
	}, bare(postgresUser))
}

// roleStatement is a statement as it is run and as it is shown: with a name in
// the place of what is secret or was given, as Ansible's module does.
type roleStatement struct {
	run, show string
	failed    string // what is said before the server's words
}

func postgresUser(c *modules.Context, a postgresUserArgs) (postgresUserResult, error) {
	r := postgresUserResult{User: a.User, Queries: []string{}}
	if a.DB == "" && a.Priv != "" {
		return r, modules.Fail("privileges require a database to be specified")
	}
	vetted := append([]string{a.User, a.Priv, a.Expires, a.Flags}, a.Groups...)
	for _, text := range []*string{a.Password, a.Comment} {
		if text != nil {
			vetted = append(vetted, *text)
		}
	}
	if err := a.vet(vetted...); err != nil {
		return r, err
	}
	s, err := a.connect(c, orElse(a.DB, "postgres"))
	if err != nil {
		return r, err
	}
	defer s.Close()
	there, err := s.exists("SELECT 1 FROM pg_roles WHERE rolname = $1", a.User)
	if err != nil {
		return r, err
	}
	if a.State == "absent" {
		return r, a.dropping(s, there, &r)
	}
	statements, err := a.plan(s, there)
	if err != nil || len(statements) == 0 {
		return r, err
	}
	return r, s.attempt(func() error {
		for _, statement := range statements {
			r.Queries = append(r.Queries, statement.show)
			if err := s.exec(statement.run); err != nil {
				return modules.Fail("%s%s", statement.failed, libpqError(statement.run, err))
			}
		}
		return nil
	})
}

func (a postgresUserArgs) dropping(s *server, there bool, r *postgresUserResult) error {
	if !there {
		return nil
	}
	removed := true
	r.Removed = &removed
	drop := "DROP USER " + pq.QuoteIdentifier(a.User)
	err := s.c.Change(modules.Diff{}, func() error {
		r.Queries = append(r.Queries, drop)
		return s.exec(drop)
	})
	if err == nil {
		return nil
	}
	removed, r.Changed = false, &removed
	s.c.Warn("role %s was not dropped: %s", a.User, strings.TrimSpace(libpqError(drop, err)))
	if a.FailOnUser {
		return modules.Fail("Unable to remove user")
	}
	return nil
}

func (a postgresUserArgs) plan(s *server, there bool) ([]roleStatement, error) {
	flags, err := roleFlags(a.Flags)
	if err != nil {
		return nil, err
	}
	out := []roleStatement{a.creating(flags)}
	if there {
		if out, err = a.altering(s, flags); err != nil {
			return nil, err
		}
	}
	for _, further := range []func(*server) ([]roleStatement, error){a.granting, a.joining, a.commenting} {
		more, err := further(s)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func plainly(statement string) roleStatement { return roleStatement{run: statement, show: statement} }

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

func (a postgresUserArgs) creating(flags []string) roleStatement {
	parts := []string{"CREATE USER " + pq.QuoteIdentifier(a.User)}
	if a.Password != nil && *a.Password != "" {
		parts = append(parts, "WITH ENCRYPTED PASSWORD %(password)s")
	}
	parts = append(parts, a.limits()...)
	statement := a.filled(append(parts, strings.Join(flags, " ")))
	statement.failed = "Unable to add user with given requirement due to : "
	return statement
}

// limits are when the password ends and how many connections there may be.
func (a postgresUserArgs) limits() []string {
	var parts []string
	if a.Expires != "" {
		parts = append(parts, "VALID UNTIL %(expires)s")
	}
	if a.ConnLimit != nil {
		parts = append(parts, "CONNECTION LIMIT "+strconv.Itoa(*a.ConnLimit))
	}
	return parts
}

// filled puts what was given in the place of its names, in the statement that is run.
func (a postgresUserArgs) filled(parts []string) roleStatement {
	show := strings.Join(parts, " ")
	for i, part := range parts[1:] {
		if a.Password != nil {
			part = strings.Replace(part, "%(password)s", pq.QuoteLiteral(*a.Password), 1)
		}
		parts[i+1] = strings.Replace(part, "VALID UNTIL %(expires)s", "VALID UNTIL "+pq.QuoteLiteral(a.Expires), 1)
	}
	return roleStatement{run: strings.Join(parts, " "), show: show}
}

// altering sets all that was given where some of it differs.
func (a postgresUserArgs) altering(s *server, flags []string) ([]roleStatement, error) {
	repassword, differs := false, false
	if a.Password != nil && !a.KeepPass {
		kept, _, err := s.text("SELECT rolpassword FROM pg_authid WHERE rolname = $1", a.User)
		// Only superusers can look; for others the password is set each time.
		repassword = err != nil || !samePassword(a.User, *a.Password, kept)
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
		differs = differs || have != on
	}
	if a.Expires != "" {
		other, _, err := s.text("SELECT (rolvaliduntil IS DISTINCT FROM $2::timestamptz)::text FROM pg_roles WHERE rolname = $1", a.User, a.Expires)
		if err != nil {
			return nil, modules.Fail("%s", libpqError("", err))
		}
		differs = differs || other == "true"
	}
	if a.ConnLimit != nil {
		have, _, err := s.text("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1", a.User)
		if err != nil {
			return nil, err
		}
		differs = differs || have != strconv.Itoa(*a.ConnLimit)
	}
	if !repassword && !differs {
		return nil, nil
	}
	parts, wanted := []string{"ALTER USER " + pq.QuoteIdentifier(a.User)}, strings.Join(flags, " ")
	switch {
	case repassword && *a.Password == "":
		parts = append(parts, "WITH PASSWORD NULL", wanted)
	case repassword:
		parts = append(parts, "WITH ENCRYPTED PASSWORD %(password)s", wanted)
	case wanted != "":
		parts = append(parts, "WITH "+wanted)
	}
	return []roleStatement{a.filled(append(parts, a.limits()...))}, nil
}

var scramHash = lazy.Regexp(`^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$`)

// samePassword reports whether a password, or hash, is what the server keeps.
func samePassword(user, password, kept string) bool {
	if password == kept { // also none, where none is wanted
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
func (a postgresUserArgs) granting(s *server) ([]roleStatement, error) {
	var out []roleStatement
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
		var wanted []string
		missing := false
		for _, p := range strings.Split(strings.ToUpper(privs), ",") {
			p = strings.TrimSpace(p)
			each := []string{p}
			switch {
			case p == "ALL" || p == "ALL PRIVILEGES":
				each = all
			case p == "TEMP":
				each = []string{"TEMPORARY"}
			case !slices.Contains(all, p):
				return nil, modules.Fail("Invalid privs specified for %s: %s", kind, p)
			}
			for _, one := range each {
				has := "false"
				if known {
					if has, _, err = s.text("SELECT has_"+kind+"_privilege($1, $2, $3)::text", a.User, on, one); err != nil {
						return nil, modules.Fail("%s", libpqError("", err))
					}
				}
				missing = missing || has != "true"
			}
			wanted = append(wanted, each...)
		}
		if missing {
			slices.Sort(wanted)
			out = append(out, plainly(fmt.Sprintf("GRANT %s ON %s %s TO %s", strings.Join(slices.Compact(wanted), ", "), strings.ToUpper(kind), quotedPath(on), pq.QuoteIdentifier(a.User))))
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

func (a postgresUserArgs) joining(s *server) ([]roleStatement, error) {
	var out []roleStatement
	for _, group := range a.Groups {
		group = strings.TrimSpace(group)
		if known, err := s.exists("SELECT 1 FROM pg_roles WHERE rolname = $1", group); err != nil || !known {
			return nil, cmp.Or(err, error(modules.Fail("Role %s does not exist", group)))
		}
		member, err := s.exists(`SELECT 1 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
			WHERE g.rolname = $1 AND u.rolname = $2`, group, a.User)
		if err != nil {
			return nil, err
		}
		if !member {
			out = append(out, plainly("GRANT "+pq.QuoteIdentifier(group)+" TO "+pq.QuoteIdentifier(a.User)))
		}
	}
	return out, nil
}

func (a postgresUserArgs) commenting(s *server) ([]roleStatement, error) {
	if a.Comment == nil {
		return nil, nil
	}
	have, _, err := s.text("SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1", a.User)
	if err != nil || have == *a.Comment {
		return nil, err
	}
	comment := plainly("COMMENT ON ROLE " + pq.QuoteIdentifier(a.User) + " IS " + pq.QuoteLiteral(*a.Comment))
	comment.failed = "Unable to add comment on role: "
	return []roleStatement{comment}, nil
}
