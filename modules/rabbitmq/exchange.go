package rabbitmq

import (
	"net/http"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type exchangeArgs struct {
	Name       string      `arg:"name,required" doc:"The exchange."`
	State      string      `arg:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	Durable    bool        `arg:"durable" default:"true" doc:"Whether it outlives the broker's end."`
	Type       string      `arg:"exchange_type" alias:"type" enum:"fanout,direct,headers,topic,x-delayed-message,x-random,x-consistent-hash,x-recent-history" default:"direct" doc:"How it hands messages on. Those that begin with x- are of plugins."`
	AutoDelete bool        `arg:"auto_delete" default:"false" doc:"Whether it goes with the last that is bound to it."`
	Internal   bool        `arg:"internal" default:"false" doc:"Whether only exchanges may send to it."`
	Arguments  *value.Dict `arg:"arguments" default:"{}" doc:"More arguments of the exchange, under RabbitMQ's names."`
	managementOptions
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_exchange", Summary: "Make or remove RabbitMQ's exchanges",
		Notes:   []string{"An exchange that is there cannot be changed: what is to be different of it is a failure."},
		Differs: checkDiffers,
		Example: "- name: Orders are told to everybody\n  community.rabbitmq.rabbitmq_exchange:\n    name: orders\n    vhost: /app\n    exchange_type: fanout\n",
	}, modules.Bare(exchange))
}

// exchangePlugins are the plugins that types of exchanges are of.
var exchangePlugins = map[string]string{
	"x-consistent-hash": "rabbitmq_consistent_hash_exchange", "x-random": "rabbitmq_random_exchange",
	"x-delayed-message": "rabbitmq_delayed_message_exchange", "x-recent-history": "rabbitmq_recent_history_exchange",
}

func exchange(c *modules.Context, a exchangeArgs) (managed, error) {
	r := managed{Name: a.Name}
	address := path("exchanges", a.VHost, a.Name)
	err := thing{
		managementOptions: a.managementOptions, read: address, method: http.MethodPut, made: address, wanted: a.State == "present", arguments: a.Arguments,
		body: map[string]any{"durable": a.Durable, "auto_delete": a.AutoDelete, "internal": a.Internal, "type": a.Type, "arguments": a.Arguments},
		same: func(have *value.Dict) error {
			for name, want := range map[string]any{"durable": a.Durable, "auto_delete": a.AutoDelete, "internal": a.Internal, "type": a.Type} {
				if is, _ := have.Get(name); is != want {
					return modules.Fail("RabbitMQ RESTAPI doesn't support attribute changes for existing exchanges")
				}
			}
			return nil
		},
		unclear: func(r reply) error {
			return modules.Fail("Invalid response from RESTAPI when trying to check if exchange exists").With("details", r.text)
		},
		refused: func(r reply) error {
			msg := "Error creating exchange"
			if d, ok := r.json().(*value.Dict); ok {
				if reason, _ := d.Get("reason"); strings.HasPrefix(value.Str(reason), "unknown exchange type") {
					msg += ". You may need to enable a plugin for exchange type " + a.Type
					if plugin := exchangePlugins[a.Type]; plugin != "" {
						msg = "Error creating exchange. You may need to enable the '" + plugin + "' plugin for exchange type " + a.Type
					}
				}
			}
			return modules.Fail("%s", msg).With("status", r.status).With("details", r.text)
		},
	}.settle(c, &r)
	return r, err
}
