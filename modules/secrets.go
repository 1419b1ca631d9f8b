package modules

import (
	"slices"
	"sort"
	"strings"

	"goplay/internal/value"
)

// secretsIn collects what is given for options that are not to be shown, those
// of suboptions too.
func (s *Schema) secretsIn(given *value.Dict) []string {
	var found []string
	for k, v := range given.All() {
		o := s.byName[value.Str(k)]
		switch {
		case o == nil:
		case o.Secret:
			found = appendTexts(found, v)
		case o.Sub != nil:
			items := []any{v}
			if list, ok := v.(*value.List); ok {
				items = list.Items
			}
			for _, item := range items {
				if d, ok := item.(*value.Dict); ok {
					found = append(found, o.Sub.secretsIn(d)...)
				}
			}
		}
	}
	// What holds another secret goes first, or a part of it would stay.
	sort.Slice(found, func(i, j int) bool { return len(found[i]) > len(found[j]) })
	return found
}

// appendTexts adds the texts and numbers in a value, as texts.
func appendTexts(found []string, v any) []string {
	switch v := v.(type) {
	case nil, bool:
	case *value.Dict:
		for _, item := range v.All() {
			found = appendTexts(found, item)
		}
	case *value.List:
		for _, item := range v.Items {
			found = appendTexts(found, item)
		}
	default:
		if text := value.Str(v); text != "" {
			found = append(found, text)
		}
	}
	return found
}

// cover strikes secrets out of everything that a result says, as Ansible's
// modules do: a value that is one has another in its place, a text that holds
// one has stars there.
func (r *Result) cover(secrets []string) {
	if len(secrets) == 0 {
		return
	}
	r.Msg = covered(r.Msg, secrets).(string)
	r.Data = covered(r.Data, secrets).(*value.Dict)
	if r.Invocation != nil {
		r.Invocation = covered(r.Invocation, secrets).(*value.Dict)
	}
	if r.Facts != nil {
		r.Facts = covered(r.Facts, secrets).(*value.Dict)
	}
	for i := range r.Diff {
		d := &r.Diff[i]
		d.Before, d.After = covered(value.Of(d.Before), secrets), covered(value.Of(d.After), secrets)
		d.Prepared = covered(d.Prepared, secrets).(string)
	}
	for i, w := range r.Warnings {
		r.Warnings[i] = covered(w, secrets).(string)
	}
}

func covered(v any, secrets []string) any {
	switch v := v.(type) {
	case nil, bool:
	case string:
		for _, secret := range secrets {
			if v == secret {
				return Hidden
			}
			v = strings.ReplaceAll(v, secret, "********")
		}
		return v
	case *value.Dict:
		for _, k := range v.Keys() {
			item, _ := v.Get(k)
			v.Set(k, covered(item, secrets))
		}
	case *value.List:
		for i, item := range v.Items {
			v.Items[i] = covered(item, secrets)
		}
	case int64, float64:
		text := value.Str(v)
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				return Hidden
			}
		}
	}
	return v
}

// Returns says that something given is what the task is to get back: it is told
// although the option that has it is not shown.
func (c *Context) Returns(given string) {
	c.secrets = slices.DeleteFunc(c.secrets, func(secret string) bool { return secret == given })
}
