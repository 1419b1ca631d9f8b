package docker

import "strings"

// plainFacts are those of a service that Ansible's module tells as the engine
// does, by option, and where the spec has them.
var plainFacts = map[string]string{
	"image": ofContainer + "Image", "command": ofContainer + "Command", "args": ofContainer + "Args", "env": ofContainer + "Env",
	"user": ofContainer + "User", "groups": ofContainer + "Groups", "working_dir": ofContainer + "Dir", "hostname": ofContainer + "Hostname",
	"tty": ofContainer + "TTY", "init": ofContainer + "Init", "read_only": ofContainer + "ReadOnly", "cap_add": ofContainer + "CapabilityAdd",
	"cap_drop": ofContainer + "CapabilityDrop", "stop_signal": ofContainer + "StopSignal", "stop_grace_period": ofContainer + "StopGracePeriod",
	"container_labels": ofContainer + "Labels", "dns": ofContainer + "DNSConfig.Nameservers", "dns_search": ofContainer + "DNSConfig.Search",
	"dns_options": ofContainer + "DNSConfig.Options", "labels": "Labels", "endpoint_mode": "EndpointSpec.Mode",
	"log_driver": ofTask + "LogDriver.Name", "log_driver_options": ofTask + "LogDriver.Options",
	"constraints": ofTask + "Placement.Constraints", "replicas_max_per_node": ofTask + "Placement.MaxReplicas",
	"restart_policy": ofTask + "RestartPolicy.Condition", "restart_policy_attempts": ofTask + "RestartPolicy.MaxAttempts",
	"restart_policy_delay": ofTask + "RestartPolicy.Delay", "restart_policy_window": ofTask + "RestartPolicy.Window",
	"update_parallelism": "UpdateConfig.Parallelism", "update_delay": "UpdateConfig.Delay", "update_failure_action": "UpdateConfig.FailureAction",
	"update_monitor": "UpdateConfig.Monitor", "update_max_failure_ratio": "UpdateConfig.MaxFailureRatio", "update_order": "UpdateConfig.Order",
	"replicas": "Mode.Replicated.Replicas", "limit_memory": ofTask + "Resources.Limits.MemoryBytes", "reserve_memory": ofTask + "Resources.Reservations.MemoryBytes",
}

// serviceFacts tells a service's spec in the words of Ansible's module, by option.
func serviceFacts(spec object) object {
	facts := object{"mode": "replicated", "init": false}
	for name, path := range plainFacts {
		if v := at(spec, path); v != nil {
			facts[name] = v
		}
	}
	if objectAt(spec, "Mode.Global") != nil {
		facts["mode"], facts["replicas"] = "global", int64(-1)
	}
	for name, path := range map[string]string{"limit_cpu": "Limits", "reserve_cpu": "Reservations"} {
		if nano := intAt(spec, ofTask+"Resources."+path+".NanoCPUs"); nano != 0 {
			facts[name] = float64(nano) / 1e9
		}
	}
	if back := objectAt(spec, "RollbackConfig"); len(back) > 0 {
		facts["rollback_config"] = renamed(back, rolloutNames)
	}
	if health := objectAt(spec, ofContainer+"Healthcheck"); len(health) > 0 {
		known := object{}
		for name, engine := range healthNames {
			if v := health[engine]; v != nil {
				known[name] = v
			}
		}
		facts["healthcheck"] = known
	}
	if lines := textsAt(spec, ofContainer+"Hosts"); len(lines) > 0 {
		hosts := object{}
		for _, line := range lines {
			ip, name, _ := strings.Cut(line, " ")
			hosts[name] = ip
		}
		facts["hosts"] = hosts
	}
	attachedFacts(facts, spec)
	return facts
}

// The engine's names for what dicts of the module's results have.
var (
	rolloutNames = map[string]string{"parallelism": "Parallelism", "delay": "Delay", "failure_action": "FailureAction",
		"monitor": "Monitor", "max_failure_ratio": "MaxFailureRatio", "order": "Order"}
	healthNames = map[string]string{"test": "Test", "interval": "Interval", "timeout": "Timeout", "start_period": "StartPeriod", "retries": "Retries"}
	portNames   = map[string]string{"protocol": "Protocol", "mode": "PublishMode", "published_port": "PublishedPort", "target_port": "TargetPort"}
	mountNames  = map[string]string{"source": "Source", "type": "Type", "target": "Target", "readonly": "ReadOnly", "propagation": "BindOptions.Propagation",
		"no_copy": "VolumeOptions.NoCopy", "labels": "VolumeOptions.Labels", "tmpfs_mode": "TmpfsOptions.Mode", "tmpfs_size": "TmpfsOptions.SizeBytes"}
	configNames = map[string]string{"config_id": "ConfigID", "config_name": "ConfigName", "filename": "File.Name", "uid": "File.UID", "gid": "File.GID", "mode": "File.Mode"}
	secretNames = map[string]string{"secret_id": "SecretID", "secret_name": "SecretName", "filename": "File.Name", "uid": "File.UID", "gid": "File.GID", "mode": "File.Mode"}
)

// renamed is an object of the engine's under other names, which it has all of.
func renamed(o object, names map[string]string) object {
	out := object{}
	for name, engine := range names {
		out[name] = at(o, engine)
	}
	return out
}

func attachedFacts(facts, spec object) {
	all := func(name, path string, one func(object) object) {
		var list []any
		for _, o := range objects(at(spec, path)) {
			list = append(list, one(o))
		}
		if list != nil {
			facts[name] = list
		}
	}
	named := func(names map[string]string) func(object) object {
		return func(o object) object { return renamed(o, names) }
	}
	all("publish", "EndpointSpec.Ports", named(portNames))
	all("mounts", ofContainer+"Mounts", mountFacts)
	all("configs", ofContainer+"Configs", named(configNames))
	all("secrets", ofContainer+"Secrets", named(secretNames))
	all("placement_preferences", ofTask+"Placement.Preferences", func(o object) object {
		out := object{}
		for strategy, by := range o {
			out[strings.ToLower(strategy)] = at(by, "SpreadDescriptor")
		}
		return out
	})
	all("networks", ofTask+"Networks", func(o object) object {
		out := object{"id": o["Target"]}
		for name, engine := range map[string]string{"aliases": "Aliases", "options": "DriverOpts"} {
			if v := o[engine]; v != nil {
				out[name] = v
			}
		}
		return out
	})
}

func mountFacts(o object) object {
	out := renamed(o, mountNames)
	if out["source"] == nil {
		out["source"] = ""
	}
	out["driver_config"] = nil
	if driver := objectAt(o, "VolumeOptions.DriverConfig"); len(driver) > 0 {
		config := object{}
		for name, v := range driver {
			config[strings.ToLower(name)] = v
		}
		out["driver_config"] = config
	}
	return out
}
