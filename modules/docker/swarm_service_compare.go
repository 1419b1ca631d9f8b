package docker

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// comparison is how one thing that a task says of a service is held against
// the service; both are in the words of Ansible's module.
type comparison struct {
	name    string
	differs func(want, have any) bool
}

// serviceCompared are in the order in which Ansible's module tells changes.
var serviceCompared = []comparison{
	{"endpoint_mode", otherValue}, {"env", otherSet}, {"log_driver", otherValue}, {"log_driver_options", otherDict}, {"mode", otherValue},
	{"mounts", otherBy("target")}, {"configs", otherBy("config_name")}, {"secrets", otherBy("secret_name")}, {"networks", otherNetworks},
	{"replicas", otherReplicas}, {"command", otherList}, {"args", otherList}, {"constraints", otherSet}, {"replicas_max_per_node", otherValue},
	{"placement_preferences", otherList}, {"groups", otherSet}, {"labels", otherDict}, {"limit_cpu", otherValue}, {"limit_memory", otherValue},
	{"reserve_cpu", otherValue}, {"reserve_memory", otherValue}, {"container_labels", otherDict}, {"stop_signal", otherValue},
	{"stop_grace_period", otherValue}, {"publish", otherPorts}, {"read_only", otherValue}, {"restart_policy", otherValue},
	{"restart_policy_attempts", otherValue}, {"restart_policy_delay", otherValue}, {"restart_policy_window", otherValue},
	{"rollback_config", otherMembers}, {"update_delay", otherValue}, {"update_parallelism", otherValue}, {"update_failure_action", otherValue},
	{"update_monitor", otherValue}, {"update_max_failure_ratio", otherValue}, {"update_order", otherValue}, {"image", otherImage},
	{"user", func(want, have any) bool { return !nothing(want) && otherValue(want, have) }}, {"dns", otherList}, {"dns_search", otherList},
	{"dns_options", otherSet}, {"healthcheck", nil}, {"hostname", otherValue}, {"hosts", otherDict}, {"tty", otherValue},
	{"working_dir", otherValue}, {"init", otherValue}, {"cap_add", otherSet}, {"cap_drop", otherSet},
}

// shownAs are the names of changes that are not those of the facts.
var shownAs = map[string]string{"log_driver_options": "log_opt"}

// compare notes what differs, and reports whether the service has to be made anew.
func (r *serviceRun) compare() (rebuild bool) {
	have := serviceFacts(objectAt(r.have, "Spec"))
	for _, c := range serviceCompared {
		want, now := r.out.Service[c.name], have[c.name]
		differs := false
		if c.name == "healthcheck" {
			differs = r.otherHealth(want, now)
		} else {
			differs = c.differs(want, now)
		}
		if !differs {
			continue
		}
		name := cmp.Or(shownAs[c.name], c.name)
		if c.name == "image" {
			now = withoutDigest(want, now)
		}
		r.out.Changes = append(r.out.Changes, name)
		r.found.add(name, now, want)
		rebuild = rebuild || c.name == "mode"
	}
	return rebuild
}

// nothing reports whether Python would count a value as false.
func nothing(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Map:
		return r.Len() == 0
	default:
		return r.IsZero()
	}
}

// number makes whole and other numbers comparable.
func number(v any) any {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v
}

// otherValue: the engine leaves out what is nothing.
func otherValue(want, have any) bool {
	return want != nil && !(have == nil && nothing(want)) && !reflect.DeepEqual(number(want), number(have))
}

func otherReplicas(want, have any) bool { return want != have }

func otherDict(want, have any) bool {
	return want != nil && !(nothing(want) && nothing(have)) && !reflect.DeepEqual(want, have)
}

func otherList(want, have any) bool {
	return want != nil && !(nothing(want) && nothing(have)) && !reflect.DeepEqual(want, have)
}

func otherSet(want, have any) bool { return otherList(shownSet(want), shownSet(have)) }

// otherMembers leaves out what the task does not say of a dict.
func otherMembers(want, have any) bool {
	w, _ := want.(object)
	h, _ := have.(object)
	switch {
	case want == nil:
		return false
	case len(w) == 0 || len(h) == 0:
		return len(w) != len(h)
	}
	for name, v := range w {
		if o, ok := v.(object); ok {
			v = said(o)
		}
		if v != nil && !(nothing(v) && nothing(h[name])) && !reflect.DeepEqual(number(v), number(h[name])) {
			return true
		}
	}
	return false
}

// said is what a dict has of values.
func said(o object) object {
	out := object{}
	for name, v := range o {
		if v != nil {
			out[name] = v
		}
	}
	return out
}

// sortedBy orders dicts by one of their members.
func sortedBy(list []any, key string) []any {
	return slices.SortedStableFunc(slices.Values(list), func(a, b any) int {
		return cmp.Compare(fmt.Sprint(at(a, key)), fmt.Sprint(at(b, key)))
	})
}

func otherBy(key string) func(want, have any) bool {
	return func(want, have any) bool {
		w, h := sortedBy(items(want), key), sortedBy(items(have), key)
		if want == nil || len(w) != len(h) {
			return want != nil
		}
		for i := range w {
			if otherMembers(w[i], h[i]) {
				return true
			}
		}
		return false
	}
}

func otherNetworks(want, have any) bool {
	ordered := func(v any) any {
		var out []any
		for _, one := range objects(v) {
			o := object{}
			for name, v := range one {
				o[name] = v
			}
			if o["aliases"] != nil {
				o["aliases"] = shownSet(o["aliases"])
			}
			out = append(out, o)
		}
		return out
	}
	return want != nil && otherBy("id")(ordered(want), ordered(have))
}

func otherPorts(want, have any) bool {
	if want == nil {
		return false
	}
	order := func(v any) []object {
		return slices.SortedStableFunc(slices.Values(objects(v)), func(a, b object) int {
			return cmp.Or(cmp.Compare(intAt(a, "published_port"), intAt(b, "published_port")),
				cmp.Compare(intAt(a, "target_port"), intAt(b, "target_port")), cmp.Compare(textAt(a, "protocol"), textAt(b, "protocol")))
		})
	}
	w, h := order(want), order(have)
	if len(w) != len(h) {
		return true
	}
	for i := range w {
		for name, v := range w[i] {
			if (name != "mode" || !nothing(v)) && !reflect.DeepEqual(v, h[i][name]) {
				return true
			}
		}
	}
	return false
}

func otherImage(want, have any) bool { return want != withoutDigest(want, have) }

// otherHealth: a check that the task does not have goes, and one that it turns
// off is off where there is none.
func (r *serviceRun) otherHealth(want, have any) bool {
	switch off := r.out.Service["healthcheck_disabled"]; {
	case want == nil && off == true && (have == nil || reflect.DeepEqual(at(have, "test"), []any{"NONE"})):
		return false
	case want == nil:
		return have != nil
	}
	return !reflect.DeepEqual(want, have)
}
