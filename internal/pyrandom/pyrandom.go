// Package pyrandom is Python's random.Random, so that a seed gives the same
// choices here as in Python.
package pyrandom

import (
	"crypto/sha512"
	"encoding/binary"
	"math"
	"math/big"

	"goplay/internal/value"
)

// Random is a Mersenne Twister, seeded as Python seeds it. It is for one goroutine.
type Random struct {
	state [624]uint32
	index int
}

// New seeds a generator with an int, a bool, a float, text or bytes; anything
// else is a TypeError in Python's words.
func New(seed any) (*Random, error) {
	m := &Random{}
	var n *big.Int
	switch s := seed.(type) {
	case int64:
		n = big.NewInt(s)
	case *big.Int:
		n = s
	case bool:
		n = big.NewInt(0)
		if s {
			n = big.NewInt(1)
		}
	case float64:
		n = new(big.Int).SetUint64(uint64(floatHash(s)))
	case string:
		n = textSeed(s)
	case value.Markup:
		n = textSeed(string(s))
	case value.Bytes:
		n = textSeed(string(s))
	default:
		return nil, value.Raise("TypeError", "The only supported seed types are: None,\nint, float, str, bytes, and bytearray.")
	}
	m.initArray(words(new(big.Int).Abs(n)))
	return m, nil
}

// floatHash is Python's hash of a float: the number modulo 2**61-1.
func floatHash(f float64) int64 {
	const bits = 61
	const modulus = 1<<bits - 1
	switch {
	case math.IsNaN(f):
		return 0
	case math.IsInf(f, 0):
		return int64(math.Copysign(314159, f))
	}
	m, e := math.Frexp(math.Abs(f))
	var x uint64
	for m != 0 {
		x = x<<28&modulus | x>>(bits-28)
		m *= 1 << 28
		e -= 28
		whole := uint64(m)
		m -= float64(whole)
		if x += whole; x >= modulus {
			x -= modulus
		}
	}
	if e %= bits; e < 0 {
		e += bits
	}
	hash := int64(x<<e&modulus | x>>(bits-e))
	if f < 0 {
		hash = -hash
	}
	if hash == -1 {
		return -2
	}
	return hash
}

// textSeed is the text and its SHA-512 as one number.
func textSeed(s string) *big.Int {
	sum := sha512.Sum512([]byte(s))
	return new(big.Int).SetBytes(append([]byte(s), sum[:]...))
}

func words(n *big.Int) []uint32 {
	var out []uint32
	mask := big.NewInt(0xffffffff)
	for n.Sign() > 0 {
		out = append(out, uint32(new(big.Int).And(n, mask).Uint64()))
		n = new(big.Int).Rsh(n, 32)
	}
	if out == nil {
		out = []uint32{0}
	}
	return out
}

func (m *Random) init(seed uint32) {
	m.state[0] = seed
	for i := 1; i < len(m.state); i++ {
		m.state[i] = 1812433253*(m.state[i-1]^m.state[i-1]>>30) + uint32(i)
	}
	m.index = len(m.state)
}

func (m *Random) initArray(key []uint32) {
	m.init(19650218)
	n := len(m.state)
	i, j := 1, 0
	step := func(v uint32) {
		m.state[i] = v
		if i++; i >= n {
			m.state[0] = m.state[n-1]
			i = 1
		}
	}
	for range max(n, len(key)) {
		prev := m.state[i-1]
		step((m.state[i] ^ (prev^prev>>30)*1664525) + key[j] + uint32(j))
		if j++; j >= len(key) {
			j = 0
		}
	}
	for range n - 1 {
		prev := m.state[i-1]
		step((m.state[i] ^ (prev^prev>>30)*1566083941) - uint32(i))
	}
	m.state[0] = 0x80000000
}

func (m *Random) uint32() uint32 {
	n := len(m.state)
	if m.index >= n {
		for i := range n {
			y := m.state[i]&0x80000000 | m.state[(i+1)%n]&0x7fffffff
			next := m.state[(i+397)%n] ^ y>>1
			if y&1 != 0 {
				next ^= 0x9908b0df
			}
			m.state[i] = next
		}
		m.index = 0
	}
	y := m.state[m.index]
	m.index++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// bits is Python's getrandbits for up to 64 bits.
func (m *Random) bits(k int) uint64 {
	if k <= 32 {
		return uint64(m.uint32() >> (32 - k))
	}
	low := uint64(m.uint32())
	return low | uint64(m.uint32()>>(64-k))<<32
}

// Below draws a number in [0, n); n has to be above 0.
func (m *Random) Below(n uint64) uint64 {
	k := 0
	for v := n; v > 0; v >>= 1 {
		k++
	}
	r := m.bits(k)
	for r >= n {
		r = m.bits(k)
	}
	return r
}

// BelowBig is Below for numbers of any size.
func (m *Random) BelowBig(n *big.Int) *big.Int {
	text := make([]byte, (n.BitLen()+31)/32*4)
	for {
		at := len(text) // the lowest word stands at the end
		for k := n.BitLen(); k > 0; k -= 32 {
			at -= 4
			binary.BigEndian.PutUint32(text[at:], m.uint32()>>max(32-k, 0))
		}
		if r := new(big.Int).SetBytes(text); r.Cmp(n) < 0 {
			return r
		}
	}
}
