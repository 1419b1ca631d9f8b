package commands

import (
	"strings"
	"testing"
	"time"

	mt "goplay/modules/modulestest"
)

const aScript = "#!/bin/sh\necho \"$0\" | grep -c / >&2\nprintf '%s|' \"$@\"\npwd | tail -c 3\nexit ${CODE:-0}\n"

func runScript(name, arguments string, args mt.Args) mt.Case {
	ours := mt.Args{"_content": "s", "_basename": "s.sh", "_arguments": arguments}
	theirs := mt.Args{"cmd": "{dir}/s.sh " + arguments}
	for k, v := range args {
		ours[k], theirs[k] = v, v
	}
	return mt.Case{Name: name, Module: "script", Args: ours, Ansible: theirs, Files: mt.Files{"s.sh 0644: " + aScript, "go/"},
		Content: map[string]string{"s": aScript}}.Changing()
}

func scriptCases() []mt.Case {
	cases := []mt.Case{
		runScript("arguments", `a 'b c' "d"`, mt.Args{"chdir": "{dir}/go"}),
		runScript("creates", "", mt.Args{"creates": "{dir}/go"}),
		runScript("removes", "", mt.Args{"removes": "{dir}/none"}),
		runScript("executable", "x", mt.Args{"executable": "/bin/bash", "chdir": "{dir}/go"}),
		runScript("checked", "x", mt.Args{"creates": "{dir}/none"}),
	}
	cases[4].Check = true
	failing := runScript("fails", "", mt.Args{"chdir": "{dir}/go"})
	failing.Env = map[string]string{"CODE": "3"}
	return append(cases, failing)
}

func TestScript(t *testing.T)       { mt.Conform(t, scriptCases()) }
func TestScriptOracle(t *testing.T) { mt.Compare(t, scriptCases()) }

const dialogueScript = "printf 'Name? '; read n; printf 'Sure? '; read s; echo \"$n/$s\"; exit ${1:-0}"

func dialog(name string, args mt.Args) mt.Case {
	if args["command"] == nil {
		args["command"] = "sh {dir}/q"
	}
	return mt.Case{Name: name, Module: "expect", Python: "python3", Args: args, Files: mt.Files{"q: " + dialogueScript}}.Changing()
}

var both = map[string]any{"Name": "ann", "(?i)sure": "yes"}

var expectCases = []mt.Case{
	dialog("answers", mt.Args{"responses": both}),
	dialog("echo", mt.Args{"responses": both, "echo": true}),
	dialog("list", mt.Args{"responses": map[string]any{`\?`: []any{"one", "two"}}}),
	dialog("list too short", mt.Args{"responses": map[string]any{`\?`: []any{"one"}}}),
	dialog("fails", mt.Args{"command": "sh {dir}/q 4", "responses": both}),
	dialog("creates", mt.Args{"responses": both, "creates": "{dir}/q"}),
	dialog("not found", mt.Args{"command": "/no/such/program", "responses": both}),
	dialog("timeout", mt.Args{"responses": map[string]any{"never": "x"}, "timeout": 1}),
}

func TestExpect(t *testing.T)       { mt.Conform(t, expectCases) }
func TestExpectOracle(t *testing.T) { mt.Compare(t, expectCases) }

func TestExpectEndsTheCommand(t *testing.T) {
	c := dialog("", mt.Args{"command": "sh -c 'sleep 60; echo late'", "responses": both, "timeout": 1})
	start := time.Now()
	r := c.Run(t, t.TempDir(), false)
	if !r.Failed || !strings.Contains(r.Msg, "timeout") || time.Since(start) > 20*time.Second {
		t.Errorf("after %v: failed=%v %s", time.Since(start), r.Failed, r.Msg)
	}
}
