package packages

import (
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

type debconfArgs struct {
	Name     string  `arg:"name,required" alias:"pkg" doc:"The package."`
	Question *string `arg:"question" alias:"selection,setting" doc:"The setting; without it, the package's settings are only told."`
	Type     string  `arg:"vtype" enum:"boolean,error,multiselect,note,password,seen,select,string,text,title" doc:"Type of the value. The value of a password is not read back: it is set every time."`
	Value    *string `arg:"value" alias:"answer" doc:"The value."`
	Unseen   bool    `arg:"unseen" default:"false" doc:"Leave the question marked as not seen."`
}

type debconfResult struct {
	Msg      string            `json:"msg" doc:"What happened, in words."`
	Current  map[string]string `json:"current" doc:"The setting now, or all of the package's."`
	Previous map[string]string `json:"previous,omitempty" doc:"The setting before."`
}

func init() {
	modules.Register(modules.Spec{
		Name:     "ansible.builtin.debconf",
		Summary:  "Answer the questions of Debian packages beforehand",
		Example:  "- name: The answer to a package's question\n  ansible.builtin.debconf:\n    name: locales\n    question: locales/default_environment_locale\n    vtype: select\n    value: en_US.UTF-8\n",
		Notes:    []string{"debconf-show and debconf-set-selections are needed: packages debconf and debconf-utils."},
		Together: [][]string{{"question", "vtype", "value"}},
	}, debconf)
}

func debconf(c *modules.Context, a debconfArgs) (debconfResult, error) {
	out, err := run(c, modules.Cmd{Argv: []string{"debconf-show", "--", a.Name}}, "could not read the settings of "+a.Name)
	if err != nil {
		return debconfResult{}, err
	}
	have := parseDebconf(out.Stdout)
	if a.Question == nil {
		return debconfResult{Current: have}, nil
	}
	question, want := *a.Question, *a.Value
	existing, known := have[question]
	if a.Type == "boolean" {
		want, existing = strings.ToLower(want), strings.ToLower(existing)
	}
	if known && existing == want {
		return debconfResult{Current: have}, nil
	}
	r := debconfResult{Current: map[string]string{question: want}, Previous: map[string]string{question: have[question]}}
	diff := modules.Diff{Before: value.DictOf(question, have[question]), After: value.DictOf(question, want)}
	if a.Type == "password" {
		r.Current, r.Previous, diff = map[string]string{question: modules.Hidden}, nil, modules.Diff{}
	}
	return r, c.Change(diff, func() error {
		argv := append([]string{"debconf-set-selections"}, tool.Flags(a.Unseen, "-u")...)
		line := strings.Join([]string{a.Name, question, a.Type, want}, " ")
		_, err := run(c, modules.Cmd{Argv: argv, Stdin: strings.NewReader(line + "\n")}, "could not set "+question)
		return err
	})
}

// parseDebconf reads debconf-show: "* question: value", with a star where it was seen.
func parseDebconf(text string) map[string]string {
	settings := map[string]string{}
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(line, ":"); ok {
			settings[strings.Trim(k, "* ")] = strings.TrimSpace(v)
		}
	}
	return settings
}
