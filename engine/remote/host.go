package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"goplay/engine/agent"
)

// host is one way to reach one host, with the agents that run there: one for
// each user.
type host struct {
	pool   *Pool
	target Target // of the first who asked; without Become
	lock   lock   // held while the connection is opened
	conn   conn

	mu     sync.Mutex
	users  map[string]*userAgent
	closed bool
}

// userAgent is the agent of one user.
type userAgent struct {
	lock   lock // held while the agent is started
	client *agent.Client
	proc   *started
}

// lock is a mutex whose wait ends with a context.
type lock chan struct{}

func newLock() lock { return make(lock, 1) }

func (l lock) take(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l lock) release() { <-l }

// connect opens the connection, once for all who want it.
func (h *host) connect(ctx context.Context) (conn, error) {
	if err := h.lock.take(ctx); err != nil {
		return nil, err
	}
	defer h.lock.release()
	if h.conn != nil {
		return h.conn, nil
	}
	c, err := h.open(ctx)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		_ = c.Close()
		return nil, errClosed
	}
	h.conn = c
	return c, nil
}

func (h *host) open(ctx context.Context) (conn, error) {
	way, _ := Connection(h.target.Connection)
	switch way {
	case "local":
		return localConn(), nil
	case "docker", "podman":
		return containerConn(cmp.Or(h.target.Engine, way), h.target.EngineArgs, h.target.Host, h.target.User)
	}
	d, err := h.pool.newDialer(&h.target)
	if err != nil {
		return nil, err
	}
	return dialSSH(ctx, d)
}

// agent gives the agent of a user, started if it is not there or has gone.
func (h *host) agent(ctx context.Context, b *Become) (*agent.Client, *started, error) {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil, nil, errClosed
	}
	u := h.users[b.key()]
	if u == nil {
		u = &userAgent{lock: newLock()}
		h.users[b.key()] = u
	}
	h.mu.Unlock()
	if err := u.lock.take(ctx); err != nil {
		return nil, nil, err
	}
	defer u.lock.release()
	if u.client != nil {
		select {
		case <-u.client.Done():
		default:
			return u.client, u.proc, nil
		}
	}
	c, err := h.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	client, proc, err := h.start(ctx, c, b)
	if err != nil {
		return nil, nil, h.explain(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		_ = client.Close()
		return nil, nil, errClosed
	}
	u.client, u.proc = client, proc
	go func() { <-client.Done(); _, _ = proc.wait() }()
	return client, proc, nil
}

// start runs the agent that the host keeps, or puts it there first.
func (h *host) start(ctx context.Context, c conn, b *Become) (*agent.Client, *started, error) {
	terminals := c.terminals() && !h.target.NoTerminal
	pty := terminals && b != nil && b.Password != "" && methods[b.method()].terminal
	client, proc, err := (&starting{h: h, conn: c, become: b, pty: pty}).agent(ctx)
	if failed := (*BecomeFailed)(nil); errors.As(err, &failed) && terminals && !pty && strings.Contains(failed.Msg, "tty") {
		// requiretty: sudo wants a terminal, whatever it is used for.
		return (&starting{h: h, conn: c, become: b, pty: true}).agent(ctx)
	}
	return client, proc, err
}

// greet makes a client of an agent that has been started.
func greet(ctx context.Context, s *started) (*agent.Client, error) {
	type answer struct {
		client *agent.Client
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		client, err := agent.NewClient(s.out, s.stdin)
		answered <- answer{client, err}
	}()
	timer := time.NewTimer(shellTimeout)
	defer timer.Stop()
	var err error
	select {
	case a := <-answered:
		if a.err == nil {
			return a.client, nil
		}
		err = fmt.Errorf("start the agent: %w: %s", a.err, oneLine(s.errs.whole()))
	case <-timer.C:
		err = errors.New("start the agent: it does not answer")
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.discard()
	return nil, err
}

// explain makes every error but a failure to become one of the connection.
func (h *host) explain(err error) error {
	var failed *BecomeFailed
	var lost *Unreachable
	if errors.As(err, &failed) || errors.As(err, &lost) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	way, _ := Connection(h.target.Connection)
	if way == "ssh" {
		return unreachable(err, "%s", err)
	}
	return &Unreachable{Msg: fmt.Sprintf("Failed to connect to %s through %s: %s", h.target.name(), way, err), Err: err}
}

// gone explains the end of an agent in the middle of a call.
func (h *host) gone(err error, s *started) error {
	said := oneLine(s.errs.whole())
	if said != "" {
		said = ": " + said
	}
	return h.explain(fmt.Errorf("the connection to %s was lost: %w%s", h.target.name(), err, said))
}

// close makes the agents leave and closes the connection.
func (h *host) close() error {
	h.mu.Lock()
	h.closed = true
	users := h.users
	c := h.conn
	h.mu.Unlock()
	var wg sync.WaitGroup
	for _, u := range users {
		if u.client == nil {
			continue
		}
		wg.Go(func() {
			_ = u.client.Close()
			select {
			case <-u.client.Done():
				_, _ = u.proc.wait()
			case <-time.After(leaveTimeout):
				u.proc.kill()
			}
		})
	}
	wg.Wait()
	if c != nil {
		return c.Close()
	}
	return nil
}

// leaveTimeout is how long an agent may take to end what it runs.
const leaveTimeout = 5 * time.Second
