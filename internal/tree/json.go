package tree

import (
	"bytes"
	"encoding/json"
	"errors"

	"goplay/internal/source"
	"goplay/internal/value"
)

// parseJSON reads a file that is JSON as JSON: its escapes and numbers follow
// other rules than YAML's. ok is false when it is not.
func parseJSON(src *text, data []byte, o Options) (root *Node, ok bool) {
	if !startsAsJSON(data) || !json.Valid(data) {
		return nil, false
	}
	r := &jsonReader{decoder: json.NewDecoder(bytes.NewReader(data)), src: src, options: o}
	r.decoder.UseNumber()
	root, err := r.value()
	return root, err == nil
}

func startsAsJSON(data []byte) bool {
	trimmed := bytes.TrimSpace(data)
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
}

// inBoth adds to a fault of what is neither YAML nor JSON, but starts as JSON
// does, what keeps it from being JSON.
func inBoth(err error, data []byte) error {
	var fault *source.Error
	if !startsAsJSON(data) || !errors.As(err, &fault) {
		return err
	}
	if _, err = value.DecodeJSON(data); err == nil {
		return fault
	}
	fault.Msg = "We were unable to read either as JSON nor YAML, these are the errors we got from each:\nJSON: " + err.Error() +
		"\n\nSyntax Error while loading YAML.\n  " + fault.Msg
	return fault
}

type jsonReader struct {
	decoder *json.Decoder
	src     *text
	options Options
}

func (r *jsonReader) value() (*Node, error) {
	at := int(r.decoder.InputOffset())
	for at < len(r.src.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.src.data[at]) >= 0 {
		at++
	}
	n := &Node{Pos: r.src.pos(at), src: r.src}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '[' {
			err = r.list(n)
		} else {
			err = r.object(n)
		}
	case string:
		n.Kind, n.Text, n.style, n.Secret = Text, v, doubleQuoted, r.options.Secret
	case json.Number:
		n.Value, err = value.DecodeJSON([]byte(v))
	default:
		n.Value = v
	}
	return n, err
}

func (r *jsonReader) list(n *Node) error {
	n.Kind = List
	for r.decoder.More() {
		item, err := r.value()
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.decoder.Token()
	return err
}

// object reads a mapping; of a key given twice the last value wins silently.
func (r *jsonReader) object(n *Node) error {
	n.Kind = Map
	index := map[string]int{}
	for r.decoder.More() {
		key, err := r.value()
		if err != nil {
			return err
		}
		val, err := r.value()
		if err != nil {
			return err
		}
		if i, twice := index[key.Text]; twice {
			n.Pairs[i].Value = val
			continue
		}
		index[key.Text] = len(n.Pairs)
		n.Pairs = append(n.Pairs, Pair{key, val})
	}
	_, err := r.decoder.Token()
	r.special(n)
	return err
}

// special turns Ansible's JSON forms of marked text into it.
func (r *jsonReader) special(n *Node) {
	if len(n.Pairs) != 1 || n.Pairs[0].Value.Kind != Text {
		return
	}
	inner := n.Pairs[0].Value
	switch n.Pairs[0].Key.Text {
	case "__ansible_vault":
		sealed := *inner
		sealed.seal(r.options.Decrypt)
		*n = sealed
	case "__ansible_unsafe":
		marked := *inner
		marked.Opaque = true
		*n = marked
	}
}
