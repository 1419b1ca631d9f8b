package engine

import (
	"context"
	"strings"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/value"
)

// Selection is what --tags and --skip-tags ask for.
type Selection struct{ Only, Skip []string }

// Selects applies Ansible's rules for always, never, tagged, untagged and all.
func (s Selection) Selects(tags []string) bool {
	has := map[string]bool{}
	for _, t := range tags {
		has[t] = true
	}
	if len(has) == 1 && has["untagged"] {
		has = nil // the one tag that says there is none
	}
	return s.wanted(has) && !s.unwanted(has)
}

func (s Selection) wanted(has map[string]bool) bool {
	if has["always"] {
		return true
	}
	only := s.Only
	if len(only) == 0 {
		only = []string{"all"}
	}
	for _, t := range only {
		switch {
		case t == "all" && !has["never"]:
			return true
		case t == "tagged" && len(has) > 0 && !has["never"]:
			return true
		case t == "untagged" && len(has) == 0:
			return true
		case has[t]:
			return true
		}
	}
	return false
}

func (s Selection) unwanted(has map[string]bool) bool {
	for _, t := range s.Skip {
		switch {
		case t == "all":
			return !has["always"] || contains(s.Skip, "always")
		case t == "tagged" && len(has) > 0, t == "untagged" && len(has) == 0, has[t]:
			return true
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// ExpandTags evaluates tags that are templates; a template may give a list.
// Text stays one tag, commas and all.
func ExpandTags(ctx context.Context, e *template.Engine, tags []string, v template.Vars) ([]string, error) {
	var out []string
	for _, t := range tags {
		if !strings.Contains(t, "{{") {
			out = append(out, t)
			continue
		}
		got, err := e.EvalText(ctx, t, source.Pos{}, v)
		if err != nil {
			return nil, err
		}
		if l, ok := got.(*value.List); ok {
			for _, item := range l.Items {
				out = append(out, value.Str(item))
			}
			continue
		}
		out = append(out, value.Str(got))
	}
	return out, nil
}
