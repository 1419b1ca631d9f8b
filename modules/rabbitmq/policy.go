package rabbitmq

import (
	"goplay/internal/value"
	"goplay/modules"
)

type policyArgs struct {
	Name     string      `arg:"name,required" doc:"The policy."`
	VHost    string      `arg:"vhost" default:"/" doc:"Virtual host that it is for."`
	Pattern  *string     `arg:"pattern" doc:"Regular expression for the names that it applies to; needed with present."`
	ApplyTo  string      `arg:"apply_to" enum:"all,exchanges,queues" default:"all" doc:"What it applies to."`
	Tags     *value.Dict `arg:"tags" doc:"What it sets; needed with present."`
	Priority string      `arg:"priority" default:"0" doc:"Its priority over others."`
	State    string      `arg:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	nodeOption
}

type policyResult struct {
	Name  string `json:"name" doc:"The policy."`
	State string `json:"state" doc:"The wanted state."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_policy", Summary: "Set or clear RabbitMQ's policies",
		Example: `- name: Queues forget messages after a minute
  community.rabbitmq.rabbitmq_policy:
    name: ttl
    pattern: ".*"
    apply_to: queues
    tags:
      message-ttl: 60000
`,
	}, modules.Bare(policy))
}

func policy(c *modules.Context, a policyArgs) (policyResult, error) {
	r, broker := policyResult{a.Name, a.State}, a.ctl(c)
	if a.State == "present" && (a.Pattern == nil || a.Tags == nil) {
		return r, modules.Fail("pattern and tags are required for state=present")
	}
	rows, err := broker.list("list_policies", "-p", a.VHost)
	if err != nil {
		return r, err
	}
	var have map[string]any
	for _, row := range rows {
		if text(row, "name") == a.Name {
			have = row
		}
	}
	switch {
	case a.State == "absent" && have != nil:
		return r, broker.change([]string{"clear_policy", "-p", a.VHost, a.Name})
	case a.State == "absent" || a.is(have):
		return r, nil
	}
	tags, err := value.EncodeJSON(a.Tags, value.JSONOptions{})
	if err != nil {
		return r, err
	}
	command := []string{"set_policy", "-p", a.VHost, a.Name, *a.Pattern, tags, "--priority", a.Priority}
	if a.ApplyTo != "all" {
		command = append(command, "--apply-to", a.ApplyTo)
	}
	return r, broker.change(command)
}

// is reports whether a policy is already as the task says.
func (a policyArgs) is(have map[string]any) bool {
	if have == nil || text(have, "pattern") != *a.Pattern || text(have, "apply-to") != a.ApplyTo || text(have, "priority") != a.Priority {
		return false
	}
	definition := value.Of(have["definition"])
	if raw, ok := have["definition"].(string); ok {
		v, err := jsonValue(raw)
		if err != nil {
			return false
		}
		definition = v
	}
	return value.Equal(definition, a.Tags)
}
