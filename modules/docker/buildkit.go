package docker

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
)

// buildkitTrace reads the progress of BuildKit, which the engine wraps into
// its own: protocol buffers of the message StatusResponse. It turns them into
// lines as docker build --progress=plain has them.
type buildkitTrace struct {
	steps map[string]int
	names map[string]string
	said  map[string]bool
}

const traceID = "moby.buildkit.trace"

// text is what a message adds to the output.
func (b *buildkitTrace) text(m *message) string {
	var encoded string
	if m.ID != traceID || json.Unmarshal(m.Aux, &encoded) != nil {
		return ""
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	var out strings.Builder
	for f := range fields(data) {
		switch f.number {
		case 1:
			b.vertex(&out, f.bytes)
		case 3:
			b.log(&out, f.bytes)
		}
	}
	return out.String()
}

func (b *buildkitTrace) step(digest string) int {
	if b.steps == nil {
		b.steps, b.names, b.said = map[string]int{}, map[string]string{}, map[string]bool{}
	}
	if b.steps[digest] == 0 {
		b.steps[digest] = len(b.steps) + 1
	}
	return b.steps[digest]
}

// vertex is a step of the build: 1 its digest, 3 its name, 4 whether it came
// from the cache, 5 and 6 when it started and ended, 7 why it failed.
func (b *buildkitTrace) vertex(out *strings.Builder, data []byte) {
	v := map[int]field{}
	for f := range fields(data) {
		v[f.number] = f
	}
	digest := string(v[1].bytes)
	n := b.step(digest)
	say := func(line string) {
		if !b.said[digest+line] {
			b.said[digest+line] = true
			fmt.Fprintf(out, "#%d %s\n", n, line)
		}
	}
	if _, started := v[5]; started {
		b.names[digest] = string(v[3].bytes)
		say(b.names[digest])
	}
	switch {
	case len(v[7].bytes) > 0:
		say("ERROR: " + string(v[7].bytes))
	case v[4].number != 0 && v[4].varint != 0:
		say("CACHED")
	case v[6].number != 0:
		say("DONE")
	}
}

// log is output of a step: 1 the step's digest, 4 what it printed.
func (b *buildkitTrace) log(out *strings.Builder, data []byte) {
	var digest, msg string
	for f := range fields(data) {
		switch f.number {
		case 1:
			digest = string(f.bytes)
		case 4:
			msg = string(f.bytes)
		}
	}
	n := b.step(digest)
	for _, line := range strings.Split(strings.TrimRight(msg, "\n"), "\n") {
		fmt.Fprintf(out, "#%d %s\n", n, line)
	}
}

// field is one of a protocol buffer's.
type field struct {
	number int
	varint uint64
	bytes  []byte
}

// fields walks a protocol buffer, and stops where it is broken.
func fields(data []byte) func(func(field) bool) {
	return func(yield func(field) bool) {
		for len(data) > 0 {
			key, n := binary.Uvarint(data)
			if n <= 0 {
				return
			}
			data = data[n:]
			f := field{number: int(key >> 3)}
			size := 0
			switch key & 7 {
			case 0:
				if f.varint, size = binary.Uvarint(data); size <= 0 {
					return
				}
			case 1:
				size = 8
			case 5:
				size = 4
			case 2:
				length, n := binary.Uvarint(data)
				if n <= 0 || length > uint64(len(data)-n) {
					return
				}
				size = n + int(length)
				f.bytes = data[n:size]
			default:
				return
			}
			if size > len(data) {
				return
			}
			data = data[size:]
			if !yield(f) {
				return
			}
		}
	}
}
