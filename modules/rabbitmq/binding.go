package rabbitmq

import (
	"net/http"

	"goplay/internal/value"
	"goplay/modules"
)

type bindingArgs struct {
	Name        string      `arg:"name,required" alias:"src,source" doc:"Exchange that messages come from."`
	State       string      `arg:"state" enum:"present,absent" default:"present" doc:"Whether the binding is to be there."`
	Destination string      `arg:"destination,required" alias:"dst,dest" doc:"Queue or exchange that they go to."`
	Type        string      `arg:"destination_type,required" alias:"type,dest_type" enum:"queue,exchange" doc:"Which of the two it is."`
	RoutingKey  string      `arg:"routing_key" default:"#" doc:"Key that messages have to have."`
	Arguments   *value.Dict `arg:"arguments" default:"{}" doc:"More arguments of the binding, under RabbitMQ's names."`
	managementOptions
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_binding", Summary: "Bind RabbitMQ's queues and exchanges to exchanges",
		Differs: checkDiffers,
		Example: "- name: New orders go to their queue\n  community.rabbitmq.rabbitmq_binding:\n    name: orders\n    vhost: /app\n    destination: new-orders\n" +
			"    destination_type: queue\n    routing_key: new.*\n",
	}, modules.Bare(binding))
}

func binding(c *modules.Context, a bindingArgs) (managed, error) {
	r := managed{Name: a.Name}
	made := path("bindings", a.VHost, "e", a.Name, a.Type[:1], a.Destination)
	key := "~" // how the plugin calls a binding without a key
	if a.RoutingKey != "" {
		key = path(a.RoutingKey)
	}
	unexpected := func(r reply) error {
		return modules.Fail("Unexpected reply from API").With("status", r.status).With("details", r.text)
	}
	err := thing{
		managementOptions: a.managementOptions, read: made + "/" + key, method: http.MethodPost, made: made, wanted: a.State == "present", arguments: a.Arguments,
		body: map[string]any{"routing_key": a.RoutingKey, "arguments": a.Arguments}, unclear: unexpected, refused: unexpected,
	}.settle(c, &r)
	if c.Changed() && r.Details == nil {
		r.Destination = a.Destination
	}
	return r, err
}
