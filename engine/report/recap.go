package report

import (
	"fmt"

	"github.com/fatih/color"

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
			s.count("ok", c.OK, colourOK), s.count("changed", c.Changed, colourChanged),
			s.count("unreachable", c.Unreachable, colourUnreachable), s.count("failed", c.Failed, colourFailed),
			s.count("skipped", c.Skipped, colourSkipped), s.count("rescued", c.Rescued, colourOK),
			s.count("ignored", c.Ignored, colourWarning))
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
	paint := colourOK
	switch {
	case c.Failed > 0 || c.Unreachable > 0:
		paint = colourFailed
	case c.Changed > 0:
		paint = colourChanged
	}
	return fmt.Sprintf("%-37s", d.Screen.paint(name, paint))
}

func (s *Screen) count(word string, n int, c []color.Attribute) string {
	text := fmt.Sprintf("%s=%-4d", word, n)
	if n == 0 {
		return text
	}
	return s.paint(text, c)
}

func (d *Default) customStats(stats *value.Dict) {
	d.Screen.banner("CUSTOM STATS: ")
	run, hasRun := stats.Get("_run")
	for k, v := range stats.All() {
		if k == "_run" {
			continue
		}
		d.Screen.line(fmt.Sprintf("\t%s: %s", value.Str(k), statsJSON(v)), nil)
	}
	if hasRun {
		d.Screen.line("", nil)
		d.Screen.line("\tRUN: "+statsJSON(run), nil)
	}
	d.Screen.line("", nil)
}

func statsJSON(v any) string {
	text, err := value.EncodeJSON(v, value.JSONOptions{SortKeys: true, Unicode: true})
	if err != nil {
		return ""
	}
	return text
}
