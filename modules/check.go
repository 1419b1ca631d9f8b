package modules

import (
	"reflect"
	"sort"
)

// Unknown stands for the value of an option that is only known when its task
// runs.
var Unknown any = unknown{}

// Unsure is Unknown where the option may even be left out, as by `omit`.
var Unsure any = unsure{}

type (
	unknown struct{}
	unsure  struct{}
)

// Check looks at options before a run: which are given, and their values
// where these are literal. What depends on an Unknown value is not judged.
func (s *Schema) Check(given map[string]any) ArgErrors {
	have := map[string]supplied{}
	for _, name := range sortedKeys(given) {
		if o := s.byName[name]; o != nil {
			have[o.Name] = supplied{name, given[name]}
		}
	}
	errs := s.relations(have)
	dst := reflect.New(s.typ).Elem()
	complete := true
	for _, o := range s.Options {
		got, ok := have[o.Name]
		if ok && (got.v == Unknown || got.v == Unsure) {
			complete = false
			continue
		}
		if err := s.decodeOption(o, have, dst.FieldByIndex(o.index)); err != nil {
			errs = append(errs, err)
			complete = false
		}
	}
	if complete && len(errs) == 0 {
		errs = append(errs, s.conditions(have, dst)...)
	}
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].Arg < errs[j].Arg })
	return errs
}
