package docker

import "goplay/internal/value"

// containerArgs are the options of docker_container. What describes the
// container is a pointer, slice or dict, for an option that is not given is
// neither sent to the engine nor compared.
type containerArgs struct {
	Name  string `arg:"name,required" doc:"Name of the container, or its ID when it exists."`
	Image string `arg:"image" doc:"Image to run: name, name:tag, name@digest or ID."`
	State string `arg:"state" enum:"absent,present,healthy,stopped,started" default:"started" doc:"What the container is to be; present creates it without starting it, healthy waits until its health check succeeds."`

	Command           any         `arg:"command" doc:"Command to run, a list or a text that is split as a shell does."`
	CommandHandling   string      `arg:"command_handling" enum:"compatibility,correct" default:"correct" doc:"compatibility joins lists with spaces and splits them again, as old versions did."`
	Entrypoint        []string    `arg:"entrypoint" doc:"Program and arguments in front of the command."`
	WorkingDir        *string     `arg:"working_dir" doc:"Folder that the command starts in."`
	User              *string     `arg:"user" doc:"User, name or uid, with :group if wanted, that the command runs as."`
	Groups            []string    `arg:"groups" doc:"Further groups of the command's user."`
	Env               *value.Dict `arg:"env" doc:"Environment variables. Values that YAML reads as something else than text need quotes."`
	EnvFile           string      `arg:"env_file" type:"path" doc:"File on the target with lines NAME=value; env wins over it."`
	Hostname          *string     `arg:"hostname" doc:"Host name in the container."`
	Domainname        *string     `arg:"domainname" doc:"Domain name in the container."`
	TTY               *bool       `arg:"tty" doc:"Give the command a terminal."`
	Interactive       *bool       `arg:"interactive" doc:"Keep standard input open."`
	Detach            *bool       `arg:"detach" doc:"Leave the container running. false waits for its end, gives its output and fails when its exit status is not 0."`
	Labels            *value.Dict `arg:"labels" doc:"Labels of the container."`
	Annotations       *value.Dict `arg:"annotations" doc:"Annotations handed to the runtime."`
	Platform          *string     `arg:"platform" doc:"Platform as os[/arch[/variant]]."`
	Runtime           *string     `arg:"runtime" doc:"OCI runtime to use."`
	Init              *bool       `arg:"init" doc:"Run an init in the container that forwards signals and reaps processes."`
	StopSignal        *string     `arg:"stop_signal" doc:"Signal that asks the command to end."`
	StopTimeout       *int64      `arg:"stop_timeout" doc:"Seconds between asking the command to end and killing it."`
	KillSignal        string      `arg:"kill_signal" doc:"Signal for force_kill; KILL when not given."`
	AutoRemove        *bool       `arg:"auto_remove" doc:"Let the engine remove the container when its command ends."`
	RestartPolicy     *string     `arg:"restart_policy" enum:"no,on-failure,always,unless-stopped" doc:"When the engine starts the container again."`
	RestartRetries    *int64      `arg:"restart_retries" doc:"How often on-failure starts it again."`
	ReadOnly          *bool       `arg:"read_only" doc:"Mount the container's root read-only."`
	Privileged        *bool       `arg:"privileged" doc:"Give the container the host's privileges."`
	Capabilities      []string    `arg:"capabilities" doc:"Capabilities to add."`
	CapDrop           []string    `arg:"cap_drop" doc:"Capabilities to drop."`
	SecurityOpts      []string    `arg:"security_opts" doc:"Security options such as no-new-privileges."`
	Sysctls           *value.Dict `arg:"sysctls" doc:"Kernel parameters of the container."`
	Ulimits           []string    `arg:"ulimits" doc:"Limits as name:soft[:hard]."`
	StorageOpts       *value.Dict `arg:"storage_opts" doc:"Options of the storage driver."`
	CgroupParent      *string     `arg:"cgroup_parent" doc:"Cgroup to put the container's under."`
	CgroupnsMode      *string     `arg:"cgroupns_mode" enum:"host,private" doc:"Cgroup namespace."`
	IpcMode           *string     `arg:"ipc_mode" doc:"IPC namespace: private, shareable, host, none or container:name."`
	PidMode           *string     `arg:"pid_mode" doc:"PID namespace: host or container:name."`
	UTS               *string     `arg:"uts" doc:"UTS namespace: host."`
	UsernsMode        *string     `arg:"userns_mode" doc:"User namespace: host."`
	LogDriver         *string     `arg:"log_driver" doc:"Logging driver."`
	LogOptions        *value.Dict `arg:"log_options" alias:"log_opt" doc:"Options of the logging driver."`
	OomKiller         *bool       `arg:"oom_killer" doc:"true keeps the kernel from killing the container when memory runs out."`
	OomScoreAdj       *int64      `arg:"oom_score_adj" doc:"Preference when the kernel looks for something to kill, -1000 to 1000."`
	PidsLimit         *int64      `arg:"pids_limit" doc:"Most processes at once; -1 for no limit."`
	MacAddress        *string     `arg:"mac_address" doc:"MAC address, aa:bb:cc:dd:ee:ff."`
	ContainerDefaults string      `arg:"container_default_behavior" enum:"compatibility,no_defaults" default:"no_defaults" doc:"compatibility gives several options the values that old versions gave them."`

	containerLimits
	containerStorage
	containerNet
	containerHandling

	HealthCheck *healthcheckArgs `arg:"healthcheck" doc:"How the engine finds out whether the container is well."`
	Connection
}

type containerLimits struct {
	Memory            *string         `arg:"memory" doc:"Most memory, as 512M; 0 for no limit."`
	MemoryReservation *string         `arg:"memory_reservation" doc:"Memory that is kept for it when there is little, as 512M."`
	MemorySwap        *string         `arg:"memory_swap" doc:"Most memory and swap together, as 1G, or unlimited."`
	MemorySwappiness  *int64          `arg:"memory_swappiness" doc:"How readily memory is swapped out, 0 to 100."`
	KernelMemory      *string         `arg:"kernel_memory" doc:"Most kernel memory, at least 4M."`
	ShmSize           *string         `arg:"shm_size" doc:"Size of /dev/shm, as 64M."`
	CPUs              *float64        `arg:"cpus" doc:"How many CPUs it may use, as 1.5."`
	CPUPeriod         *int64          `arg:"cpu_period" doc:"Length of a scheduling period in microseconds."`
	CPUQuota          *int64          `arg:"cpu_quota" doc:"Microseconds of CPU in a period."`
	CPUShares         *int64          `arg:"cpu_shares" doc:"Weight against other containers."`
	CpusetCpus        *string         `arg:"cpuset_cpus" doc:"CPUs to run on, as 0-2 or 0,1."`
	CpusetMems        *string         `arg:"cpuset_mems" doc:"Memory nodes to use, as 0-2 or 0,1."`
	BlkioWeight       *int64          `arg:"blkio_weight" doc:"Weight of block I/O, 10 to 1000."`
	DeviceReadBps     []deviceRate    `arg:"device_read_bps" doc:"Most bytes a second read from devices."`
	DeviceWriteBps    []deviceRate    `arg:"device_write_bps" doc:"Most bytes a second written to devices."`
	DeviceReadIops    []deviceIops    `arg:"device_read_iops" doc:"Most reads a second from devices."`
	DeviceWriteIops   []deviceIops    `arg:"device_write_iops" doc:"Most writes a second to devices."`
	Devices           []string        `arg:"devices" doc:"Devices as host[:container[:permissions]]."`
	DeviceCgroupRules []string        `arg:"device_cgroup_rules" doc:"Rules for the device cgroup, as c 42:* rmw."`
	DeviceRequests    []deviceRequest `arg:"device_requests" doc:"Devices asked of a driver, such as GPUs."`
}

type deviceRate struct {
	Path string `arg:"path,required" doc:"Device on the host."`
	Rate string `arg:"rate,required" doc:"Bytes a second, as 10M."`
}

type deviceIops struct {
	Path string `arg:"path,required" doc:"Device on the host."`
	Rate int64  `arg:"rate,required" doc:"Operations a second."`
}

type deviceRequest struct {
	Capabilities []any       `arg:"capabilities" doc:"Lists of capabilities; one of the lists must be met."`
	Count        *int64      `arg:"count" doc:"How many devices, -1 for all."`
	DeviceIDs    []string    `arg:"device_ids" doc:"IDs of the devices."`
	Driver       *string     `arg:"driver" doc:"Driver to ask."`
	Options      *value.Dict `arg:"options" doc:"Options for the driver."`
}

type containerStorage struct {
	Volumes      []string    `arg:"volumes" doc:"Volumes and folders as [source:]target[:mode]."`
	VolumesFrom  []string    `arg:"volumes_from" doc:"Containers whose volumes to mount, as name[:mode]."`
	VolumeDriver *string     `arg:"volume_driver" doc:"Driver of volumes that have to be created."`
	Mounts       []mountArgs `arg:"mounts" doc:"Mounts in detail."`
	Tmpfs        []string    `arg:"tmpfs" doc:"Folders in memory as target[:options]."`
	KeepVolumes  bool        `arg:"keep_volumes" default:"true" doc:"Keep anonymous volumes when the container is removed."`
}

type mountArgs struct {
	Target                 string      `arg:"target,required" doc:"Path in the container."`
	Source                 *string     `arg:"source" doc:"Folder on the target or name of a volume."`
	Type                   string      `arg:"type" enum:"bind,npipe,tmpfs,volume,cluster,image" default:"volume" doc:"What is mounted."`
	ReadOnly               *bool       `arg:"read_only" doc:"Mount it read-only."`
	Consistency            *string     `arg:"consistency" enum:"cached,consistent,default,delegated" doc:"How strictly both sides see the same."`
	Propagation            *string     `arg:"propagation" enum:"private,rprivate,shared,rshared,slave,rslave" doc:"Propagation of a bind mount."`
	CreateMountpoint       *bool       `arg:"create_mountpoint" doc:"Make a bind mount's source when it is missing."`
	NonRecursive           *bool       `arg:"non_recursive" doc:"Leave out what is mounted below a bind mount's source."`
	ReadOnlyNonRecursive   *bool       `arg:"read_only_non_recursive" doc:"Leave mounts below writable."`
	ReadOnlyForceRecursive *bool       `arg:"read_only_force_recursive" doc:"Fail where mounts below cannot be read-only."`
	NoCopy                 *bool       `arg:"no_copy" doc:"Leave the image's files out of a fresh volume."`
	Labels                 *value.Dict `arg:"labels" doc:"Labels of the volume."`
	VolumeDriver           *string     `arg:"volume_driver" doc:"Driver of the volume."`
	VolumeOptions          *value.Dict `arg:"volume_options" doc:"Options of the volume's driver."`
	Subpath                *string     `arg:"subpath" doc:"Folder in the volume or image to mount."`
	TmpfsSize              *string     `arg:"tmpfs_size" doc:"Size of a tmpfs, as 64M."`
	TmpfsMode              *string     `arg:"tmpfs_mode" doc:"Mode of a tmpfs, octal."`
	TmpfsOptions           []any       `arg:"tmpfs_options" doc:"Further options of a tmpfs, each a dict of one."`
}

type healthcheckArgs struct {
	Test              any     `arg:"test" doc:"Command: a list that starts with CMD, CMD-SHELL or NONE, or a text for the shell."`
	TestCLICompatible bool    `arg:"test_cli_compatible" default:"false" doc:"Without a test keep the image's and change only the times."`
	Interval          *string `arg:"interval" doc:"Time between checks, as 1m30s."`
	Timeout           *string `arg:"timeout" doc:"Time until a check counts as failed."`
	Retries           *int64  `arg:"retries" doc:"Failures in a row until the container is unhealthy."`
	StartPeriod       *string `arg:"start_period" doc:"Time after the start in which failures do not count."`
	StartInterval     *string `arg:"start_interval" doc:"Time between checks in the start period."`
}

type containerNet struct {
	NetworkMode           *string        `arg:"network_mode" doc:"bridge, host, none, container:name, default or a network's name."`
	Networks              []endpointArgs `arg:"networks" doc:"Networks to be connected to."`
	NetworksCLICompatible bool           `arg:"networks_cli_compatible" default:"true" doc:"The first of networks takes the place of the default network, as with docker run --network."`
	PurgeNetworks         bool           `arg:"purge_networks" default:"false" doc:"Disconnect networks that are not in networks. Better: comparisons with networks: strict."`
	PublishedPorts        []string       `arg:"published_ports" alias:"ports" doc:"Ports as [[ip:]host:]container[/protocol]; ranges as 9000-9010."`
	PublishAllPorts       *bool          `arg:"publish_all_ports" doc:"Publish every exposed port at a free port of the host."`
	ExposedPorts          []string       `arg:"exposed_ports" alias:"exposed,expose" doc:"Ports to expose, as 80 or 90-92/udp."`
	DefaultHostIP         *string        `arg:"default_host_ip" doc:"Address that ports are published at when they name none; 0.0.0.0 when not given."`
	Links                 []string       `arg:"links" doc:"Containers to link to, as name[:alias]."`
	DNSServers            []string       `arg:"dns_servers" doc:"DNS servers."`
	DNSOpts               []string       `arg:"dns_opts" doc:"Options of the resolver."`
	DNSSearchDomains      []string       `arg:"dns_search_domains" doc:"Domains to search."`
	EtcHosts              *value.Dict    `arg:"etc_hosts" doc:"Names and their addresses for the container's /etc/hosts."`
}

type endpointArgs struct {
	Name        string      `arg:"name,required" doc:"The network's name."`
	IPv4Address *string     `arg:"ipv4_address" doc:"Address in it."`
	IPv6Address *string     `arg:"ipv6_address" doc:"IPv6 address in it."`
	MacAddress  *string     `arg:"mac_address" doc:"MAC address in it."`
	Links       []string    `arg:"links" doc:"Containers in it to link to, as name[:alias]."`
	Aliases     []string    `arg:"aliases" doc:"Names of the container in it."`
	DriverOpts  *value.Dict `arg:"driver_opts" doc:"Options of the network's driver."`
	GwPriority  *int64      `arg:"gw_priority" doc:"Which network gives the default route: the highest."`
}

type containerHandling struct {
	Pull               any         `arg:"pull" default:"missing" doc:"When to pull the image: always (true), missing (false) or never."`
	PullCheckMode      string      `arg:"pull_check_mode_behavior" enum:"image_not_present,always" default:"image_not_present" doc:"When check mode reports a pull."`
	Recreate           bool        `arg:"recreate" default:"false" doc:"Make the container anew even if nothing differs."`
	Restart            bool        `arg:"restart" default:"false" doc:"Restart the container if it runs."`
	Paused             *bool       `arg:"paused" doc:"Whether the container is paused."`
	Cleanup            bool        `arg:"cleanup" default:"false" doc:"Remove the container when it has ended, with detach false."`
	ForceKill          bool        `arg:"force_kill" alias:"forcekill" default:"false" doc:"Kill the container instead of asking it to stop."`
	OutputLogs         bool        `arg:"output_logs" default:"false" doc:"Show what the container prints, with detach false."`
	Comparisons        *value.Dict `arg:"comparisons" doc:"For each option how the container is compared: strict, ignore or allow_more_present; * for all."`
	IgnoreImage        bool        `arg:"ignore_image" default:"false" doc:"Same as comparisons with image: ignore."`
	ImageComparison    string      `arg:"image_comparison" enum:"desired-image,current-image" default:"desired-image" doc:"The image whose environment and labels count as given: the option's or the container's."`
	ImageNameMismatch  string      `arg:"image_name_mismatch" enum:"recreate,ignore" default:"ignore" doc:"What to do when image is another name of the same image."`
	ImageLabelMismatch string      `arg:"image_label_mismatch" enum:"ignore,fail" default:"ignore" doc:"What to do about labels of the image that labels does not list, when labels are compared strictly."`
	RemovalWaitTimeout *float64    `arg:"removal_wait_timeout" doc:"Most seconds to wait until the engine has removed the container; no limit when not given."`
	HealthyWaitTimeout *float64    `arg:"healthy_wait_timeout" default:"300" doc:"Most seconds that state healthy waits; 0 or less for no limit."`
}
