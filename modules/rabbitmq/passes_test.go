package rabbitmq

import (
	"testing"

	mt "goplay/modules/modulestest"
)

// TestPasses takes all modules through check, apply, check, apply on a real
// broker, beside Ansible's. Its flags are not all on, so that one can be set.
func TestPasses(t *testing.T) {
	const told, skips = "they are returned only where something would change", "Ansible's module is skipped"
	details := []string{"arguments", "details"}
	var cases []mt.Case
	// Before and after are the values that differ where something is only
	// foretold: before it is done, and when it has been done.
	differ := func(reason string, before, after []string) {
		first := len(cases) - 4
		cases[first], cases[first+2] = cases[first].Differing(reason, before...), cases[first+2].Differing(reason, after...)
	}
	passes := func(name, module string, args mt.Args) {
		cases = append(cases, mt.Passes(mt.Case{Name: name, Module: prefix + module, Args: reaching(module, args)})...)
	}
	passes("a queue", "queue", mt.Args{"name": "q", "max_length": 10})
	differ(told, nil, details)
	passes("an exchange", "exchange", mt.Args{"name": "e", "exchange_type": "topic"})
	differ(told, nil, details)
	passes("a binding", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*"})
	differ(told, nil, details)
	passes("no binding", "binding", mt.Args{"name": "e", "destination": "q", "type": "queue", "routing_key": "a.*", "state": "absent"})
	differ(told, nil, details)
	passes("no exchange", "exchange", mt.Args{"name": "e", "state": "absent"})
	differ("who made it is no secret, which Ansible takes the name for", []string{"details"}, details)
	passes("a host", "vhost", mt.Args{"name": "/app", "tracing": true})
	passes("a parameter", "parameter", mt.Args{"component": "vhost-limits", "name": "limits", "vhost": "/app", "value": `{"max-queues": 5}`})
	passes("a policy", "policy", mt.Args{"name": "p", "pattern": ".*", "vhost": "/app", "tags": mt.Args{"max-length": 5}})
	passes("a user", "user", mt.Args{"user": "app", "password": "secret", "tags": "monitoring", "vhost": "/app", "read_priv": ".*"})
	differ(skips, []string{"changed", "msg", "skipped", "state", "user"}, []string{"msg", "skipped", "state", "user"})
	passes("no user", "user", mt.Args{"user": "app", "state": "absent"})
	differ(skips, []string{"changed", "msg", "skipped", "state", "user"}, []string{"msg", "skipped", "state", "user"})
	passes("a flag", "feature_flag", mt.Args{"name": "user_limits"})
	passes("a plugin", "plugin", mt.Args{"names": "rabbitmq_top", "new_only": true, "broker_state": "offline"})
	mt.Sequence(t, cases, func(t *testing.T) map[string]string { return brokerWith(t, "RABBITMQ_FEATURE_FLAGS=quorum_queue") })
}
