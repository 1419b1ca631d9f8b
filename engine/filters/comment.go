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
	text = strings.ReplaceAll(text, newline+decoration+newline, newline+strings.TrimRight(decoration, " \t\n\r\f\v")+newline)
	end := opts.text("end", style.end)
	if postfix != "" || decoration == "" && !opts.has("postfix") {
		postfix = newline + postfix
	}
	if end != "" {
		end = newline + end
	}
	return beginning + prefix + text + postfix + end, nil
}

// repeated is the prefix or the postfix, as often as asked for.
func repeated(opts *args, name, decoration, newline string) (string, error) {
	count, err := opts.integer(name+"_count", 1)
	if err != nil {
		return "", err
	}
	text := opts.text(name, strings.TrimRight(decoration, " \t\n\r\f\v"))
	if text == "" || count <= 0 {
		return "", nil
	}
	if count > 10000 {
		return "", filterError("comment: %s_count %d is too large", name, count)
	}
	if name == "prefix" && text == newline {
		return strings.Repeat(newline, int(count)), nil // not one more after each
	}
	lines := strings.TrimSuffix(strings.Repeat(text+newline, int(count)), newline)
	if name == "prefix" {
		lines += newline
	}
	return lines, nil
}
