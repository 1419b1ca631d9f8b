package tree

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// slashes lets yaml.v3 read the escape \/ of double quoted text, which PyYAML
// takes and yaml.v3 refuses: every \/ of the file is read as another escape of
// its length that the file has no use for, and what came of it is put right in
// each scalar. Places stay what they are.
type slashes struct {
	letter  string // of the escape that stands in, "" when none has to
	decoded string // what yaml.v3 makes of it in double quotes
}

// standIns are the escapes that may stand in for \/.
var standIns = []slashes{{"a", "\a"}, {"v", "\v"}, {"f", "\f"}, {"b", "\b"}, {"e", "\x1b"}}

// hideSlashes is the file as yaml.v3 can read it.
func hideSlashes(data []byte) ([]byte, slashes) {
	if !bytes.Contains(data, []byte(`\/`)) {
		return data, slashes{}
	}
	for _, s := range standIns {
		if !s.occurs(data) {
			return s.hide(data), s
		}
	}
	return data, slashes{}
}

// occurs reports whether a file may hold the escape, or its character in
// another way, on its own account.
func (s slashes) occurs(data []byte) bool {
	lower := bytes.ToLower(data)
	return bytes.Contains(data, []byte(`\`+s.letter)) || bytes.Contains(data, []byte(s.decoded)) ||
		bytes.Contains(lower, fmt.Appendf(nil, `\x%02x`, s.decoded[0])) || bytes.Contains(lower, fmt.Appendf(nil, `00%02x`, s.decoded[0]))
}

// hide replaces each \/ whose backslash is not itself escaped.
func (s slashes) hide(data []byte) []byte {
	out := bytes.Clone(data)
	escaped := false
	for i, c := range out {
		if escaped && c == '/' {
			out[i] = s.letter[0]
		}
		escaped = c == '\\' && !escaped
	}
	return out
}

// text is a scalar's text as the file has it.
func (s slashes) text(y *yaml.Node) string {
	switch {
	case s.letter == "":
		return y.Value
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return strings.ReplaceAll(y.Value, s.decoded, "/")
	default:
		return strings.ReplaceAll(y.Value, `\`+s.letter, `\/`)
	}
}
