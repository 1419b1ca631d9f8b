package playbook

import (
	"goplay/internal/source"
	"goplay/internal/tree"
)

// ParseKV reads a line of k=v pairs as -e and ad hoc arguments have them. Text
// that is no pair is dropped.
func ParseKV(text string, at source.Pos) (*tree.Node, error) {
	n, _, err := ParseArguments(text, at, false)
	return n, err
}

// ParseArguments reads a module's arguments from one line: pairs, and with
// freeForm the text that is none, as command takes it.
func ParseArguments(text string, at source.Pos, freeForm bool) (args *tree.Node, raw string, err error) {
	pairs, raw, ok := parseKV(text, freeForm)
	if !ok {
		return nil, "", source.Errorf(at, "failed at splitting arguments, either an unbalanced jinja2 block or quotes: %s", text)
	}
	args = &tree.Node{Pos: at, Kind: tree.Map}
	for _, p := range pairs {
		args.Pairs = append(args.Pairs, tree.Pair{Key: tree.TextNode(at, p.key), Value: tree.TextNode(at, p.val)})
	}
	return args, raw, nil
}
