package docker

import (
	"net/http"
	"net/url"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// notManager is what modules say that only a manager of a swarm can serve.
const notManager = "Error running docker swarm module: must run on swarm manager node"

// swarm reads the swarm that the engine manages; nil where it manages none.
func (e *engine) swarm(c *modules.Context) object {
	found, err := e.get(c, "/swarm", nil)
	if err != nil {
		return nil // an engine that is no manager refuses
	}
	return found
}

// inSwarm tells whether the engine is a node of a swarm, of either kind.
func (e *engine) inSwarm(c *modules.Context) (bool, error) {
	info, err := e.get(c, "/info", nil)
	if err != nil {
		return false, modules.Fail("Failed to get host information.")
	}
	state := textAt(info, "Swarm.LocalNodeState")
	return state != "" && state != "inactive", nil
}

// asGiven is a task's dict as the engine gets it. What is no text where the
// engine wants text is the engine's to refuse.
func asGiven(d *value.Dict) object {
	text, err := value.EncodeJSON(d, value.JSONOptions{})
	if err != nil {
		return texts(d)
	}
	v, _ := decode(strings.NewReader(text))
	o, _ := v.(object)
	return o
}

// unlockKey is what a locked manager is unlocked with, nothing where it is not
// locked; nil where the engine does not say.
func (e *engine) unlockKey(c *modules.Context) any {
	said, err := e.get(c, "/swarm/unlockkey", nil)
	if err != nil {
		return nil
	}
	return said["UnlockKey"]
}

// ownNode is the engine's ID in its swarm.
func (e *engine) ownNode(c *modules.Context) (string, error) {
	info, err := e.get(c, "/info", nil)
	if err != nil || textAt(info, "Swarm.NodeID") == "" {
		return "", modules.Fail("Failed to get node information.")
	}
	return textAt(info, "Swarm.NodeID"), nil
}

// node inspects a node by name or ID; nil when the swarm has none.
func (e *engine) node(c *modules.Context, name string) (object, error) {
	node, err := e.get(c, "/nodes/"+url.PathEscape(name), nil)
	switch {
	case missing(err):
		return nil, nil
	case err != nil:
		return nil, nodeError(err)
	}
	withLeaderAddress(node)
	return node, nil
}

func nodeError(err error) error {
	if isStatus(err, http.StatusServiceUnavailable) {
		return modules.Fail("Cannot inspect node: To inspect node execute module on Swarm Manager")
	}
	return modules.Fail("Error while reading from Swarm manager: %w", err)
}

// withLeaderAddress gives the leader of a swarm the address that others reach
// it at: the engine says 0.0.0.0 of it.
func withLeaderAddress(node object) {
	if !boolAt(node, "ManagerStatus.Leader") {
		return
	}
	if address := textAt(node, "ManagerStatus.Addr"); strings.Count(address, ":") == 1 {
		if ip, _, _ := strings.Cut(address, ":"); ip != "" {
			put(node, "Status.Addr", ip)
		}
	}
}
