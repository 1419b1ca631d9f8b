package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// commentStyle is how a language writes comments.
type commentStyle struct {
	decoration, beginning, end string
}

var commentStyles = map[string]commentStyle{
	"plain":  {decoration: "# "},
	"erlang": {decoration: "% "},
	"c":      {decoration: "// "},
	"cblock": {decoration: " * ", beginning: "/*", end: " */"},
	"xml":    {decoration: " - ", beginning: "<!--", end: "-->"},
}

func comment(c *jinja.Call) (any, error) {
	a, err := bind(c, "text style? **kw")
	if err != nil {
		return nil, err
	}
	given, err := textWith(a.get("text"), "replace")
	if err != nil {
		return nil, err
	}
	style, ok := commentStyles[a.text("style", "plain")]
	if !ok {
		return nil, &value.Exception{Type: "KeyError", Msg: value.Repr(a.get("style"))}
	}
	opts := &args{vals: map[string]any{}}
	for k, v := range a.kw.All() {
		opts.vals[value.Str(k)] = v
	}
	newline := opts.text("newline", "\n")
	decoration := opts.text("decoration", style.decoration)
	prefix, err := repeated(opts, "prefix", decoration, newline)
	if err != nil {
		return nil, err
	}
	postfix, err := repeated(opts, "postfix", decoration, newline)
	if err != nil {
		return nil, err
	}
	beginning := opts.text("beginning", style.beginning)
	if beginning != "" {
		beginning += newline
	}
	// A line that holds only the decoration loses the spaces at its end.
	text := decoration + strings.ReplaceAll(given, newline, newline+decoration)
	text = strings.ReplaceAll(text, decoration+newline, strings.TrimRight(decoration, " \t\n\r\f\v")+newline)
	end := opts.text("end", style.end)
	if end != "" {
		end = newline + end
	}
	return beginning + prefix + text + postfix + end, nil
}

// repeated is the prefix, each on a line of its own, or the postfix, each after
// the end of a line even when it is empty.
func repeated(opts *args, name, decoration, newline string) (string, error) {
	count, err := opts.integer(name+"_count", 1)
	if err != nil {
		return "", err
	}
	text := opts.text(name, strings.TrimRight(decoration, " \t\n\r\f\v"))
	if count > 10000 {
		return "", filterError("comment: %s_count %d is too large", name, count)
	}
	times := max(0, int(count))
	switch {
	case name == "postfix":
		return strings.Repeat(newline+text, times), nil
	case text == "":
		return "", nil
	case text == newline:
		return strings.Repeat(newline, times), nil // not one more after each
	default:
		return strings.Repeat(text+newline, times), nil
	}
}
