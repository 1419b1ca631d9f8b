package remote

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"goplay/engine/agent"
	"goplay/modules"
)

// Pool holds the connections of a run: one to a host, and on it one agent a
// user. It is safe for concurrent use.
type Pool struct {
	options Options
	keyring *keyring
	asking  sync.Mutex // one question at a time

	mu     sync.Mutex
	hosts  map[identity]*host
	jumps  map[string]*jump
	hashes map[identity]string // the agent that a host has turned out to need
	warned map[string]bool
	closed bool
}

// NewPool makes an empty pool.
func NewPool(o Options) *Pool {
	return &Pool{options: o, keyring: &keyring{opened: map[string]ssh.Signer{}}, hosts: map[identity]*host{},
		jumps: map[string]*jump{}, hashes: map[identity]string{}, warned: map[string]bool{}}
}

// Runner gives the runner of a target: this process for a local one without
// Become, else an agent, which is put there and started if need be. Runners
// are kept: asking again costs nothing. The error is an *Unreachable, a
// *BecomeFailed, or ctx's cause. A runner that was lost is made anew when it
// is asked for again. Runners are closed by the pool.
func (p *Pool) Runner(ctx context.Context, t Target) (modules.Runner, error) {
	h, err := p.host(&t)
	if err != nil {
		return nil, err
	}
	if way, _ := Connection(t.Connection); way == "local" && t.Become == nil {
		return modules.InProcess{}, nil
	}
	client, proc, err := h.agent(ctx, t.Become)
	if err != nil {
		return nil, err
	}
	return &runner{Client: client, host: h, proc: proc}, nil
}

func (p *Pool) host(t *Target) (*host, error) {
	id, err := t.identity()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, &Unreachable{Msg: errClosed.Error(), Err: errClosed}
	}
	h := p.hosts[id]
	if h == nil {
		h = &host{pool: p, target: *t, lock: newLock(), users: map[string]*userAgent{}}
		h.target.Become = nil
		p.hosts[id] = h
	}
	return h, nil
}

// Reset closes the target's connection and its agents, of all users. The next
// that asks gets new ones, so that new groups of the user are in effect.
func (p *Pool) Reset(t Target) error {
	id, err := t.identity()
	if err != nil {
		return err
	}
	p.mu.Lock()
	h := p.hosts[id]
	delete(p.hosts, id)
	p.mu.Unlock()
	if h == nil {
		return nil
	}
	return h.close()
}

// Close makes all agents leave and closes all connections; calls under way
// end as lost.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	hosts, jumps := p.hosts, p.jumps
	p.hosts, p.jumps = nil, nil
	p.mu.Unlock()
	errs := make(chan error, len(hosts))
	for _, h := range hosts {
		go func() { errs <- h.close() }()
	}
	var all error
	for range hosts {
		all = errors.Join(all, <-errs)
	}
	for _, j := range jumps {
		j.close()
	}
	return all
}

// jump is the shared connection to a host that others are behind.
type jump struct {
	lock   lock
	client *ssh.Client
	gone   chan struct{}
}

func (j *jump) close() {
	if j.client != nil {
		_ = j.client.Close() // it may have gone already
	}
}

func (p *Pool) jumpHost(ctx context.Context, key string, d *dialer) (*ssh.Client, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errClosed
	}
	j := p.jumps[key]
	if j == nil {
		j = &jump{lock: newLock()}
		p.jumps[key] = j
	}
	p.mu.Unlock()
	if err := j.lock.take(ctx); err != nil {
		return nil, err
	}
	defer j.lock.release()
	if j.client != nil {
		select {
		case <-j.gone:
		default:
			return j.client, nil
		}
	}
	client, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	j.client, j.gone = client, make(chan struct{})
	go func(gone chan struct{}) { _ = client.Wait(); close(gone) }(j.gone)
	return client, nil
}

// likelyHash names the agent that a host probably has: what it has turned out
// to need, or what a host like most needs.
func (p *Pool) likelyHash(h *host) string {
	id, _ := h.target.identity()
	p.mu.Lock()
	hash := p.hashes[id]
	p.mu.Unlock()
	if hash != "" {
		return hash
	}
	for _, system := range [][2]string{{"linux", runtime.GOARCH}, {runtime.GOOS, runtime.GOARCH}, {"linux", "amd64"}} {
		if b, err := p.agents(system[0], system[1]); err == nil {
			return b.Hash
		}
	}
	return "none"
}

func (p *Pool) learn(h *host, hash string) {
	id, _ := h.target.identity()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hashes[id] = hash
}

func (p *Pool) agents(goos, goarch string) (*Binary, error) {
	if p.options.Agents != nil {
		return p.options.Agents(goos, goarch)
	}
	return Agents(goos, goarch)
}

// ask is Options.Ask for one question at a time; nil without a terminal.
func (p *Pool) ask() func(context.Context, string) (string, error) {
	if p.options.Ask == nil {
		return nil
	}
	return func(ctx context.Context, prompt string) (string, error) {
		p.asking.Lock()
		defer p.asking.Unlock()
		return p.options.Ask(ctx, prompt)
	}
}

func (p *Pool) warn(msg string) {
	p.mu.Lock()
	said := p.warned[msg]
	p.warned[msg] = true
	p.mu.Unlock()
	if !said && p.options.Warn != nil {
		p.options.Warn(msg)
	}
}

// runner is an agent's client whose losses say which host was lost.
type runner struct {
	*agent.Client
	host *host
	proc *started
}

var (
	_ modules.Runner = (*runner)(nil)
	_ agent.Detacher = (*runner)(nil)
)

func (r *runner) Run(ctx context.Context, call modules.Call) (modules.Result, error) {
	result, err := r.Client.Run(ctx, call)
	return result, r.explain(err)
}

func (r *runner) Detach(ctx context.Context, call modules.Call, limit time.Duration) (modules.Result, error) {
	result, err := r.Client.Detach(ctx, call, limit)
	return result, r.explain(err)
}

func (r *runner) explain(err error) error {
	var lost *agent.Lost
	if errors.As(err, &lost) {
		return r.host.gone(lost.Err, r.proc)
	}
	return err
}

// Close does nothing: the agent serves others too, until its pool is closed.
func (r *runner) Close() error { return nil }
