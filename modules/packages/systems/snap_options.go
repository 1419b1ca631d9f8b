package systems

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

var snapSetting = lazy.Regexp(`^(\S+?:)?(\S+?)\s*=\s*(.+)$`)

// setting is one of the options: for a snap, or without one for all of them.
type setting struct{ snap, key, value, text string }

// configure sets options of the snaps that are there.
func (j *snapJob) configure() error {
	var settings []setting
	for _, text := range j.Options {
		m := snapSetting.FindStringSubmatch(text)
		if m == nil {
			return modules.Fail("Cannot parse set option '%s'", text)
		}
		s := setting{strings.TrimSuffix(m[1], ":"), m[2], strings.TrimSpace(m[3]), text}
		if s.snap != "" && !slices.Contains(j.Name, s.snap) {
			return modules.Fail("Snap option '%s' refers to snap which is not in the list of snap names", text)
		}
		settings = append(settings, s)
	}
	if len(settings) == 0 {
		return nil
	}
	there, err := j.having(func(s snapState) bool { return s != snapMissing })
	if err != nil {
		return err
	}
	for _, name := range there {
		if err := j.set(name, settings); err != nil {
			return err
		}
	}
	return nil
}

// set sets those options of a snap that are not as they should be.
func (j *snapJob) set(name string, settings []setting) error {
	have, err := j.options(name)
	if err != nil {
		return err
	}
	var wrong []string
	for _, s := range settings {
		if now, ok := have[s.key]; s.snap != "" && s.snap != name || ok && now == s.value {
			continue
		}
		wrong = append(wrong, s.key+"="+s.value)
		if s.snap == "" {
			s.text = name + ":" + s.text
		}
		j.r.OptionsChanged = append(j.r.OptionsChanged, s.text)
	}
	if len(wrong) == 0 {
		return nil
	}
	return j.c.Change(modules.Diff{}, func() error {
		out, err := j.exec(modules.Cmd{Argv: append([]string{"snap", "set", name}, wrong...)})
		switch {
		case err != nil || out.RC == 0:
			return err
		case strings.Contains(out.Stderr, `has no "configure" hook`):
			return modules.Fail("Snap '%s' does not have any configurable options", name)
		}
		return modules.Fail("Cannot set options '%s' for snap '%s': error=%s", strings.Join(wrong, " "), name, out.Stderr)
	})
}

// options are a snap's settings by their dotted names.
func (j *snapJob) options(name string) (map[string]string, error) {
	out, err := j.exec(modules.Cmd{Argv: []string{"snap", "get", name, "-d"}})
	if err != nil || out.RC != 0 || strings.Contains(out.Stdout, "has no configuration") {
		return nil, err
	}
	v, err := value.DecodeJSON([]byte(out.Stdout))
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return nil, modules.Fail("Parsing option map returned by 'snap get %s' failed, output:\n'%s'", name, out.Stdout)
	}
	have := map[string]string{}
	flatten(d, "", have)
	return have, nil
}

func flatten(d *value.Dict, prefix string, into map[string]string) {
	for k, v := range d.All() {
		key := prefix + value.Str(k)
		if sub, ok := v.(*value.Dict); ok {
			flatten(sub, key+".", into)
		} else {
			into[key] = value.Str(v)
		}
	}
}
