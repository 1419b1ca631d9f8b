package kubernetes

import (
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// pretendedHelm stands in for helm, which Debian does not have. It says what
// version 3.12 did, and writes its calls into the folder of the case, where
// they are part of what is compared with Ansible. What differs from run to run
// is the name of the file with values.
const pretendedHelm = `helm 755: #!/bin/sh\ncd "$(dirname "$0")"\nline=\nfor a in "$@"; do case $a in -f=*) a=-f=FILE;; esac; line="$line|$a"; done\necho "$HELM_NAMESPACE$line" >>calls\n` +
	`case "$*" in\n` +
	`"list "*"--filter web") echo '[{"name":"web","namespace":"app","revision":"2","status":"deployed","chart":"nginx-1.2.3","app_version":"1.25"}]';;\n` +
	`"list "*) echo '[]';;\n` +
	`"get values "*) echo 'replicas: 2';;\n` +
	`"get manifest "*) printf -- '---\\nkind: Service\\n---\\nkind: Deployment\\n';;\n` +
	`"get hooks "*) ;;\n` +
	`"get notes "*) echo 'NOTES: enjoy';;\n` +
	`*"show chart "*) printf 'name: nginx\\nversion: 1.2.3\\nappVersion: "1.25"\\n';;\n` +
	`"plugin list") cat plugins 2>/dev/null || printf 'NAME\\tVERSION\\tDESCRIPTION\\n';;\n` +
	`"diff upgrade "*) cat diff;;\n` +
	`"repo list "*) echo '[{"name":"stable","url":"https://charts.example.com"}]';;\n` +
	`*" broken "*|*" broken") echo 'Error: no such chart' >&2; exit 1;;\n` +
	`version) echo 'version.BuildInfo{Version:"v3.12.0", GitCommit:"x"}';;\n` +
	`*) echo "did it";;\nesac\n`

// lines writes files of several lines in one: \\n is for printf.
var lines = strings.NewReplacer(`\\n`, `\n`, `\\t`, `\t`, `\n`, "\n", `\t`, "\t")

func helmCase(name, module string, args mt.Args, files ...string) mt.Case {
	args["binary_path"] = "{dir}/helm"
	c := mt.Case{Name: name, Module: "kubernetes.core." + module, Args: args}
	for _, file := range append([]string{pretendedHelm}, files...) {
		c.Files = append(c.Files, lines.Replace(file))
	}
	return c
}

func release(name string, args mt.Args, files ...string) mt.Case {
	for k, v := range (mt.Args{"release_namespace": "app", "chart_ref": "stable/nginx", "name": "web"}) {
		if _, given := args[k]; !given {
			args[k] = v
		}
	}
	c := helmCase(name, "helm", args, files...)
	// The command names the file with values, which is another one each time.
	if args["values"] != nil {
		c.Ignore = []string{"command"}
	}
	return c
}

var helmCases = []mt.Case{
	release("installed", mt.Args{"name": "new", "create_namespace": true, "wait": true, "wait_timeout": "3m", "set_values": []any{mt.Args{"value": "a=b"}, mt.Args{"value": "c=1", "value_type": "string"}}}).
		Differing("the command is told without a shell's quotes", "command"),
	release("installed with values", mt.Args{"name": "new", "values": mt.Args{"replicas": 3}, "chart_version": "1.2.3", "chart_repo_url": "https://charts.example.com", "atomic": true, "history_max": 3}),
	release("as it is", mt.Args{"values": mt.Args{"replicas": 2}}),
	release("other values", mt.Args{"values": mt.Args{"replicas": 3}, "timeout": "2m", "disable_hook": true, "skip_crds": true}),
	release("other values, checked", mt.Args{"values": mt.Args{"replicas": 3}}),
	release("values in a file", mt.Args{"values_files": "{dir}/values.yml"}, "values.yml: replicas: 2\\n"),
	release("forced", mt.Args{"values": mt.Args{"replicas": 2}, "force": true}),
	release("what diff says", mt.Args{"values": mt.Args{"replicas": 2}}, "plugins: NAME\\tVERSION\\tDESCRIPTION\\ndiff\\t3.8.1\\tPreview\\n", "diff: - old\\n+ new\\n").Differing("a diff has sides, empty ones too", "diff"),
	release("what diff does not say", mt.Args{"values": mt.Args{"replicas": 5}}, "plugins: NAME\\tVERSION\\tDESCRIPTION\\ndiff\\t3.8.1\\tPreview\\n", "diff: \\n"),
	release("broken", mt.Args{"name": "broken"}),
	release("gone", mt.Args{"state": "absent", "wait": true, "purge": false}).Differing("the command is told without a second blank", "command"),
	release("gone before", mt.Args{"state": "absent", "name": "old"}),
	helmCase("told", "helm_info", mt.Args{"name": "web", "release_namespace": "app", "release_state": []string{"deployed", "odd"}}),
	helmCase("nothing to tell", "helm_info", mt.Args{"name": "old", "release_namespace": "app"}),
	helmCase("a repository", "helm_repository", mt.Args{"name": "more", "repo_url": "https://more.example.com", "username": "u", "password": "geheim", "pass_credentials": true}),
	helmCase("a repository that is there", "helm_repository", mt.Args{"name": "stable", "repo_url": "https://charts.example.com"}),
	helmCase("another of that name", "helm_repository", mt.Args{"name": "stable", "repo_url": "https://other.example.com"}),
	helmCase("replaced", "helm_repository", mt.Args{"name": "stable", "repo_url": "https://other.example.com", "force": true}),
	helmCase("removed", "helm_repository", mt.Args{"name": "stable", "state": "absent"}),
	helmCase("a broken one", "helm_repository", mt.Args{"name": "broken", "repo_url": "https://x.example.com"}),
}

func TestHelmOracle(t *testing.T) {
	for i := range helmCases {
		helmCases[i].Check = helmCases[i].Name == "other values, checked"
	}
	mt.Compare(t, helmCases)
}
