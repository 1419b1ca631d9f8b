package docker

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_swarm",
		Summary: "make, join and leave swarms of Docker engines",
		Example: `- name: Make a swarm
  community.docker.docker_swarm:
    advertise_addr: 192.168.1.1
- name: Join it from elsewhere
  community.docker.docker_swarm:
    state: join
    join_token: "{{ token }}"
    remote_addrs: ["192.168.1.1:2377"]
`,
		Differs: []string{"What a task does not name stays as it is in the swarm, where Ansible's module puts it back to the engine's default."},
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "join", Needs: []string{"remote_addrs", "join_token"}},
			{Option: "state", Is: "remove", Needs: []string{"node_id"}},
		},
	}, modules.Bare(runSwarm))
}

type swarmArgs struct {
	State         string   `arg:"state" enum:"present,join,absent,remove" default:"present" doc:"present makes a swarm or changes it, join makes the engine a node of one, absent makes it leave, remove takes another node that is down out of it."`
	AdvertiseAddr *string  `arg:"advertise_addr" doc:"Address or interface, with a port if need be, that other nodes reach this one at."`
	ListenAddr    string   `arg:"listen_addr" default:"0.0.0.0:2377" doc:"Address or interface to listen at for other managers."`
	DataPathAddr  *string  `arg:"data_path_addr" doc:"Address or interface for the traffic of containers. Counts when the swarm is made or joined."`
	DataPathPort  *int64   `arg:"data_path_port" doc:"Port for that traffic. Counts when the swarm is made."`
	AddrPool      []string `arg:"default_addr_pool" doc:"Ranges that networks of the swarm take their subnets from. Counts when the swarm is made."`
	SubnetSize    *int64   `arg:"subnet_size" doc:"Length of those subnets' prefixes. Counts when the swarm is made."`
	Force         bool     `arg:"force" default:"false" doc:"Make a new swarm although there is one, or leave one although this is a manager."`
	RemoteAddrs   []string `arg:"remote_addrs" doc:"Managers of the swarm to join."`
	JoinToken     *string  `arg:"join_token,secret" doc:"Token of the swarm to join."`
	NodeID        string   `arg:"node_id" doc:"The node to remove."`
	RotateWorker  bool     `arg:"rotate_worker_token" default:"false" doc:"Make a new token for workers."`
	RotateManager bool     `arg:"rotate_manager_token" default:"false" doc:"Make a new token for managers."`
	swarmSpec
	Connection
}

// swarmSpec is what can be changed in a swarm.
type swarmSpec struct {
	Name          *string     `arg:"name" doc:"The swarm's name."`
	Labels        *value.Dict `arg:"labels" doc:"Labels of the swarm."`
	SnapshotEvery *int64      `arg:"snapshot_interval" doc:"Log entries between snapshots."`
	KeepSnapshots *int64      `arg:"keep_old_snapshots" doc:"Snapshots to keep beyond the last."`
	SlowFollowers *int64      `arg:"log_entries_for_slow_followers" doc:"Log entries to keep for managers that lag behind."`
	HeartbeatTick *int64      `arg:"heartbeat_tick" doc:"Seconds between heartbeats of the leader."`
	ElectionTick  *int64      `arg:"election_tick" doc:"Seconds without a leader before a new one is elected."`
	TaskHistory   *int64      `arg:"task_history_retention_limit" doc:"Ended tasks to remember."`
	Heartbeat     *int64      `arg:"dispatcher_heartbeat_period" doc:"Nanoseconds between the heartbeats of a node."`
	CertExpiry    *int64      `arg:"node_cert_expiry" doc:"Nanoseconds that certificates of nodes are valid."`
	CACert        *string     `arg:"signing_ca_cert" doc:"Certificate, not a file, of the authority that signs nodes' certificates."`
	CAKey         *string     `arg:"signing_ca_key,secret" doc:"Key, not a file, of that authority."`
	CARotate      *int64      `arg:"ca_force_rotate" doc:"A number that, when it changes, makes the swarm take a new authority."`
	Autolock      *bool       `arg:"autolock_managers" doc:"Lock the managers' data with a key."`
}

type swarmResult struct {
	Result  string   `json:"result" doc:"Empty."`
	Actions []string `json:"actions" doc:"What was done, a sentence each."`
	Facts   object   `json:"swarm_facts,omitempty" doc:"The swarm as the engine describes it; of a new one its tokens and unlock key."`
}

// swarmField is one option of a swarm: its name and where the engine has it.
type swarmField struct {
	option, api string
	want        any // nil when not given
}

func (s *swarmSpec) fields() []swarmField {
	labels := any(nil)
	if s.Labels != nil {
		labels = asGiven(s.Labels)
	}
	return []swarmField{
		{"name", "Name", valueOf(s.Name)}, {"labels", "Labels", labels},
		{"snapshot_interval", "Raft.SnapshotInterval", valueOf(s.SnapshotEvery)},
		{"keep_old_snapshots", "Raft.KeepOldSnapshots", valueOf(s.KeepSnapshots)},
		{"log_entries_for_slow_followers", "Raft.LogEntriesForSlowFollowers", valueOf(s.SlowFollowers)},
		{"heartbeat_tick", "Raft.HeartbeatTick", valueOf(s.HeartbeatTick)},
		{"election_tick", "Raft.ElectionTick", valueOf(s.ElectionTick)},
		{"task_history_retention_limit", "Orchestration.TaskHistoryRetentionLimit", valueOf(s.TaskHistory)},
		{"dispatcher_heartbeat_period", "Dispatcher.HeartbeatPeriod", valueOf(s.Heartbeat)},
		{"node_cert_expiry", "CAConfig.NodeCertExpiry", valueOf(s.CertExpiry)},
		{"signing_ca_cert", "CAConfig.SigningCACert", valueOf(s.CACert)},
		{"signing_ca_key", "CAConfig.SigningCAKey", valueOf(s.CAKey)},
		{"ca_force_rotate", "CAConfig.ForceRotate", valueOf(s.CARotate)},
		{"autolock_managers", "EncryptionConfig.AutoLockManagers", valueOf(s.Autolock)},
	}
}

// valueOf is what a pointer leads to, or nil.
func valueOf[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// body is the spec as the engine takes it, on top of what a swarm has: the
// engine puts back to its default what a spec does not have.
func (s *swarmSpec) body(spec object) object {
	for _, f := range s.fields() {
		if f.want != nil {
			put(spec, f.api, f.want)
		}
	}
	return spec
}

// swarmRun brings one engine's membership to what a task wants.
type swarmRun struct {
	c     *modules.Context
	e     *engine
	a     *swarmArgs
	found changes
	out   swarmResult
}

func runSwarm(c *modules.Context, a swarmArgs) (swarmResult, error) {
	r := &swarmRun{c: c, a: &a, out: swarmResult{Actions: []string{}}}
	var err error
	if r.e, err = a.connect(c); err != nil {
		return r.out, err
	}
	defer r.e.Close()
	err = map[string]func() error{"present": r.present, "join": r.join, "absent": r.leave, "remove": r.remove}[a.State]()
	r.found.show(c)
	return r.out, err
}

// post makes a change of the swarm; failed words the engine's refusal.
func (r *swarmRun) post(path string, query url.Values, body any, failed string) error {
	return r.c.Change(modules.Diff{}, func() error {
		if _, err := r.e.call(r.c, http.MethodPost, path, query, body); err != nil {
			return modules.Fail(failed+": %w", err)
		}
		return nil
	})
}

func (r *swarmRun) did(what string) { r.out.Actions = append(r.out.Actions, what) }

func (r *swarmRun) present() error {
	swarm := r.e.swarm(r.c)
	if swarm != nil && !r.a.Force {
		return r.update(swarm)
	}
	body := object{"ListenAddr": r.a.ListenAddr, "ForceNewCluster": r.a.Force, "Spec": r.a.body(object{})}
	for name, v := range map[string]any{"AdvertiseAddr": valueOf(r.a.AdvertiseAddr), "DataPathAddr": valueOf(r.a.DataPathAddr),
		"DataPathPort": valueOf(r.a.DataPathPort), "SubnetSize": valueOf(r.a.SubnetSize)} {
		if v != nil {
			body[name] = v
		}
	}
	if r.a.AddrPool != nil {
		body["DefaultAddrPool"] = r.a.AddrPool
	}
	if err := r.post("/swarm/init", nil, body, "Can not create a new Swarm Cluster"); err != nil {
		return err
	}
	swarm = r.e.swarm(r.c)
	id := "None"
	if swarm != nil {
		id = textAt(swarm, "ID")
	}
	r.did("New Swarm cluster created: " + id)
	r.found.add("state", "absent", "present")
	r.out.Facts = object{"JoinTokens": swarm["JoinTokens"], "UnlockKey": r.newKey(swarm)}
	return nil
}

// newKey is the key that unlocks a swarm whose managers have just been locked.
func (r *swarmRun) newKey(swarm object) any {
	if swarm == nil || r.a.Autolock == nil || !*r.a.Autolock {
		return nil
	}
	return r.e.unlockKey(r.c)
}

func (r *swarmRun) update(swarm object) error {
	locks := false
	for _, f := range r.a.fields() {
		have := at(swarm, "Spec."+f.api)
		if f.option == "labels" && have == nil {
			have = object{}
		}
		if f.want != nil && !reflect.DeepEqual(f.want, have) {
			r.found.add(f.option, have, f.want)
			locks = locks || f.option == "autolock_managers"
		}
	}
	query := url.Values{"version": {strconv.FormatInt(intAt(swarm, "Version.Index"), 10)}}
	for option, rotate := range map[string]bool{"rotate_worker_token": r.a.RotateWorker, "rotate_manager_token": r.a.RotateManager} {
		if rotate {
			r.found.add(option, false, true)
		}
	}
	query.Set("rotateWorkerToken", strconv.FormatBool(r.a.RotateWorker))
	query.Set("rotateManagerToken", strconv.FormatBool(r.a.RotateManager))
	swarm["UnlockKey"] = nil
	r.out.Facts = swarm
	if r.found.before == nil {
		r.did("No modification")
		return nil
	}
	if err := r.post("/swarm/update", query, r.a.body(objectAt(swarm, "Spec")), "Can not update a Swarm Cluster"); err != nil {
		return err
	}
	if now := r.e.swarm(r.c); now != nil {
		now["UnlockKey"] = nil
		if locks {
			now["UnlockKey"] = r.newKey(now)
		}
		r.out.Facts = now
	}
	r.did("Swarm cluster updated")
	return nil
}

func (r *swarmRun) join() error {
	member, err := r.e.inSwarm(r.c)
	if err != nil {
		return err
	}
	if member {
		r.did("This node is already part of a swarm.")
		return nil
	}
	body := object{"RemoteAddrs": r.a.RemoteAddrs, "ListenAddr": r.a.ListenAddr, "JoinToken": *r.a.JoinToken}
	for name, v := range map[string]any{"AdvertiseAddr": valueOf(r.a.AdvertiseAddr), "DataPathAddr": valueOf(r.a.DataPathAddr)} {
		if v != nil {
			body[name] = v
		}
	}
	if err := r.post("/swarm/join", nil, body, "Can not join the Swarm Cluster"); err != nil {
		return err
	}
	r.did("New node is added to swarm cluster")
	r.found.add("joined", false, true)
	return nil
}

func (r *swarmRun) leave() error {
	member, err := r.e.inSwarm(r.c)
	if err != nil {
		return err
	}
	if !member {
		r.did("This node is not part of a swarm.")
		return nil
	}
	force := url.Values{"force": {strconv.FormatBool(r.a.Force)}}
	if err := r.post("/swarm/leave", force, nil, "This node can not leave the Swarm Cluster"); err != nil {
		return err
	}
	r.did("Node has left the swarm cluster")
	r.found.add("joined", "present", "absent")
	return nil
}

// downPatience is how long a node that is to be removed may take to be seen as
// down: managers miss a few heartbeats first.
const downPatience = 25 * time.Second

func (r *swarmRun) remove() error {
	if r.e.swarm(r.c) == nil {
		return modules.Fail("This node is not a manager.")
	}
	if err := r.awaitDown(r.a.NodeID); err != nil {
		return err
	}
	path := "/nodes/" + url.PathEscape(r.a.NodeID)
	err := r.c.Change(modules.Diff{}, func() error {
		if _, err := r.e.call(r.c, http.MethodDelete, path, url.Values{"force": {strconv.FormatBool(r.a.Force)}}, nil); err != nil {
			return modules.Fail("Can not remove the node from the Swarm Cluster: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.did("Node is removed from swarm cluster.")
	r.found.add("joined", true, false)
	return nil
}

// awaitDown returns when the swarm counts a node as down.
func (r *swarmRun) awaitDown(name string) error {
	late := time.After(downPatience)
	for {
		node, err := r.e.get(r.c, "/nodes/"+url.PathEscape(name), nil)
		if err != nil {
			return nodeError(err)
		}
		if textAt(node, "Status.State") == "down" {
			return nil
		}
		select {
		case <-time.After(time.Second):
		case <-late:
			return modules.Fail("Can not remove the node. The status node is ready and not down.")
		case <-r.c.Done():
			return r.c.Err()
		}
	}
}
