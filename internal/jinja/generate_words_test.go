package jinja

import "regexp"

var standIn = regexp.MustCompile(`\bU\b`)

// What the inventor has to say beyond types that fit: everything that an
// expression of Jinja2 can be, whether it makes sense or not.

// words are expressions with everything that is written between operands.
func (g *inventor) words() string {
	if g.depth > 3 {
		return g.any()
	}
	g.depth++
	defer func() { g.depth-- }()
	switch g.IntN(14) {
	case 0:
		return g.slices()
	case 1:
		return g.percent()
	case 2:
		return g.format()
	case 3:
		return g.fill("(Ⓘ < Ⓘ < Ⓘ)", "(Ⓘ == Ⓘ != Ⓘ >= Ⓧ)", "(Ⓧ in Ⓛ == true)", "(Ⓢ not in Ⓢ in Ⓛ)", "not Ⓧ == Ⓧ", "(not Ⓧ) is true", "Ⓧ is not Ⓧ", "-Ⓘ ** 2", "2 ** -Ⓘ|abs", "+Ⓘ", "--Ⓘ", "- Ⓢ",
			"Ⓘ // Ⓘ % Ⓘ", "Ⓘ ~ Ⓘ + Ⓘ", "Ⓘ - Ⓘ - Ⓘ", "Ⓘ / Ⓘ / Ⓘ", "Ⓧ ~ Ⓧ ~ Ⓧ", "Ⓧ and Ⓧ or Ⓧ and not Ⓧ", "Ⓘ is odd and Ⓘ is even or Ⓧ", "Ⓧ is defined is true", "Ⓘ|abs is number|string")
	case 4:
		return g.fill("(Ⓧ if Ⓑ)", "(Ⓧ if nope)", "(Ⓧ if Ⓑ else Ⓧ if Ⓑ)", "(Ⓧ if no)|default(Ⓧ)", "(Ⓧ if no) ~ 'x'", "[Ⓧ if no]", "((Ⓧ if no)|list)", "('a' if no).b", "('a' if no) == nope", "(1 if no) + 1", "(Ⓧ if Ⓑ else Ⓧ)|string if Ⓑ else Ⓧ")
	case 5:
		return g.missing()
	case 6, 7:
		return g.method()
	case 8, 9, 10:
		return g.filter()
	case 11:
		return g.fill("(Ⓧ is divisibleby(Ⓘ))", "(Ⓧ is sameas(none))", "(Ⓧ is not in(Ⓛ))", "(Ⓧ is eq Ⓧ)", "(Ⓧ is ne(Ⓧ))", "(Ⓧ is lessthan Ⓧ)", "(Ⓧ is ge Ⓘ)", "(Ⓧ is escaped)", "(Ⓢ is upper)", "(Ⓧ is undefined)", "(Ⓢ is filter)", "(Ⓢ is test)",
			"('upper' is filter)", "('odd' is test)", "(Ⓧ is false)", "(Ⓧ is integer)", "(Ⓧ is odd)", "(Ⓧ is iterable)", "(Ⓧ is string is true)")
	case 12:
		return g.fill("(Ⓧ, Ⓧ)", "(Ⓧ,)", "()", "[Ⓧ, Ⓧ,]", "{'a': Ⓧ, Ⓧ: Ⓧ}", "{1: Ⓧ, 1.0: Ⓧ, true: Ⓧ}", "'a' 'b' Ⓢ", "'a' 'b'", "1_000", "0x1F", "0b11", "0o17", "1e3", "1.5e-3", "1_0.2_5", "[Ⓧ][0]", "(Ⓧ, Ⓧ)[1]", "{'a': Ⓧ}.a", "{'a': Ⓧ}['a']", "d['a']", "d['b'][0]", "d.b.0", "l.0", "users.0.name", "users[1]['name']", "'\\x41\\u00e9\\n'", "'\\'q\\''", "\"it's\"")
	default:
		return g.fill("range(Ⓘ % 5, 9, 2)|list", "range(5, Ⓘ % 4, -1)|list", "range(Ⓧ)", "dict(a=Ⓧ, b=Ⓧ)", "dict(Ⓓ, b=Ⓧ)", "dict([('a', Ⓧ)])", "namespace(a=Ⓧ).a", "joiner(', ')()", "cycler(1, Ⓧ).next()", "cycler(Ⓧ, 2).current", "namespace(Ⓓ).a", "lipsum|string|length > 3", "cycler()", "range(1, 2, 0)")
	}
}

func (g *inventor) bound() string {
	return g.pick("", "", "0", "1", "2", "-1", "-2", "-3", "5", "-9", "100", "none", "n", "neg", "t", "s", "f")
}

func (g *inventor) slices() string {
	of := g.pick(g.text(), g.list(), "l", "s", "ml", "'abcdef'", "[1, 2, 3, 4, 5]", "(1, 2, 3)", "range(6)", "d", "nope", "n", "nn")
	switch g.IntN(4) {
	case 0:
		return "(" + of + ")[" + g.bound() + ":" + g.bound() + "]"
	case 1, 2:
		return "(" + of + ")[" + g.bound() + ":" + g.bound() + ":" + g.pick("", "1", "2", "-1", "-2", "-3", "0", "-1") + "]"
	default:
		return "(" + of + ")[" + g.pick("0", "1", "-1", "-2", "7", "n", "neg", "'a'", "none", "true", "1.0", "'x'", "(1, 2)") + "]"
	}
}

// percent is % formatting, conversions in all of their parts.
func (g *inventor) percent() string {
	spec := func() string {
		return "%" + g.pick("", "", "", "-", "+", " ", "0", "#", "-0", "+ ", "#0") + g.pick("", "", "", "5", "10", "1", "3") + g.pick("", "", "", ".2", ".0", ".", ".5") + g.pick("", "", "l", "h") + g.pick("s", "s", "d", "d", "i", "u", "f", "F", "e", "E", "g", "G", "x", "X", "o", "c", "r", "a", "%", "b", "z", "")
	}
	switch g.IntN(4) {
	case 0:
		return g.fill("('" + spec() + "' % Ⓘ)")
	case 1:
		return g.fill("('<" + spec() + "|" + spec() + ">' % (Ⓧ, Ⓘ))")
	case 2:
		return g.fill("('%(a)s %(b)"+g.pick("s", "d", "5s", "r", "-5s")+"' % Ⓓ)", "('%*d' % (Ⓘ, Ⓘ))", "('%.*f' % (2, Ⓘ))", "('%s' % Ⓛ)", "('%s' % (Ⓛ,))", "('%(k)s' % Ⓧ)", "(Ⓢ % Ⓛ)")
	default:
		return g.fill("('"+spec()+"'|format(Ⓧ))", "('"+spec()+" "+spec()+"'|format(Ⓘ, Ⓘ))", "('%(a)s'|format(a=Ⓧ))", "('%s'|format(Ⓧ, a=Ⓧ))")
	}
}

// format is str.format with specifications in all of their parts.
func (g *inventor) format() string {
	spec := g.pick("", "", "", "<", ">", "^", "=", "*<", "0>", "x^", "é^") + g.pick("", "", "", "+", "-", " ") + g.pick("", "", "", "#", "z") + g.pick("", "", "", "0") + g.pick("", "", "8", "12", "3") + g.pick("", "", "", ",", "_") + g.pick("", "", "", ".2", ".0", ".5", ".") + g.pick("", "", "s", "d", "b", "o", "x", "X", "c", "f", "F", "e", "E", "g", "G", "n", "%", "r")
	return g.fill("'{:"+spec+"}'.format(Ⓘ)", "'{:"+spec+"}'.format(Ⓢ)", "'{:"+spec+"}'.format(Ⓧ)", "'{0"+g.pick("!r", "!s", "!a", "!x", "")+":"+spec+"}'.format(Ⓧ)", "'{a[0]} {a}'.format(a=Ⓛ)", "'{0.real} {0.imag}'.format(Ⓘ)", "'{:{}}'.format(Ⓢ, 9)", "'{:>{w}}'.format(Ⓘ, w=6)",
		"'{} {}'.format(Ⓧ)", "'{0} {}'.format(Ⓧ, Ⓧ)", "'{{}} {{{}}}'.format(Ⓧ)", "'{a} {b}'.format(**Ⓓ)", "'{} {}'.format(*Ⓛ)", "'{'.format(Ⓧ)", "'}'.format(1)", "'{x'.format(x=1)", "'{0[a]}'.format(Ⓓ)", "'{a.b}'.format(a=Ⓓ)", "'{a}'.format_map(Ⓓ)", "'{!}'.format(1)", "'{:%Y}'.format(Ⓧ)")
}

// missing is what is not there, in all roles.
func (g *inventor) missing() string {
	u := g.pick("nope", "d.nope", "d['no pe']", "l[99]", "n.nope", "nn.x", "users[0].nope", "s.nope", "nope.a", "nope['a']", "nope[0]", "(1 if no)")
	return standIn.ReplaceAllString(g.pick("U", "U is defined", "U is undefined", "U|default('dd')", "U|d('', true)", "U.x.y", "U()", "U + 1", "1 + U", "U ~ 'x'", "U|list", "U|length", "U|string", "U == U", "U == 1", "U in [1]", "1 in U", "not U", "U and 1", "1 or U", "-U", "U[1:2]", "[U]", "{'a': U}", "{U: 1}", "(U, 1)", "U if t else 2", "1 if U else 2",
		"U|upper", "U|join(',')", "U|int", "U|float(2)", "[U]|join('-')", "[1, U]|sum", "[U, 1]|sort", "U|tojson", "U.upper()", "'%s' % U", "'{}'.format(U)", "U < 1", "U is none", "U is string", "U is iterable", "U is mapping", "U is sequence", "U is number", "U is callable", "U is sameas(U)", "U|abs", "U|first", "U|last", "U|e", "U|map('upper')|list", "U|selectattr('a')|list", "U|dictsort", "U|batch(2)|list", "[U]|map('default', 3)|list",
		"range(U)|list", "dict(a=U)", "U|default(U)", "U|default(d.zz.yy)", "'a' in U", "U is in(l)", "l[U]", "d[U]", "l[U:]", "U|replace('a', 'b')", "s|replace(U, 'b')", "s|indent(U)", "U|round", "U|trim", "U|pprint", "U|xmlattr", "U|random", "U|count", "U is eq(U)", "U is lower", "U|groupby('a')|list", "(U|list) + l", "U is boolean", "U|reverse", "U|title", "U|unique|list", "U|min", "U|sum", "U|slice(2)|list", "U|attr('x')", "s|attr('nope')", "U|filesizeformat", "U|wordcount", "U|urlize", "U|truncate(3)", "U|striptags", "U|center", "U|format(1)", "U|items|list",
	), u)
}
