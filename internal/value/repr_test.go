package value

import "testing"

func TestReprOfWidelySharedStructureEnds(t *testing.T) {
	shared := NewList("item")
	for range 12 {
		shared = NewList(shared, shared, shared, shared, shared, shared, shared, shared, shared, shared)
	}
	if n := len(Repr(shared)); n < MaxSize || n > MaxSize+1<<20 {
		t.Errorf("%d bytes, want a little over %d", n, MaxSize)
	}
}
