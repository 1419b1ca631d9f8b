package databases

import (
	"slices"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

type postgresMembershipArgs struct {
	Groups      []string `arg:"groups,required" alias:"group,source_role,source_roles" doc:"Roles to be a member of."`
	TargetRoles []string `arg:"target_roles,required" alias:"target_role,user,users" doc:"Roles that become or stop being members."`
	FailOnRole  bool     `arg:"fail_on_role" default:"true" doc:"Fail when a role is missing; otherwise it is left out."`
	State       string   `arg:"state" enum:"absent,exact,present" default:"present" doc:"Whether the roles are to be members; with exact of these groups only."`
	DB          string   `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresMembershipResult struct {
	State       string      `json:"state" doc:"The wanted state."`
	Groups      []string    `json:"groups" doc:"The groups that there are."`
	TargetRoles []string    `json:"target_roles" doc:"The roles that there are."`
	Queries     []string    `json:"queries" doc:"Statements that were run."`
	Granted     *value.Dict `json:"granted,omitempty" doc:"With present and exact, who was made a member of which group."`
	Revoked     *value.Dict `json:"revoked,omitempty" doc:"With absent and exact, who was taken out of which group."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_membership", Summary: "Make PostgreSQL roles members of others",
		Example: `- name: Alice and Bob read
  community.postgresql.postgresql_membership:
    groups: [readers]
    target_roles: [alice, bob]
`,
	}, bare(postgresMembership))
}

func postgresMembership(c *modules.Context, a postgresMembershipArgs) (postgresMembershipResult, error) {
	r := postgresMembershipResult{State: a.State, Queries: []string{}}
	if err := a.vet(append(append([]string{}, a.Groups...), a.TargetRoles...)...); err != nil {
		return r, err
	}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if r.Groups, err = a.existing(s, a.Groups); err != nil {
		return r, err
	}
	if r.TargetRoles, err = a.existing(s, a.TargetRoles); err != nil {
		return r, err
	}
	if a.State != "absent" {
		r.Granted = value.NewDict()
	}
	if a.State != "present" {
		r.Revoked = value.NewDict()
	}
	if err := r.plan(s); err != nil {
		return r, err
	}
	return r, s.perform(r.Queries...)
}

func (a postgresMembershipArgs) existing(s *server, names []string) ([]string, error) {
	out := []string{}
	for _, name := range trimmed(names) {
		known, err := s.hasRole(name)
		switch {
		case err != nil:
			return nil, err
		case known:
			out = append(out, name)
		case a.FailOnRole:
			return nil, modules.Fail("Role %s does not exist", name)
		default:
			s.c.Warn("Role %s does not exist, pass", name)
		}
	}
	return out, nil
}

// plan compares each role's groups with the wanted ones.
func (r *postgresMembershipResult) plan(s *server) error {
	have := map[string][]string{}
	for _, role := range r.TargetRoles {
		groups, err := s.column(`SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
			JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = $1 ORDER BY 1`, role)
		if err != nil {
			return err
		}
		have[role] = groups
	}
	if r.State == "exact" {
		for _, role := range r.TargetRoles {
			for _, group := range missingFrom(have[role], r.Groups) {
				r.revoke(group, role)
			}
			for _, group := range missingFrom(r.Groups, have[role]) {
				r.grant(group, role)
			}
		}
		return nil
	}
	for _, group := range r.Groups {
		for _, d := range []*value.Dict{r.Granted, r.Revoked} {
			if d != nil {
				d.Set(group, value.NewList())
			}
		}
		for _, role := range r.TargetRoles {
			switch member := slices.Contains(have[role], group); {
			case r.State == "present" && !member:
				r.grant(group, role)
			case r.State == "absent" && member:
				r.revoke(group, role)
			}
		}
	}
	return nil
}

func (r *postgresMembershipResult) grant(group, role string) {
	r.Queries = append(r.Queries, "GRANT "+pq.QuoteIdentifier(group)+" TO "+pq.QuoteIdentifier(role))
	noted(r.Granted, group, role)
}

func (r *postgresMembershipResult) revoke(group, role string) {
	r.Queries = append(r.Queries, "REVOKE "+pq.QuoteIdentifier(group)+" FROM "+pq.QuoteIdentifier(role))
	noted(r.Revoked, group, role)
}

func noted(d *value.Dict, group, role string) {
	have, ok := d.Get(group)
	if !ok {
		have = value.NewList()
		d.Set(group, have)
	}
	have.(*value.List).Append(role)
}

// joined is a list as it stands in a statement.
func joined(items []string) string { return strings.Join(items, ",") }
