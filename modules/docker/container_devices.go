package docker

import (
	"fmt"
	"strings"

	"goplay/internal/value"
)

func wantDevices(p *plan) (any, error) {
	if p.args.Devices == nil {
		return nil, nil
	}
	out := []any{}
	for _, d := range p.args.Devices {
		parts := strings.SplitN(d, ":", 3)
		inside, allowed := parts[0], "rwm"
		if len(parts) > 1 {
			inside = parts[1]
		}
		if len(parts) > 2 {
			allowed = parts[2]
		}
		out = append(out, object{"PathOnHost": parts[0], "PathInContainer": inside, "CgroupPermissions": allowed})
	}
	return out, nil
}

func rates(option string, field func(*containerArgs) []deviceRate) func(*plan) (any, error) {
	return func(p *plan) (any, error) {
		given := field(p.args)
		if given == nil {
			return nil, nil
		}
		out := []any{}
		for _, d := range given {
			n, err := sizeOf(option, d.Rate)
			if err != nil {
				return nil, err
			}
			out = append(out, object{"Path": d.Path, "Rate": n})
		}
		return out, nil
	}
}

func iops(field func(*containerArgs) []deviceIops) func(*plan) (any, error) {
	return func(p *plan) (any, error) {
		given := field(p.args)
		if given == nil {
			return nil, nil
		}
		out := []any{}
		for _, d := range given {
			out = append(out, object{"Path": d.Path, "Rate": d.Rate})
		}
		return out, nil
	}
}

// wantDeviceRequests leaves out what is not given: the engine then says "" and
// null for it, which must not count as a difference.
func wantDeviceRequests(p *plan) (any, error) {
	if p.args.DeviceRequests == nil {
		return nil, nil
	}
	out := []any{}
	for _, d := range p.args.DeviceRequests {
		o := object{}
		if d.Count != nil {
			o["Count"] = *d.Count
		}
		if d.Driver != nil {
			o["Driver"] = *d.Driver
		}
		if d.DeviceIDs != nil {
			o["DeviceIDs"] = anys(d.DeviceIDs)
		}
		if d.Options != nil {
			o["Options"] = texts(d.Options)
		}
		if d.Capabilities != nil {
			alternatives := []any{}
			for _, one := range d.Capabilities {
				names, err := value.Items(one)
				if err != nil {
					return nil, fmt.Errorf("device_requests: capabilities must be a list of lists: %w", err)
				}
				alternatives = append(alternatives, names)
			}
			o["Capabilities"] = alternatives
		}
		out = append(out, o)
	}
	return out, nil
}
