package agent

import (
	"context"
	"sync"
)

// credit is how many bytes a sender may still send.
type credit struct {
	mu    sync.Mutex
	left  int64
	err   error
	ready chan struct{} // closed and replaced at every change
}

func newCredit(n int64) *credit { return &credit{left: n, ready: make(chan struct{})} }

// take waits for room and takes at most n bytes of it.
func (c *credit) take(ctx context.Context, n int) (int, error) {
	for {
		c.mu.Lock()
		if c.err != nil {
			defer c.mu.Unlock()
			return 0, c.err
		}
		if c.left > 0 {
			defer c.mu.Unlock()
			n = int(min(int64(n), c.left))
			c.left -= int64(n)
			return n, nil
		}
		ready := c.ready
		c.mu.Unlock()
		select {
		case <-ready:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

func (c *credit) give(n uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left += int64(n)
	c.wake()
}

// fail makes every take fail from now on.
func (c *credit) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		c.wake()
	}
}

func (c *credit) wake() {
	close(c.ready)
	c.ready = make(chan struct{})
}
