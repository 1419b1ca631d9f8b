package docker

import (
	"cmp"
	"strings"

	"goplay/internal/value"
)

// property is an option that describes a container: where the Engine API has
// it, what a task wants and how an existing container is compared.
type property struct {
	option string
	kind   kind
	byRule rule   // how it is compared by default; see rule
	path   string // in the request that creates a container and in what the engine says of one
	live   string // name in the request that updates a container; "" when it has to be made anew
	shown  string // name in diffs; the option's when empty

	want   func(*plan) (any, error)          // nil when the option is not given
	expect func(p *plan, want any) any       // what an existing container is compared with; want when nil
	have   func(p *plan, c object) any       // what an existing container has; what is at path when nil
	send   func(p *plan, body object, v any) // puts it into the request; at path when nil
}

// rule is the comparison when the task says nothing else: Ansible's defaults
// leave out what a task does not mention of sets and dicts.
func (p *property) rule() rule {
	switch {
	case p.byRule != "":
		return p.byRule
	case p.kind == set || p.kind == dict:
		return allowMore
	}
	return strict
}

func (p *property) label() string {
	if p.shown != "" {
		return p.shown
	}
	return p.option
}

func of[T any](option, path string, field func(*containerArgs) *T) property {
	return property{option: option, kind: scalar, path: path, want: func(p *plan) (any, error) {
		if v := field(p.args); v != nil {
			return any(*v), nil
		}
		return nil, nil
	}}
}

func ofSize(option, path string, field func(*containerArgs) *string) property {
	return property{option: option, kind: scalar, path: path, want: func(p *plan) (any, error) {
		v := field(p.args)
		if v == nil {
			return nil, nil
		}
		n, err := sizeOf(option, *v)
		return n, err
	}}
}

func ofTexts(option string, k kind, path string, field func(*containerArgs) []string) property {
	return property{option: option, kind: k, path: path, want: func(p *plan) (any, error) {
		if v := field(p.args); v != nil {
			return anys(v), nil
		}
		return nil, nil
	}}
}

// ofCapabilities is for names that newer engines keep in a spelling of their
// own, CAP_NET_ADMIN: it counts as that of the task.
func ofCapabilities(option, path string, field func(*containerArgs) []string) property {
	pr := ofTexts(option, set, path, field)
	pr.have = func(p *plan, c object) any {
		have, ok := at(c, path).([]any)
		if !ok {
			return nil
		}
		spelled := map[string]string{}
		for _, name := range field(p.args) {
			spelled["CAP_"+strings.TrimPrefix(strings.ToUpper(name), "CAP_")] = name
		}
		out := []any{}
		for _, name := range have {
			out = append(out, cmp.Or(spelled[value.Str(name)], value.Str(name)))
		}
		return out
	}
	return pr
}

func ofDict(option, path string, field func(*containerArgs) *value.Dict) property {
	return property{option: option, kind: dict, path: path, want: func(p *plan) (any, error) {
		if d := field(p.args); d != nil {
			return texts(d), nil
		}
		return nil, nil
	}}
}

func ofMode(option, path string, field func(*containerArgs) *string) property {
	p := of(option, path, field)
	p.expect = func(p *plan, want any) any { return p.containerMode(want) }
	return p
}

func (p property) updated(name string) property {
	p.live = name
	return p
}

// texts is a dict as the engine wants it: names and texts.
func texts(d *value.Dict) object {
	o := object{}
	for k, v := range d.All() {
		o[value.Str(k)] = value.Str(v)
	}
	return o
}

// properties are in the order in which Ansible reports them. It is filled by
// init, for the functions in it look at the table again.
var properties []property

func init() {
	properties = []property{
		{option: "detach", kind: scalar, want: wantDetach, have: haveDetach, send: func(*plan, object, any) {}},
		of("interactive", "OpenStdin", func(a *containerArgs) *bool { return a.Interactive }),
		of("auto_remove", "HostConfig.AutoRemove", func(a *containerArgs) *bool { return a.AutoRemove }),
		{option: "annotations", kind: dict, path: "HostConfig.Annotations", want: strictTexts("annotations", func(a *containerArgs) *value.Dict { return a.Annotations })},
		of("blkio_weight", "HostConfig.BlkioWeight", func(a *containerArgs) *int64 { return a.BlkioWeight }).updated("BlkioWeight"),
		ofCapabilities("capabilities", "HostConfig.CapAdd", func(a *containerArgs) []string { return a.Capabilities }),
		ofCapabilities("cap_drop", "HostConfig.CapDrop", func(a *containerArgs) []string { return a.CapDrop }),
		of("cgroupns_mode", "HostConfig.CgroupnsMode", func(a *containerArgs) *string { return a.CgroupnsMode }),
		of("cgroup_parent", "HostConfig.CgroupParent", func(a *containerArgs) *string { return a.CgroupParent }),
		{option: "command", kind: list, path: "Cmd", want: wantCommand},
		of("cpu_period", "HostConfig.CpuPeriod", func(a *containerArgs) *int64 { return a.CPUPeriod }).updated("CpuPeriod"),
		of("cpu_quota", "HostConfig.CpuQuota", func(a *containerArgs) *int64 { return a.CPUQuota }).updated("CpuQuota"),
		of("cpuset_cpus", "HostConfig.CpusetCpus", func(a *containerArgs) *string { return a.CpusetCpus }).updated("CpusetCpus"),
		of("cpuset_mems", "HostConfig.CpusetMems", func(a *containerArgs) *string { return a.CpusetMems }).updated("CpusetMems"),
		of("cpu_shares", "HostConfig.CpuShares", func(a *containerArgs) *int64 { return a.CPUShares }).updated("CpuShares"),
		{option: "cpus", kind: scalar, path: "HostConfig.NanoCpus", want: wantCPUs},
		{option: "entrypoint", kind: list, path: "Entrypoint", want: wantEntrypoint},
		{option: "devices", kind: set, path: "HostConfig.Devices", want: wantDevices},
		{option: "device_read_bps", kind: set, path: "HostConfig.BlkioDeviceReadBps", want: rates("device_read_bps", func(a *containerArgs) []deviceRate { return a.DeviceReadBps })},
		{option: "device_write_bps", kind: set, path: "HostConfig.BlkioDeviceWriteBps", want: rates("device_write_bps", func(a *containerArgs) []deviceRate { return a.DeviceWriteBps })},
		{option: "device_read_iops", kind: set, path: "HostConfig.BlkioDeviceReadIOps", want: iops(func(a *containerArgs) []deviceIops { return a.DeviceReadIops })},
		{option: "device_write_iops", kind: set, path: "HostConfig.BlkioDeviceWriteIOps", want: iops(func(a *containerArgs) []deviceIops { return a.DeviceWriteIops })},
		{option: "device_requests", kind: set, path: "HostConfig.DeviceRequests", want: wantDeviceRequests},
		ofTexts("device_cgroup_rules", list, "HostConfig.DeviceCgroupRules", func(a *containerArgs) []string { return a.DeviceCgroupRules }),
		ofTexts("dns_servers", list, "HostConfig.Dns", func(a *containerArgs) []string { return a.DNSServers }),
		ofTexts("dns_opts", set, "HostConfig.DnsOptions", func(a *containerArgs) []string { return a.DNSOpts }),
		ofTexts("dns_search_domains", list, "HostConfig.DnsSearch", func(a *containerArgs) []string { return a.DNSSearchDomains }),
		of("domainname", "Domainname", func(a *containerArgs) *string { return a.Domainname }),
		{option: "env", kind: set, path: "Env", want: wantEnv, expect: expectEnv},
		{option: "etc_hosts", kind: set, path: "HostConfig.ExtraHosts", want: wantHosts},
		ofTexts("groups", set, "HostConfig.GroupAdd", func(a *containerArgs) []string { return a.Groups }),
		{option: "healthcheck", kind: dict, path: "Healthcheck", want: wantHealthcheck},
		of("hostname", "Hostname", func(a *containerArgs) *string { return a.Hostname }),
		of("init", "HostConfig.Init", func(a *containerArgs) *bool { return a.Init }),
		ofMode("ipc_mode", "HostConfig.IpcMode", func(a *containerArgs) *string { return a.IpcMode }),
		{option: "labels", kind: dict, path: "Labels", want: strictTexts("labels", func(a *containerArgs) *value.Dict { return a.Labels }), expect: expectLabels},
		{option: "links", kind: set, path: "HostConfig.Links", want: wantLinks},
		of("log_driver", "HostConfig.LogConfig.Type", func(a *containerArgs) *string { return a.LogDriver }),
		{option: "log_options", kind: dict, path: "HostConfig.LogConfig.Config", want: wantLogOptions},
		{option: "mac_address", kind: scalar, path: "MacAddress", want: wantMAC, have: haveMAC},
		of("memory_swappiness", "HostConfig.MemorySwappiness", func(a *containerArgs) *int64 { return a.MemorySwappiness }),
		of("stop_timeout", "StopTimeout", func(a *containerArgs) *int64 { return a.StopTimeout }).ignored(),
		ofMode("network_mode", "HostConfig.NetworkMode", func(a *containerArgs) *string { return networkMode(a) }),
		of("oom_killer", "HostConfig.OomKillDisable", func(a *containerArgs) *bool { return a.OomKiller }),
		of("oom_score_adj", "HostConfig.OomScoreAdj", func(a *containerArgs) *int64 { return a.OomScoreAdj }),
		ofMode("pid_mode", "HostConfig.PidMode", func(a *containerArgs) *string { return a.PidMode }),
		{option: "pids_limit", kind: scalar, path: "HostConfig.PidsLimit", want: wantPids, have: havePids},
		of("privileged", "HostConfig.Privileged", func(a *containerArgs) *bool { return a.Privileged }),
		of("read_only", "HostConfig.ReadonlyRootfs", func(a *containerArgs) *bool { return a.ReadOnly }),
		of("runtime", "HostConfig.Runtime", func(a *containerArgs) *string { return a.Runtime }),
		ofTexts("security_opts", set, "HostConfig.SecurityOpt", func(a *containerArgs) []string { return a.SecurityOpts }),
		ofSize("shm_size", "HostConfig.ShmSize", func(a *containerArgs) *string { return a.ShmSize }),
		{option: "stop_signal", kind: scalar, path: "StopSignal", want: of("", "", func(a *containerArgs) *string { return a.StopSignal }).want, have: haveStopSignal},
		ofDict("storage_opts", "HostConfig.StorageOpt", func(a *containerArgs) *value.Dict { return a.StorageOpts }),
		ofDict("sysctls", "HostConfig.Sysctls", func(a *containerArgs) *value.Dict { return a.Sysctls }),
		{option: "tmpfs", kind: dict, path: "HostConfig.Tmpfs", want: wantTmpfs, have: haveTmpfs},
		of("tty", "Tty", func(a *containerArgs) *bool { return a.TTY }),
		{option: "ulimits", kind: set, path: "HostConfig.Ulimits", want: wantUlimits, have: haveUlimits},
		of("user", "User", func(a *containerArgs) *string { return a.User }),
		of("userns_mode", "HostConfig.UsernsMode", func(a *containerArgs) *string { return a.UsernsMode }),
		of("uts", "HostConfig.UTSMode", func(a *containerArgs) *string { return a.UTS }),
		of("volume_driver", "HostConfig.VolumeDriver", func(a *containerArgs) *string { return a.VolumeDriver }),
		ofTexts("volumes_from", set, "HostConfig.VolumesFrom", func(a *containerArgs) []string { return a.VolumesFrom }),
		of("working_dir", "WorkingDir", func(a *containerArgs) *string { return a.WorkingDir }),
		{option: "mounts", kind: set, path: "HostConfig.Mounts", want: wantMounts, have: haveMounts, send: sendMounts},
		{option: "volumes", kind: set, path: "HostConfig.Binds", shown: "volume_binds", want: wantVolumes, have: haveVolumes, send: sendVolumes},
		{option: "exposed_ports", kind: set, path: "ExposedPorts", want: wantExposed, expect: expectExposed, have: haveExposed, send: sendExposed},
		of("publish_all_ports", "HostConfig.PublishAllPorts", func(a *containerArgs) *bool { return a.PublishAllPorts }),
		{option: "published_ports", kind: dict, path: "HostConfig.PortBindings", want: wantPublished},
		{option: "platform", kind: scalar, want: wantPlatform, have: havePlatform, send: func(*plan, object, any) {}},
		ofSize("memory", "HostConfig.Memory", func(a *containerArgs) *string { return a.Memory }).updated("Memory"),
		ofSize("memory_reservation", "HostConfig.MemoryReservation", func(a *containerArgs) *string { return a.MemoryReservation }).updated("MemoryReservation"),
		ofSize("memory_swap", "HostConfig.MemorySwap", func(a *containerArgs) *string { return a.MemorySwap }).updated("MemorySwap"),
		ofSize("kernel_memory", "HostConfig.KernelMemory", func(a *containerArgs) *string { return a.KernelMemory }).updated("KernelMemory"),
		of("restart_policy", "HostConfig.RestartPolicy.Name", func(a *containerArgs) *string { return a.RestartPolicy }).updated("RestartPolicy.Name"),
		of("restart_retries", "HostConfig.RestartPolicy.MaximumRetryCount", func(a *containerArgs) *int64 { return a.RestartRetries }).updated("RestartPolicy.MaximumRetryCount"),
	}
}

func (p property) ignored() property {
	p.byRule = ignore
	return p
}
