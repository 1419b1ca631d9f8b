package template

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/source"
	"goplay/internal/value"
)

// FileOptions are the template module's options; the zero value is its
// defaults. A #jinja2: line at the start of a file wins over them.
type FileOptions struct {
	// SearchPath is where include, import and extends look, in this order.
	SearchPath []string

	BlockStart, BlockEnd, VariableStart, VariableEnd, CommentStart, CommentEnd string
	KeepBlockNewline                                                           bool // trim_blocks: false
	LstripBlocks                                                               bool
	NewlineSequence                                                            string
}

// override is how the first line of a template starts that sets Jinja2's options.
const override = "#jinja2:"

// Render gives the text of a template file whose source starts at a place.
// Errors are *source.Error.
func (e *Engine) Render(ctx context.Context, src string, at source.Pos, v Vars, o FileOptions) (string, error) {
	opts := fileOptions(o)
	opts.Finalize = finalize
	if e.o.Native {
		opts.Finalize = finalizeNative // None is nothing only without native types
	}
	if mayMutate(src) {
		// What a macro puts out becomes text when it ends, as Ansible has it: a
		// list that the macro changes shows its last state everywhere.
		opts.Concat = func(nodes []any) (any, error) { return joinText(nodes), nil }
	}
	opts.Limits, opts.Without, opts.TextFilters = e.o.Limits, e.o.Without, e.texts
	c, err := e.compileFile(src, at, opts, o.SearchPath)
	if err != nil {
		return "", err
	}
	if c.asIs != nil {
		return *c.asIs, nil
	}
	ctx = e.enter(ctx, v)
	out, err := c.tpl.Render(ctx, &scope{engine: e, ctx: ctx, vars: v, copies: c.mutates})
	if err != nil {
		return "", runError(err, src, at)
	}
	return keepNewlines(out, src, c.newline).(string), nil
}

// withHeader evaluates an argument that starts with a #jinja2: line.
func (e *Engine) withHeader(ctx context.Context, text string, at source.Pos, v Vars) (any, error) {
	c, err := e.compileFile(text, at, e.dataOptions(), nil)
	if err != nil {
		return nil, err
	}
	out, err := e.run(ctx, c, v)
	if err != nil {
		return nil, runError(err, text, at)
	}
	return keepNewlines(out, text, c.newline), nil
}

func (e *Engine) compileFile(src string, at source.Pos, opts jinja.Options, search []string) (*compiled, error) {
	body, err := applyHeader(&opts, src, &at, e.warn)
	if err != nil {
		return nil, err
	}
	env := e.files.get(e.reg, opts, search)
	key := cacheKey{text: body, at: at, env: env}
	c := e.cache.get(key)
	if c == nil {
		e.trace(body)
		c = &compiled{mutates: mayMutate(body), newline: cmp.Or(opts.NewlineSequence, "\n")}
		c.tpl, c.err = env.Parse(body, at)
		if c.err == nil {
			c.err = e.unusable(c.tpl)
		}
		if c.err == nil {
			c.asIs = e.leftAsIs(c.tpl, body)
		}
		if c.err != nil {
			c.err = compileError(c.err, body, at, opts.DoubleBackslashes)
		}
		e.cache.put(key, c)
	}
	return c, c.err
}

func fileOptions(o FileOptions) jinja.Options {
	return jinja.Options{
		BlockStart: o.BlockStart, BlockEnd: o.BlockEnd,
		VariableStart: o.VariableStart, VariableEnd: o.VariableEnd,
		CommentStart: o.CommentStart, CommentEnd: o.CommentEnd,
		TrimBlocks: !o.KeepBlockNewline, LstripBlocks: o.LstripBlocks,
		NewlineSequence: o.NewlineSequence,
		Rewrite:         templatedTerms,
	}
}

// applyHeader reads a #jinja2: line into options and gives the rest of the source.
func applyHeader(o *jinja.Options, src string, at *source.Pos, warn func(string)) (string, error) {
	if !strings.HasPrefix(src, override) {
		return src, nil
	}
	line, body, found := strings.Cut(src[len(override):], "\n")
	if !found {
		line, body = strings.TrimSuffix(line, "\n"), ""
	}
	for _, pair := range strings.Split(line, ",") {
		key, text, ok := strings.Cut(pair, ":")
		if !ok {
			return "", source.Errorf(*at, "failed to parse jinja2 override '%s'. Did you use something different from colon as key-value separator?", strings.TrimSpace(pair))
		}
		key = strings.TrimSpace(key)
		v, err := value.ParseLiteral(strings.TrimSpace(text))
		if err != nil {
			return "", source.Errorf(*at, "jinja2 override %s: %w", key, err)
		}
		if !setOption(o, key, v) {
			warn(fmt.Sprintf("Could not find Jinja2 environment setting to override: '%s'", key))
		}
	}
	at.Line, at.Col = at.Line+1, 1
	return body, nil
}

func setOption(o *jinja.Options, key string, v any) bool {
	texts := map[string]*string{
		"block_start_string": &o.BlockStart, "block_end_string": &o.BlockEnd,
		"variable_start_string": &o.VariableStart, "variable_end_string": &o.VariableEnd,
		"comment_start_string": &o.CommentStart, "comment_end_string": &o.CommentEnd,
		"line_statement_prefix": &o.LineStatementPrefix, "line_comment_prefix": &o.LineCommentPrefix,
		"newline_sequence": &o.NewlineSequence,
	}
	flags := map[string]*bool{
		"trim_blocks": &o.TrimBlocks, "lstrip_blocks": &o.LstripBlocks,
		"keep_trailing_newline": &o.KeepTrailingNewline,
	}
	if p, ok := texts[key]; ok {
		*p = value.Str(v)
		if v == nil {
			*p = ""
		}
		return true
	}
	if p, ok := flags[key]; ok {
		*p = value.Truth(v)
		return true
	}
	return false
}
