package jinja

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// inventor writes random templates: mostly of fitting types, so that they get
// somewhere, and now and then of any, so that errors are compared too.
type inventor struct {
	*rand.Rand
	depth int
}

// generatedVars are the variables that generated templates name.
const generatedVars = `{"n": 5, "neg": -7, "f": 2.5, "s": "Hello, World", "empty": "", "u": "naïve ß", "num": "42", "ml": "one\ntwo\n\n four\n",
"l": [3, 1, 2], "ls": ["b", "A", "c"], "le": [], "lm": [1, "a", null, true, 2.5], "ll": [[1, 2], [3]], "d": {"a": 1, "b": [1, 2], "c": {"x": "y"}},
"de": {}, "users": [{"name": "bob", "age": 30}, {"name": "Ann", "age": 25}], "t": true, "no": false, "nn": null, "html": "<a href='x'>&</a>"}`

func (g *inventor) pick(choices ...string) string { return choices[g.IntN(len(choices))] }

// fill writes a choice with expressions in the place of its marks: Ⓘ for a
// number, Ⓢ for text, Ⓛ for a list, Ⓓ for a dict, Ⓑ for a condition, Ⓧ for any.
func (g *inventor) fill(choices ...string) string {
	var b strings.Builder
	for _, r := range g.pick(choices...) {
		switch r {
		case 'Ⓘ':
			b.WriteString(g.number())
		case 'Ⓢ':
			b.WriteString(g.text())
		case 'Ⓛ':
			b.WriteString(g.list())
		case 'Ⓓ':
			b.WriteString(g.pick("d", "de", "{'k': 1, 'j': 'v'}", "users[0]", "d.c"))
		case 'Ⓑ':
			b.WriteString(g.condition())
		case 'Ⓧ':
			b.WriteString(g.any())
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nested says whether an expression may have others in it, and strays to any
// kind of expression now and then.
func (g *inventor) nested(simple []string, other func() string) string {
	g.depth++
	defer func() { g.depth-- }()
	switch {
	case g.depth > 4 || g.IntN(4) == 0:
		return g.pick(simple...)
	case g.IntN(40) == 0:
		return g.any()
	}
	return other()
}

func (g *inventor) number() string {
	return g.nested([]string{"n", "neg", "f", "0", "1", "7", "2.0", "10", "100000000000", "-3", "0.1", "l[0]", "t"}, func() string {
		return g.fill("(Ⓘ + Ⓘ)", "(Ⓘ - Ⓘ)", "(Ⓘ * Ⓘ)", "(Ⓘ // Ⓘ)", "(Ⓘ % Ⓘ)", "(Ⓘ / Ⓘ)", "(-Ⓘ)", "(Ⓘ)|abs", "(Ⓘ)|round", "(Ⓘ)|round(1)", "(Ⓘ)|int", "(Ⓘ)|float",
			"(Ⓢ)|length", "(Ⓛ)|length", "(Ⓛ)|sum", "(Ⓛ)|max", "(Ⓛ)|min", "(Ⓛ)|first", "(Ⓢ)|int", "(Ⓢ)|float(1.5)", "(Ⓢ).count('o')", "(Ⓢ).find('l')", "(Ⓛ).index(1)",
			"(Ⓘ if Ⓑ else Ⓘ)", "d.a", "users|map(attribute='age')|sum", "(Ⓢ)|wordcount", "(Ⓘ)|round(0, 'ceil')", "(Ⓘ) ** 2", "nope|default(Ⓘ)", "(Ⓛ)|last")
	})
}

func (g *inventor) text() string {
	return g.nested([]string{"s", "empty", "u", "num", "ml", "html", "'x'", "'a,b,c'", "' pad '", "ls[0]", "d.c.x", "'%s'", "'{}'", "'Ab-cD_e'"}, func() string {
		return g.fill("(Ⓢ ~ Ⓧ)", "(Ⓢ + Ⓢ)", "(Ⓢ * 2)", "(Ⓢ)|upper", "(Ⓢ)|lower", "(Ⓢ)|title", "(Ⓢ)|capitalize", "(Ⓢ)|trim", "(Ⓢ)|replace('o', Ⓢ)", "(Ⓢ)|truncate(8)", "(Ⓢ)|center(12)",
			"(Ⓢ)|indent(2)", "(Ⓢ)|wordwrap(6)", "(Ⓢ)|escape", "(Ⓢ)|striptags", "(Ⓢ)|urlencode", "(Ⓢ)|reverse", "(Ⓛ)|join(Ⓢ)", "(Ⓛ)|join", "(Ⓧ)|string", "(Ⓧ)|tojson", "(Ⓢ)[1:4]", "(Ⓢ)[::-1]", "(Ⓢ)[-2:]",
			"(Ⓢ).upper()", "(Ⓢ).split(',')[0]", "(Ⓢ).strip('x')", "(Ⓢ).replace('a', 'b')", "(Ⓢ).zfill(8)", "(Ⓢ).ljust(6, '.')", "(Ⓢ).swapcase()", "(Ⓢ).partition('o')[0]", "(Ⓢ % Ⓧ)", "(Ⓢ).format(Ⓧ)",
			"'%s-%5.1f' % (Ⓧ, Ⓘ)", "'%-6s|' % Ⓘ", "'{:>6}'.format(Ⓢ)", "'{0!r}'.format(Ⓧ)", "(Ⓢ if Ⓑ else Ⓢ)", "nope|default(Ⓢ)", "(Ⓘ)|filesizeformat", "(Ⓧ)|pprint", "(Ⓢ).join(['1', '2'])", "(Ⓓ)|xmlattr")
	})
}

func (g *inventor) list() string {
	return g.nested([]string{"l", "ls", "le", "lm", "ll", "users", "[1, 2]", "['z']", "(1, 'a')", "range(4)", "d.b"}, func() string {
		return g.fill("(Ⓛ)|list", "(Ⓛ)|sort", "(Ⓛ)|reverse|list", "(Ⓛ)|unique|list", "(Ⓛ + Ⓛ)", "(Ⓛ)[1:]", "(Ⓛ)[::-1]", "(Ⓛ)|map('string')|list", "(Ⓛ)|map('upper')|list", "(Ⓛ)|select('number')|list",
			"(Ⓛ)|reject('none')|list", "(Ⓛ)|batch(2)|list", "(Ⓛ)|slice(2)|list", "(Ⓛ)|batch(2, Ⓧ)|list", "[Ⓧ, Ⓧ]", "(Ⓢ).split()", "(Ⓢ)|list", "(Ⓓ).items()|list", "(Ⓓ).keys()|list", "(Ⓓ)|dictsort", "(Ⓓ)|list",
			"users|map(attribute=Ⓢ)|list", "users|selectattr('age', '>', Ⓘ)|list", "users|groupby('age')|map('last')|list", "users|sort(attribute='name')", "range(Ⓘ % 9)|list", "(Ⓛ) * 2", "(Ⓢ).splitlines()", "(Ⓛ if Ⓑ else Ⓛ)",
			"(Ⓛ)|map('default', 1)|list", "(Ⓛ)|select('equalto', Ⓘ)|list", "(Ⓛ)|sort(reverse=true)", "(Ⓢ).rsplit('o', 1)")
	})
}

func (g *inventor) condition() string {
	return g.nested([]string{"t", "no", "nn", "n == 5", "nope is defined", "s", "le"}, func() string {
		return g.fill("(not Ⓑ)", "(Ⓑ and Ⓑ)", "(Ⓑ or Ⓑ)", "(Ⓘ < Ⓘ)", "(Ⓘ == Ⓘ)", "(Ⓘ <= Ⓘ < Ⓘ)", "(Ⓧ == Ⓧ)", "(Ⓧ != Ⓧ)", "(Ⓧ in Ⓛ)", "(Ⓢ in Ⓢ)", "(Ⓧ not in Ⓛ)", "(Ⓢ < Ⓢ)", "(Ⓧ is string)", "(Ⓧ is number)",
			"(Ⓧ is mapping)", "(Ⓧ is iterable)", "(Ⓧ is sequence)", "(Ⓧ is none)", "(Ⓘ is odd)", "(Ⓘ is divisibleby 3)", "(Ⓧ is sameas Ⓧ)", "(Ⓢ is lower)", "(Ⓧ is not true)", "(Ⓘ is gt Ⓘ)", "(Ⓧ is in Ⓛ)",
			"(Ⓢ).startswith('H')", "(Ⓢ).isdigit()", "(Ⓘ is integer)", "(Ⓘ is float)", "(Ⓧ is boolean)", "(Ⓧ is callable)", "(Ⓛ < Ⓛ)")
	})
}

func (g *inventor) any() string {
	switch g.IntN(12) {
	case 0, 1, 2:
		return g.number()
	case 3, 4, 5:
		return g.text()
	case 6, 7:
		return g.list()
	case 8:
		return g.condition()
	case 9:
		return g.pick("d", "de", "users[0]", "{1: 'a', 'b': none}")
	case 10:
		return g.pick("none", "nn", "d.nope", "nope", "l[9]", "s[99]", "n.x", "(d.nope|default('dd'))")
	default:
		return g.pick("true", "1", "''", "[]", "()")
	}
}

// template is a few statements.
func (g *inventor) template() string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		b.WriteString(g.statement(0))
	}
	return b.String()
}

func (g *inventor) statement(depth int) string {
	body := func() string {
		if depth > 2 {
			return g.fill("{{ Ⓧ }}", "text", "{{ i }}")
		}
		return g.statement(depth + 1)
	}
	dash := func() string { return g.pick("", "", "", "-", "+") }
	tag := func(text string) string { return "{%" + dash() + " " + text + " " + g.pick("", "", "-") + "%}" }
	switch g.IntN(16) {
	case 0:
		return g.pick("text", "\n", "  x \n", "{# c #}", "{% raw %}{{ x }}{% endraw %}\n", "  ")
	case 1:
		return tag("if "+g.condition()) + body() + tag("elif "+g.condition()) + body() + tag("else") + body() + tag("endif")
	case 2:
		return tag("for i in "+g.list()) + body() + g.pick("", "{{ loop.index }}{{ loop.last }}", "{{ loop.nextitem|default('-') }}", "{{ loop.cycle(1, 2) }}") +
			g.pick("", tag("else")+"none") + tag("endfor")
	case 3:
		return tag("for i in "+g.list()+" if "+g.fill("i is number", "i", "loop is defined", "Ⓑ")) + body() + "{{ loop.revindex }}" + tag("endfor")
	case 4:
		return tag("set v = "+g.any()) + "{{ v }}" + body()
	case 5:
		return tag("set v") + body() + tag("endset") + "[{{ v }}]"
	case 6:
		return tag(fmt.Sprintf("macro m(a, b=%s)", g.any())) + "{{ a }}{{ b }}{{ varargs }}{{ kwargs }}" + tag("endmacro") + g.fill("{{ m(Ⓧ) }}", "{{ m(Ⓧ, Ⓧ) }}", "{{ m(Ⓧ, b=Ⓧ, c=Ⓧ) }}", "{{ m() }}", "{{ m(1, 2, Ⓧ) }}")
	case 7:
		return tag("with v = "+g.any()) + "{{ v }}" + body() + tag("endwith")
	case 8:
		return tag("filter "+g.pick("upper", "trim", "indent", "replace('a', 'b')", "title")) + body() + tag("endfilter")
	case 9:
		return "{% set ns = namespace(c=0) %}" + tag("for i in "+g.list()) + "{% set ns.c = ns.c + 1 %}" + tag("endfor") + "{{ ns.c }}"
	case 10:
		return "{% for k, v in (" + g.fill("Ⓓ") + ").items() %}{{ k }}={{ v }};{% endfor %}"
	default:
		return g.pick("{{ ", "{{- ") + g.any() + g.pick(" }}", " -}}")
	}
}
