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
