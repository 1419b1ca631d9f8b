package tree

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"goplay/internal/source"
)

// Options say what reading a file may need from outside.
type Options struct {
	// Decrypt opens the armoured text of a !vault value. Without it such a
	// value is an error when it is used.
	Decrypt func(armoured []byte) ([]byte, error)
	// Secret marks all text of the file: it came out of a vaulted file.
	Secret bool
	// Twice is what becomes of a key given twice: "error" makes it a fault,
	// "ignore" says nothing, anything else warns.
	Twice string
	// Plain knows none of Ansible's tags, as YAML that is no file of Ansible's.
	Plain bool
}

// Parse reads every document of a file, YAML or JSON. Warnings tell of what
// is allowed but hardly meant, such as a key given twice. The error holds all
// faults that can be told apart; a document with a fault is not returned.
func Parse(file string, data []byte, o Options) (docs []*Node, warnings []*source.Error, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	src := newText(file, string(data))
	if at := invalidUTF8(data); at >= 0 {
		return nil, nil, source.Errorf(src.pos(at), "the file is not UTF-8").
			WithHint("save the file as UTF-8; binary data does not belong into YAML")
	}
	if root, ok := parseJSON(src, data, o); ok {
		return []*Node{root}, nil, nil
	}
	data, slashes := hideSlashes(data)
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	b := &builder{src: src, options: o, slashes: slashes, anchors: map[*yaml.Node]*anchor{}}
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fault := src.syntaxFault(data, err)
			if !o.Plain {
				fault = inBoth(fault, data)
			}
			b.faults = append(b.faults, fault)
			break
		}
		if len(document.Content) == 1 {
			docs = append(docs, b.node(document.Content[0]))
		}
	}
	if len(b.faults) > 0 {
		return nil, b.warnings, source.Join(b.faults...)
	}
	return docs, b.warnings, nil
}

// ParseOne reads a file of at most one document; an empty file gives nil.
func ParseOne(file string, data []byte, o Options) (*Node, []*source.Error, error) {
	docs, warnings, err := Parse(file, data, o)
	switch {
	case err != nil || len(docs) == 0:
		return nil, warnings, err
	case len(docs) > 1:
		return nil, warnings, source.Errorf(docs[1].Pos, "expected a single document in the stream but found another document").
			WithHint("only one document may stand in this file: remove the --- before this line")
	default:
		return docs[0], warnings, nil
	}
}

func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}
