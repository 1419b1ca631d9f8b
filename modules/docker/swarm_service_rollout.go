package docker

import (
	"math"

	"goplay/internal/value"
	"goplay/modules"
)

// When tasks run where, are started again, and how changes are rolled out.
// Where one part of that is given, the others are those of Docker's library for
// Python, which are not always the engine's.

func (s *serviceSpec) placement(p *servicePlacement) {
	if p == nil {
		p = &servicePlacement{}
	}
	s.texts("constraints", ofTask+"Placement.Constraints", p.Constraints)
	var preferences, facts any
	if p.Preferences != nil {
		all, told := []any{}, []any{}
		for _, one := range p.Preferences {
			for strategy, by := range one.All() {
				if value.Str(strategy) != "spread" {
					s.fail(modules.Fail("placement preference %q is not known: there is spread", value.Str(strategy)))
				}
				all = append(all, object{"Spread": object{"SpreadDescriptor": value.Str(by)}})
			}
			told = append(told, asGiven(one))
		}
		preferences, facts = all, told
	}
	s.told("placement_preferences", ofTask+"Placement.Preferences", preferences, facts)
	s.add("replicas_max_per_node", ofTask+"Placement.MaxReplicas", valueOf(p.MaxPerNode))
}

// withDefaults adds to the request, but not to the results, what is not said
// of something of which anything is.
func (s *serviceSpec) withDefaults(fields []serviceField, defaults map[string]any) {
	said := false
	for _, f := range fields {
		said = said || f.want != nil
	}
	for _, f := range fields {
		want := f.want
		if said && want == nil {
			want = defaults[f.name]
		}
		s.told(f.name, f.api, want, f.fact)
	}
}

func (s *serviceSpec) restart(r *serviceRestart) {
	if r == nil {
		r = &serviceRestart{}
	}
	var fields []serviceField
	for _, f := range []serviceField{
		{name: "restart_policy", api: "Condition", want: valueOf(r.Condition)}, {name: "restart_policy_delay", api: "Delay", want: s.time(r.Delay)},
		{name: "restart_policy_attempts", api: "MaxAttempts", want: valueOf(r.MaxAttempts)}, {name: "restart_policy_window", api: "Window", want: s.time(r.Window)},
	} {
		fields = append(fields, serviceField{f.name, ofTask + "RestartPolicy." + f.api, f.want, f.want})
	}
	s.withDefaults(fields, map[string]any{"restart_policy": "none", "restart_policy_delay": int64(0), "restart_policy_attempts": int64(0), "restart_policy_window": int64(0)})
}

func (s *serviceSpec) update(u *serviceUpdate) {
	if u == nil {
		u = &serviceUpdate{}
	}
	var fields []serviceField
	for _, f := range s.rollout(&u.serviceRollout, u.FailureAction) {
		fields = append(fields, serviceField{"update_" + f.name, "UpdateConfig." + f.api, f.want, f.fact})
	}
	s.withDefaults(fields, map[string]any{"update_parallelism": int64(0), "update_failure_action": "continue"})
}

// orders refuses what is no order of a rollout, as Docker's library for Python
// does when the engine is to be told of it.
func (a *serviceArgs) orders() error {
	for _, order := range []*string{a.Update.order(), a.Rollback.order()} {
		if order != nil && *order != "start-first" && *order != "stop-first" {
			return modules.Fail("An unexpected docker error occurred: order must be either `start-first` or `stop-first`")
		}
	}
	return nil
}

func (u *serviceUpdate) order() *string {
	if u == nil {
		return nil
	}
	return u.Order
}

func (b *serviceRollback) order() *string {
	if b == nil {
		return nil
	}
	return b.Order
}

// rollback is told as one dict, which has all of its members.
func (s *serviceSpec) rollback(b *serviceRollback) {
	if b == nil {
		s.add("rollback_config", "", nil)
		return
	}
	facts := object{}
	var fields []serviceField
	for _, f := range s.rollout(&b.serviceRollout, b.FailureAction) {
		facts[f.name] = f.fact
		fields = append(fields, serviceField{f.name, "RollbackConfig." + f.api, f.want, nil})
	}
	one := &serviceSpec{}
	one.withDefaults(fields, map[string]any{"parallelism": int64(0), "failure_action": "continue"})
	for _, f := range one.fields {
		s.told("", f.api, f.want, nil)
	}
	s.told("rollback_config", "", nil, facts)
}

// rollout are the parts of how a change is rolled out, or taken back.
func (s *serviceSpec) rollout(r *serviceRollout, failure *string) []serviceField {
	fields := []serviceField{
		{name: "parallelism", want: valueOf(r.Parallelism)}, {name: "delay", want: s.time(r.Delay)}, {name: "failure_action", want: valueOf(failure)},
		{name: "monitor", want: s.time(r.Monitor)}, {name: "max_failure_ratio", want: valueOf(r.MaxFailureRatio)}, {name: "order", want: valueOf(r.Order)},
	}
	for i := range fields {
		f := &fields[i]
		f.api, f.fact = rolloutNames[f.name], f.want
		if ratio, ok := f.want.(float64); ok && ratio == math.Trunc(ratio) {
			f.want = int64(ratio)
		}
	}
	return fields
}
