package value

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

var utf8Codec = codec{
	name: "utf-8", reason: "surrogates not allowed",
	encode: func(b []byte, r rune) ([]byte, bool) {
		if !utf8.ValidRune(r) {
			return b, false
		}
		return utf8.AppendRune(b, r), true
	},
	decode: decodeUTF8,
}

// decodeUTF8 reads one code point, or as many bytes as Python finds wrong at once.
func decodeUTF8(s string) (r rune, size int, problem string) {
	r, n := utf8.DecodeRuneInString(s)
	if r != utf8.RuneError || n != 1 {
		return r, n, ""
	}
	c := s[0]
	need := 0
	switch {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
	case c >= 0xF0 && c <= 0xF4:
		need = 3
	default:
		return 0, 1, "invalid start byte"
	}
	for i := 1; i <= need; i++ {
		if i >= len(s) {
			return 0, i, "unexpected end of data"
		}
		lo, hi := byte(0x80), byte(0xBF)
		if i == 1 {
			lo, hi = secondByte(c)
		}
		if s[i] < lo || s[i] > hi {
			return 0, i, "invalid continuation byte"
		}
	}
	return 0, 1, "invalid start byte"
}

// secondByte is what may follow a first byte.
func secondByte(first byte) (lo, hi byte) {
	switch first {
	case 0xE0:
		return 0xA0, 0xBF
	case 0xED:
		return 0x80, 0x9F
	case 0xF0:
		return 0x90, 0xBF
	case 0xF4:
		return 0x80, 0x8F
	default:
		return 0x80, 0xBF
	}
}

// narrowCodec is ASCII or Latin-1: code points below limit as one byte.
func narrowCodec(name string, limit rune) *codec {
	reason := fmt.Sprintf("ordinal not in range(%d)", limit)
	return &codec{
		name: name, reason: reason,
		encode: func(b []byte, r rune) ([]byte, bool) { return append(b, byte(r)), r < limit },
		decode: func(s string) (rune, int, string) {
			if rune(s[0]) >= limit {
				return 0, 1, reason
			}
			return rune(s[0]), 1, ""
		},
	}
}

// wideCodec is UTF-16 or UTF-32 of one byte order.
func wideCodec(wide int, order binary.ByteOrder) *codec {
	suffix := "-be"
	if order == binary.LittleEndian {
		suffix = "-le"
	}
	c := &codec{name: fmt.Sprintf("utf-%d%s", wide*8, suffix), reason: "surrogates not allowed"}
	unit := func(b []byte, u uint32) []byte {
		if wide == 2 {
			return append(b, orderBytes(order, uint16(u))...)
		}
		return append(b, orderBytes(order, u)...)
	}
	c.encode = func(b []byte, r rune) ([]byte, bool) {
		if !utf8.ValidRune(r) {
			return b, false
		}
		if wide == 2 && r >= 0x10000 {
			r -= 0x10000
			return unit(unit(b, uint32(0xD800+r>>10)), uint32(0xDC00+r&0x3FF)), true
		}
		return unit(b, uint32(r)), true
	}
	c.decode = func(s string) (rune, int, string) {
		if wide == 2 {
			return decodeUTF16(s, order)
		}
		return decodeUTF32(s, order)
	}
	return c
}

func orderBytes(order binary.ByteOrder, v any) []byte {
	switch v := v.(type) {
	case uint16:
		b := make([]byte, 2)
		order.PutUint16(b, v)
		return b
	default:
		b := make([]byte, 4)
		order.PutUint32(b, v.(uint32))
		return b
	}
}

func decodeUTF16(s string, order binary.ByteOrder) (rune, int, string) {
	if len(s) < 2 {
		return 0, len(s), "truncated data"
	}
	u := rune(order.Uint16([]byte(s[:2])))
	switch {
	case u >= 0xDC00 && u < 0xE000:
		return 0, 2, "illegal encoding"
	case u < 0xD800 || u >= 0xE000:
		return u, 2, ""
	case len(s) < 4:
		return 0, len(s), "unexpected end of data"
	}
	low := rune(order.Uint16([]byte(s[2:4])))
	if low < 0xDC00 || low >= 0xE000 {
		return 0, 2, "illegal UTF-16 surrogate"
	}
	return 0x10000 + (u-0xD800)<<10 + (low - 0xDC00), 4, ""
}

func decodeUTF32(s string, order binary.ByteOrder) (rune, int, string) {
	if len(s) < 4 {
		return 0, len(s), "truncated data"
	}
	u := order.Uint32([]byte(s[:4]))
	switch {
	case u > utf8.MaxRune:
		return 0, 4, "code point not in range(0x110000)"
	case u >= 0xD800 && u < 0xE000:
		return 0, 4, "code point in surrogate code point range(0xd800, 0xe000)"
	}
	return rune(u), 4, ""
}

// markedCodec is UTF-16 or UTF-32 with a byte order mark.
func markedCodec(wide int) *codec {
	little, big := wideCodec(wide, binary.LittleEndian), wideCodec(wide, binary.BigEndian)
	marks := [2][]byte{}
	marks[0], _ = little.encode(nil, 0xFEFF)
	marks[1], _ = big.encode(nil, 0xFEFF)
	marked := *little
	marked.name = fmt.Sprintf("utf-%d", wide*8)
	marked.mark = string(marks[0])
	marked.skip = func(s string) (string, *codec) {
		if len(s) >= wide && s[:wide] == string(marks[1]) {
			return s[wide:], big
		}
		if len(s) >= wide && s[:wide] == string(marks[0]) {
			return s[wide:], little
		}
		return s, little
	}
	return &marked
}
