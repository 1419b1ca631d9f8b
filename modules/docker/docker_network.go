package docker

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_network",
		Summary: "manage Docker networks",
		Example: `- name: Have a network with two containers in it
  community.docker.docker_network:
    name: backend
    connected:
      - app
      - database
`,
		Notes: []string{"A network that differs is made anew; the containers in it are connected again."},
	}, runNetwork)
}

type networkArgs struct {
	Name              string      `arg:"name,required" alias:"network_name" doc:"The network's name."`
	State             string      `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be there."`
	Driver            string      `arg:"driver" default:"bridge" doc:"Its driver."`
	DriverOptions     *value.Dict `arg:"driver_options" doc:"Options for the driver."`
	Connected         []string    `arg:"connected" alias:"containers" default:"" doc:"Containers to be connected to it."`
	Appends           bool        `arg:"appends" alias:"incremental" default:"false" doc:"Leave connected what connected does not list. Others are disconnected only when connected lists some."`
	Force             bool        `arg:"force" default:"false" doc:"Make it anew even if nothing differs."`
	Internal          *bool       `arg:"internal" doc:"Without a way out."`
	Attachable        *bool       `arg:"attachable" doc:"Containers may be attached to a swarm's network."`
	Ingress           *bool       `arg:"ingress" doc:"Make it a swarm's ingress network."`
	ConfigOnly        *bool       `arg:"config_only" doc:"Make it only a configuration for other networks."`
	ConfigFrom        *string     `arg:"config_from" doc:"Network whose configuration to use."`
	EnableIPv4        *bool       `arg:"enable_ipv4" doc:"Have IPv4 in it."`
	EnableIPv6        *bool       `arg:"enable_ipv6" doc:"Have IPv6 in it."`
	Scope             *string     `arg:"scope" enum:"local,global,swarm" doc:"How far it reaches."`
	Labels            *value.Dict `arg:"labels" doc:"Labels."`
	IPAMDriver        *string     `arg:"ipam_driver" doc:"Driver that gives out addresses."`
	IPAMDriverOptions *value.Dict `arg:"ipam_driver_options" doc:"Options for that driver."`
	IPAMConfig        []ipamArgs  `arg:"ipam_config" doc:"Address ranges."`
	Connection
}

type ipamArgs struct {
	Subnet       *string     `arg:"subnet" doc:"Range of addresses as a.b.c.d/n."`
	IPRange      *string     `arg:"iprange" doc:"Part of it to give to containers."`
	Gateway      *string     `arg:"gateway" doc:"Address of the gateway."`
	AuxAddresses *value.Dict `arg:"aux_addresses" doc:"Names and addresses that the driver uses itself."`
}

type networkResult struct {
	Network object   `json:"network,omitempty" doc:"The network as the engine describes it."`
	Actions []string `json:"actions,omitempty" doc:"What was done, a sentence each."`
}

// networkRun brings one network to what a task wants.
type networkRun struct {
	c     *modules.Context
	e     *engine
	args  *networkArgs
	found changes
	out   networkResult
}

func runNetwork(c *modules.Context, a networkArgs) (networkResult, error) {
	r := &networkRun{c: c, args: &a}
	for _, i := range a.IPAMConfig {
		for _, text := range []*string{i.Subnet, i.IPRange} {
			if _, err := netip.ParsePrefix(deref(text)); text != nil && err != nil {
				return r.out, modules.Fail(`"%s" is not a valid CIDR`, *text)
			}
		}
	}
	for option, d := range map[string]*value.Dict{"labels": a.Labels} {
		if d != nil {
			if _, err := onlyTexts(option, d); err != nil {
				return r.out, err
			}
		}
	}
	var err error
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	network, err := r.find()
	if err != nil {
		return r.out, err
	}
	if a.State == "absent" {
		r.found.add("exists", network != nil, false)
		err = r.remove(network)
	} else {
		err = r.present(network)
	}
	r.found.show(c)
	return r.out, err
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// find looks for the name, not for the start of an ID, which the engine would
// take for it too.
func (r *networkRun) find() (object, error) {
	network, err := r.e.get(r.c, "/networks/"+url.PathEscape(r.args.Name), nil)
	if missing(err) || err == nil && textAt(network, "Name") != r.args.Name {
		return nil, nil
	}
	if err != nil {
		return nil, modules.Fail("Error inspecting network %s: %w", r.args.Name, err)
	}
	return network, nil
}

func (r *networkRun) did(action string) { r.out.Actions = append(r.out.Actions, action) }

func (r *networkRun) remove(network object) error {
	if network == nil {
		return nil
	}
	if textAt(network, "Scope") != "swarm" {
		for _, name := range members(network) {
			if err := r.disconnect(name); err != nil {
				return err
			}
		}
	}
	r.did("Removed network " + r.args.Name)
	return r.c.Change(modules.Diff{}, func() error {
		_, err := r.e.call(r.c, http.MethodDelete, "/networks/"+url.PathEscape(textAt(network, "Id")), nil, nil)
		if err != nil && !missing(err) {
			return modules.Fail("Error removing network %s: %w", r.args.Name, err)
		}
		return nil
	})
}

// members are the names of the containers in a network.
func members(network object) []string {
	var names []string
	for _, c := range objectAt(network, "Containers") {
		names = append(names, textAt(c, "Name"))
	}
	slices.Sort(names)
	return names
}

func (r *networkRun) disconnect(container string) error {
	r.did("Disconnected container " + container)
	r.found.add("connected."+container, true, false)
	return r.c.Change(modules.Diff{}, func() error {
		_, err := r.e.call(r.c, http.MethodPost, "/networks/"+url.PathEscape(r.args.Name)+"/disconnect", nil, object{"Container": container, "Force": true})
		if err != nil && !missing(err) {
			return modules.Fail("Error disconnecting container %s from network %s: %w", container, r.args.Name, err)
		}
		return nil
	})
}

func (r *networkRun) present(network object) error {
	connected := r.args.Connected
	if network != nil && (len(connected) == 0 || r.args.Appends) {
		connected = append(members(network), connected...)
	}
	r.found.add("exists", network != nil && !r.args.Force, true)
	before := network
	if network != nil && (r.args.Force || r.differs(network)) {
		if err := r.remove(network); err != nil {
			return err
		}
		network = nil
	}
	if network == nil {
		if err := r.create(); err != nil {
			return err
		}
	}
	if err := r.connect(network, before, connected); err != nil {
		return err
	}
	var err error
	r.out.Network, err = r.find()
	return err
}

// connect puts the wanted containers in, and others out. network is nil when
// it has just been made.
func (r *networkRun) connect(network, before object, wanted []string) error {
	there := members(network)
	for _, name := range wanted {
		if slices.Contains(there, name) {
			continue
		}
		r.did("Connected container " + name)
		r.found.add("connected."+name, false, true)
		err := r.c.Change(modules.Diff{}, func() error {
			_, err := r.e.call(r.c, http.MethodPost, "/networks/"+url.PathEscape(r.args.Name)+"/connect", nil, object{"Container": name})
			if err != nil {
				return modules.Fail("An unexpected Docker error occurred: connect container %s to network %s: %w", name, r.args.Name, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, name := range there {
		if !slices.Contains(wanted, name) {
			if err := r.disconnect(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *networkRun) create() error {
	r.did("Created network " + r.args.Name + " with driver " + r.args.Driver)
	return r.c.Change(modules.Diff{}, func() error {
		made, err := r.e.call(r.c, http.MethodPost, "/networks/create", nil, r.args.body())
		if err != nil {
			return modules.Fail("An unexpected Docker error occurred: create network %s: %w", r.args.Name, err)
		}
		if w := textAt(made, "Warning"); w != "" {
			r.c.Warn("Docker warning: %s", w)
		}
		return nil
	})
}

func (a *networkArgs) body() object {
	o := object{"Name": a.Name, "Driver": a.Driver, "CheckDuplicate": true}
	if a.DriverOptions != nil {
		o["Options"] = texts(a.DriverOptions)
	}
	if a.Labels != nil {
		o["Labels"] = texts(a.Labels)
	}
	for name, v := range map[string]*bool{"Internal": a.Internal, "Attachable": a.Attachable, "Ingress": a.Ingress,
		"ConfigOnly": a.ConfigOnly, "EnableIPv4": a.EnableIPv4, "EnableIPv6": a.EnableIPv6} {
		if v != nil {
			o[name] = *v
		}
	}
	if a.Scope != nil {
		o["Scope"] = *a.Scope
	}
	if a.ConfigFrom != nil {
		o["ConfigFrom"] = object{"Network": *a.ConfigFrom}
	}
	if ipam := a.ipam(); len(ipam) > 0 {
		o["IPAM"] = ipam
	}
	return o
}

func (a *networkArgs) ipam() object {
	o := object{}
	if a.IPAMDriver != nil {
		o["Driver"] = *a.IPAMDriver
	}
	if a.IPAMDriverOptions != nil {
		o["Options"] = texts(a.IPAMDriverOptions)
	}
	if a.IPAMConfig == nil {
		return o
	}
	ranges := []any{}
	for _, i := range a.IPAMConfig {
		one := object{}
		for _, f := range i.fields() {
			if f.want != nil {
				one[f.api] = f.want
			}
		}
		ranges = append(ranges, one)
	}
	o["Config"] = ranges
	return o
}

type ipamField struct {
	option, api string
	want        any
}

func (i *ipamArgs) fields() []ipamField {
	text := func(s *string) any {
		if s == nil {
			return nil
		}
		return *s
	}
	f := []ipamField{{"subnet", "Subnet", text(i.Subnet)}, {"iprange", "IPRange", text(i.IPRange)}, {"gateway", "Gateway", text(i.Gateway)}}
	if i.AuxAddresses != nil {
		f = append(f, ipamField{"aux_addresses", "AuxiliaryAddresses", texts(i.AuxAddresses)})
	}
	return f
}
