package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goplay/engine/remote/sshdtest"
)

// secrets of a deploy. Each is distinct, so that what is found tells where it
// came from, and of this run alone, so that no older file has it.
var secrets = map[string]string{}

func init() {
	for _, name := range []string{"become", "vault", "vaulted", "no_log", "registry", "uri", "own", "job"} {
		secrets[name] = "hush-" + name + "-" + rand.Text()
	}
}

const secretPlay = `- hosts: web
  gather_facts: false
  vars_files: [vaulted.yml]
  tasks:
    - {name: Who, command: id -un, become: true}
    - {name: A file, copy: {content: "{{ vaulted }}\n", dest: "{{ work }}/kept", mode: '0600'}, become: true, no_log: true}
    - {name: A template, template: {src: t.j2, dest: "{{ work }}/rendered", mode: '0600'}, no_log: true}
    - {name: Stdin, command: {cmd: cat, stdin: "{{ quiet }}"}, no_log: true}
    - {name: A loop, command: {cmd: cat, stdin: "{{ item }}"}, loop: ["{{ quiet }}", other], no_log: true, become: true}
    - {name: A failure, command: {cmd: "false", stdin: "{{ quiet }}"}, no_log: true, ignore_errors: true}
    - name: A request
      uri: {url: "http://{{ server }}/", url_username: u, url_password: "{{ uri_password }}", force_basic_auth: true, return_content: true}
    - name: A request that fails
      uri: {url: "http://{{ server }}/no", url_username: u, url_password: "{{ uri_password }}", force_basic_auth: true}
      ignore_errors: true
    - name: A registry
      docker_login: {registry_url: registry.example, username: u, password: "{{ registry_password }}", docker_host: "unix://{{ engine }}", config_path: "{{ work }}/docker.json"}
    - {name: Own, own: {password: "{{ own_password }}", text: shown}, become: true}
    - {name: A job, uri: {url: "http://{{ server }}/", url_username: u, url_password: "{{ job_password }}", force_basic_auth: true}, async: 30, poll: 1}
    - {name: A job as root, command: {cmd: cat, stdin: "{{ job_password }}"}, async: 30, poll: 1, become: true, no_log: true}
    - {name: Control, command: sh -c 'sleep 0.5' CONTROL-ARGUMENT, become: true, environment: {CONTROL: CONTROL-ENVIRONMENT}}
`

const ownModule = `#!/usr/bin/python3
import time
from ansible.module_utils.basic import AnsibleModule
m = AnsibleModule(argument_spec=dict(password=dict(no_log=True), text=dict()))
time.sleep(0.3)
m.exit_json(changed=True, said="the password is " + m.params["password"])
`

// TestProcessSecrets runs a play with every kind of secret and looks at the
// arguments and the environment of all processes of the machine, which is both
// controller and target, at what is shown and logged, and at what is left.
func TestProcessSecrets(t *testing.T) {
	login := loginWithSudo(t, secrets["become"])
	s := sshdtest.Start(t)
	home, work := t.TempDir(), filepath.Join("/home", login, "work")
	if out, err := exec.Command("install", "-d", "-o", login, work).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	server, engine := pretended(t)
	vaulted, err := encryptedText(home, secrets["vault"], "vaulted: "+secrets["vaulted"]+"\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"hosts": "web ansible_user=" + login + " ansible_python_interpreter=/usr/bin/python3 ansible_ssh_common_args='-F " + s.Config + "'\n", "site.yml": secretPlay, "vaulted.yml": vaulted,
		"t.j2": "password={{ quiet }}\n", "become": secrets["become"] + "\n", "library/own.py": ownModule,
		"vars.yml": fmt.Sprintf("{work: %s, server: %q, engine: %s, quiet: %s, uri_password: %s, registry_password: %s, own_password: %s, job_password: %s}\n",
			work, server, engine, secrets["no_log"], secrets["uri"], secrets["registry"], secrets["own"], secrets["job"]),
	} {
		writeAt(t, filepath.Join(home, name), text)
	}
	cmd := exec.Command("goplay", "-i", "hosts", "site.yml", "-e", "@vars.yml", "--become-password-file", "become", "--vault-password-file", "vault", "-vvvv", "--diff")
	cmd.Dir, cmd.Env = home, append(os.Environ(), "HOME="+home, "ANSIBLE_LOG_PATH="+filepath.Join(home, "log"))
	var shown bytes.Buffer
	cmd.Stdout, cmd.Stderr = &shown, &shown
	began := time.Now()
	stop := watchProcesses(t)
	err = cmd.Run()
	seen := stop()
	if err != nil {
		t.Fatalf("%v\n%s", err, &shown)
	}
	for _, control := range []string{"arguments: CONTROL-ARGUMENT", "environment: CONTROL-ENVIRONMENT"} {
		if !slices.ContainsFunc(seen, func(line string) bool { return strings.HasPrefix(line, control) }) {
			t.Errorf("not even what is in no way secret was seen: %s", control)
		}
	}
	for _, line := range seen {
		if !strings.Contains(line, ": CONTROL-") {
			t.Errorf("seen in a process's %s", line)
		}
	}
	log, err := os.ReadFile(filepath.Join(home, "log"))
	if err != nil || len(log) == 0 {
		t.Errorf("the log: %d bytes, %v", len(log), err)
	}
	for where, text := range map[string][]byte{"on the screen": shown.Bytes(), "in the log": log} {
		for _, line := range bytes.Split(text, []byte("\n")) {
			if name := secretIn(line); name != "" {
				t.Errorf("%s is %s: %s", name, where, line)
			}
		}
	}
	kept := map[string]bool{filepath.Join(work, "kept"): true, filepath.Join(work, "rendered"): true, filepath.Join(work, "docker.json"): true}
	for _, dir := range []string{filepath.Join("/home", login), "/root/.ansible_async", "/root/.ansible", "/tmp", "/var/tmp"} {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
			case d.IsDir() && path == home:
				return fs.SkipDir
			case d.Type().IsRegular() && !kept[path]:
				if info, err := d.Info(); err == nil && info.Size() < 8<<20 && info.ModTime().After(began) {
					data, _ := os.ReadFile(path)
					if name := secretIn(data); name != "" {
						t.Errorf("%s is in the file %s", name, path)
					}
				}
			}
			return nil
		})
	}
	for path := range kept {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

// secretIn names a secret that is in a text, plainly or as base64.
func secretIn(text []byte) string {
	for name, secret := range secrets {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte("u:" + secret))} {
			if bytes.Contains(text, []byte(strings.TrimRight(form, "="))) {
				return name
			}
		}
	}
	return ""
}

// watchProcesses looks at all processes, over and over, until it is stopped.
func watchProcesses(t *testing.T) (stop func() (seen []string)) {
	t.Helper()
	done := make(chan struct{})
	found := map[string]bool{}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond): // the play wants to get on, too
			}
			dirs, _ := filepath.Glob("/proc/[0-9]*")
			for _, dir := range dirs {
				for file, what := range map[string]string{"cmdline": "arguments", "environ": "environment"} {
					data, _ := os.ReadFile(filepath.Join(dir, file))
					for _, part := range bytes.Split(data, []byte{0}) {
						part = bytes.TrimPrefix(part, []byte("CONTROL="))
						if secretIn(part) != "" || bytes.HasPrefix(part, []byte("CONTROL-")) {
							found[what+": "+string(part)] = true
						}
					}
				}
			}
		}
	})
	return func() (seen []string) {
		close(done)
		wait.Wait()
		for line := range found {
			seen = append(seen, line)
		}
		return seen
	}
}

// pretended are a web server and an engine that takes every login.
func pretended(t *testing.T) (server, engine string) {
	t.Helper()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Api-Version", "1.43")
		switch {
		case r.URL.Path == "/no":
			w.WriteHeader(http.StatusForbidden)
		case strings.HasSuffix(r.URL.Path, "/auth"):
			fmt.Fprint(w, `{"Status": "Login Succeeded", "IdentityToken": ""}`)
		default:
			fmt.Fprint(w, `{}`)
		}
	})
	web := httptest.NewServer(answer)
	t.Cleanup(web.Close)
	dir, err := os.MkdirTemp("", "engine") // the user has to reach it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	engine = filepath.Join(dir, "sock")
	l, err := net.Listen("unix", engine)
	if err == nil {
		err = errors.Join(os.Chmod(dir, 0o755), os.Chmod(engine, 0o666))
	}
	if err != nil {
		t.Fatal(err)
	}
	docker := &http.Server{Handler: answer}
	go func() { _ = docker.Serve(l) }()
	t.Cleanup(func() { _ = docker.Close() })
	return strings.TrimPrefix(web.URL, "http://"), engine
}

// encryptedText encrypts a text with a secret, which is kept in the file vault.
func encryptedText(home, secret, text string) (string, error) {
	if err := os.WriteFile(filepath.Join(home, "vault"), []byte(secret+"\n"), 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command("goplay", "vault", "encrypt", "--vault-password-file", filepath.Join(home, "vault"), "--output", "-")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	return string(out), err
}

// loginWithSudo makes a throw-away user who may use sudo with a password.
func loginWithSudo(t *testing.T, password string) string {
	t.Helper()
	if _, err := exec.LookPath("sudo"); err != nil || os.Getuid() != 0 {
		t.Skip("NOT TESTED: making users needs root, and sudo has to be installed")
	}
	name := fmt.Sprintf("gpsecret%d", os.Getpid())
	run := func(input string, argv ...string) {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Stdin = strings.NewReader(input)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", argv[0], err, out)
		}
	}
	run("", "useradd", "-m", "-s", "/bin/bash", name)
	t.Cleanup(func() { _ = exec.Command("userdel", "-rf", name).Run() })
	run(name+":"+password+"\n", "chpasswd")
	file := filepath.Join("/etc/sudoers.d", name)
	if err := os.WriteFile(file, []byte(name+" ALL=(ALL) ALL\n"), 0o440); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(file) })
	return name
}
