package rabbitmq

import (
	"net/http"

	"goplay/internal/value"
	"goplay/modules"
)

type queueArgs struct {
	Name        string      `arg:"name,required" doc:"The queue."`
	State       string      `arg:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	Durable     bool        `arg:"durable" default:"true" doc:"Whether it outlives the broker's end."`
	AutoDelete  bool        `arg:"auto_delete" default:"false" doc:"Whether it goes with its last consumer."`
	MessageTTL  *int        `arg:"message_ttl" doc:"Milliseconds after which a message is dropped."`
	AutoExpires *int        `arg:"auto_expires" doc:"Milliseconds after which the queue is removed, if nobody uses it."`
	MaxLength   *int        `arg:"max_length" doc:"How many messages it holds."`
	DeadLetter  *string     `arg:"dead_letter_exchange" doc:"Exchange for messages that are rejected or too old."`
	DeadKey     *string     `arg:"dead_letter_routing_key" doc:"Routing key of such messages, instead of their own."`
	MaxPriority *int        `arg:"max_priority" doc:"How many priorities messages have."`
	Arguments   *value.Dict `arg:"arguments" default:"{}" doc:"More arguments of the queue, under RabbitMQ's names."`
	managementOptions
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_queue", Summary: "Make or remove RabbitMQ's queues",
		Notes:   []string{"A queue that is there cannot be changed: what is to be different of it is a failure."},
		Differs: checkDiffers,
		Example: "- name: A queue that holds a thousand orders\n  community.rabbitmq.rabbitmq_queue:\n    name: orders\n    vhost: /app\n    max_length: 1000\n",
	}, modules.Bare(queue))
}

func queue(c *modules.Context, a queueArgs) (managed, error) {
	r := managed{Name: a.Name}
	arguments, named := a.arguments()
	address := path("queues", a.VHost, a.Name)
	err := thing{
		managementOptions: a.managementOptions, read: address, method: http.MethodPut, made: address, wanted: a.State == "present", arguments: arguments,
		body: map[string]any{"durable": a.Durable, "auto_delete": a.AutoDelete, "arguments": arguments},
		same: func(have *value.Dict) error { return a.same(have, arguments, named) },
		unclear: func(r reply) error {
			return modules.Fail("Invalid response from RESTAPI when trying to check if queue exists").With("details", r.text)
		},
		refused: func(r reply) error {
			return modules.Fail("Error creating queue").With("status", r.status).With("details", r.text)
		},
	}.settle(c, &r)
	return r, err
}

// arguments are the queue's, and the names of those that have options of their own.
func (a queueArgs) arguments() (*value.Dict, []string) {
	all := value.NewDict()
	all.Update(a.Arguments)
	var named []string
	set := func(name string, given bool, v func() any) {
		named = append(named, name)
		if given {
			all.Set(name, value.Of(v()))
		}
	}
	set("x-message-ttl", a.MessageTTL != nil, func() any { return *a.MessageTTL })
	set("x-expires", a.AutoExpires != nil, func() any { return *a.AutoExpires })
	set("x-max-length", a.MaxLength != nil, func() any { return *a.MaxLength })
	set("x-dead-letter-exchange", a.DeadLetter != nil, func() any { return *a.DeadLetter })
	set("x-dead-letter-routing-key", a.DeadKey != nil, func() any { return *a.DeadKey })
	set("x-max-priority", a.MaxPriority != nil, func() any { return *a.MaxPriority })
	return all, named
}

// same says what a queue that is there would have to be changed in.
func (a queueArgs) same(have, arguments *value.Dict, named []string) error {
	for name, want := range map[string]bool{"durable": a.Durable, "auto_delete": a.AutoDelete} {
		if is, ok := have.Get(name); ok && is != want {
			return changes(name, is, want)
		}
	}
	given := value.NewDict()
	if v, ok := have.Get("arguments"); ok {
		if d, ok := v.(*value.Dict); ok {
			given = d
		}
	}
	const cannot = "RabbitMQ RESTAPI doesn't support attribute changes for existing queues."
	for _, name := range named {
		is, has := given.Get(name)
		want, wants := arguments.Get(name)
		switch {
		case wants && !has:
			return modules.Fail(cannot+"Attempting to set %s which is not currently set.", name)
		case has && !wants:
			return modules.Fail(cannot+"Attempting to unset %s which is currently set to '%s'.", name, value.Str(is))
		case has && !value.Equal(is, want):
			return changes(name, is, want)
		}
	}
	return nil
}

func changes(name string, is, want any) error {
	return modules.Fail("RabbitMQ RESTAPI doesn't support attribute changes for existing queues.\nAttempting to change %s from '%s' to '%s'",
		name, value.Str(is), value.Str(want))
}
