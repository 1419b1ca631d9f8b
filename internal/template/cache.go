package template

import (
	"sync"

	"goplay/internal/jinja"
	"goplay/internal/source"
)

// mode is how a text is read.
type mode uint8

const (
	dataMode mode = iota // a playbook argument
	condMode             // a condition
	exprMode             // an expression alone
)

type cacheKey struct {
	mode mode
	text string
	at   source.Pos
	env  *jinja.Env // of a template file; nil otherwise
}

// compiled is a text ready to run, or why it cannot be.
type compiled struct {
	tpl     *jinja.Template
	expr    *jinja.Template // a condition as an expression, which is faster to run; may be nil
	err     error
	name    string  // set when the text is {{ name }} and nothing else
	asIs    *string // the text, where Python refuses the code made of it: Ansible leaves it alone
	mutates bool    // the template may change containers in place
	newline string  // what ends a line of a template file
}

// cache keeps compiled templates. When the young half is full it becomes the
// old one, and what was old and not asked for since is forgotten.
type cache struct {
	mu         sync.RWMutex
	young, old map[cacheKey]*compiled
	limit      int
}

func newCache(limit int) *cache {
	return &cache{young: map[cacheKey]*compiled{}, limit: limit / 2}
}

func (c *cache) get(k cacheKey) *compiled {
	c.mu.RLock()
	found, ok := c.young[k]
	if ok {
		c.mu.RUnlock()
		return found
	}
	found = c.old[k]
	c.mu.RUnlock()
	if found != nil {
		c.put(k, found)
	}
	return found
}

func (c *cache) put(k cacheKey, v *compiled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= c.limit {
		c.old, c.young = c.young, make(map[cacheKey]*compiled, c.limit)
	}
	c.young[k] = v
}
