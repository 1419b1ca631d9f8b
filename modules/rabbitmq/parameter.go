package rabbitmq

import (
	"goplay/internal/value"
	"goplay/modules"
)

type parameterArgs struct {
	Component string  `arg:"component,required" doc:"Component that the parameter is of."`
	Name      string  `arg:"name,required" doc:"The parameter."`
	Value     *string `arg:"value" doc:"Its value, as JSON."`
	VHost     string  `arg:"vhost" default:"/" doc:"Virtual host that it is for."`
	State     string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	nodeOption
}

type parameterResult struct {
	Component string `json:"component" doc:"The component."`
	Name      string `json:"name" doc:"The parameter."`
	VHost     string `json:"vhost" doc:"The virtual host."`
	State     string `json:"state" doc:"The wanted state."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_parameter", Summary: "Set or clear parameters of RabbitMQ's components",
		Example: "- name: The user of the federation\n  community.rabbitmq.rabbitmq_parameter:\n    component: federation\n    name: local-username\n    value: '\"guest\"'\n",
	}, modules.Bare(parameter))
}

func parameter(c *modules.Context, a parameterArgs) (parameterResult, error) {
	r, broker := parameterResult{a.Component, a.Name, a.VHost, a.State}, a.ctl(c)
	var want any
	if a.Value != nil {
		v, err := jsonValue(*a.Value)
		if err != nil {
			return r, modules.Fail("value is not JSON: %w", err)
		}
		want = v
	}
	rows, err := broker.list("list_parameters", "-p", a.VHost)
	if err != nil {
		return r, err
	}
	var have any
	there := false
	for _, row := range rows {
		if text(row, "component") == a.Component && text(row, "name") == a.Name {
			there, have = true, value.Of(row["value"])
			if raw, ok := row["value"].(string); ok {
				if v, err := jsonValue(raw); err == nil {
					have = v
				}
			}
		}
	}
	switch {
	case a.State == "absent" && there:
		return r, broker.change([]string{"clear_parameter", "-p", a.VHost, a.Component, a.Name})
	case a.State == "absent" || there && value.Equal(have, want):
		return r, nil
	}
	said, err := value.EncodeJSON(want, value.JSONOptions{})
	if err != nil {
		return r, err
	}
	return r, broker.change([]string{"set_parameter", "-p", a.VHost, a.Component, a.Name, said})
}
