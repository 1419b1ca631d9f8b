package jinja

// slab hands out things that live and die together, made by the dozen: a
// template's nodes are many and small.
type slab[T any] struct {
	left []T
	next int // how many to make
}

const mostSlab = 64

func (c *slab[T]) take() *T {
	if len(c.left) == 0 {
		c.next = min(max(2*c.next, 1), mostSlab)
		c.left = make([]T, c.next)
	}
	one := &c.left[0]
	c.left = c.left[1:]
	return one
}
