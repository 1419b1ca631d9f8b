package tree

import (
	"encoding/base64"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"goplay/internal/source"
	"goplay/internal/value"
)

// tagged builds a node that says its type.
func (b *builder) tagged(y *yaml.Node, n *Node) {
	if b.options.Plain && !strings.HasPrefix(y.Tag, "!!") {
		b.container(y, n)
		b.fault(n.Pos, "%w", unknownTag(y.Tag))
		return
	}
	switch y.Tag {
	case "!unsafe":
		b.opaque++
		b.container(y, n)
		b.opaque--
	case "!vault", "!vault-encrypted":
		b.vaulted(y, n)
	case "!!str", "!!map", "!!seq":
		b.container(y, n)
		if want := map[string]Kind{"!!str": Text, "!!map": Map, "!!seq": List}[y.Tag]; n.Kind != want {
			b.fault(n.Pos, "expected a %s node, but found %s", strings.TrimPrefix(y.Tag, "!!"), n.yamlKind())
		}
	case "!!set", "!!omap", "!!pairs":
		b.collection(y, n)
	case "!!null", "!!bool", "!!int", "!!float", "!!binary", "!!timestamp":
		b.scalar(y, n)
	default:
		tag := y.Tag
		if strings.HasPrefix(tag, "!!") {
			tag = "tag:yaml.org,2002:" + tag[2:]
		}
		b.fault(n.Pos, "%w", unknownTag(tag)).WithHint("tags of Ansible are !vault and !unsafe; quote text that starts with !")
	}
}

// container builds by shape alone: a scalar is text.
func (b *builder) container(y *yaml.Node, n *Node) {
	switch y.Kind {
	case yaml.MappingNode:
		b.mapping(y, n)
	case yaml.SequenceNode:
		b.sequence(y, n)
	default:
		b.text(y, n)
	}
}

func (b *builder) scalar(y *yaml.Node, n *Node) {
	if y.Kind != yaml.ScalarNode {
		b.container(y, n)
		b.fault(n.Pos, "expected a scalar node, but found %s", n.yamlKind())
		return
	}
	n.Kind = Scalar
	var err error
	switch s := b.slashes.text(y); y.Tag {
	case "!!bool":
		v, known := words[strings.ToLower(s)]
		if !known || v == nil {
			b.fault(n.Pos, "%s is no boolean", value.Repr(s))
			return
		}
		n.Value = v
	case "!!int":
		n.Value, err = parseInt(s)
	case "!!float":
		n.Value, err = parseFloat(s)
	case "!!timestamp":
		n.Value, err = parseTimestamp(s)
	case "!!binary":
		n.Value, err = decodeBinary(s)
	}
	if err != nil {
		b.fault(n.Pos, "%w", err)
	}
}

// decodeBinary leaves out what is no base64, as Python does.
func decodeBinary(s string) (any, error) {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, s)
	data, err := base64.StdEncoding.DecodeString(s)
	return value.Bytes(data), err
}

// collection builds the types that Python has and JSON has not.
func (b *builder) collection(y *yaml.Node, n *Node) {
	if y.Tag == "!!set" && y.Kind == yaml.MappingNode {
		b.mapping(y, n)
		set := value.NewSet()
		for _, p := range n.Pairs {
			set.Add(p.Key.Data())
		}
		*n = Node{Pos: n.Pos, src: n.src, Kind: Scalar, Value: set}
		return
	}
	if y.Tag == "!!set" || y.Kind != yaml.SequenceNode {
		b.container(y, n)
		b.fault(n.Pos, "%s can't be made of a %s", y.Tag, n.yamlKind())
		return
	}
	b.sequence(y, n)
	list := value.NewList()
	for _, item := range n.Items {
		if item.Kind != Map || len(item.Pairs) != 1 {
			b.fault(item.Pos, "expected a mapping of length 1")
			return
		}
		list.Append(value.Tuple{item.Pairs[0].Key.Data(), item.Pairs[0].Value.Data()})
	}
	*n = Node{Pos: n.Pos, src: n.src, Kind: Scalar, Value: list}
}

// vaulted keeps the text closed until somebody needs it: a playbook runs
// without the password of a value that it does not use.
func (b *builder) vaulted(y *yaml.Node, n *Node) {
	b.container(y, n)
	if n.Kind != Text {
		b.fault(n.Pos, "expected a scalar node, but found %s", n.yamlKind())
		return
	}
	n.seal(b.options.Decrypt)
}

func (n *Node) seal(decrypt func([]byte) ([]byte, error)) {
	n.Opaque, n.Secret = true, true
	armoured, at := n.Text, n.Pos
	n.Sealed = sync.OnceValues(func() (string, error) {
		if decrypt == nil {
			return "", source.Errorf(at, "found !vault but no vault password provided").
				WithHint("give one with --ask-vault-pass or --vault-password-file")
		}
		plain, err := decrypt([]byte(armoured))
		if err != nil {
			return "", source.Errorf(at, "%w", err)
		}
		return string(plain), nil
	})
}
