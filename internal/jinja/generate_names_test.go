package jinja

// method is a call of a method of Python's types.
func (g *inventor) method() string {
	return g.fill(
		"(Ⓢ).capitalize()", "(Ⓢ).casefold()", "(Ⓢ).center(Ⓘ, 'x')", "(Ⓢ).count(Ⓢ, 1, -1)", "(Ⓢ).encode()", "(Ⓢ).encode('ascii', 'replace')", "(Ⓢ).endswith(('x', 'd'))", "(Ⓢ).expandtabs(4)", "(Ⓢ).find(Ⓢ, Ⓘ)", "(Ⓢ).index(Ⓢ)", "(Ⓢ).isalnum()", "(Ⓢ).isalpha()", "(Ⓢ).isascii()",
		"(Ⓢ).isdecimal()", "(Ⓢ).isidentifier()", "(Ⓢ).islower()", "(Ⓢ).isnumeric()", "(Ⓢ).isprintable()", "(Ⓢ).isspace()", "(Ⓢ).istitle()", "(Ⓢ).isupper()", "(Ⓢ).join(Ⓛ)", "(Ⓢ).ljust(9, '-')", "(Ⓢ).lower()", "(Ⓢ).lstrip('Hx ')", "(Ⓢ).partition(Ⓢ)", "(Ⓢ).removeprefix('H')",
		"(Ⓢ).removesuffix('d')", "(Ⓢ).replace(Ⓢ, Ⓢ, 1)", "(Ⓢ).replace('', '-')", "(Ⓢ).rfind('o')", "(Ⓢ).rindex('o')", "(Ⓢ).rjust(9)", "(Ⓢ).rpartition('o')", "(Ⓢ).rsplit(none, 1)", "(Ⓢ).rstrip()", "(Ⓢ).split(Ⓢ)", "(Ⓢ).split(none, 1)", "(Ⓢ).split(',', maxsplit=1)", "(Ⓢ).splitlines(true)",
		"(Ⓢ).startswith('e', 1)", "(Ⓢ).strip()", "(Ⓢ).swapcase()", "(Ⓢ).title()", "(Ⓢ).translate({97: 'b'})", "(Ⓢ).upper()", "(Ⓢ).zfill(Ⓘ)", "(Ⓢ).nope()", "(Ⓢ).upper", "(Ⓢ).upper(1)", "(Ⓢ).maketrans('a', 'b')", "(Ⓧ).split()",
		"(Ⓛ).count(Ⓧ)", "(Ⓛ).index(Ⓧ)", "(Ⓛ).copy()", "(Ⓛ).append(Ⓧ)", "(Ⓛ).pop()", "(Ⓛ).pop(Ⓘ)", "(Ⓛ).insert(0, Ⓧ)", "(Ⓛ).extend(Ⓛ)", "(Ⓛ).remove(Ⓧ)", "(Ⓛ).reverse()", "(Ⓛ).sort()", "(Ⓛ).sort(reverse=true)", "(Ⓛ).clear()", "(Ⓛ).nope", "(Ⓛ).index(1, 1)",
		"(Ⓓ).get('a')", "(Ⓓ).get(Ⓧ, Ⓧ)", "(Ⓓ).items()", "(Ⓓ).keys()|sort", "(Ⓓ).values()", "(Ⓓ).pop('a')", "(Ⓓ).pop('zz', Ⓧ)", "(Ⓓ).update({'q': Ⓧ})", "(Ⓓ).update(q=Ⓧ)", "(Ⓓ).setdefault('z', Ⓧ)", "(Ⓓ).copy()", "(Ⓓ).fromkeys(['a'], 1)", "(Ⓓ).popitem()", "(Ⓓ).clear()", "(Ⓓ).items()|first", "(Ⓓ).keys() == (Ⓓ).keys()",
		"(Ⓘ).bit_length()", "(Ⓘ).is_integer()", "(Ⓘ).as_integer_ratio()", "(Ⓘ).real", "(Ⓘ).conjugate()", "(2.5).hex()", "(Ⓘ).to_bytes(8, 'big', signed=true)", "(1).numerator", "Ⓧ.__class__.__name__", "(Ⓢ).__len__()", "d.items", "d.get", "d.keys()[0]",
	)
}

// filter is a filter with arguments by name and by place.
func (g *inventor) filter() string {
	return g.fill(
		"(Ⓧ)|default(Ⓧ, boolean=Ⓑ)", "(Ⓧ)|default(value=Ⓧ)", "(Ⓛ)|join(d=Ⓢ, attribute=Ⓢ)", "(users)|join(', ', attribute='name')", "(Ⓢ)|indent(width=Ⓘ, first=Ⓑ)", "(ml)|indent(first=true, blank=true)", "(ml)|indent('>> ')", "(Ⓢ)|truncate(length=Ⓘ, killwords=Ⓑ)", "(Ⓢ)|truncate(9, true, '..', leeway=0)",
		"(Ⓢ)|truncate(5, end=Ⓢ)", "(Ⓢ)|wordwrap(width=5, break_long_words=Ⓑ, wrapstring='|')", "(Ⓢ)|wordwrap(4, break_on_hyphens=false)", "(Ⓢ)|replace(old='o', new=Ⓢ, count=1)", "(Ⓢ)|replace('l', 'L', 1)", "(Ⓢ)|center(width=Ⓘ)", "(Ⓘ)|round(precision=Ⓘ % 3, method='floor')", "(Ⓘ)|round(method='nope')", "(Ⓘ)|round(-1)",
		"(Ⓢ)|int(default=Ⓧ, base=16)", "('ff')|int(0, 16)", "('0x1f')|int(base=16)", "('0b1')|int(0, 2)", "(Ⓧ)|int(Ⓧ)", "(Ⓧ)|float(default=Ⓧ)", "(Ⓛ)|batch(linecount=2, fill_with=Ⓧ)|list", "(Ⓛ)|slice(slices=3, fill_with=Ⓧ)|list", "(Ⓛ)|sum(start=Ⓘ)", "(users)|sum(attribute='age', start=1)", "(Ⓛ)|sort(case_sensitive=Ⓑ, reverse=Ⓑ)",
		"(users)|sort(attribute='age,name')", "(users)|sort(attribute=Ⓢ)", "(Ⓛ)|unique(case_sensitive=true)|list", "(users)|unique(attribute='age')|list", "(Ⓛ)|min(case_sensitive=true)", "(users)|max(attribute='age')", "(Ⓛ)|map(Ⓢ)|list", "(users)|map(attribute='nope', default=Ⓧ)|list", "(Ⓛ)|map('replace', 'a', 'b')|list", "(Ⓛ)|map('int', default=7)|list",
		"(Ⓛ)|map(attribute=0)|list", "(Ⓛ)|map()|list", "(users)|map('upper', nope=1)|list", "(Ⓛ)|select|list", "(Ⓛ)|select('in', Ⓛ)|list", "(Ⓛ)|select('nope')|list", "(Ⓛ)|reject('odd')|list", "(users)|selectattr('age', 'gt', Ⓘ)|list", "(users)|rejectattr('name')|list", "(users)|selectattr('nope.x', 'defined')|list", "(users)|selectattr()|list",
		"(users)|groupby('age', default=1)|list", "(users)|groupby(attribute='name', case_sensitive=true)|map(attribute='grouper')|list", "(Ⓓ)|dictsort(case_sensitive=true, by='value', reverse=Ⓑ)", "(Ⓓ)|dictsort(by='nope')", "(Ⓓ)|xmlattr(autospace=false)", "(Ⓓ)|items|list", "(Ⓧ)|items|list", "(Ⓧ)|tojson(indent=2)", "(Ⓧ)|filesizeformat(binary=true)",
		"(Ⓧ)|urlencode", "(Ⓢ)|urlize(trim_url_limit=5, nofollow=true, target='_blank', rel='x')", "('see http://a.b/c?d=e, and www.x.org (foo@bar.com)')|urlize(Ⓘ)", "(Ⓧ)|pprint", "(Ⓧ)|string|length", "(Ⓧ)|list", "(Ⓧ)|first", "(Ⓧ)|last", "(Ⓧ)|length", "(Ⓧ)|reverse|list", "(Ⓧ)|attr('name')", "(Ⓧ)|e|string", "(Ⓧ)|forceescape", "(Ⓧ)|safe ~ '<'", "(html|e) ~ html",
		"(html|safe) + html", "(html|e).upper()", "(Ⓧ)|striptags", "(Ⓧ)|wordcount", "(Ⓧ)|trim(chars=Ⓢ)", "(Ⓧ)|title", "(Ⓧ)|capitalize", "(Ⓧ)|upper|lower", "(Ⓧ)|abs", "(Ⓧ)|count", "(Ⓢ)|upper(1)", "(Ⓢ)|nope", "(Ⓢ)|indent(1, 2, 3, 4)", "(Ⓢ)|replace('a')", "(Ⓢ)|truncate(length=3, length=4)", "(Ⓧ)|format(Ⓧ)", "(Ⓧ)|format(*Ⓛ)", "(Ⓢ)|replace(*['a', 'b'])", "(Ⓢ)|replace(**{'old': 'a', 'new': 'b'})",
	)
}
