package network

import "goplay/internal/value"

type nmcliArgs struct {
	State       string  `arg:"state,required" enum:"absent,present" doc:"Whether the connection is to be there."`
	Name        string  `arg:"conn_name,required" doc:"Name of the connection."`
	Type        string  `arg:"type" enum:"bond,bond-slave,bridge,bridge-slave,dummy,ethernet,generic,gre,infiniband,ipip,loopback,macvlan,sit,team,team-slave,vlan,vxlan,wifi,gsm,wireguard,vpn" doc:"Kind of the connection. One that is there has its own where none is given."`
	Interface   *string `arg:"ifname" doc:"Interface that it is for, * for any; of a new connection, but a VPN, the one that is called as it is."`
	Autoconnect bool    `arg:"autoconnect" default:"true" doc:"Whether it comes up by itself."`
	Zone        *string `arg:"zone" doc:"Zone of the firewall that it belongs to."`
	Master      *string `arg:"master" doc:"Interface or connection (name or UUID) that it is a part of."`
	MAC         string  `arg:"mac" doc:"Its MAC address."`
	MTU         *int64  `arg:"mtu" doc:"Largest packet, of ethernet, dummy, vlan and team-slave; without it the system chooses."`
	Ignore      bool    `arg:"ignore_unsupported_suboptions" default:"false" doc:"Warn of settings in wifi and wifi_sec that the target does not know, instead of failing."`

	ipv4Args
	ipv6Args
	portArgs
	tunnelArgs

	SSID      string       `arg:"ssid" doc:"Name of the wireless network."`
	Wifi      *value.Dict  `arg:"wifi" doc:"Settings of the wireless network, by NetworkManager's names (802-11-wireless)."`
	WifiSec   *value.Dict  `arg:"wifi_sec,secret" doc:"How it is secured, by NetworkManager's names (802-11-wireless-security)."`
	GSM       *value.Dict  `arg:"gsm" doc:"Settings of the mobile network, by NetworkManager's names."`
	Macvlan   *macvlanArgs `arg:"macvlan" doc:"Settings of a macvlan; needed with that type."`
	Wireguard *value.Dict  `arg:"wireguard" doc:"Settings of WireGuard, by NetworkManager's names."`
	VPN       *value.Dict  `arg:"vpn" doc:"service-type and permissions of the VPN; everything else is handed to its plugin."`
	Transport *string      `arg:"transport_mode" enum:"datagram,connected" doc:"How IP goes over InfiniBand."`
}

type ipv4Args struct {
	IP4           []string `arg:"ip4" doc:"Addresses, with the length of their network; the first is the source of what is sent."`
	Gateway4      *string  `arg:"gw4" doc:"Gateway of IPv4."`
	KeepRoutes4   bool     `arg:"gw4_ignore_auto" default:"false" doc:"Ignore the routes that DHCP brings."`
	Routes4       []string `arg:"routes4" doc:"Routes: a network and, behind a blank, the next hop."`
	Extended4     []route4 `arg:"routes4_extended" doc:"Routes with more to say about them."`
	Metric4       *int64   `arg:"route_metric4" doc:"Metric of the routes."`
	Rules4        []string `arg:"routing_rules4" doc:"Rules of routing, as ip rule takes them, with a priority."`
	NeverDefault4 bool     `arg:"never_default4" default:"false" doc:"Never be the default route."`
	DNS4          []string `arg:"dns4" doc:"Name servers."`
	Search4       []string `arg:"dns4_search" doc:"Domains to search names in."`
	KeepDNS4      bool     `arg:"dns4_ignore_auto" default:"false" doc:"Ignore the name servers that DHCP brings."`
	Method4       string   `arg:"method4" enum:"auto,link-local,manual,shared,disabled" doc:"Where addresses come from; manual where ip4 has some."`
	MayFail4      bool     `arg:"may_fail4" default:"true" doc:"The connection is up without IPv4 too."`
	ClientID      *string  `arg:"dhcp_client_id" doc:"What the DHCP server knows the client by."`
}

type ipv6Args struct {
	IP6         []string `arg:"ip6" doc:"Addresses, with the length of their network."`
	Gateway6    *string  `arg:"gw6" doc:"Gateway of IPv6."`
	KeepRoutes6 bool     `arg:"gw6_ignore_auto" default:"false" doc:"Ignore the routes that are advertised."`
	Routes6     []string `arg:"routes6" doc:"Routes: a network and, behind a blank, the next hop."`
	Extended6   []route  `arg:"routes6_extended" doc:"Routes with more to say about them."`
	Metric6     *int64   `arg:"route_metric6" doc:"Metric of the routes."`
	DNS6        []string `arg:"dns6" doc:"Name servers."`
	Search6     []string `arg:"dns6_search" doc:"Domains to search names in."`
	KeepDNS6    bool     `arg:"dns6_ignore_auto" default:"false" doc:"Ignore the name servers that are advertised."`
	Method6     string   `arg:"method6" enum:"ignore,auto,dhcp,link-local,manual,shared,disabled" doc:"Where addresses come from; manual where ip6 has some."`
	Privacy6    string   `arg:"ip_privacy6" enum:"disabled,prefer-public-addr,prefer-temp-addr,unknown" doc:"Whether temporary addresses are made and used."`
	AddrGen6    *string  `arg:"addr_gen_mode6" enum:"default,default-or-eui64,eui64,stable-privacy" doc:"How addresses are made of what is advertised."`
}

type route struct {
	IP      string  `arg:"ip,required" doc:"Network of the route."`
	NextHop *string `arg:"next_hop" doc:"Next hop."`
	Metric  *int64  `arg:"metric" doc:"Metric."`
	Table   *int64  `arg:"table" doc:"Table that the route is in."`
	Window  *int64  `arg:"cwnd" doc:"Limit of the congestion window."`
	MTU     *int64  `arg:"mtu" doc:"Largest packet, 0 for any."`
	OnLink  *bool   `arg:"onlink" doc:"The next hop is on the link, whatever its address."`
}

type route4 struct {
	route
	TOS *int64 `arg:"tos" doc:"Type of service."`
}

// portArgs are about connections that have others as their parts, and about
// these.
type portArgs struct {
	Mode       string  `arg:"mode" enum:"802.3ad,active-backup,balance-alb,balance-rr,balance-tlb,balance-xor,broadcast" default:"balance-rr" doc:"How a bond uses its parts."`
	Miimon     *int64  `arg:"miimon" doc:"Milliseconds between looks at the links of a bond."`
	Downdelay  *int64  `arg:"downdelay" doc:"Milliseconds until a lost link counts as down."`
	Updelay    *int64  `arg:"updelay" doc:"Milliseconds until a link counts as up."`
	HashPolicy *string `arg:"xmit_hash_policy" doc:"How a bond chooses the part that sends."`
	ARPEvery   *int64  `arg:"arp_interval" doc:"Milliseconds between a bond's ARP requests."`
	ARPTarget  *string `arg:"arp_ip_target" doc:"Addresses that they ask for, with commas between."`
	Primary    *string `arg:"primary" doc:"Part of a bond that is used while it is up."`

	STP      bool  `arg:"stp" default:"true" doc:"Whether a bridge takes part in the spanning tree protocol."`
	Priority int64 `arg:"priority" default:"128" doc:"Priority of a bridge in it."`
	Forward  int64 `arg:"forwarddelay" default:"15" doc:"Seconds until a bridge forwards."`
	Hello    int64 `arg:"hellotime" default:"2" doc:"Seconds between a bridge's greetings."`
	MaxAge   int64 `arg:"maxage" default:"20" doc:"Seconds that a bridge believes what it heard."`
	Ageing   int64 `arg:"ageingtime" default:"300" doc:"Seconds that a bridge remembers an address."`
	PortPrio int64 `arg:"slavepriority" default:"32" doc:"Priority of a part of a bridge."`
	PathCost int64 `arg:"path_cost" default:"100" doc:"Cost of what goes through it."`
	Hairpin  *bool `arg:"hairpin" doc:"Whether it sends frames back to where they came from; true where not given."`

	Runner       string  `arg:"runner" enum:"broadcast,roundrobin,activebackup,loadbalance,lacp" default:"roundrobin" doc:"How a team uses its parts."`
	HWAddrPolicy *string `arg:"runner_hwaddr_policy" enum:"same_all,by_active,only_active" doc:"Which MAC addresses they get, with the runner activebackup."`
	FastRate     *bool   `arg:"runner_fast_rate" doc:"Ask for LACP packets every second, with the runner lacp."`
}

// tunnelArgs are about connections that go through another.
type tunnelArgs struct {
	VLANID     *int64  `arg:"vlanid" doc:"Number of a VLAN."`
	VLANDev    *string `arg:"vlandev" doc:"Interface that it is on."`
	VLANFlags  *string `arg:"flags" doc:"Flags of the VLAN."`
	Ingress    *string `arg:"ingress" doc:"Priorities of what comes in."`
	Egress     *string `arg:"egress" doc:"Priorities of what goes out."`
	VXLANID    *int64  `arg:"vxlan_id" doc:"Number of a VXLAN."`
	VXLANFrom  *string `arg:"vxlan_local" doc:"Its own address."`
	VXLANTo    *string `arg:"vxlan_remote" doc:"Address of its other end."`
	TunnelDev  *string `arg:"ip_tunnel_dev" doc:"Interface that a tunnel goes through."`
	TunnelFrom *string `arg:"ip_tunnel_local" doc:"Own address of a tunnel."`
	TunnelTo   *string `arg:"ip_tunnel_remote" doc:"Address of its other end."`
	InputKey   *string `arg:"ip_tunnel_input_key,secret" doc:"Key of what comes in through GRE."`
	OutputKey  *string `arg:"ip_tunnel_output_key,secret" doc:"Key of what goes out through GRE."`
}

type macvlanArgs struct {
	Mode        int64  `arg:"mode,required" enum:"1,2,3,4,5" doc:"1 vepa, 2 bridge, 3 private, 4 passthru, 5 source."`
	Parent      string `arg:"parent,required" doc:"Interface or connection that it is on."`
	Promiscuous *bool  `arg:"promiscuous" doc:"Take all packets."`
	Tap         *bool  `arg:"tap" doc:"Make a macvtap."`
}

type nmcliResult struct {
	Name       string `json:"conn_name" doc:"The connection."`
	State      string `json:"state" doc:"The state that was asked for."`
	Exists     string `json:"Exists,omitempty" doc:"Of a connection that was there: whether it was changed."`
	Connection string `json:"Connection,omitempty" doc:"That it is being added."`
	Stdout     string `json:"stdout,omitempty" doc:"What nmcli said."`
	Stderr     string `json:"stderr,omitempty" doc:"What it complained about."`
}
