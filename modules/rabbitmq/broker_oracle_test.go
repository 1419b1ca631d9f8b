package rabbitmq

import (
	"os"
	"path/filepath"
	"testing"

	mt "goplay/modules/modulestest"
)

// oracleBroker starts a broker that the environment's rabbitmqctl finds, with
// its management plugin.
func oracleBroker(t *testing.T) map[string]string { return brokerWith(t) }

// brokerWith is such a broker with more in its environment.
func brokerWith(t *testing.T, env ...string) map[string]string {
	dir, port := t.TempDir(), freePort(t)
	plugins := filepath.Join(dir, "enabled_plugins")
	for name, text := range map[string]string{
		plugins: "[rabbitmq_management].\n", filepath.Join(dir, "rabbitmq.conf"): "management.tcp.port = " + port + "\nmanagement.tcp.ip = 127.0.0.1\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := startBroker(t, append(env, "RABBITMQ_CONFIG_FILE="+filepath.Join(dir, "rabbitmq"), "RABBITMQ_ENABLED_PLUGINS_FILE="+plugins)...)
	for k, v := range b.env {
		t.Setenv(k, v)
	}
	return map[string]string{"{node}": b.node, "{port}": port}
}

// reaching adds how a module reaches the broker.
func reaching(module string, args mt.Args) mt.Args {
	switch module {
	case "queue", "exchange", "binding":
		args["login_port"] = "{port}"
	case "plugin":
	default:
		args["node"] = "{node}"
	}
	return args
}

// TestOracle holds the modules against what Ansible's did with a real broker.
func TestOracle(t *testing.T) {
	var cases []mt.Case
	ask := func(name, module string, args mt.Args) *mt.Case {
		cases = append(cases, mt.Case{Name: name, Module: prefix + module, Args: reaching(module, args)})
		return &cases[len(cases)-1]
	}
	check := func(name, module string, args mt.Args) { ask(name, module, args).Check = true }

	check("a queue to be", "queue", mt.Args{"name": "q", "max_length": 10})
	ask("a queue", "queue", mt.Args{"name": "q", "max_length": 10, "arguments": mt.Args{"x-queue-mode": "lazy"}})
	ask("a queue that is there", "queue", mt.Args{"name": "q", "max_length": 10, "arguments": mt.Args{"x-queue-mode": "lazy"}})
	ask("a queue that is not durable", "queue", mt.Args{"name": "q", "durable": false, "max_length": 10})
	ask("a queue of another length", "queue", mt.Args{"name": "q", "max_length": 11})
	ask("a queue with another limit", "queue", mt.Args{"name": "q", "max_length": 10, "message_ttl": 5000})
	ask("a queue without its limit", "queue", mt.Args{"name": "q"})
	ask("all of a queue", "queue", mt.Args{"name": "all/of it", "durable": false, "auto_delete": true, "message_ttl": 1, "auto_expires": 60000, "max_length": 3,
		"dead_letter_exchange": "amq.direct", "dead_letter_routing_key": "k", "max_priority": 5})
	ask("a queue elsewhere", "queue", mt.Args{"name": "q", "vhost": "/none"})
	ask("a queue that cannot be", "queue", mt.Args{"name": "bad", "auto_expires": -1})
	ask("an unknown user", "queue", mt.Args{"name": "q", "login_user": "nobody", "login_password": "x"})
	check("an exchange to be", "exchange", mt.Args{"name": "e"})
	ask("an exchange", "exchange", mt.Args{"name": "e", "exchange_type": "topic"})
	ask("an exchange that is there", "exchange", mt.Args{"name": "e", "type": "topic"})
	ask("an exchange of another type", "exchange", mt.Args{"name": "e", "type": "fanout"})
	ask("an exchange of a plugin", "exchange", mt.Args{"name": "hashes", "type": "x-consistent-hash"})
	ask("an exchange for exchanges", "exchange", mt.Args{"name": "inner", "internal": true, "durable": false, "auto_delete": true, "arguments": mt.Args{"alternate-exchange": "e"}})
	ask("an exchange elsewhere", "exchange", mt.Args{"name": "e", "vhost": "/none"})
	check("a binding to be", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*"})
	ask("a binding", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*"})
	ask("a binding that is there", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*"})
	ask("a binding of all", "binding", mt.Args{"src": "e", "dst": "inner", "dest_type": "exchange"})
	ask("a binding without a key", "binding", mt.Args{"src": "e", "dst": "q", "dest_type": "queue", "routing_key": ""})
	ask("a binding without a key that is there", "binding", mt.Args{"src": "e", "dst": "q", "dest_type": "queue", "routing_key": ""})
	ask("a binding to nothing", "binding", mt.Args{"src": "e", "dst": "none", "dest_type": "queue"})
	check("a binding to be gone", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*", "state": "absent"})
	ask("a binding that is gone", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*", "state": "absent"})
	ask("a binding that was never there", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "b", "state": "absent"})
	ask("an exchange that is gone", "exchange", mt.Args{"name": "e", "state": "absent"})
	ask("a queue to be gone", "queue", mt.Args{"name": "q", "state": "absent"}).Check = true
	cases[len(cases)-1].Ignore = []string{"details"} // figures of how it is used
	ask("a queue that is gone", "queue", mt.Args{"name": "q", "state": "absent"})
	ask("a queue that was never there", "queue", mt.Args{"name": "none", "state": "absent"})

	ask("a host", "vhost", mt.Args{"name": "/app"})
	ask("a host that is traced", "vhost", mt.Args{"name": "/app", "tracing": true})
	check("a host to be gone", "vhost", mt.Args{"name": "/app", "state": "absent"})
	ask("a user", "user", mt.Args{"user": "app", "password": "verysecret", "tags": "monitoring", "permissions": []mt.Args{{"vhost": "/app", "configure_priv": "^$", "write_priv": ".*", "read_priv": "^$"}}})
	ask("a user that is there", "user", mt.Args{"user": "app", "password": "another", "tags": "monitoring", "permissions": []mt.Args{{"vhost": "/app", "configure_priv": "^$", "write_priv": ".*", "read_priv": "^$"}}})
	ask("a user that may nothing", "user", mt.Args{"user": "app", "tags": "monitoring"})
	ask("a user with topics", "user", mt.Args{"user": "other", "password": "se'cret", "tags": "monitoring, management", "vhost": "/app", "write_priv": ".*",
		"topic_permissions": []mt.Args{{"vhost": "/app", "exchange": "news", "read_priv": "^a", "write_priv": ".*"}}})
	ask("a user nowhere", "user", mt.Args{"user": "app", "vhost": "/none", "read_priv": ".*"})
	ask("a policy", "policy", mt.Args{"name": "p", "pattern": ".*", "vhost": "/app", "tags": mt.Args{"max-length": 5}})
	ask("a policy that is there", "policy", mt.Args{"name": "p", "pattern": ".*", "vhost": "/app", "tags": mt.Args{"max-length": 5}})
	ask("a policy of queues", "policy", mt.Args{"name": "ttl", "pattern": `^a\.b$`, "tags": mt.Args{"message-ttl": 6000}, "apply_to": "queues", "priority": "2"})
	ask("a policy that cannot be", "policy", mt.Args{"name": "bad", "pattern": ".*", "tags": mt.Args{"nonsense": 5}})
	ask("a parameter that cannot be", "parameter", mt.Args{"component": "nonsense", "name": "n", "value": `"x"`})
	ask("a flag", "feature_flag", mt.Args{"name": "quorum_queue"})
	ask("no flag", "feature_flag", mt.Args{"name": "nonsense"})
	ask("a plugin", "plugin", mt.Args{"names": "rabbitmq_top", "new_only": true, "broker_state": "offline"})
	ask("a plugin that is on", "plugin", mt.Args{"names": "rabbitmq_top", "new_only": true, "broker_state": "offline"})
	ask("a plugin that is none", "plugin", mt.Args{"names": "nonsense", "new_only": true, "broker_state": "offline"})
	ask("a user that is gone", "user", mt.Args{"user": "app", "state": "absent"})
	mt.Sequence(t, cases, oracleBroker)
}
