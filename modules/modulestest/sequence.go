package modulestest

import (
	"maps"
	"testing"
)

// Sequence holds cases that build on each other, such as those of a database
// server, against Ansible's answers. fresh makes what they work on anew, once
// for Ansible where answers are missing and once for this project's modules,
// and returns the stand-ins for it (Case.Vars).
func Sequence(t *testing.T, cases []Case, fresh func(t *testing.T) map[string]string) {
	t.Helper()
	answers := answersWith(t, cases, true, func() { stand(cases, fresh(t)) })
	stand(cases, fresh(t))
	for i := range cases {
		c := &cases[i]
		t.Run(c.Name, func(t *testing.T) {
			c.skip(t)
			want, ok := answers[c.Name]
			if !ok {
				t.Skip("no answer of Ansible is kept for this case, and ansible-playbook is not installed")
			}
			c.compare(t, want)
		})
	}
}

func stand(cases []Case, vars map[string]string) {
	for i := range cases {
		cases[i].Vars = maps.Clone(vars)
	}
}

// PassesOf are what the names of four cases add to that of the case that they
// are in four passes. The table of coverage finds them by it.
var PassesOf = [4]string{", first checked", ", done", ", checked again", ", done again"}

// Passes are a case in four passes, for a sequence: it is checked, done, checked
// again and done again. What is due in each is Ansible's answer.
func Passes(c Case) []Case {
	var out []Case
	for i, added := range PassesOf {
		pass := c
		pass.Name, pass.Check = c.Name+added, i%2 == 0
		out = append(out, pass)
	}
	return out
}
