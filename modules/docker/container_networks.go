package docker

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"goplay/modules"
)

// networkMode is the option, or the first network's name, which Docker's own
// command would use.
func networkMode(a *containerArgs) *string {
	if a.NetworkMode == nil && a.NetworksCLICompatible && len(a.Networks) > 0 {
		return &a.Networks[0].Name
	}
	return a.NetworkMode
}

// containerMode has the ID where the task has a container's name, as the
// engine keeps container:name.
func (p *plan) containerMode(want any) any {
	mode, _ := want.(string)
	name, ok := strings.CutPrefix(mode, "container:")
	if !ok {
		return want
	}
	other, err := p.e.get(p.c, "/containers/"+url.PathEscape(name)+"/json", nil)
	if err != nil {
		return want
	}
	return "container:" + textAt(other, "Id")
}

// findNetworks looks up every network that the task names.
func (p *plan) findNetworks() error {
	for _, n := range p.args.Networks {
		network, err := p.e.get(p.c, "/networks/"+url.PathEscape(n.Name), nil)
		if missing(err) {
			return modules.Fail("Parameter error: network named %s could not be found. Does it exist?", n.Name)
		}
		if err != nil {
			return modules.Fail("Error getting network id for %s - %w", n.Name, err)
		}
		p.networks[n.Name] = network
	}
	return nil
}

// endpoint is the API's word for how a container is connected to a network.
func (n *endpointArgs) endpoint() object {
	o := object{}
	if n.IPv4Address != nil {
		put(o, "IPAMConfig.IPv4Address", *n.IPv4Address)
	}
	if n.IPv6Address != nil {
		put(o, "IPAMConfig.IPv6Address", *n.IPv6Address)
	}
	if n.Links != nil {
		o["Links"] = anys(n.linkTexts())
	}
	if n.Aliases != nil {
		o["Aliases"] = anys(n.Aliases)
	}
	if n.MacAddress != nil {
		o["MacAddress"] = *n.MacAddress
	}
	if n.DriverOpts != nil {
		o["DriverOpts"] = texts(n.DriverOpts)
	}
	if n.GwPriority != nil {
		o["GwPriority"] = *n.GwPriority
	}
	return o
}

func (n *endpointArgs) linkTexts() []string {
	out := make([]string, len(n.Links))
	for i, l := range n.Links {
		name, alias, ok := strings.Cut(l, ":")
		if !ok {
			alias = name
		}
		out[i] = name + ":" + alias
	}
	return out
}

// met reports whether a connection is as the task wants it.
func (n *endpointArgs) met(have object) bool {
	text := func(want *string, paths ...string) bool {
		return want == nil || slices.ContainsFunc(paths, func(path string) bool {
			return sameAddress(strings.ToLower(*want), strings.ToLower(textAt(have, path)))
		})
	}
	all := func(want []string, path string) bool {
		there := textsAt(have, path)
		return !slices.ContainsFunc(want, func(one string) bool { return !slices.Contains(there, one) })
	}
	return text(n.IPv4Address, "IPAMConfig.IPv4Address", "IPAddress") &&
		text(n.IPv6Address, "IPAMConfig.IPv6Address", "GlobalIPv6Address") &&
		text(n.MacAddress, "MacAddress") &&
		all(n.Aliases, "Aliases") && all(n.linkTexts(), "Links") &&
		(n.DriverOpts == nil || sameDict(allowMore, texts(n.DriverOpts), at(have, "DriverOpts"))) &&
		(n.GwPriority == nil || intAt(have, "GwPriority") == *n.GwPriority)
}

// sendFirstNetwork connects the network that takes the default's place while
// the container is created, so that it needs no reconnecting.
func (p *plan) sendFirstNetwork(body object) {
	mode, _ := p.want["network_mode"].(string)
	for i := range p.args.Networks {
		n := &p.args.Networks[i]
		if n.Name == mode {
			if end := n.endpoint(); len(end) > 0 {
				body["NetworkingConfig"] = object{"EndpointsConfig": object{n.Name: end}}
			}
			return
		}
	}
}

// wire makes the container's networks those of the task. container is nil when
// check mode only pretends that it was made.
func (r *containerRun) wire(container object, isNew bool) error {
	if r.plan.rules["networks"] == ignore {
		return nil
	}
	have := objectAt(container, "NetworkSettings.Networks")
	for i := range r.args.Networks {
		n := &r.args.Networks[i]
		connection, connected := have[n.Name].(object)
		if container == nil && n.Name == r.plan.want["network_mode"] || connected && n.met(connection) {
			if end := n.endpoint(); isNew && len(end) > 0 {
				r.found.add("network."+n.Name, shownEndpoint(n.Name, "", nil), shownEndpoint(n.Name, textAt(r.plan.networks[n.Name], "Id"), end))
			}
			continue
		}
		if err := r.connect(container, n, connection); err != nil {
			return err
		}
	}
	if r.plan.rules["networks"] != strict || r.args.Networks == nil && !r.args.PurgeNetworks {
		return nil
	}
	for _, name := range sortedKeys(have) {
		if !slices.ContainsFunc(r.args.Networks, func(n endpointArgs) bool { return n.Name == name }) {
			r.found.add("network."+name, object{"name": name, "id": textAt(have[name], "NetworkID")}, nil)
			if err := r.disconnect(container, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *containerRun) connect(container object, n *endpointArgs, have object) error {
	id := textAt(r.plan.networks[n.Name], "Id")
	var before any
	if have != nil {
		before = shownEndpoint(n.Name, "", have)
	}
	r.found.add("network."+n.Name, before, shownEndpoint(n.Name, id, n.endpoint()))
	if have != nil {
		if err := r.disconnect(container, n.Name); err != nil {
			return err
		}
	}
	return r.change(func() error {
		_, err := r.e.call(r.c, http.MethodPost, "/networks/"+id+"/connect", nil,
			object{"Container": textAt(container, "Id"), "EndpointConfig": n.endpoint()})
		if err != nil {
			return modules.Fail("Error connecting container to network %s - %w", n.Name, err)
		}
		return nil
	})
}

func (r *containerRun) disconnect(container object, name string) error {
	return r.change(func() error {
		_, err := r.e.call(r.c, http.MethodPost, "/networks/"+url.PathEscape(name)+"/disconnect", nil, object{"Container": textAt(container, "Id")})
		if err != nil {
			return modules.Fail("Error disconnecting container from network %s - %w", name, err)
		}
		return nil
	})
}

func shownEndpoint(name, id string, end object) object {
	o := object{"name": name, "ipv4_address": at(end, "IPAMConfig.IPv4Address"), "ipv6_address": at(end, "IPAMConfig.IPv6Address"),
		"links": end["Links"], "aliases": end["Aliases"]}
	if id != "" {
		// What a task asks for is shown in pairs, as Ansible keeps it.
		o["links"] = linkPairs(end["Links"])
	}
	if id != "" {
		o["id"] = id
	}
	return o
}

func linkPairs(links any) any {
	if links == nil {
		return nil
	}
	out := []any{}
	for _, l := range items(links) {
		name, alias, _ := strings.Cut(l.(string), ":")
		out = append(out, []any{name, alias})
	}
	return out
}

func wantLinks(p *plan) (any, error) {
	if p.args.Links == nil {
		return nil, nil
	}
	out := []any{}
	for _, l := range p.args.Links {
		name, alias, ok := strings.Cut(l, ":")
		if !ok {
			alias = name
		}
		out = append(out, "/"+name+":/"+p.args.Name+"/"+alias)
	}
	return out, nil
}
