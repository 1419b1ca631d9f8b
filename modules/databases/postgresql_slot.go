package databases

import (
	"fmt"

	"github.com/lib/pq"

	"goplay/modules"
)

type postgresSlotArgs struct {
	Name    string `arg:"name,required" alias:"slot_name" doc:"The slot."`
	Type    string `arg:"slot_type" enum:"logical,physical" default:"physical" doc:"Its type."`
	State   string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the slot is to be there."`
	Reserve bool   `arg:"immediately_reserve" default:"false" doc:"Keep the log from now on, and not only once a replica connects."`
	Plugin  string `arg:"output_plugin" default:"test_decoding" doc:"Plugin that writes what a logical slot gives."`
	DB      string `arg:"db" alias:"login_db" doc:"Database to connect to, which a logical slot is for."`
	postgresLogin
}

type postgresSlotResult struct {
	Name    string   `json:"name" doc:"The slot."`
	Queries []string `json:"queries" doc:"Statements that were run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_slot", Summary: "Make or drop replication slots of PostgreSQL",
		Example: "- name: The replica gets all it needs\n  community.postgresql.postgresql_slot:\n    name: replica1\n    immediately_reserve: true\n",
	}, bare(postgresSlot))
}

func postgresSlot(c *modules.Context, a postgresSlotArgs) (postgresSlotResult, error) {
	r := postgresSlotResult{Name: a.Name, Queries: []string{}}
	if err := a.vet(a.Name, a.Plugin); err != nil {
		return r, err
	}
	if a.Reserve && a.Type == "logical" {
		return r, modules.Fail("Module parameters immediately_reserve and slot_type=logical are mutually exclusive")
	}
	s, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer s.Close()
	kind, there, err := s.text("SELECT slot_type FROM pg_replication_slots WHERE slot_name = $1", a.Name)
	name, query := pq.QuoteLiteral(a.Name), ""
	switch {
	case err != nil:
		return r, err
	case a.State == "present" && there && kind != a.Type:
		c.Warn("slot with name '%s' already exists but has another type '%s'", a.Name, kind)
		return r, nil
	case there == (a.State == "present"):
		return r, nil
	case a.State == "absent":
		query = "SELECT pg_drop_replication_slot(" + name + ")"
	case a.Type == "physical":
		query = fmt.Sprintf("SELECT pg_create_physical_replication_slot(%s, %t)", name, a.Reserve)
	default:
		query = "SELECT pg_create_logical_replication_slot(" + name + ", " + pq.QuoteLiteral(a.Plugin) + ")"
	}
	return r, c.Change(modules.Diff{}, func() error {
		r.Queries = append(r.Queries, query)
		return s.execAll(r.Queries)
	})
}
