package main

import (
	"os"
	"sync"
)

// leaving is what has to be put right on the terminal however goplay ends.
var leaving cleanups

// cleanups are things to do before the process ends.
type cleanups struct {
	mu   sync.Mutex
	next int
	do   map[int]func()
}

// add has f done at the end, unless it is taken out before.
func (c *cleanups) add(f func()) (out func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.do == nil {
		c.do = map[int]func(){}
	}
	c.next++
	id := c.next
	c.do[id] = f
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.do, id)
	}
}

// leave ends the process.
func leave(code int) {
	leaving.mu.Lock()
	for _, f := range leaving.do {
		f()
	}
	os.Exit(code)
}
