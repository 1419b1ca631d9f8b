package report

import (
	"fmt"

	"goplay/engine"
	"goplay/internal/value"
)

// ended shows the recap.
func (d *Default) ended(e engine.Ended) {
	s := d.Screen
	s.banner("PLAY RECAP")
	for _, name := range e.Recap.Names() {
		c := e.Recap.Hosts[name]
		fmt.Fprintf(s.Out, "%s : %s %s %s %s %s %s %s\n", d.hostName(name, c),
			s.count("ok", c.OK, roleOK), s.count("changed", c.Changed, roleChanged),
			s.count("unreachable", c.Unreachable, roleUnreachable), s.count("failed", c.Failed, roleFailed),
			s.count("skipped", c.Skipped, roleSkipped), s.count("rescued", c.Rescued, roleOK),
			s.count("ignored", c.Ignored, roleWarning))
	}
	fmt.Fprintln(s.Out)
	if d.CustomStats && e.Stats.Len() > 0 {
		d.customStats(e.Stats)
	}
}

func (d *Default) hostName(name string, c engine.Counts) string {
	if !d.Screen.Colour {
		return fmt.Sprintf("%-26s", name)
	}
	paint := roleOK
	switch {
	case c.Failed > 0 || c.Unreachable > 0:
		paint = roleFailed
	case c.Changed > 0:
		paint = roleChanged
	}
	return fmt.Sprintf("%-37s", d.Screen.paint(name, paint))
}

func (s *Screen) count(word string, n int, as role) string {
	text := fmt.Sprintf("%s=%-4d", word, n)
	if n == 0 {
		return text
	}
	return s.paint(text, as)
}

func (d *Default) customStats(stats *value.Dict) {
	d.Screen.banner("CUSTOM STATS: ")
	run, hasRun := stats.Get("_run")
	for k, v := range stats.All() {
		if k == "_run" {
			continue
		}
		d.Screen.line(fmt.Sprintf("\t%s: %s", value.Str(k), statsJSON(v)), "")
	}
	if hasRun {
		d.Screen.line("", "")
		d.Screen.line("\tRUN: "+statsJSON(run), "")
	}
	d.Screen.line("", "")
}

func statsJSON(v any) string {
	text, err := value.EncodeJSON(v, value.JSONOptions{SortKeys: true, Unicode: true})
	if err != nil {
		return ""
	}
	return text
}
