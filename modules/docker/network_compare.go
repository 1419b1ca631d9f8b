package docker

import (
	"fmt"
	"net/netip"
	"reflect"
)

// differs compares a network with the task, and notes what is not as wanted.
func (r *networkRun) differs(network object) bool {
	a := r.args
	n := len(r.found.before)
	if have := textAt(network, "Driver"); have != a.Driver {
		r.found.add("driver", have, a.Driver)
	}
	if a.DriverOptions != nil {
		compareNames(&r.found, "driver_options", texts(a.DriverOptions), objectAt(network, "Options"))
	}
	if have := textAt(network, "IPAM.Driver"); a.IPAMDriver != nil && have != *a.IPAMDriver {
		r.found.add("ipam_driver", have, *a.IPAMDriver)
	}
	if a.IPAMDriverOptions != nil {
		want, have := texts(a.IPAMDriverOptions), objectAt(network, "IPAM.Options")
		if len(want)+len(have) > 0 && !reflect.DeepEqual(want, have) {
			r.found.add("ipam_driver_options", have, want)
		}
	}
	if a.IPAMConfig != nil {
		r.compareRanges(objects(at(network, "IPAM.Config")))
	}
	for _, f := range []struct {
		option, api string
		want        *bool
	}{
		{"enable_ipv4", "EnableIPv4", a.EnableIPv4}, {"enable_ipv6", "EnableIPv6", a.EnableIPv6}, {"internal", "Internal", a.Internal},
		{"attachable", "Attachable", a.Attachable}, {"ingress", "Ingress", a.Ingress}, {"config_only", "ConfigOnly", a.ConfigOnly},
	} {
		have, said := network[f.api].(bool)
		if f.want != nil && have != *f.want && (said || *f.want) {
			r.found.add(f.option, have, *f.want)
		}
	}
	if have := textAt(network, "Scope"); a.Scope != nil && have != *a.Scope {
		r.found.add("scope", have, *a.Scope)
	}
	if have := textAt(network, "ConfigFrom.Network"); a.ConfigFrom != nil && have != *a.ConfigFrom {
		r.found.add("config_from", have, *a.ConfigFrom)
	}
	if a.Labels != nil {
		compareNames(&r.found, "labels", texts(a.Labels), objectAt(network, "Labels"))
	}
	return len(r.found.before) > n
}

// compareRanges pairs the ranges of the task with those of the network that
// have the same subnet.
func (r *networkRun) compareRanges(have []object) {
	for i := range r.args.IPAMConfig {
		want := &r.args.IPAMConfig[i]
		var match object
		for _, h := range have {
			if want.Subnet != nil && samePrefix(*want.Subnet, textAt(h, "Subnet")) || want.Subnet == nil && len(have) == 1 {
				match = h
			}
		}
		for _, f := range want.fields() {
			if f.want == nil || f.api == "Subnet" && match != nil {
				continue
			}
			if h := match[f.api]; !sameAddress(f.want, h) {
				r.found.add(fmt.Sprintf("ipam_config[%d].%s", i, f.option), h, f.want)
			}
		}
	}
}

func samePrefix(a, b string) bool {
	p, err := netip.ParsePrefix(a)
	q, err2 := netip.ParsePrefix(b)
	return err == nil && err2 == nil && p.Masked() == q.Masked()
}

func sameAddress(want, have any) bool {
	w, ok := want.(string)
	h, ok2 := have.(string)
	if !ok || !ok2 {
		return reflect.DeepEqual(want, have)
	}
	a, err := netip.ParseAddr(w)
	b, err2 := netip.ParseAddr(h)
	return w == h || samePrefix(w, h) || err == nil && err2 == nil && a == b
}
