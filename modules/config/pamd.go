package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/fsys"
)

type pamdArgs struct {
	Name       string   `arg:"name,required" doc:"The service, which is the file's name."`
	Dir        string   `arg:"path" type:"path" default:"/etc/pam.d" doc:"Folder of the services."`
	Type       string   `arg:"type,required" enum:"account,-account,auth,-auth,password,-password,session,-session" doc:"Type of the rule."`
	Control    string   `arg:"control,required" doc:"Control of the rule."`
	Module     string   `arg:"module_path,required" doc:"Module of the rule."`
	NewType    string   `arg:"new_type" enum:"account,-account,auth,-auth,password,-password,session,-session" doc:"Type of the new rule, or of the rule from now on."`
	NewControl string   `arg:"new_control" doc:"Control of the new rule, or of the rule from now on."`
	NewModule  string   `arg:"new_module_path" doc:"Module of the new rule, or of the rule from now on."`
	Args       []string `arg:"module_arguments" doc:"Arguments of the module."`
	State      string   `arg:"state" enum:"absent,before,after,args_absent,args_present,updated" default:"updated" doc:"updated changes the rule; before and after put a new rule beside it; args_present and args_absent are about its arguments; absent removes it."`
	fsys.Backup
}

type pamdResult struct {
	Count  int    `json:"change_count" doc:"How many rules were changed."`
	Backup string `json:"backupdest" doc:"The copy that was kept of the previous file."`
}

func init() {
	both := func(state string) modules.RequiredIf {
		return modules.RequiredIf{Option: "state", Is: state, Needs: []string{"new_control", "new_type", "new_module_path"}}
	}
	arguments := func(state string) modules.RequiredIf {
		return modules.RequiredIf{Option: "state", Is: state, Needs: []string{"module_arguments"}}
	}
	modules.Register(modules.Spec{
		Name: "community.general.pamd", Summary: "Edit rules of PAM's services",
		RequiredIf: []modules.RequiredIf{both("before"), both("after"), arguments("args_present"), arguments("args_absent")},
		Example:    "- name: Accounts are locked after wrong passwords\n  community.general.pamd:\n    name: system-auth\n    type: auth\n    control: required\n    module_path: pam_faillock.so\n    module_arguments: [preauth, silent, deny=3]\n    state: args_present\n",
	}, pamd)
}

// pamRule is a rule, or with no type another line of the file as it stands.
type pamRule struct {
	kind, control, module string
	args                  []string
	line                  string
}

var (
	pamLine = lazy.Regexp(`^\s*(-?(?:auth|account|session|password))\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$`)
	pamArg  = lazy.Regexp(`\[[^\]]*\]|\S+`)
)

func parseRule(line string) pamRule {
	m := pamLine.FindStringSubmatch(line)
	if m == nil {
		return pamRule{line: line}
	}
	return pamRule{kind: m[1], control: m[2], module: m[3], args: pamArg.FindAllString(m[4], -1)}
}

func (r pamRule) String() string {
	if r.kind == "" {
		return r.line
	}
	return strings.TrimRight(fmt.Sprintf("%-11s%s %s %s", r.kind, r.control, r.module, strings.Join(r.args, " ")), " ")
}

func (r pamRule) is(kind, control, module string) bool {
	return r.kind != "" && r.kind == kind && r.control == control && r.module == module
}

func pamd(c *modules.Context, a pamdArgs) (pamdResult, error) {
	path := filepath.Join(a.Dir, a.Name)
	data, err := os.ReadFile(path)
	if err != nil {
		return pamdResult{}, modules.Fail("Unable to open/read PAM module file %s with error %s.", path, fsys.OSErrorOfText(err))
	}
	if a.State == "args_present" && slices.ContainsFunc(a.Args, func(arg string) bool { return strings.HasPrefix(arg, "[") }) {
		return pamdResult{}, modules.Fail("Unable to process bracketed '[' complex arguments with 'args_present'. Please use 'updated'.")
	}
	var rules []pamRule
	for _, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		rules = append(rules, parseRule(line))
	}
	rules, count := a.edit(rules)
	if count == 0 {
		return pamdResult{}, nil
	}
	var lines []string
	for i, r := range rules {
		// The line after the first says when the file was changed last.
		if i == 1 && strings.HasPrefix(r.line, "# Updated by Ansible") {
			continue
		}
		lines = append(lines, r.String())
	}
	lines = slices.Insert(lines, min(1, len(lines)), "# Updated by Ansible - "+time.Now().Format("2006-01-02T15:04:05.000000"))
	done, err := fsys.Update{Path: fsys.Resolve(path), Data: []byte(strings.Join(lines, "\n") + "\n"), Backup: a.Backup.Backup}.Apply(c)
	return pamdResult{Count: count, Backup: done.Backup}, err
}

// edit changes the rules that are named, and counts them.
func (a pamdArgs) edit(rules []pamRule) (out []pamRule, count int) {
	for i, r := range rules {
		if !r.is(a.Type, a.Control, a.Module) {
			out = append(out, r)
			continue
		}
		added := pamRule{kind: a.NewType, control: a.NewControl, module: a.NewModule, args: a.Args}
		switch a.State {
		case "absent":
			count++
			continue
		case "before":
			if !neighbour(rules[:i], true).is(added.kind, added.control, added.module) {
				out = append(out, added)
				count++
			}
			out = append(out, r)
			continue
		case "after":
			out = append(out, r)
			if !neighbour(rules[i+1:], false).is(added.kind, added.control, added.module) {
				out = append(out, added)
				count++
			}
			continue
		}
		next := a.change(r)
		if next.String() != r.String() {
			count++
		}
		out = append(out, next)
	}
	return out, count
}

// neighbour is the nearest rule in some lines, the last one or the first.
func neighbour(rules []pamRule, last bool) pamRule {
	rules = slices.DeleteFunc(slices.Clone(rules), func(r pamRule) bool { return r.kind == "" })
	switch {
	case len(rules) == 0:
		return pamRule{}
	case last:
		return rules[len(rules)-1]
	}
	return rules[0]
}

// change is what a rule that is named becomes.
func (a pamdArgs) change(r pamRule) pamRule {
	r.args = slices.Clone(r.args)
	switch a.State {
	case "args_absent":
		r.args = slices.DeleteFunc(r.args, func(arg string) bool { return slices.Contains(a.Args, arg) })
	case "args_present":
		for _, arg := range a.Args {
			r.args = withArg(r.args, arg)
		}
	default:
		r.kind, r.control, r.module = cmp.Or(a.NewType, r.kind), cmp.Or(a.NewControl, r.control), cmp.Or(a.NewModule, r.module)
		if a.Args != nil {
			r.args = a.Args
		}
	}
	return r
}

// withArg adds an argument; one of the same name before a = is replaced.
func withArg(args []string, arg string) []string {
	if slices.Contains(args, arg) {
		return args
	}
	name, _, valued := strings.Cut(arg, "=")
	if valued && !strings.HasPrefix(arg, "[") {
		for i, have := range args {
			if strings.HasPrefix(have, name+"=") {
				args[i] = arg
				return args
			}
		}
	}
	return append(args, arg)
}
