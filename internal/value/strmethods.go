package value

import "strings"

// strMembers are the methods of str.
func strMembers() map[string]*member {
	return map[string]*member{
		"capitalize":   textMethod(capitalize),
		"casefold":     textMethod(casefold),
		"lower":        textMethod(lower),
		"upper":        textMethod(upper),
		"swapcase":     textMethod(swapcase),
		"title":        textMethod(title),
		"isalnum":      textTest(isAlnum),
		"isalpha":      textTest(isAlpha),
		"isdecimal":    textTest(isDecimal),
		"isdigit":      textTest(isDigit),
		"isnumeric":    textTest(isNumeric),
		"isspace":      textTest(isSpace),
		"isascii":      textAnswer(isASCII),
		"isidentifier": textAnswer(isIdentifier),
		"islower":      textAnswer(isLowerText),
		"isupper":      textAnswer(isUpperText),
		"istitle":      textAnswer(isTitleText),
		"isprintable":  textAnswer(isPrintableText),
		"center":       counted(1, 2, pad(padCenter)),
		"ljust":        counted(1, 2, pad(padRight)),
		"rjust":        counted(1, 2, pad(padLeft)),
		"zfill":        oneArg(zfill),
		"expandtabs":   named(expandtabs, 0, "tabsize"),
		"strip":        counted(0, 1, strip("strip", true, true)),
		"lstrip":       counted(0, 1, strip("lstrip", true, false)),
		"rstrip":       counted(0, 1, strip("rstrip", false, true)),
		"split":        named(split, 0, "sep", "maxsplit"),
		"rsplit":       named(rsplit, 0, "sep", "maxsplit"),
		"splitlines":   named(splitlines, 0, "keepends"),
		"partition":    oneArg(partition),
		"rpartition":   oneArg(rpartition),
		"join":         oneArg(join),
		"find":         parsed(1, 3, find),
		"index":        parsed(1, 3, index),
		"rfind":        parsed(1, 3, rfind),
		"rindex":       parsed(1, 3, rindex),
		"count":        parsed(1, 3, countText),
		"startswith":   parsed(1, 3, affix("startswith", strings.HasPrefix)),
		"endswith":     parsed(1, 3, affix("endswith", strings.HasSuffix)),
		"replace":      counted(2, 3, replace),
		"removeprefix": oneArg(removeAffix("removeprefix", strings.TrimPrefix)),
		"removesuffix": oneArg(removeAffix("removesuffix", strings.TrimSuffix)),
		"translate":    oneArg(translate),
		"maketrans":    counted(1, 3, maketrans),
		"encode":       named(encode, 0, "encoding", "errors"),
		"format":       free(formatMethod),
		"format_map":   oneArg(formatMap),
	}
}

// keepSafe gives text the type of the str or Markup it was made of.
func keepSafe(self any, s string) any {
	if _, ok := self.(Markup); ok {
		return Markup(s)
	}
	return s
}

func textMethod(f func(string) string) *member {
	return noArgs(func(self any) (any, error) { return keepSafe(self, f(selfText(self))), nil })
}

func textAnswer(f func(string) bool) *member {
	return noArgs(func(self any) (any, error) { return f(selfText(self)), nil })
}

// textTest is true of texts that have characters, all of them of a kind.
func textTest(is func(rune) bool) *member {
	return textAnswer(func(s string) bool { return s != "" && allRunes(s, is) })
}

func selfText(self any) string {
	s, _ := asString(self)
	return s
}

func allRunes(s string, is func(rune) bool) bool {
	for s != "" {
		r, n := decodeRune(s)
		if !is(r) {
			return false
		}
		s = s[n:]
	}
	return true
}

// pad makes center, ljust and rjust; fill says how much goes left of the text.
func pad(left func(missing, width int) int) methodFunc {
	return func(self any, args []any) (any, error) {
		s := selfText(self)
		width, err := argInt(args[0])
		if err != nil {
			return nil, err
		}
		fill := " "
		if len(args) > 1 {
			var ok bool
			if fill, ok = asString(args[1]); !ok {
				return nil, typeError("The fill character must be a unicode character, not %s", TypeName(args[1]))
			}
			if runeLen(fill) != 1 {
				return nil, typeError("The fill character must be exactly one character long")
			}
		}
		missing := width - runeLen(s)
		if missing <= 0 {
			return self, nil
		}
		if err := grow(int64(missing), int64(len(fill)), MaxSize); err != nil {
			return nil, err
		}
		before := left(missing, width)
		return keepSafe(self, strings.Repeat(fill, before)+s+strings.Repeat(fill, missing-before)), nil
	}
}

func padCenter(missing, width int) int { return missing/2 + missing&width&1 }
func padRight(int, int) int            { return 0 }
func padLeft(missing, _ int) int       { return missing }

func zfill(self, arg any) (any, error) {
	s := selfText(self)
	width, err := argInt(arg)
	if err != nil {
		return nil, err
	}
	missing := width - runeLen(s)
	if missing <= 0 {
		return self, nil
	}
	if err := grow(int64(missing), 1, MaxSize); err != nil {
		return nil, err
	}
	zeros := strings.Repeat("0", missing)
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return keepSafe(self, s[:1]+zeros+s[1:]), nil
	}
	return keepSafe(self, zeros+s), nil
}

func expandtabs(self any, args []any) (any, error) {
	size := 8
	if args[0] != omitted {
		var err error
		if size, err = argInt(args[0]); err != nil {
			return nil, err
		}
	}
	s := selfText(self)
	if err := grow(int64(strings.Count(s, "\t")), int64(max(size, 0)), MaxSize); err != nil {
		return nil, err
	}
	var b strings.Builder
	column := 0
	for s != "" {
		r, n := decodeRune(s)
		switch {
		case r == '\t':
			if size > 0 {
				fill := size - column%size
				b.WriteString(strings.Repeat(" ", fill))
				column += fill
			}
		default:
			b.WriteString(s[:n])
			column++
			if r == '\n' || r == '\r' {
				column = 0
			}
		}
		s = s[n:]
	}
	return keepSafe(self, b.String()), nil
}

func strip(name string, left, right bool) methodFunc {
	return func(self any, args []any) (any, error) {
		s, drop := selfText(self), isSpace
		if len(args) > 0 && args[0] != nil {
			chars, ok := asString(args[0])
			if !ok {
				return nil, typeError("%s arg must be None or str", name)
			}
			drop = func(r rune) bool { return containsRune(chars, r) }
		}
		for left && s != "" {
			r, n := decodeRune(s)
			if !drop(r) {
				break
			}
			s = s[n:]
		}
		for right && s != "" {
			r, n := decodeLastRune(s)
			if !drop(r) {
				break
			}
			s = s[:len(s)-n]
		}
		return keepSafe(self, s), nil
	}
}

func containsRune(s string, r rune) bool {
	return !allRunes(s, func(c rune) bool { return c != r })
}
