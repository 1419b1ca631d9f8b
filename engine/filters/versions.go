package filters

import (
	"strconv"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

var versionTests = table{"version": versionTest, "version_compare": versionTest}

var versionOps = map[string]func(int) bool{
	"==": func(c int) bool { return c == 0 }, "=": func(c int) bool { return c == 0 }, "eq": func(c int) bool { return c == 0 },
	"<": func(c int) bool { return c < 0 }, "lt": func(c int) bool { return c < 0 },
	"<=": func(c int) bool { return c <= 0 }, "le": func(c int) bool { return c <= 0 },
	">": func(c int) bool { return c > 0 }, "gt": func(c int) bool { return c > 0 },
	">=": func(c int) bool { return c >= 0 }, "ge": func(c int) bool { return c >= 0 },
	"!=": func(c int) bool { return c != 0 }, "<>": func(c int) bool { return c != 0 }, "ne": func(c int) bool { return c != 0 },
}

func versionTest(c *jinja.Call) (any, error) {
	a, err := bind(c, "value version operator? strict? version_type?")
	if err != nil {
		return nil, err
	}
	if a.get("strict") != nil && value.Truth(a.get("version_type")) {
		return nil, filterError("Cannot specify both 'strict' and 'version_type'")
	}
	for _, v := range []string{"value", "version"} {
		if !value.Truth(a.get(v)) {
			which := "Input version value"
			if v == "version" {
				which = "Version parameter to compare against"
			}
			return nil, filterError("%s cannot be empty", which)
		}
	}
	kind := "loose"
	if a.truth("strict", false) {
		kind = "strict"
	}
	if given := textOrEmpty(a.get("version_type")); given != "" {
		kind = given
	}
	operator := a.text("operator", "eq")
	compare, ok := versionKinds[kind]
	if !ok {
		return nil, filterError("Invalid version type (%s). Must be one of 'loose', 'strict', 'semver', 'semantic', 'pep440'", kind)
	}
	op, ok := versionOps[operator]
	if !ok {
		return nil, filterError("Invalid operator type (%s). Must be one of '==', '=', 'eq', '<', 'lt', '<=', 'le', '>', 'gt', '>=', 'ge', '!=', '<>', 'ne'", operator)
	}
	order, err := compare(value.Str(a.get("value")), value.Str(a.get("version")))
	if err != nil {
		return nil, filterError("Version comparison failed: %v", err)
	}
	return op(order), nil
}

var versionKinds = map[string]func(a, b string) (int, error){
	"loose": compareLoose, "strict": compareStrict, "semver": compareSemver, "semantic": compareSemver, "pep440": comparePEP440,
}

var looseParts = lazy.Regexp(`[0-9]+|[a-z]+|\.`)

// looseVersion cuts a version into numbers and texts, as distutils does.
func looseVersion(s string) []any {
	var parts []any
	add := func(text string) {
		if text == "" || text == "." {
			return
		}
		if n, ok := bigDigits(text); ok {
			parts = append(parts, n)
		} else {
			parts = append(parts, text)
		}
	}
	at := 0
	for _, m := range looseParts.FindAllStringIndex(s, -1) {
		add(s[at:m[0]])
		add(s[m[0]:m[1]])
		at = m[1]
	}
	add(s[at:])
	return parts
}

// bigDigits reads a number; one beyond 64 bits stays comparable as the largest.
func bigDigits(s string) (int64, bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, _ := strconv.ParseInt(s, 10, 64)
	return n, s != ""
}

func compareLoose(a, b string) (int, error) {
	x, y := looseVersion(a), looseVersion(b)
	for i := 0; i < len(x) && i < len(y); i++ {
		if value.Equal(x[i], y[i]) {
			continue
		}
		less, err := value.Compare("<", x[i], y[i])
		if err != nil {
			return 0, err
		}
		if less {
			return -1, nil
		}
		return 1, nil
	}
	return len(x) - len(y), nil
}

var strictVersion = lazy.Regexp(`^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$`)

func compareStrict(a, b string) (int, error) {
	var parsed [2][5]int
	for i, s := range []string{a, b} {
		m := strictVersion.FindStringSubmatch(s)
		if m == nil {
			return 0, value.Raise("ValueError", "invalid version number '%s'", s)
		}
		for j := range 3 {
			parsed[i][j], _ = strconv.Atoi(m[j+1])
		}
		// A version without a or b comes after all of them.
		parsed[i][3] = 'z'
		if m[4] != "" {
			parsed[i][3] = int(m[4][0])
			parsed[i][4], _ = strconv.Atoi(m[5])
		}
	}
	return compareInts(parsed[0][:], parsed[1][:]), nil
}

func compareInts(a, b []int) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return len(a) - len(b)
}

var semver = lazy.Regexp(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$`)

func compareSemver(a, b string) (int, error) {
	var core [2][]int
	var pre [2]string
	for i, s := range []string{a, b} {
		m := semver.FindStringSubmatch(s)
		if m == nil {
			return 0, value.Raise("ValueError", "invalid semantic version '%s'", s)
		}
		for _, part := range m[1:4] {
			n, _ := strconv.Atoi(part)
			core[i] = append(core[i], n)
		}
		pre[i] = m[4]
	}
	if c := compareInts(core[0], core[1]); c != 0 {
		return c, nil
	}
	switch {
	case pre[0] == pre[1]:
		return 0, nil
	case pre[0] == "":
		return 1, nil
	case pre[1] == "":
		return -1, nil
	}
	x, y := strings.Split(pre[0], "."), strings.Split(pre[1], ".")
	for i := 0; i < len(x) && i < len(y); i++ {
		if c := comparePrerelease(x[i], y[i]); c != 0 {
			return c, nil
		}
	}
	return len(x) - len(y), nil
}

// comparePrerelease has numbers before words.
func comparePrerelease(a, b string) int {
	x, xIsNumber := bigDigits(a)
	y, yIsNumber := bigDigits(b)
	switch {
	case xIsNumber && yIsNumber:
		return compareInts([]int{int(x)}, []int{int(y)})
	case xIsNumber:
		return -1
	case yIsNumber:
		return 1
	default:
		return strings.Compare(a, b)
	}
}
