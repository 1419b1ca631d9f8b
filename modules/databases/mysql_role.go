package databases

import (
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type mysqlRoleArgs struct {
	Name             string   `arg:"name,required" doc:"The role."`
	State            string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the role is to be there."`
	Admin            string   `arg:"admin" doc:"User who administers the role, name@host, when it is made (MariaDB)."`
	Priv             any      `arg:"priv" doc:"Privileges: db.table:PRIV,PRIV/db.table:PRIV, or a dict of db.table and privileges."`
	Append           bool     `arg:"append_privs" default:"false" doc:"Take no privilege away."`
	Subtract         bool     `arg:"subtract_privs" default:"false" doc:"Take these privileges away."`
	Members          []string `arg:"members" doc:"Users as name@host, and roles by their names."`
	AppendMembers    bool     `arg:"append_members" default:"false" doc:"Leave members that are not named."`
	DetachMembers    bool     `arg:"detach_members" default:"false" doc:"Take the role from the named members."`
	MembersMustExist bool     `arg:"members_must_exist" default:"true" doc:"Fail when a member is missing; otherwise it is left out."`
	DefaultRoleAll   bool     `arg:"set_default_role_all" default:"true" doc:"Make all roles of a new member active when it logs in (MySQL)."`
	ImplicitAdmin    bool     `arg:"check_implicit_admin" default:"false" doc:"Try root without a password first."`
	ColumnCase       *bool    `arg:"column_case_sensitive" doc:"Keep the case of columns in privileges."`
	mysqlLogin
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_role", Aliases: []string{"ansible.mysql.mysql_role"}, Summary: "Make, change or drop roles of MySQL and MariaDB",
		Exclusive: [][]string{
			{"append_members", "detach_members"}, {"append_privs", "subtract_privs"},
			{"admin", "members"}, {"admin", "append_members"}, {"admin", "detach_members"},
		},
		Example: `- name: Readers read the application's database
  community.mysql.mysql_role:
    name: readers
    priv: "app.*:SELECT"
    members:
      - alice@%
      - bob@localhost
`,
		Differs: []string{"Columns in privileges are compared without regard to case unless column_case_sensitive is set."},
	}, mysqlRole)
}

// member is an account or role: roles of MariaDB have no host.
type member struct{ user, host string }

func (m member) String() string {
	if m.host == "" {
		return literal(m.user)
	}
	return account(m.user, m.host)
}

// rolePlan collects what is to be done to a role.
type rolePlan struct {
	mysqlRoleArgs
	*server
	maria   bool
	role    member
	users   []member // all there are
	members []member // those that the task names
	admin   *member
}

func mysqlRole(c *modules.Context, a mysqlRoleArgs) (struct{}, error) {
	none := struct{}{}
	switch a.Priv.(type) {
	case nil, string, *value.Dict:
	default:
		return none, modules.Fail(`The "priv" parameter must be str or dict but <class '%s'> was passed`, value.TypeName(a.Priv))
	}
	s, err := a.connect(c, "", a.ImplicitAdmin)
	if err != nil {
		return none, err
	}
	defer s.Close()
	p := &rolePlan{mysqlRoleArgs: a, server: s}
	if err := p.look(); err != nil {
		return none, err
	}
	statements, err := p.plan()
	if err != nil {
		return none, err
	}
	return none, s.change(statements...)
}

// look learns what the server is and who is on it, and checks the named ones.
func (p *rolePlan) look() error {
	version, _, err := p.text("SELECT VERSION()")
	if err != nil {
		return err
	}
	p.maria = strings.Contains(strings.ToLower(version), "mariadb")
	if p.maria && versionBefore(version, 10, 0, 5) || !p.maria && versionBefore(version, 8) {
		return modules.Fail("Roles are not supported by the server. Minimal versions are MySQL 8.0.0 or MariaDB 10.0.5.")
	}
	p.role = member{p.Name, when(!p.maria, "%")}
	rows, err := p.texts("SELECT User, Host FROM mysql.user")
	if err != nil {
		return err
	}
	for _, row := range rows {
		p.users = append(p.users, member{row[0], row[1]})
	}
	if p.Admin != "" {
		if !p.maria {
			return modules.Fail(`The "admin" option can be used only with MariaDB.`)
		}
		admin, err := p.named([]string{p.Admin}, "%", true)
		if err != nil {
			return err
		}
		p.admin = &admin[0]
	}
	p.members, err = p.named(p.Members, when(!p.maria, "%"), p.MembersMustExist)
	return err
}

// named reads names of users and roles; missing ones fail or are left out.
func (p *rolePlan) named(names []string, host string, must bool) ([]member, error) {
	var out []member
	for _, name := range names {
		m := member{name, host}
		if at := strings.LastIndexByte(name, '@'); at >= 0 {
			m = member{name[:at], name[at+1:]}
		}
		switch {
		case m.user == "":
			return nil, modules.Fail("Member's name cannot be empty.")
		case slices.Contains(p.users, m):
			out = append(out, m)
		case must:
			return nil, modules.Fail("User / role `%s` with host `%s` does not exist", m.user, m.host)
		}
	}
	return out, nil
}

func (p *rolePlan) plan() ([]string, error) {
	query := "SELECT 1 FROM mysql.user WHERE User = " + literal(p.Name)
	if p.maria {
		query += " AND is_role = 'Y'"
	} else {
		query += " AND Host = '%'"
	}
	_, there, err := p.text(query)
	switch {
	case err != nil:
		return nil, err
	case p.State == "absent" && there:
		return []string{"DROP ROLE " + p.role.String()}, nil
	case p.State == "absent":
		return nil, nil
	case there:
		return p.changing()
	}
	return p.creating()
}

func (p *rolePlan) creating() ([]string, error) {
	create := "CREATE ROLE " + p.role.String()
	if p.admin != nil {
		create += " WITH ADMIN " + p.admin.String()
	}
	out := []string{create}
	if !p.DetachMembers {
		out = append(out, p.giving(p.members)...)
	}
	if p.Priv == nil || p.Subtract {
		return out, nil
	}
	want, err := p.wanted(p.Priv, p.caseSensitive(), true)
	statements, _ := grants{}.plan(want, p.role.String(), false, appendGrants)
	return append(out, statements...), err
}

func (p *rolePlan) caseSensitive() bool { return p.ColumnCase != nil && *p.ColumnCase }

// giving makes members of users, for whom MySQL also activates it.
func (p *rolePlan) giving(members []member) []string {
	var out []string
	for _, m := range members {
		out = append(out, "GRANT "+p.role.String()+" TO "+m.String())
		if p.DefaultRoleAll && !p.maria {
			out = append(out, "SET DEFAULT ROLE ALL TO "+m.String())
		}
	}
	return out
}

func (p *rolePlan) changing() ([]string, error) {
	query := "SELECT TO_USER, TO_HOST FROM mysql.role_edges WHERE FROM_USER = " + literal(p.role.user) + " AND FROM_HOST = " + literal(p.role.host)
	if p.maria {
		query = "SELECT User, Host FROM mysql.roles_mapping WHERE Role = " + literal(p.Name)
	}
	rows, err := p.texts(query)
	if err != nil {
		return nil, err
	}
	var have []member
	for _, row := range rows {
		have = append(have, member{row[0], row[1]})
	}
	out := p.remembering(have)
	if p.Priv != nil {
		statements, _, err := p.regranting(p.Priv, p.role.String(), p.caseSensitive(), false, wayOf(p.Append, p.Subtract))
		if err != nil {
			return nil, err
		}
		out = append(out, statements...)
	}
	return out, p.compareAdmin()
}

// remembering brings the members to those that are named, where any are. root
// keeps the role unless it is detached by name: it has those that it made.
func (p *rolePlan) remembering(have []member) []string {
	if len(p.members) == 0 {
		return nil
	}
	var missing, surplus []member
	for _, m := range p.members {
		if !slices.Contains(have, m) {
			missing = append(missing, m)
		}
	}
	for _, m := range have {
		named := slices.Contains(p.members, m)
		if named == p.DetachMembers && (named || m != member{"root", "localhost"}) {
			surplus = append(surplus, m)
		}
	}
	var out []string
	if !p.DetachMembers {
		out = p.giving(missing)
	}
	if p.AppendMembers {
		return out
	}
	for _, m := range surplus {
		out = append(out, "REVOKE "+p.role.String()+" FROM "+m.String())
	}
	return out
}

// compareAdmin warns where the role has another administrator: no statement
// changes that.
func (p *rolePlan) compareAdmin() error {
	if p.admin == nil {
		return nil
	}
	rows, err := p.texts("SELECT User, Host FROM mysql.roles_mapping WHERE Role = " + literal(p.Name) + " AND Admin_option = 'Y'")
	if err == nil && len(rows) > 0 && (member{rows[0][0], rows[0][1]}) != *p.admin {
		p.c.Warn(`The "admin" option value and the current roles admin (%s@%s) don not match. Ignored. To change the admin, you need to drop and create the role again.`, rows[0][0], rows[0][1])
	}
	return err
}
