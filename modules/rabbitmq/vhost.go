package rabbitmq

import "goplay/modules"

type vhostArgs struct {
	Name    string `arg:"name,required" alias:"vhost" doc:"The virtual host."`
	Tracing bool   `arg:"tracing" alias:"trace" default:"off" doc:"Whether its messages are traced."`
	State   string `arg:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	nodeOption
}

type vhostResult struct {
	Name  string `json:"name" doc:"The virtual host."`
	State string `json:"state" doc:"The wanted state."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_vhost", Summary: "Make or remove RabbitMQ's virtual hosts",
		Example: "- name: A place of the application's own\n  community.rabbitmq.rabbitmq_vhost:\n    name: /app\n",
	}, modules.Bare(vhost))
}

func vhost(c *modules.Context, a vhostArgs) (vhostResult, error) {
	r, broker := vhostResult{a.Name, a.State}, a.ctl(c)
	rows, err := broker.list("list_vhosts", "name", "tracing")
	if err != nil {
		return r, err
	}
	there, tracing := false, false
	for _, row := range rows {
		if text(row, "name") == a.Name {
			there, tracing = true, row["tracing"] == true
		}
	}
	var commands [][]string
	switch {
	case a.State == "absent" && there:
		commands = append(commands, []string{"delete_vhost", a.Name})
	case a.State == "absent":
	case !there:
		commands = append(commands, []string{"add_vhost", a.Name})
	}
	if a.State == "present" && a.Tracing != tracing {
		verb := "trace_off"
		if a.Tracing {
			verb = "trace_on"
		}
		commands = append(commands, []string{verb, "-p", a.Name})
	}
	return r, broker.change(commands...)
}
