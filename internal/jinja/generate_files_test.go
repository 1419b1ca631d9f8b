package jinja

import (
	"fmt"
	"strings"
)

// project is a template with all that it includes, imports and extends, and
// the settings that it is read with.
type project struct {
	template string
	files    map[string]string
	options  map[string]any
}

func (g *inventor) chance(n int) bool { return g.IntN(n) == 0 }

// gap is what may stand between two tags.
func (g *inventor) gap() string {
	return g.pick("", "", "", " ", "\n", "\n\n", "  ", "\n  ", "\t", "x", " x\n", "a b", "\r\n", "# no comment\n", "{# c #}", "{#- c -#}", "\n{# c #}\n", "{%- raw -%} {{ r }} {%- endraw +%}", "{% raw %}{% x %}{% endraw %}")
}

// mark is a tag with every way to keep or to drop what stands around it.
func (g *inventor) mark(text string) string {
	return g.gap() + "{%" + g.pick("", "", "", "-", "+") + g.pick(" ", " ", "", "\n") + text + g.pick(" ", " ", "", "\n") + g.pick("", "", "", "-", "+") + "%}" + g.gap()
}

func (g *inventor) print(x string) string {
	return "{{" + g.pick("", "", "", "-", "+") + " " + x + " " + g.pick("", "", "", "-") + "}}"
}

// expr is any expression.
func (g *inventor) expr() string {
	if g.chance(2) {
		return g.words()
	}
	return g.any()
}

func (g *inventor) project() project {
	p := project{files: map[string]string{}, options: map[string]any{}}
	for _, name := range []string{"trim_blocks", "lstrip_blocks", "keep_trailing_newline"} {
		if g.chance(3) {
			p.options[name] = true
		}
	}
	if g.chance(8) {
		p.options["newline_sequence"] = g.pick("\r\n", "\r")
	}
	p.files["inc"] = g.pick("[{{ v|default('none') }}{{ i|default('-') }}]", "{{ s }}{% set v = 'inner' %}{{ v }}", "{{ loop.index|default('no loop') }}", "{{ nope }}", "{% if %}", "{% include 'inc2' %}")
	p.files["inc2"] = "2:{{ v|default('none') }}{{ ns.x|default('') }}\n"
	p.files["mac"] = "{% macro hi(a, b='B') %}{{ a }}{{ b }}{{ v|default('?') }}{{ s|default('no s') }}{{ caller() if caller else '' }}{% endmacro %}{% set exported = " + g.any() + " %}{% set _hidden = 1 %}{% macro _priv() %}p{% endmacro %}text"
	p.files["base"] = "B{% block a %}base a{{ v|default('') }}{% endblock %}|{% block b" + g.pick("", " scoped", " required") + " %}" + g.pick("", "base b", "  \n", "{# c #}") + "{% endblock" + g.pick("", " b") + " %}{% for i in l %}{% block c" + g.pick("", " scoped") + " %}{{ i|default('no i') }}{% endblock %}{% endfor %}{{ self.a() }}E"
	p.files["mid"] = "{% extends 'base' %}{% block a %}mid({{ super() }}){% endblock %}{% block b %}mid b{% endblock %}"
	switch {
	case g.chance(6):
		p.template = g.child()
	case g.chance(8):
		p.lines(g)
	default:
		p.template = g.structures(0)
	}
	return p
}

// child is a template that extends another.
func (g *inventor) child() string {
	var b strings.Builder
	b.WriteString(g.pick("", "{% set v = 1 %}", "before", "{% macro m() %}M{% endmacro %}", "{% import 'mac' as q %}", "{% if no %}"))
	open := strings.HasSuffix(b.String(), "{% if no %}")
	b.WriteString("{% extends " + g.pick("'base'", "'mid'", "'mid'", "'nothere'", "['nothere', 'base']", "'ba' ~ 'se'", "nope", "none", "'mid' if t else 'base'") + " %}")
	if open {
		b.WriteString("{% endif %}")
	}
	b.WriteString(g.pick("", "outside", "{% set v = 2 %}", "{{ nope.x }}"))
	for _, name := range []string{"a", "b", "c"} {
		if g.chance(3) {
			continue
		}
		fmt.Fprintf(&b, "{%% block %s %%}%s{%% endblock %%}", name, g.pick("child", "{{ super() }}", "{{ super.super() }}", "{{ v|default('no v') }}", "{{ self.b() }}", "{{ i|default('no i') }}", "{% set v = 3 %}{{ v }}", "{{ self.nope() }}", "{{ super() ~ super() }}", "{{ super }}", "{% block in %}in{% endblock %}", "{{ m() }}", "{{ q.hi(1) }}", "{{ self.a()|upper }}", g.print(g.expr()), g.structures(2)))
	}
	return b.String()
}

// lines writes statements as lines of their own.
func (p *project) lines(g *inventor) {
	p.options["line_statement_prefix"] = g.pick("#", "%", "@@")
	if g.chance(2) {
		p.options["line_comment_prefix"] = g.pick("##", "//", ";")
	}
	prefix := p.options["line_statement_prefix"].(string)
	line := func(s string) string {
		return g.pick("", "  ", "\t") + prefix + g.pick("", " ", "- ", "+") + " " + s + g.pick("", ":", " ", " ## c", " // c", " ; c") + "\n"
	}
	var b strings.Builder
	for range 1 + g.IntN(3) {
		b.WriteString(g.pick("text\n", "", "\n", "a ## c\n", "// c\n", "  ## c\nb\n", "x "+prefix+" y\n"))
		switch g.IntN(3) {
		case 0:
			b.WriteString(line("for i in "+g.list()) + g.pick("", "\n", " ") + "{{ i }}" + g.pick("", "\n", " ## c\n", "\n\n") + g.pick(line("else")+"none\n", "") + line("endfor"))
		case 1:
			b.WriteString(line("if "+g.condition()) + "yes\n" + g.pick(line("elif "+g.condition())+"{{ n }}\n", "") + line("endif"))
		default:
			b.WriteString(line("set v = "+g.pick(g.any(), "[1,\n 2,\n 3]", "{'a':\n 1}")) + "{{ v }}\n")
		}
	}
	p.template = b.String()
}

// structures are statements within statements.
func (g *inventor) structures(depth int) string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		b.WriteString(g.structure(depth))
	}
	return b.String()
}

func (g *inventor) structure(depth int) string {
	if depth > 2 {
		return g.gap() + g.print(g.pick("i", "v", "a", "loop.index", "ns.x", "loop", g.expr())) + g.gap()
	}
	body := func() string { return g.structures(depth + 1) }
	switch g.IntN(12) {
	case 0, 1:
		return g.loop(body)
	case 2:
		return g.macro(body)
	case 3:
		return g.scopes(body)
	case 4:
		return g.others(body)
	case 5:
		return g.mark("if "+g.condition()) + body() + g.pick("", g.mark("elif "+g.expr())+body()) + g.pick("", g.mark("else")+body()) + g.mark("endif")
	case 6:
		return g.mark("filter "+g.pick("upper", "trim", "indent(2, true)", "replace('a', 'b')|title", "nope", "join('-')", "default('x')", "urlize")) + body() + g.mark("endfilter")
	case 7:
		return g.mark("block "+g.pick("k", "kk")+fmt.Sprint(g.IntN(1000))+g.pick("", " scoped")) + body() + g.mark("endblock")
	default:
		return g.gap() + g.print(g.expr()) + g.gap()
	}
}

func (g *inventor) loop(body func() string) string {
	says := g.pick("{{ loop.index }}", "{{ loop.index0 }}/{{ loop.length }}", "{{ loop.revindex }}{{ loop.revindex0 }}", "{{ loop.first }}{{ loop.last }}", "{{ loop.previtem|default('-') }}<{{ loop.nextitem|default('-') }}", "{{ loop.cycle('a', 'b', 'c') }}", "{{ loop.changed(i) }}", "{{ loop.changed(1, v|default(2)) }}", "{{ loop.depth }}{{ loop.depth0 }}", "{{ loop }}", "{{ loop.nope }}", "{{ loop.previtem.x }}", "{{ loop.cycle() }}", "{{ loop|string }}", "{{ loop is defined }}", "{{ loop(l) }}", "{% set x = loop %}{{ x.index }}", "{{ loop.length + loop.index }}",
		"{% if loop.last %}{% break %}{% endif %}", "{% if loop.first %}{% continue %}{% endif %}", "{% if i == 1 %}{% continue %}{% endif %}.", "{{ loop.nextitem }}")
	switch g.IntN(6) {
	case 0:
		return "{% for u in [{'n': 1, 'k': [{'n': 2}, {'n': 3, 'k': [{'n': 4, 'k': [{'n': 6}]}]}]}, {'n': 5}]" + g.pick("", " if u.n != 3", " if u.n is defined") + " recursive %}" + g.gap() + "{{ u.n }}" + says + g.pick("{{ loop(u.k) }}", "{% if u.k is defined %}({{ loop(u.k) }}){% endif %}", "{{ loop(u.k|default([])) }}", "{{ loop(u.k)|upper if u.k is defined }}") + g.pick("", "{{ loop.index }}") + g.gap() + g.pick("", "{% else %}E") + "{% endfor %}"
	case 1:
		return g.mark("for "+g.pick("a, b", "(a, b)", "a, b, c", "a, (b, c)", "i.x", "ns.x", "a,")+" in "+g.pick(g.fill("(Ⓓ).items()"), "[(1, 2), (3, 4)]", "[[1, [2, 3]]]", "[(1, 2, 3)]", "d|dictsort", "d", "['ab', 'cd']", "users", "[1]", "[(1,)]", "ll")) + "{{ a }}" + g.pick("", "{{ b|default('-') }}") + says + body() + g.mark("endfor")
	case 2:
		return "{% for i in " + g.list() + " %}{% set outer = loop %}{% for j in " + g.list() + " %}{{ outer.index }}{{ loop.index }}" + says + "{% endfor %}" + says + "{% endfor %}{{ i|default('gone') }}"
	default:
		return g.mark("for i in "+g.pick(g.list(), g.list(), g.expr(), "nope", "5", "d", "s", "none", "range(3)", "l|select('odd')", "l, ls", "(1 if no)", "users|map(attribute='name')")+g.pick("", "", " if i", " if i is number and loop.index is defined", " if i > 1", " if "+g.expr())) + "{{ i }}" + says + body() + g.pick("", g.mark("else")+"none{{ i|default('') }}") + g.mark("endfor")
	}
}

func (g *inventor) macro(body func() string) string {
	head := g.pick("m()", "m(a)", "m(a, b=a)", "m(a, b=Ⓧ, c=b)", "m(a=1, b)", "m(a, a)", "m(b=n)", "m(caller=none)", "m(a, caller)", "m(loop)")
	inner := g.pick("{{ a|default('no a') }}", "{{ b }}", "{{ varargs }}", "{{ kwargs }}", "{{ caller() }}", "{{ caller(1, x=2) }}", "{{ caller is defined }}", "{{ caller(*varargs) }}", "{{ varargs|length }}{{ kwargs.z|default('-') }}", "{{ caller.arguments if caller is defined }}", "{% set v = 'in' %}{{ v }}", "{{ m.name }}", "{% if a %}{{ m(false) }}{% endif %}", body())
	made := "{%- macro " + strings.ReplaceAll(head, "Ⓧ", g.any()) + " -%}" + inner + g.pick("", inner, body()) + g.pick("{% endmacro %}", "{%- endmacro -%}", "{% endmacro %}")
	call := g.fill("m()", "m(Ⓧ)", "m(Ⓧ, Ⓧ)", "m(Ⓧ, b=Ⓧ)", "m(1, 2, 3, 4)", "m(a=1, z=2)", "m(1, a=2)", "m(*Ⓛ)", "m(**Ⓓ)", "m(1, caller=2)", "m(1, *[2], b=3)", "m(z=Ⓧ, z=1)")
	switch g.IntN(5) {
	case 0:
		return made + "{% call" + g.pick("", "(x)", "(x, y=2)", "(*x)", "(x, x)") + " " + call + g.pick("", "|upper") + " %}C{{ x|default('no x') }}{{ y|default('-') }}" + g.pick("", body()) + "{% endcall %}"
	case 1:
		return made + "{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}{{ m is callable }}" + g.pick("", "{{ m.nope }}", "{{ m.defaults }}")
	case 2:
		return made + "{% for q in l %}{{ " + call + " }}{% endfor %}{{ " + call + "|upper }}"
	case 3:
		return "{% if " + g.condition() + " %}" + made + "{% endif %}{{ " + call + " }}"
	default:
		return made + g.print(call)
	}
}

func (g *inventor) scopes(body func() string) string {
	return g.pick(
		"{% set v = "+g.any()+" %}{% if t %}{% set v = 2 %}{% endif %}{{ v }}",
		"{% set v = 1 %}{% for i in l %}{% set v = v + 1 %}{{ v }}{% endfor %}{{ v }}",
		"{% for i in l %}{{ v|default('no') }}{% set v = i %}{{ v }}{% endfor %}{{ v|default('gone') }}",
		"{% set ns = namespace(x="+g.any()+", y=1) %}{% for i in l %}{% set ns.x = "+g.pick("ns.x ~ i", "ns.y", "i", "ns")+" %}{% endfor %}{{ ns.x }}",
		"{% set ns = namespace() %}{% set ns.x %}"+body()+"{% endset %}{{ ns.x }}{{ ns.nope }}",
		"{% set a, b = "+g.pick("1, 2", "(1, 2)", "[1, 2, 3]", "'xy'", "l", "5", "nope", g.any())+" %}{{ a }}{{ b }}",
		"{% set v | upper | replace('A', "+g.any()+") %}"+body()+"{% endset %}{{ v }}",
		"{% set v %}"+body()+"{% endset %}{{ v }}{{ v is string }}",
		"{% with a = 1, b = "+g.pick("2", "a|default('no a')", g.any())+" %}{{ a }}{{ b }}{% set a = 5 %}{{ a }}{% endwith %}{{ a|default('gone') }}",
		"{% with %}{% set v = 3 %}{{ v }}{% endwith %}{{ v|default('gone') }}",
		"{% set s = 'mine' %}{{ s }}{% include 'inc' %}",
		"{% if v is not defined %}{% set v = 1 %}{% endif %}{{ v }}",
		"{% if no %}{% set v = 1 %}{% endif %}{{ v }}",
		"{% set loop = 1 %}{{ loop }}{% for i in l %}{{ loop.index }}{% endfor %}",
		"{% do l.append("+g.any()+") %}{{ l }}", "{% do d.update({'z': "+g.any()+"}) %}{{ d }}", "{% do nope %}", "{% set q = l %}{% do q.append(9) %}{{ l }}",
		"{% set d.x = 1 %}{{ d.x }}", "{% set range = 3 %}{{ range }}", "{% set true = 1 %}", "{% set 'a' = 1 %}", "{% set a.b.c = 1 %}", "{% set a[0] = 1 %}",
	)
}

// others are templates that take part.
func (g *inventor) others(body func() string) string {
	with := g.pick("", "", " with context", " without context")
	return g.pick(
		"{% set v = 'mine' %}{% include 'inc'"+with+" %}{{ v }}",
		"{% for i in l %}{% include 'inc'"+with+" %}{% endfor %}",
		"{% include "+g.pick("'nothere'", "['nothere', 'inc']", "['a', 'b']", "nope", "'inc' ~ '2'", "[]", "5", "none")+g.pick("", " ignore missing")+with+" %}",
		"{% import 'mac' as q"+with+" %}{{ q.hi(1) }}{{ q.exported }}"+g.pick("", "{{ q }}", "{{ q._hidden }}", "{{ q._priv() }}", "{{ q.nope }}", "{{ q.v }}", "{{ q.nope() }}"),
		"{% set v = 'V' %}{% from 'mac' import hi"+g.pick("", " as hey")+g.pick("", ", exported as e")+with+" %}{{ (hi|default(hey))(1, b="+g.any()+") }}{{ e|default('-') }}",
		"{% from 'mac' import "+g.pick("nope", "_priv", "hi, nope as x", "hi as", "_hidden")+with+" %}{{ nope }}{{ hi }}",
		"{% import 'mac' as q"+with+" %}{% call q.hi(1) %}"+body()+"{% endcall %}",
		"{% for i in l %}{% import 'mac' as q %}{{ q.hi(i) }}{% endfor %}{{ q|default('gone') }}",
		"{% from 'inc2' import x %}", "{% import 'nothere' as q %}", "{% macro o() %}{% include 'inc' %}{% endmacro %}{{ o() }}",
	)
}
