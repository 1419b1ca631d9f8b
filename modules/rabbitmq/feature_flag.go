package rabbitmq

import "goplay/modules"

type featureFlagArgs struct {
	Name string `arg:"name,required" doc:"The feature flag."`
	nodeOption
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_feature_flag", Summary: "Enable RabbitMQ's feature flags",
		Example: "- name: What the next release will need\n  community.rabbitmq.rabbitmq_feature_flag:\n    name: maintenance_mode_status\n",
	}, featureFlag)
}

func featureFlag(c *modules.Context, a featureFlagArgs) (struct{}, error) {
	none, broker := struct{}{}, a.ctl(c)
	rows, err := broker.list("list_feature_flags", "name", "state")
	if err != nil {
		return none, err
	}
	for _, row := range rows {
		if text(row, "name") != a.Name {
			continue
		}
		if text(row, "state") == "enabled" {
			return none, nil
		}
		return none, broker.change([]string{"enable_feature_flag", a.Name})
	}
	return none, modules.Fail("%s feature flag is not available", a.Name)
}
