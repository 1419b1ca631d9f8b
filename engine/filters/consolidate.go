package filters

import (
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// consolidated is one source of consolidate, its rows by the matching value.
type consolidated struct {
	name string
	key  string
	rows *value.Dict
}

// consolidate puts the rows of several lists that agree in a value under that value.
func consolidate(c *jinja.Call) (any, error) {
	a, err := checked(c, "data_sources:list/dict! fail_missing_match_key:bool fail_missing_match_value:bool fail_duplicate:bool")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("data_sources"))
	if err != nil {
		return nil, err
	}
	var sources []consolidated
	all := value.NewSet()
	var missing, duplicate []string
	for i, item := range items {
		d, ok := item.(*value.Dict)
		if !ok {
			return nil, filterError("Error when using plugin 'consolidate': data source %d is no dict", i+1)
		}
		s := consolidated{name: d.GetString("name"), key: d.GetString("match_key"), rows: value.NewDict()}
		data, _ := d.Get("data")
		rows, err := value.Items(data)
		if err != nil {
			return nil, err
		}
		for j, row := range rows {
			r, _ := row.(*value.Dict)
			v, ok := r.Get(s.key)
			if !ok {
				missing = append(missing, fmt.Sprintf("missing match key '%s' in data source %d in list entry %d", s.key, i+1, j+1))
				continue
			}
			if _, twice := s.rows.Get(v); twice {
				duplicate = append(duplicate, fmt.Sprintf("duplicate values in data source %d", i+1))
			}
			s.rows.Set(v, row)
			all.Add(v)
		}
		sources = append(sources, s)
	}
	if err := report("fail_missing_match_key", a, missing); err != nil {
		return nil, err
	}
	if err := report("fail_duplicate", a, duplicate); err != nil {
		return nil, err
	}
	return joinSources(a, sources, all)
}

func joinSources(a *args, sources []consolidated, all *value.Set) (any, error) {
	var missing []string
	for i, s := range sources {
		var absent []string
		for _, v := range all.Items() {
			if _, ok := s.rows.Get(v); !ok {
				absent = append(absent, value.Str(v))
			}
		}
		if len(absent) > 0 {
			missing = append(missing, fmt.Sprintf("missing match value %s in data source %d", strings.Join(absent, ", "), i+1))
		}
	}
	if err := report("fail_missing_match_value", a, missing); err != nil {
		return nil, err
	}
	out := value.NewDict()
	for _, v := range all.Items() {
		row := value.NewDict()
		for _, s := range sources {
			found, ok := s.rows.Get(v)
			if !ok {
				found = value.NewDict()
			}
			row.Set(s.name, found)
		}
		out.Set(v, row)
	}
	return out, nil
}

// report fails with what is wrong unless the option for it is off.
func report(option string, a *args, faults []string) error {
	if len(faults) == 0 || !a.truth(option, true) {
		return nil
	}
	return filterError("Error when using plugin 'consolidate': '%s' reported %s", option, strings.Join(faults, ", "))
}
