package main

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"goplay/modules"
)

// row is what the table says of a module.
type row struct {
	module                *modules.Module
	documented, supported int // options, those of options among them; 0 documented where Ansible's answer is not kept
	lacks                 []string
	answers               int
	ways                  []string
}

func rows(root string, facts Facts) ([]row, error) {
	tested, err := ways(root)
	if err != nil {
		return nil, err
	}
	asked, err := answers(root, slices.Concat(oracles, tasks)...)
	if err != nil {
		return nil, err
	}
	var out []row
	for _, m := range modules.All() {
		r := row{module: m, ways: tested[m.Name], answers: asked[m.Name]}
		if documented, ok := facts[m.Name]; ok {
			r.count(m.Name, m.Schema(), documented)
		}
		out = append(out, r)
	}
	return out, nil
}

// count counts documented options and which of them there are.
func (r *row) count(at string, s *modules.Schema, facts map[string]*Fact) {
	for _, name := range sortedKeys(facts) {
		r.documented++
		o := s.Option(name)
		if o == nil || o.Internal {
			if strings.HasPrefix(why(difference{Option: at + "." + name, What: "missing"}), "a name for") {
				r.supported++
			} else {
				r.lacks = append(r.lacks, strings.TrimPrefix(at+"."+name, r.module.Name+"."))
			}
			continue
		}
		r.supported++
		if o.Sub != nil {
			r.count(at+"."+name, o.Sub, facts[name].Sub)
		}
	}
}

// markdown is the table.
func markdown(all []row, facts Facts) string {
	var b strings.Builder
	b.WriteString("# Modules, their options and their tests\n\nMade by `make reference`. `options` are those that goplay has of those that Ansible's module\n" +
		"documents (ansible-core 2.14 and the collections beside it), with the options of options. A test\nholds types, defaults, choices and aliases against that documentation too; what differs has its\n" +
		"reason below. `answers` is how many results of Ansible's own module the tests are held against.\n\n" +
		"`four passes`: a test takes the module through check, apply, check, apply, and holds it to that check\n" +
		"foretells a change and touches nothing, apply makes it, and both find nothing to do then. `four passes\n" +
		"as Ansible's`: Ansible's module was asked four times in succession for the same task, checked, applied,\n" +
		"checked, applied; it changed something the first time that it was to, failed in no pass, and each of its\n" +
		"answers is held against ours. In brackets is where even its best four are not those of a change that is\n" +
		"foretold and then made once: it is skipped in check mode or foretells wrongly there, or is changed each time.\n" +
		"A test asks for one of the two for every module that changes something of a host, or for a reason.\n\n")
	documented, supported, kept := 0, 0, 0
	for _, r := range all {
		documented, supported, kept = documented+r.documented, supported+r.supported, kept+r.answers
	}
	fmt.Fprintf(&b, "%d modules; %d of %d documented options; %d answers.\n\n| module | options | answers | tested with |\n|---|---|---|---|\n", len(all), supported, documented, kept)
	for _, r := range all {
		options := "newer"
		if _, ok := facts[r.module.Name]; ok {
			options = fmt.Sprintf("%d of %d", r.supported, r.documented)
		}
		count := ""
		if r.answers > 0 {
			count = fmt.Sprint(r.answers)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.module.Name, options, count, strings.Join(r.ways, ", "))
	}
	b.WriteString("\n## What differs from the documentation\n\n")
	writeReasons(&b, facts)
	b.WriteString("\n## What is not taken through four passes\n\nModules that change nothing of a host, among them those called `_info` and `_facts`, have none to take.\n\n")
	for _, name := range sortedKeys(unpassed) {
		fmt.Fprintf(&b, "- `%s`: %s.\n", name, unpassed[name])
	}
	return b.String()
}

// writeReasons lists the differences by their reasons.
func writeReasons(b *strings.Builder, facts Facts) {
	byReason := map[string][]string{}
	for _, d := range all(facts) {
		reason := map[string]string{"missing": "Not there", "more": "More options", "type": "Other types", "elements": "Other types",
			"default": "Other defaults", "choices": "Other choices", "aliases": "More names", "required": "Not required"}[d.What] + ", " + why(d)
		byReason[reason] = append(byReason[reason], d.Option)
	}
	for _, reason := range sortedKeys(byReason) {
		options := byReason[reason]
		sort.Strings(options)
		fmt.Fprintf(b, "- %s: `%s`.\n", reason, strings.Join(shorter(options), "`, `"))
	}
}

// shorter names an option that many modules share once, with * for the module.
func shorter(options []string) []string {
	modulesOf := map[string]int{}
	key := func(option string) string {
		parts := strings.SplitN(option, ".", 4)
		return parts[0] + "." + parts[1] + ".*." + parts[3]
	}
	for _, o := range options {
		modulesOf[key(o)]++
	}
	var out []string
	done := map[string]bool{}
	for _, o := range options {
		k := key(o)
		switch {
		case modulesOf[k] < 4:
			out = append(out, o)
		case !done[k]:
			out = append(out, k)
		}
		done[k] = true
	}
	return out
}
