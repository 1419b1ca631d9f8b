package databases

import (
	"strings"

	"github.com/lib/pq"

	"goplay/modules"
)

type postgresOwnerArgs struct {
	NewOwner   string   `arg:"new_owner,required" doc:"Role that becomes the owner."`
	ObjName    string   `arg:"obj_name" doc:"The object; tables, views, sequences and functions may have a schema in front."`
	ObjType    string   `arg:"obj_type" enum:"database,function,matview,sequence,schema,table,tablespace,view" alias:"type" doc:"What the object is."`
	ReassignBy []string `arg:"reassign_owned_by" doc:"Roles whose objects in the database all change their owner."`
	FailOnRole bool     `arg:"fail_on_role" default:"true" doc:"Fail when a role of reassign_owned_by is missing; otherwise it is left out."`
	DB         string   `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresOwnerResult struct {
	Queries []string `json:"queries" doc:"Statements that were run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_owner", Summary: "Give objects of a PostgreSQL database another owner",
		Exclusive: [][]string{{"obj_name", "reassign_owned_by"}, {"obj_type", "reassign_owned_by"}, {"obj_name", "fail_on_role"}, {"obj_type", "fail_on_role"}},
		Example: `- name: Alice owns the table
  community.postgresql.postgresql_owner:
    db: app
    new_owner: alice
    obj_name: sales.orders
    obj_type: table
`,
		Differs: []string{
			"An object with a schema, or a function with arguments, is found, and so only changed once; Ansible changes it each time.",
			"obj_name needs obj_type.",
		},
	}, bare(postgresOwner))
}

// ownedObject is how the owner of a kind of objects is found and changed.
// Relations are found as ALTER finds them, along the search path.
type ownedObject struct{ query, alter string }

const relationOwner = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass($1)"

var ownedObjects = map[string]ownedObject{
	"database":   {"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", "DATABASE"},
	"schema":     {"SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1", "SCHEMA"},
	"tablespace": {"SELECT pg_get_userbyid(spcowner) FROM pg_tablespace WHERE spcname = $1", "TABLESPACE"},
	"function":   {"SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE oid = CASE WHEN $1 LIKE '%(%' THEN to_regprocedure($1)::oid ELSE to_regproc($1)::oid END", "FUNCTION"},
	"sequence":   {relationOwner, "SEQUENCE"},
	"table":      {relationOwner, "TABLE"},
	"view":       {relationOwner, "VIEW"},
	"matview":    {relationOwner, "MATERIALIZED VIEW"},
}

func postgresOwner(c *modules.Context, a postgresOwnerArgs) (postgresOwnerResult, error) {
	r := postgresOwnerResult{Queries: []string{}}
	if err := a.vet(append(a.ReassignBy, a.NewOwner, a.ObjName)...); err != nil {
		return r, err
	}
	if a.ObjName != "" && a.ObjType == "" {
		return r, modules.Fail("obj_name is given without obj_type: say what %s is", a.ObjName)
	}
	s, err := a.use(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	known, err := s.hasRole(a.NewOwner)
	if err == nil && !known {
		err = modules.Fail("Role '%s' does not exist", a.NewOwner)
	}
	if err != nil {
		return r, err
	}
	if a.ObjName != "" {
		r.Queries, err = a.owning(s)
	} else {
		r.Queries, err = a.reassigning(s)
	}
	if err != nil {
		return r, err
	}
	return r, s.perform(r.Queries...)
}

func (s *server) hasRole(name string) (bool, error) {
	return s.exists("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
}

func (a postgresOwnerArgs) owning(s *server) ([]string, error) {
	o := ownedObjects[a.ObjType]
	name := pq.QuoteIdentifier(a.ObjName)
	find := a.ObjName
	switch {
	case a.ObjType == "function":
		head, arguments, called := strings.Cut(a.ObjName, "(")
		name = dotted(head) + when(called, "("+arguments)
		find = name
	case o.query == relationOwner:
		name = dotted(a.ObjName)
		find = name
	}
	have, there, err := s.text(o.query, find)
	if err != nil || there && have == a.NewOwner {
		return []string{}, err
	}
	return []string{"ALTER " + o.alter + " " + name + " OWNER TO " + pq.QuoteIdentifier(a.NewOwner)}, nil
}

func (a postgresOwnerArgs) reassigning(s *server) ([]string, error) {
	var roles []string
	for _, role := range a.ReassignBy {
		known, err := s.hasRole(role)
		switch {
		case err != nil:
			return nil, err
		case known:
			roles = append(roles, pq.QuoteIdentifier(role))
		case a.FailOnRole:
			return nil, modules.Fail("Role '%s' does not exist", role)
		default:
			s.c.Warn("Role '%s' does not exist, pass", role)
		}
	}
	if len(roles) == 0 {
		return []string{}, nil
	}
	return []string{"REASSIGN OWNED BY " + strings.Join(roles, ",") + " TO " + pq.QuoteIdentifier(a.NewOwner)}, nil
}
