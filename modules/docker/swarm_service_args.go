package docker

import "goplay/internal/value"

// serviceArgs are the options of docker_swarm_service. What is not given is
// not compared, and left to the engine's defaults where a service is changed.
type serviceArgs struct {
	Name         string `arg:"name,required" doc:"Name of the service."`
	State        string `arg:"state" enum:"present,absent" default:"present" doc:"Whether the swarm is to run it."`
	Image        string `arg:"image" doc:"Image to run."`
	ResolveImage bool   `arg:"resolve_image" default:"false" doc:"Ask the registry which digest the image has now, and update a service that runs another."`
	Mode         string `arg:"mode" enum:"replicated,global" default:"replicated" doc:"So many replicas, or one a node. A service whose mode changes is made anew."`
	Replicas     int64  `arg:"replicas" default:"-1" doc:"How many, of a replicated service; -1 leaves the number alone, and makes one."`
	ForceUpdate  bool   `arg:"force_update" default:"false" doc:"Start its tasks anew although nothing differs."`

	Command         any         `arg:"command" doc:"Program to run, a list or a text that is split as a shell does."`
	Args            []string    `arg:"args" doc:"Its arguments."`
	Env             any         `arg:"env" doc:"Environment, as a dict or a list of NAME=value."`
	EnvFiles        []string    `arg:"env_files" type:"path" doc:"Files on the target with lines NAME=value; later ones win, and env over all."`
	User            *string     `arg:"user" doc:"User that it runs as."`
	Groups          []string    `arg:"groups" doc:"Further groups of that user."`
	WorkingDir      *string     `arg:"working_dir" doc:"Folder that it starts in."`
	Hostname        *string     `arg:"hostname" doc:"Host name in its containers."`
	Hosts           *value.Dict `arg:"hosts" doc:"Names and addresses for /etc/hosts."`
	TTY             *bool       `arg:"tty" doc:"Give it a terminal."`
	Init            *bool       `arg:"init" doc:"Run an init that forwards signals and reaps processes."`
	ReadOnly        *bool       `arg:"read_only" doc:"Mount the containers' root read-only."`
	CapAdd          []string    `arg:"cap_add" doc:"Capabilities to add."`
	CapDrop         []string    `arg:"cap_drop" doc:"Capabilities to drop."`
	StopSignal      *string     `arg:"stop_signal" doc:"Signal that asks it to end."`
	StopGracePeriod *string     `arg:"stop_grace_period" doc:"Time until it is killed, as 10s."`
	Labels          *value.Dict `arg:"labels" doc:"Labels of the service."`
	ContainerLabels *value.Dict `arg:"container_labels" doc:"Labels of its containers."`
	DNS             []string    `arg:"dns" doc:"DNS servers."`
	DNSSearch       []string    `arg:"dns_search" doc:"DNS search domains."`
	DNSOptions      []string    `arg:"dns_options" doc:"DNS options."`
	EndpointMode    *string     `arg:"endpoint_mode" enum:"vip,dnsrr" doc:"Whether its name leads to one virtual address or to those of its tasks."`

	Networks     []any             `arg:"networks" doc:"Networks: names, or dicts with name, aliases and options."`
	Publish      []servicePort     `arg:"publish" doc:"Ports to publish."`
	Mounts       []serviceMount    `arg:"mounts" doc:"What is mounted."`
	Configs      []serviceConfig   `arg:"configs" doc:"Configs of the swarm that it sees as files."`
	Secrets      []serviceSecret   `arg:"secrets" doc:"Secrets of the swarm that it sees as files."`
	HealthCheck  *serviceHealth    `arg:"healthcheck" doc:"How the engine finds out whether a container is well."`
	Limits       *serviceResources `arg:"limits" doc:"Most that a container may use."`
	Reservations *serviceResources `arg:"reservations" doc:"What is kept for a container."`
	Logging      *serviceLogging   `arg:"logging" doc:"Where its output goes."`
	Placement    *servicePlacement `arg:"placement" doc:"On which nodes it runs."`
	Restart      *serviceRestart   `arg:"restart_config" doc:"When an ended task is started again."`
	Update       *serviceUpdate    `arg:"update_config" doc:"How changes are rolled out."`
	Rollback     *serviceRollback  `arg:"rollback_config" doc:"How a change that fails is taken back."`
	Connection
}

type servicePort struct {
	Published *int64  `arg:"published_port" doc:"Port outside; the swarm chooses when not given."`
	Target    int64   `arg:"target_port,required" doc:"Port in the container."`
	Protocol  string  `arg:"protocol" enum:"tcp,udp" default:"tcp" doc:"Protocol."`
	Mode      *string `arg:"mode" enum:"ingress,host" doc:"Whether every node listens, or those that run a task."`
}

type serviceMount struct {
	Target      string               `arg:"target,required" doc:"Path in the container."`
	Source      *string              `arg:"source" doc:"Folder on the node or name of a volume; needed but for a tmpfs."`
	Type        string               `arg:"type" enum:"bind,volume,tmpfs,npipe" default:"bind" doc:"What is mounted."`
	ReadOnly    *bool                `arg:"readonly" doc:"Mount it read-only."`
	Labels      *value.Dict          `arg:"labels" doc:"Labels of the volume."`
	Propagation *string              `arg:"propagation" enum:"shared,slave,private,rshared,rslave,rprivate" doc:"Propagation of a bind mount."`
	NoCopy      *bool                `arg:"no_copy" doc:"Leave the image's files out of a fresh volume."`
	Driver      *serviceVolumeDriver `arg:"driver_config" doc:"Driver of the volume."`
	TmpfsSize   *string              `arg:"tmpfs_size" doc:"Size of a tmpfs, as 64M."`
	TmpfsMode   *int64               `arg:"tmpfs_mode" doc:"Mode of a tmpfs, octal."`
}

type serviceVolumeDriver struct {
	Name    *string     `arg:"name" doc:"The driver."`
	Options *value.Dict `arg:"options" doc:"Its options."`
}

type serviceConfig struct {
	Name string  `arg:"config_name,required" doc:"Name of the config."`
	ID   *string `arg:"config_id" doc:"Its ID; looked up by the name when not given."`
	serviceFile
}

type serviceSecret struct {
	Name string  `arg:"secret_name,required" doc:"Name of the secret."`
	ID   *string `arg:"secret_id" doc:"Its ID; looked up by the name when not given."`
	serviceFile
}

type serviceFile struct {
	Filename *string `arg:"filename" doc:"The file's name; that of what it holds when not given."`
	UID      *string `arg:"uid" doc:"The file's owner."`
	GID      *string `arg:"gid" doc:"The file's group."`
	Mode     *int64  `arg:"mode" doc:"The file's mode, octal."`
}

type serviceHealth struct {
	Test        any     `arg:"test" doc:"Command: a list that starts with CMD, CMD-SHELL or NONE, or a text for the shell."`
	Interval    *string `arg:"interval" doc:"Time between checks, as 1m30s."`
	Timeout     *string `arg:"timeout" doc:"Time until a check counts as failed."`
	Retries     *int64  `arg:"retries" doc:"Failures in a row until the container is unhealthy."`
	StartPeriod *string `arg:"start_period" doc:"Time after the start in which failures do not count."`
}

type serviceResources struct {
	CPUs   *float64 `arg:"cpus" doc:"CPUs, as 0.5; 0 for no limit."`
	Memory *string  `arg:"memory" doc:"Memory, as 64M; 0 for no limit."`
}

type serviceLogging struct {
	Driver  *string     `arg:"driver" doc:"Logging driver."`
	Options *value.Dict `arg:"options" doc:"Its options."`
}

type servicePlacement struct {
	Constraints []string      `arg:"constraints" doc:"Conditions that a node meets, as node.role == manager."`
	Preferences []*value.Dict `arg:"preferences" doc:"How tasks are spread, dicts as spread: node.labels.rack."`
	MaxPerNode  *int64        `arg:"replicas_max_per_node" doc:"Most tasks on a node."`
}

type serviceRestart struct {
	Condition   *string `arg:"condition" enum:"none,on-failure,any" doc:"After which ends it is started again."`
	Delay       *string `arg:"delay" doc:"Time before that, as 5s."`
	MaxAttempts *int64  `arg:"max_attempts" doc:"How often at most."`
	Window      *string `arg:"window" doc:"Time in which starts are counted."`
}

type serviceUpdate struct {
	FailureAction *string `arg:"failure_action" enum:"continue,pause,rollback" doc:"What happens when a task fails."`
	serviceRollout
}

type serviceRollback struct {
	FailureAction *string `arg:"failure_action" enum:"continue,pause" doc:"What happens when a task fails."`
	serviceRollout
}

type serviceRollout struct {
	Parallelism     *int64   `arg:"parallelism" doc:"Tasks at once; 0 for all."`
	Delay           *string  `arg:"delay" doc:"Time between them, as 10s."`
	Monitor         *string  `arg:"monitor" doc:"How long a task is watched."`
	MaxFailureRatio *float64 `arg:"max_failure_ratio" doc:"Fraction of tasks that may fail."`
	Order           *string  `arg:"order" doc:"start-first or stop-first."`
}
