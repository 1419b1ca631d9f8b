package rabbitmq

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"goplay/modules/modulestest/tooltest"
)

const prefix = "community.rabbitmq.rabbitmq_"

// broker is a RabbitMQ of the test's own.
type broker struct {
	t    *testing.T
	env  map[string]string
	node string
}

// startBroker starts the system's RabbitMQ in folders of the test's own. env,
// K=V, is more of its environment.
func startBroker(t *testing.T, env ...string) *broker {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin")
	if len(found) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs rabbitmq-server, but it is not here")
		}
		t.Skip("rabbitmq-server is not installed")
	}
	dir := t.TempDir()
	b := &broker{t: t, node: fmt.Sprintf("goplay%d-%s@localhost", os.Getpid(), filepath.Base(dir))}
	b.env = map[string]string{
		"PATH": found[0] + ":" + os.Getenv("PATH"), "HOME": dir, "RABBITMQ_NODENAME": b.node,
		"RABBITMQ_MNESIA_BASE": filepath.Join(dir, "mnesia"), "RABBITMQ_LOG_BASE": filepath.Join(dir, "log"),
		"RABBITMQ_ENABLED_PLUGINS_FILE": filepath.Join(dir, "plugins"), "RABBITMQ_PID_FILE": filepath.Join(dir, "pid"),
		"RABBITMQ_NODE_PORT": freePort(t), "RABBITMQ_DIST_PORT": freePort(t),
	}
	for _, kv := range env {
		k, v, _ := strings.Cut(kv, "=")
		b.env[k] = v
	}
	log, err := os.Create(filepath.Join(dir, "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	p := exec.Command(filepath.Join(found[0], "rabbitmq-server"))
	p.Env, p.Stdout, p.Stderr = os.Environ(), log, log
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	for k, v := range b.env {
		p.Env = append(p.Env, k+"="+v)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL); _ = p.Wait() })
	for range 600 {
		if text, _ := os.ReadFile(log.Name()); strings.Contains(string(text), "completed with") {
			return b
		}
		time.Sleep(200 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	t.Fatalf("the broker did not come up: %s", text)
	return nil
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// pretended is a rabbitmqctl that says what version 3.10.8 did.
func pretended(t *testing.T) *tooltest.Bench {
	b := tooltest.New(t)
	b.Tool("rabbitmqctl", `case "$4" in
list_users) echo '[{"user":"guest","tags":["administrator"]},{"user":"app","tags":[]}]' ;;
list_user_permissions) echo '[{"vhost":"/","configure":".*","write":".*","read":".*"},{"vhost":"/old","configure":"a","write":"b","read":"c"}]' ;;
list_user_topic_permissions) echo '[{"vhost":"/","exchange":"old","write":".*","read":".*"}]' ;;
list_vhosts) echo '[{"name":"/","tracing":false}]' ;;
list_parameters) echo '[{"component":"federation","name":"n","value":"{\"a\":[1]}"}]' ;;
list_policies) echo '[{"vhost":"/","name":"p","pattern":"x","apply-to":"all","definition":"{\"ha-mode\":\"all\"}","priority":0}]' ;;
list_feature_flags) echo '[{"name":"on","state":"enabled"},{"name":"off","state":"disabled"}]' ;;
authenticate_user) exit 65 ;;
delete_vhost) echo 'Error: no' >&2; exit 70 ;;
esac`)
	b.Tool("rabbitmq-plugins", `[ "$1" = list ] && printf 'rabbitmq_shovel\nrabbitmq_top\n\nINFO: no broker\n'; exit 0`)
	return b
}

func TestCommands(t *testing.T) {
	b := pretended(t)
	for _, c := range []struct {
		name, module string
		args         map[string]any
		want         string // the calls that change, FAIL and a message, or nothing
	}{
		{"a user", "user", map[string]any{"user": "new", "password": "p", "tags": "a, b"}, "add_user|new|p\nset_user_tags|new|a|b\nset_permissions|-p|/|new|^$|^$|^$"},
		{"a user without a password", "user", map[string]any{"user": "new"}, "add_user|new|\nclear_password|new\nset_permissions|-p|/|new|^$|^$|^$"},
		{"there", "user", map[string]any{"user": "app", "configure_priv": ".*", "write_priv": ".*", "read_priv": ".*",
			"topic_permissions": []any{map[string]any{"exchange": "old", "write_priv": ".*", "read_priv": ".*"}}}, ""},
		{"another password", "user", map[string]any{"user": "guest", "password": "x", "update_password": "always", "tags": "administrator", "configure_priv": ".*", "write_priv": ".*", "read_priv": ".*",
			"topic_permissions": []any{map[string]any{"exchange": "old", "write_priv": ".*", "read_priv": ".*"}}}, "change_password|guest|x"},
		{"all permissions", "user", map[string]any{"user": "app", "permissions": []any{map[string]any{"vhost": "/new", "configure_priv": "q"}}},
			"clear_permissions|-p|/|app\nclear_permissions|-p|/old|app\nset_permissions|-p|/new|app|q|^$|^$\nclear_topic_permissions|-p|/|app|old"},
		{"anew", "user", map[string]any{"user": "app", "force": true}, "delete_user|app\nadd_user|app|\nclear_password|app\nset_permissions|-p|/|app|^$|^$|^$"},
		{"twice", "user", map[string]any{"user": "app", "permissions": []any{map[string]any{}, map[string]any{"vhost": "/"}}}, "FAIL Error parsing vhost permissions: You can't have two"},
		{"gone", "user", map[string]any{"user": "app", "state": "absent"}, "delete_user|app"},
		{"a host", "vhost", map[string]any{"name": "v", "trace": true}, "add_vhost|v\ntrace_on|-p|v"},
		{"a host that stays", "vhost", map[string]any{"name": "/", "state": "absent"}, "FAIL Error: no"},
		{"a parameter", "parameter", map[string]any{"component": "federation", "name": "n", "value": `{"a": [1]}`}, ""},
		{"another value", "parameter", map[string]any{"component": "federation", "name": "n", "value": `"x"`}, `set_parameter|-p|/|federation|n|"x"`},
		{"no JSON", "parameter", map[string]any{"component": "federation", "name": "n", "value": "x"}, "FAIL value is not JSON"},
		{"a parameter gone", "parameter", map[string]any{"component": "federation", "name": "n", "state": "absent"}, "clear_parameter|-p|/|federation|n"},
		{"a policy", "policy", map[string]any{"name": "p", "pattern": "x", "tags": map[string]any{"ha-mode": "all"}}, ""},
		{"another priority", "policy", map[string]any{"name": "p", "pattern": "x", "priority": "1", "tags": map[string]any{"ha-mode": "all"}, "apply_to": "queues"},
			`set_policy|-p|/|p|x|{"ha-mode": "all"}|--priority|1|--apply-to|queues`},
		{"a policy of nothing", "policy", map[string]any{"name": "p"}, "FAIL pattern and tags are required for state=present"},
		{"a flag", "feature_flag", map[string]any{"name": "off"}, "enable_feature_flag|off"},
		{"a flag that is on", "feature_flag", map[string]any{"name": "on"}, ""},
		{"no flag", "feature_flag", map[string]any{"name": "none"}, "FAIL none feature flag is not available"},
		{"plugins", "plugin", map[string]any{"names": "rabbitmq_top,rabbitmq_management"}, "disable|--online|rabbitmq_shovel\nenable|--online|rabbitmq_management"},
		{"plugins more", "plugin", map[string]any{"names": "rabbitmq_management", "new_only": true, "broker_state": "offline"}, "enable|--offline|rabbitmq_management"},
		{"plugins less", "plugin", map[string]any{"names": "rabbitmq_top,x", "state": "disabled"}, "disable|--online|rabbitmq_top"},
		{"nowhere", "plugin", map[string]any{"names": "x", "prefix": "/nonexistent"}, "FAIL No binary folder in prefix /nonexistent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			failure, fails := strings.CutPrefix(c.want, "FAIL ")
			predicted := b.Run(prefix+c.module, c.args, true)
			if done := changing(b.Calls()); len(done) > 0 {
				t.Errorf("check mode did %v", done)
			}
			r := b.Run(prefix+c.module, c.args, false)
			done := strings.Join(changing(b.Calls()), "\n")
			switch {
			case fails:
				if !r.Failed || !strings.HasPrefix(r.Msg, failure) {
					t.Errorf("failed=%v %q, want %q", r.Failed, r.Msg, failure)
				}
			case r.Failed || done != c.want || r.Changed != (c.want != "") || predicted.Changed != r.Changed:
				t.Errorf("%q changed=%v check=%v did\n%s\nwant\n%s", r.Msg, r.Changed, predicted.Changed, done, c.want)
			}
		})
	}
}

// changing are the calls that do not only look, without what all have.
func changing(calls []string) []string {
	var out []string
	for _, call := range calls {
		call = strings.TrimPrefix(strings.TrimPrefix(call, "rabbitmqctl|-q|-n|rabbit|"), "rabbitmq-plugins|")
		if !strings.HasPrefix(call, "list") && !strings.HasPrefix(call, "authenticate_user") {
			out = append(out, call)
		}
	}
	return out
}
