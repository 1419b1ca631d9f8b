package docker

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
)

// publication is one entry of published_ports: [[ip:]host:]container[/protocol].
type publication struct {
	ip         string
	host       string // a port, a range, or empty for any free one
	container  []int
	protocol   string
	everyShare bool // one container port takes what is free of a host range
}

func parsePublication(text, defaultIP string) (publication, error) {
	p := publication{ip: defaultIP, protocol: "tcp"}
	rest, protocol, ok := strings.Cut(text, "/")
	if ok {
		p.protocol = protocol
	}
	parts := splitAddress(rest)
	if len(parts) > 3 {
		return p, fmt.Errorf(`Invalid port description "%s" - expected 1 to 3 colon-separated parts, but got %d. Maybe you forgot to use square brackets ([...]) around an IPv6 address?`,
			rest, len(parts))
	}
	if len(parts) == 3 {
		ip := strings.Trim(parts[0], "[]")
		if _, err := netip.ParseAddr(ip); err != nil {
			return p, fmt.Errorf("Bind addresses for published ports must be IPv4 or IPv6 addresses, not hostnames. Use the dig lookup to resolve hostnames. (Found hostname: %s)", parts[0])
		}
		p.ip = ip
	}
	var err error
	if p.container, err = portRange(parts[len(parts)-1]); err != nil {
		return p, err
	}
	if len(parts) == 1 || parts[len(parts)-2] == "" {
		return p, nil
	}
	p.host = parts[len(parts)-2]
	hosts, err := portRange(p.host)
	if err != nil {
		return p, err
	}
	p.everyShare = len(p.container) == 1
	if !p.everyShare && len(hosts) != len(p.container) {
		return p, fmt.Errorf(`Port ranges don't match in length "%s"`, text)
	}
	return p, nil
}

// splitAddress splits at colons that are not inside an address in brackets.
func splitAddress(text string) []string {
	if end := strings.IndexByte(text, ']'); strings.HasPrefix(text, "[") && end > 0 {
		return append([]string{text[:end+1]}, strings.Split(strings.TrimPrefix(text[end+1:], ":"), ":")...)
	}
	return strings.Split(text, ":")
}

func portRange(text string) ([]int, error) {
	first, last, ranged := strings.Cut(text, "-")
	from, err := strconv.Atoi(first)
	to := from
	if err == nil && ranged {
		to, err = strconv.Atoi(last)
	}
	if err != nil || from < 0 || to > 65535 {
		return nil, fmt.Errorf(`Invalid port: "%s"`, text)
	}
	if to < from {
		return nil, fmt.Errorf("Invalid port range: %s", text)
	}
	var out []int
	for n := from; n <= to; n++ {
		out = append(out, n)
	}
	return out, nil
}

// bindings are the engine's words for it: a list of host addresses by
// container port.
func (p publication) bindings() map[string]any {
	out := map[string]any{}
	hosts, _ := portRange(p.host)
	for i, n := range p.container {
		host := p.host
		if !p.everyShare && p.host != "" {
			host = strconv.Itoa(hosts[i])
		}
		out[fmt.Sprintf("%d/%s", n, p.protocol)] = object{"HostIp": p.ip, "HostPort": host}
	}
	return out
}

func wantPublished(p *plan) (any, error) {
	if p.args.PublishedPorts == nil {
		return nil, nil
	}
	ip, err := p.hostIP()
	if err != nil {
		return nil, err
	}
	out := object{}
	for _, text := range p.args.PublishedPorts {
		if text == "all" || text == "ALL" {
			return nil, modules.Fail(`Specifying "all" in published_ports is no longer allowed. Set publish_all_ports to "true" instead to randomly assign port mappings for those not specified by published_ports.`)
		}
		pub, err := parsePublication(text, ip)
		if err != nil {
			return nil, err
		}
		for port, binding := range pub.bindings() {
			out[port] = append(items(out[port]), binding)
		}
	}
	return out, nil
}

// hostIP is the address that ports are published at when they name none: the
// option's, that of a bridge network which sets one, or every address.
func (p *plan) hostIP() (string, error) {
	if given := p.args.DefaultHostIP; given != nil {
		if *given == "" {
			return "", nil
		}
		ip := strings.Trim(*given, "[]")
		if _, err := netip.ParseAddr(ip); err != nil {
			return "", modules.Fail(`The value of default_host_ip must be an empty string, an IPv4 address, or an IPv6 address. Got "%s" instead.`, *given)
		}
		return ip, nil
	}
	for _, n := range p.args.Networks {
		network := p.networks[n.Name]
		if textAt(network, "Driver") != "bridge" {
			continue
		}
		if ip, ok := objectAt(network, "Options")["com.docker.network.bridge.host_binding_ipv4"].(string); ok {
			return ip, nil
		}
	}
	return "0.0.0.0", nil
}

func wantExposed(p *plan) (any, error) {
	if p.args.ExposedPorts == nil {
		return nil, nil
	}
	out := []any{}
	for _, text := range p.args.ExposedPorts {
		number, protocol, ok := strings.Cut(strings.TrimSpace(text), "/")
		if !ok {
			protocol = "tcp"
		}
		ports, err := portRange(number)
		if err != nil {
			return nil, err
		}
		for _, n := range ports {
			out = append(out, fmt.Sprintf("%d/%s", n, protocol))
		}
	}
	return out, nil
}

// withPublished adds the ports that are published, which exposes them too.
func (p *plan) withPublished(exposed any) []any {
	out := slices.Clone(items(exposed))
	published, _ := p.want["published_ports"].(object)
	for _, port := range sortedKeys(published) {
		if !slices.Contains(out, any(port)) {
			out = append(out, port)
		}
	}
	return out
}

func expectExposed(p *plan, want any) any {
	out := p.withPublished(want)
	for _, port := range sortedKeys(objectAt(p.compared, "Config.ExposedPorts")) {
		if !slices.Contains(out, any(port)) {
			out = append(out, port)
		}
	}
	return out
}

func haveExposed(_ *plan, c object) any {
	return anys(sortedKeys(objectAt(c, "Config.ExposedPorts")))
}

func sendExposed(p *plan, body object, want any) {
	ports := object{}
	for _, port := range p.withPublished(want) {
		ports[port.(string)] = object{}
	}
	if len(ports) > 0 {
		body["ExposedPorts"] = ports
	}
}
