package commands

import (
	"testing"
	"time"

	mt "goplay/modules/modulestest"
)

func cmd(name string, args mt.Args) mt.Case {
	return mt.Case{Name: name, Module: "command", Args: args, Files: mt.Files{"there: x", ".hidden: x"}, Always: true}.Changing()
}

func sh(name string, args mt.Args) mt.Case {
	c := cmd("shell: "+name, args)
	c.Module = "shell"
	return c
}

func checked(c mt.Case) mt.Case {
	c.Name, c.Check = c.Name+", checked", true
	return c
}

var commandCases = []mt.Case{
	cmd("words", mt.Args{"cmd": `printf '%s|' a "b c" d\ e`}),
	cmd("argv", mt.Args{"argv": []string{"printf", "%s|", "a b", "$HOME", "~root/x"}}),
	cmd("variables", mt.Args{"cmd": "echo $NONE ${NONE}x ~root/a '$HOME'"}),
	cmd("fails", mt.Args{"cmd": "ls {dir}/none"}),
	cmd("rc", mt.Args{"argv": []string{"sh", "-c", "echo out; echo err >&2; exit 7"}}),
	cmd("signal", mt.Args{"argv": []string{"sh", "-c", "kill -9 $$"}}),
	cmd("missing program", mt.Args{"cmd": "/no/such/program a 'b c'"}),
	cmd("missing program in path", mt.Args{"cmd": "nosuchprogram"}),
	cmd("no permission", mt.Args{"cmd": "{dir}/there"}),
	cmd("chdir", mt.Args{"cmd": "ls", "chdir": "{dir}"}),
	cmd("chdir missing", mt.Args{"cmd": "pwd", "chdir": "{dir}/none"}),
	cmd("chdir into a file", mt.Args{"cmd": "pwd", "chdir": "{dir}/there"}),
	cmd("creates", mt.Args{"cmd": "touch {dir}/new", "creates": "{dir}/there"}),
	cmd("creates pattern", mt.Args{"cmd": "touch {dir}/new", "creates": "{dir}/th*"}),
	cmd("creates hidden by pattern", mt.Args{"cmd": "echo ran", "creates": "{dir}/*den"}),
	cmd("creates relative to chdir", mt.Args{"cmd": "touch new", "creates": "there", "chdir": "{dir}"}),
	cmd("creates missing", mt.Args{"cmd": "touch {dir}/new", "creates": "{dir}/new"}),
	cmd("removes", mt.Args{"cmd": "rm {dir}/there", "removes": "{dir}/there"}),
	cmd("removes missing", mt.Args{"cmd": "rm {dir}/none", "removes": "{dir}/none"}),
	cmd("stdin", mt.Args{"cmd": "cat", "stdin": "text"}),
	cmd("stdin without newline", mt.Args{"cmd": "od -c", "stdin": "text", "stdin_add_newline": false}),
	cmd("empty ends kept", mt.Args{"argv": []string{"printf", "a\n\n"}, "strip_empty_ends": false}),
	cmd("empty ends stripped", mt.Args{"argv": []string{"printf", "\na\r\n\n"}}),
	cmd("nothing", mt.Args{"cmd": ""}),
	cmd("both", mt.Args{"cmd": "a", "argv": []string{"b"}}),
	cmd("open quote", mt.Args{"cmd": "echo 'a"}).Differing("Ansible's module stopped with a traceback", "msg", "rc", "module_stdout", "module_stderr"),
	checked(cmd("plain", mt.Args{"cmd": "touch {dir}/new"})),
	checked(cmd("creates", mt.Args{"cmd": "touch {dir}/new", "creates": "{dir}/there"})),
	checked(cmd("creates missing", mt.Args{"cmd": "touch {dir}/new", "creates": "{dir}/new"})),
	checked(cmd("removes missing", mt.Args{"cmd": "touch {dir}/new", "removes": "{dir}/new"})),
	{Name: "environment", Module: "command", Args: mt.Args{"argv": []string{"sh", "-c", "echo $GREETING"}}, Env: map[string]string{"GREETING": "hello"}, Always: true},
	sh("pipe", mt.Args{"cmd": "echo a b | tr a-z A-Z; echo $((1+2))"}),
	sh("fails", mt.Args{"cmd": "exit 3"}),
	sh("not found", mt.Args{"cmd": "nosuchprogram"}),
	sh("chdir", mt.Args{"cmd": "cat there", "chdir": "{dir}"}),
	sh("creates", mt.Args{"cmd": "touch {dir}/new", "creates": "{dir}/there"}),
	sh("executable", mt.Args{"cmd": "echo ${BASH_VERSION:+bash}", "executable": "/bin/bash"}),
	sh("executable missing", mt.Args{"cmd": "echo", "executable": "/bin/nosuchshell"}),
	sh("stdin", mt.Args{"cmd": "cat; echo end", "stdin": "text"}),
	sh("several lines", mt.Args{"cmd": "for i in 1 2; do\n  echo $i\ndone\n"}),
	checked(sh("plain", mt.Args{"cmd": "touch {dir}/new"})),
}

func TestCommand(t *testing.T)       { mt.Conform(t, commandCases) }
func TestCommandOracle(t *testing.T) { mt.Compare(t, commandCases) }

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0:00:00", 1500 * time.Microsecond: "0:00:00.001500", 3*time.Hour + 2*time.Minute + time.Second: "3:02:01",
		25 * time.Hour: "1 day, 1:00:00", 49*time.Hour + time.Microsecond: "2 days, 1:00:00.000001",
	} {
		if got := duration(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}
