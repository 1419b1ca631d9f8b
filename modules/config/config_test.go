package config

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
	mt "goplay/modules/modulestest"
	"goplay/modules/modulestest/tooltest"
)

const general = "community.general."

func TestPamLimits(t *testing.T) {
	files := mt.Files{"l: # c\njoe hard nofile 10 # x\n*   soft core 0\njoe - nproc unlimited\n# End of file\n"}
	limit := func(name string, args mt.Args) mt.Case {
		args["dest"] = "{dir}/l"
		return mt.Case{Name: name, Module: general + "pam_limits", Files: files, Args: args}
	}
	cases := []mt.Case{
		limit("changed", mt.Args{"domain": "joe", "limit_type": "hard", "limit_item": "nofile", "value": "64000", "comment": "hi"}),
		limit("kept by use_max", mt.Args{"domain": "joe", "limit_type": "hard", "limit_item": "nofile", "value": "5", "use_max": true}),
		limit("unlimited is less by use_min", mt.Args{"domain": "joe", "limit_type": "-", "limit_item": "nproc", "value": "5", "use_min": true}).Differing("Ansible takes over the comment of another line", "msg", "tree", "diff"),
		limit("added", mt.Args{"domain": "@g", "limit_type": "soft", "limit_item": "nproc", "value": "5"}).Differing("Ansible takes over the comment of another line", "msg", "tree", "diff"),
		limit("no number", mt.Args{"domain": "@g", "limit_type": "soft", "limit_item": "nproc", "value": "many"}),
		limit("not that nice", mt.Args{"domain": "@g", "limit_type": "soft", "limit_item": "nice", "value": "40"}),
	}
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
	mt.Compare(t, cases)
}

func TestHtpasswd(t *testing.T) {
	files := mt.Files{"h 600: joe:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/\nzoe:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"}
	user := func(name string, args mt.Args) mt.Case {
		args["path"] = "{dir}/h"
		return mt.Case{Name: name, Module: general + "htpasswd", Files: files, Args: args}
	}
	missing := user("missing file", mt.Args{"name": "joe", "password": "secret", "mode": "0640"})
	missing.Files = nil
	not := user("missing file not made", mt.Args{"name": "joe", "password": "secret", "create": false})
	not.Files = nil
	same := []mt.Case{
		user("there", mt.Args{"name": "joe", "password": "secret"}),
		user("there in another scheme", mt.Args{"name": "zoe", "password": "secret"}),
		user("removed", mt.Args{"name": "joe", "state": "absent"}),
		user("changed", mt.Args{"name": "joe", "password": "other", "crypt_scheme": "ldap_sha1"}),
	}
	t.Run("conform", func(t *testing.T) {
		mt.Conform(t, append([]mt.Case{missing, not, user("added", mt.Args{"name": "ann", "password": "x", "crypt_scheme": "bcrypt"}),
			user("removed already", mt.Args{"name": "none", "state": "absent"}), user("unknown scheme", mt.Args{"name": "a", "password": "x", "crypt_scheme": "none"}),
			user("no password", mt.Args{"name": "a"})}, same...))
	})
	mt.Compare(t, same)
}

func TestDeployHelper(t *testing.T) {
	files := mt.Files{"p/releases/a/f: 1", "p/releases/b/f: 2", "p/releases/half/DEPLOY_UNFINISHED: ", "p/current -> {dir}/p/releases/a"}
	project := func(name string, files mt.Files, args mt.Args) mt.Case {
		args["path"] = "{dir}/p"
		return mt.Case{Name: name, Module: general + "deploy_helper", Files: files, Args: args}
	}
	cases := []mt.Case{
		project("new", nil, mt.Args{"release": "r1"}),
		project("query", files, mt.Args{"state": "query", "release": "r1"}),
		project("finalize", files, mt.Args{"state": "finalize", "release": "b"}),
		project("finalize without a name", files, mt.Args{"state": "finalize"}),
		project("clean", files, mt.Args{"state": "clean", "keep_releases": 1}).Differing("the current release is removed by Ansible's module", "tree"),
		project("absent", files, mt.Args{"state": "absent"}),
	}
	t.Run("conform", func(t *testing.T) { mt.Conform(t, cases) })
	mt.Compare(t, cases)
	r := cases[1].Run(t, t.TempDir(), false)
	if facts, _ := r.Facts.Get("deploy_helper"); !strings.Contains(value.Repr(facts), "'new_release': 'r1'") {
		t.Errorf("facts: %s", value.Repr(r.Facts))
	}
}

func TestDpkgDivert(t *testing.T) {
	if _, err := exec.LookPath("dpkg-divert"); err != nil {
		t.Skip("dpkg-divert is not installed")
	}
	divert := func(name string, args mt.Args) mt.Case {
		args["path"] = "{dir}/f"
		return mt.Case{Name: name, Module: general + "dpkg_divert", Files: mt.Files{"f: 1", "admin/diversions: "}, Args: args}.AsRoot()
	}
	for _, c := range []mt.Case{divert("added", mt.Args{}), divert("renamed", mt.Args{"rename": true, "divert": "{dir}/g", "holder": "dash"})} {
		t.Run(c.Name, func(t *testing.T) {
			dir := t.TempDir()
			c.Files.Make(t, dir)
			run := func(check bool, more ...string) modules.Result {
				call := c.Call(dir, check)
				call.Env = map[string]string{"DPKG_ADMINDIR": filepath.Join(dir, "admin")}
				for i := 0; i+1 < len(more); i += 2 {
					call.Args[more[i]] = more[i+1]
				}
				r, err := modules.InProcess{}.Run(t.Context(), call)
				if err != nil || r.Failed {
					t.Fatalf("%v %s", err, r.Msg)
				}
				return r
			}
			if !run(true).Changed || !run(false).Changed || run(false).Changed {
				t.Error("not diverted once")
			}
			renamed := c.Args["rename"] == true
			if _, err := os.Stat(filepath.Join(dir, "g")); (err == nil) != renamed {
				t.Errorf("renamed: %v", err)
			}
			if r := run(false, "divert", filepath.Join(dir, "other")); !r.Changed || !strings.Contains(value.Repr(r.Data), "/other'") {
				t.Errorf("moved: %s", value.Repr(r.Data))
			}
			if r := run(false, "state", "absent"); !r.Changed || run(false, "state", "absent").Changed {
				t.Errorf("not taken back once: %s", value.Repr(r.Data))
			}
			if _, err := os.Stat(filepath.Join(dir, "f")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAt(t *testing.T) {
	bench := tooltest.New(t)
	bench.Tool("at", `if [ "$1" = -c ]; then cat "job$2"; else cat > new; fi`)
	bench.Tool("atq", `echo '3	Sat Nov 28 16:00:00 2026 a root'; echo '4	Sat Nov 28 16:00:00 2026 a root'`)
	bench.File("job3", "#!/bin/sh\ncd /root || {\n exit 1\n}\necho ls -l\n")
	bench.File("job4", "#!/bin/sh\n${SHELL:-/bin/sh} << 'marcinDELIMITER1'\nls -l\n\nmarcinDELIMITER1\n")
	args := map[string]any{"command": "ls -l", "count": int64(20), "units": "minutes"}
	if r := bench.Run("ansible.posix.at", args, false); r.Failed || !r.Changed {
		t.Errorf("%v %s", r.Changed, r.Msg)
	}
	bench.Expect(t, "at|now|+|20|minutes")
	args["unique"] = true
	if r := bench.Run("ansible.posix.at", args, false); r.Failed || r.Changed {
		t.Errorf("added again: %s", r.Msg)
	}
	bench.Expect(t, "atq", "at|-c|3", "at|-c|4")
	if r := bench.Run("ansible.posix.at", map[string]any{"command": "ls -l", "state": "absent"}, false); r.Failed || !r.Changed {
		t.Errorf("not removed: %s", r.Msg)
	}
	bench.Expect(t, "atq", "at|-c|3", "at|-c|4", "at|-r|4")
	if r := bench.Run("ansible.posix.at", map[string]any{"command": "ls -l"}, false); r.Msg != "present state requires count and units" {
		t.Errorf("%q", r.Msg)
	}
}

// fakeHAProxy speaks as HAProxy's socket does: commands, an answer, the end. What
// only asks is not among what it was said.
func fakeHAProxy(t *testing.T) (socket string, said func() []string) {
	socket = filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	status, lines := map[string]string{"www": "UP", "api": "UP"}, make(chan string, 100)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			line, _ := bufio.NewReader(conn).ReadString('\n')
			if strings.HasPrefix(line, "show stat") {
				fmt.Fprintf(conn, "# pxname,svname,scur,status,weight,\nwww,web1,0,%s,1,\napi,web1,0,%s,1,\nwww,BACKEND,0,UP,1,\n\n", status["www"], status["api"])
			} else {
				for command := range strings.SplitSeq(strings.TrimSpace(line), "; ") {
					f := strings.Fields(command)
					if f[0] == "get" {
						fmt.Fprintln(conn, "1 (initial 1)")
						continue
					}
					lines <- command
					for backend := range status {
						if strings.HasPrefix(command[len(f[0]):], " server "+backend+"/web1") {
							status[backend] = map[string]string{"disable": "MAINT", "enable": "UP", "set": "DRAIN"}[f[0]]
						}
					}
				}
				fmt.Fprintln(conn)
			}
			_ = conn.Close()
		}
	}()
	return socket, func() (out []string) {
		for len(lines) > 0 {
			out = append(out, <-lines)
		}
		return out
	}
}

func TestHAProxy(t *testing.T) {
	socket, said := fakeHAProxy(t)
	bench := tooltest.New(t)
	step := func(want string, changed bool, args map[string]any) {
		t.Helper()
		args["socket"], args["host"], args["wait_interval"] = socket, "web1", int64(0)
		if r := bench.Run(general+"haproxy", args, true); r.Failed || r.Changed != changed || len(said()) > 0 {
			t.Errorf("check: changed=%v %s", r.Changed, r.Msg)
		}
		r := bench.Run(general+"haproxy", args, false)
		if got := strings.Join(said(), "; "); r.Failed || r.Changed != changed || got != want {
			t.Errorf("changed=%v %s, said %q, want %q", r.Changed, r.Msg, got, want)
		}
	}
	step("disable server www/web1", true, map[string]any{"state": "disabled", "backend": "www", "wait": true})
	step("", false, map[string]any{"state": "disabled", "backend": "www"})
	step("disable server api/web1; shutdown sessions server api/web1", true, map[string]any{"state": "disabled", "shutdown_sessions": true})
	step("enable server www/web1; enable health www/web1; enable server api/web1; enable health api/web1", true, map[string]any{"state": "enabled", "health": true})
	step("set server www/web1 state drain", true, map[string]any{"state": "drain", "backend": "www"})
	if r := bench.Run(general+"haproxy", map[string]any{"state": "enabled", "host": "none", "backend": "www", "socket": socket, "fail_on_not_found": true}, false); r.Msg != "The specified backend 'www/none' was not found!" {
		t.Errorf("%q", r.Msg)
	}
}
