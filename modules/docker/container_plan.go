package docker

import (
	"net/url"
	"strings"

	"goplay/modules"
)

// plan is what a task wants of a container, worked out before anything is
// touched, and what is needed to compare it with one that exists.
type plan struct {
	c     *modules.Context
	e     *engine
	args  *containerArgs
	rules map[string]rule
	want  map[string]any // by option; only what is given
	// compared is the image whose environment, labels and ports count as
	// wanted too; nil when there is none yet.
	compared object
	networks map[string]object // of the task, by name, as inspected
}

// newPlan reads the options. Faults in them are reported before any effect.
func newPlan(c *modules.Context, e *engine, a *containerArgs) (*plan, error) {
	p := &plan{c: c, e: e, args: a, want: map[string]any{}, networks: map[string]object{}}
	if err := checkVersion(e.ClientVersion(), a); err != nil {
		return nil, err
	}
	var err error
	if p.rules, err = rulesOf(a); err != nil {
		return nil, err
	}
	if err := p.findNetworks(); err != nil {
		return nil, err
	}
	for i := range properties {
		v, err := properties[i].want(p)
		if err != nil {
			return nil, modules.Fail("%w", err)
		}
		if v != nil {
			p.want[properties[i].option] = v
		}
	}
	return p, p.checkMountTargets()
}

// has is what an existing container has of a property.
func (p *plan) has(pr *property, container object) any {
	switch {
	case pr.have != nil:
		return pr.have(p, container)
	case strings.HasPrefix(pr.path, "HostConfig."):
		return at(container, pr.path)
	}
	return at(container, "Config."+pr.path)
}

// expected is what a container is compared with; nil when the task says nothing.
func (p *plan) expected(pr *property) any {
	v := p.want[pr.option]
	if pr.expect != nil && (v != nil || p.rules[pr.option] == strict) {
		return pr.expect(p, v)
	}
	return v
}

// differing lists the properties in which a container is not as wanted.
func (p *plan) differing(container object, found *changes) []*property {
	var out []*property
	for i := range properties {
		pr := &properties[i]
		want := p.expected(pr)
		if want == nil {
			continue
		}
		have := p.has(pr, container)
		if same(pr.kind, p.rules[pr.option], want, have) {
			continue
		}
		if pr.kind == set {
			want, have = shownSet(want), shownSet(have)
		}
		found.add(pr.label(), have, want)
		out = append(out, pr)
	}
	return out
}

// body is the request that creates the container, with no more in it than the
// task says, so that the engine's defaults stay its own.
func (p *plan) body() object {
	a := p.args
	body := object{"Image": a.Image}
	attach := a.Detach == nil || !*a.Detach
	body["AttachStdout"], body["AttachStderr"] = attach, attach
	interactive := a.Interactive != nil && *a.Interactive
	body["AttachStdin"] = interactive && attach
	body["StdinOnce"] = interactive && attach
	for i := range properties {
		pr := &properties[i]
		v, given := p.want[pr.option]
		switch {
		case pr.send != nil:
			pr.send(p, body, v)
		case given:
			put(body, pr.path, v)
		}
	}
	p.sendFirstNetwork(body)
	return body
}

// query has what the request to create a container carries beside its body.
func (p *plan) query() url.Values {
	q := url.Values{"name": {p.args.Name}}
	if p.args.Platform != nil {
		q.Set("platform", *p.args.Platform)
	}
	return q
}

// updates is the request that brings what differs up to date in place, or nil
// when one of the properties needs a new container.
func (p *plan) updates(differing []*property) object {
	body := object{}
	for _, pr := range differing {
		if pr.live == "" {
			return nil
		}
		put(body, pr.live, p.want[pr.option])
	}
	if policy := objectAt(body, "RestartPolicy"); policy != nil {
		policy["Name"] = p.want["restart_policy"]
	}
	return body
}
