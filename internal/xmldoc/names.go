package xmldoc

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// nameLength is how much of a text is a name, with a colon or without.
func nameLength(text string) int {
	for i, r := range text {
		start := r == '_' || r == ':' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xc0 && r != 0xd7 && r != 0xf7
		more := r == '-' || r == '.' || r >= '0' && r <= '9' || r == 0xb7
		if !start && (i == 0 || !more) || r == utf8.RuneError {
			return i
		}
	}
	return len(text)
}

// splitName splits a name at its colon. One with a colon too many, or with
// nothing on a side of it, is none where there are namespaces.
func splitName(name string) (prefix, local string, err error) {
	prefix, local, ok := strings.Cut(name, ":")
	if !ok {
		return "", name, nil
	}
	bad := ""
	before, _, more := strings.Cut(local, ":")
	switch {
	case prefix == "":
		bad = name
	case before == "" || nameLength(before) == 0:
		bad = prefix + ":"
	case more:
		bad = prefix + ":" + before + ":"
	default:
		return prefix, local, nil
	}
	return "", "", fmt.Errorf("Failed to parse QName '%s'", bad)
}

const xmlnsSpace = "http://www.w3.org/2000/xmlns/"

// declaration keeps an attribute that says what a prefix stands for; without a
// prefix it is about names that have none.
func (n *Node) declaration(name, space string) error {
	prefix := ""
	if name != "xmlns" {
		var err error
		if _, prefix, err = splitName(name); err != nil {
			return err
		}
	}
	named := prefix != ""
	switch {
	case prefix == "xml" && space == xmlSpace:
		return nil // which it does anyway
	case prefix == "xml":
		return errors.New("xml namespace prefix mapped to wrong URI")
	case space == xmlSpace && !named:
		return errors.New("xml namespace URI cannot be the default namespace")
	case space == xmlSpace:
		return errors.New("xml namespace URI mapped to wrong prefix")
	case prefix == "xmlns":
		return errors.New("redefinition of the xmlns prefix is forbidden")
	case space == xmlnsSpace:
		return errors.New("reuse of the xmlns namespace name is forbidden")
	case space == "" && named:
		return fmt.Errorf("%s: Empty XML namespace is not allowed", name)
	case slices.ContainsFunc(n.Decls, func(d Decl) bool { return d.Prefix == prefix }):
		return fmt.Errorf("Attribute %s redefined", name)
	}
	n.Decls = append(n.Decls, Decl{prefix, space})
	return nil
}

// resolve splits the names of an element and its attributes, and finds their
// namespaces.
func (n *Node) resolve(name string) (err error) {
	if n.Prefix, n.Local, err = splitName(name); err != nil {
		return err
	}
	space, ok := n.lookup(n.Prefix)
	if !ok && n.Prefix != "" {
		return fmt.Errorf("Namespace prefix %s on %s is not defined", n.Prefix, n.Local)
	}
	n.Space = space
	seen := map[string]bool{}
	for _, a := range n.Attrs {
		if a.Prefix, a.Local, err = splitName(a.Local); err != nil {
			return err
		}
		if a.Prefix == "" {
			continue
		}
		if a.Space, ok = n.lookup(a.Prefix); !ok {
			return fmt.Errorf("Namespace prefix %s for %s on %s is not defined", a.Prefix, a.Local, n.Local)
		}
		if seen[a.Clark()] {
			return fmt.Errorf("Namespaced Attribute %s in '%s' redefined", a.Local, a.Space)
		}
		seen[a.Clark()] = true
	}
	return nil
}
