package filters

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

var pep440 = lazy.Regexp(`(?i)^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)` +
	`(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d+)?)?` +
	`(?:(?:-(\d+))|(?:[-_.]?(post|rev|r)[-_.]?(\d+)?))?` +
	`(?:[-_.]?(dev)[-_.]?(\d+)?)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$`)

// pepVersion is a version in the form it is compared in.
type pepVersion struct {
	epoch   int
	release []int
	pre     []int // kind and number
	post    int
	dev     int
	local   []string
}

const (
	lowest  = -1 << 30
	highest = 1 << 30
)

func parsePEP440(s string) (pepVersion, error) {
	m := pep440.FindStringSubmatch(s)
	if m == nil {
		return pepVersion{}, value.Raise("InvalidVersion", "Invalid version: '%s'", s)
	}
	v := pepVersion{epoch: atoi(m[1]), pre: []int{highest, 0}, post: lowest, dev: highest}
	for _, part := range strings.Split(m[2], ".") {
		v.release = append(v.release, atoi(part))
	}
	for len(v.release) > 1 && v.release[len(v.release)-1] == 0 {
		v.release = v.release[:len(v.release)-1]
	}
	hasPost := m[5] != "" || m[6] != ""
	if hasPost {
		v.post = atoi(m[5] + m[7])
	}
	if m[8] != "" {
		v.dev = atoi(m[9])
	}
	switch kind := strings.ToLower(m[3]); kind {
	case "":
		// A development version of no pre- or post-release comes before its alphas.
		if m[8] != "" && !hasPost {
			v.pre = []int{lowest, 0}
		}
	case "c", "pre", "preview", "rc":
		v.pre = []int{3, atoi(m[4])}
	default:
		v.pre = []int{int(kind[0]-'a') + 1, atoi(m[4])}
	}
	if m[10] != "" {
		v.local = strings.FieldsFunc(strings.ToLower(m[10]), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	}
	return v, nil
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func comparePEP440(a, b string) (int, error) {
	x, err := parsePEP440(a)
	if err != nil {
		return 0, err
	}
	y, err := parsePEP440(b)
	if err != nil {
		return 0, err
	}
	for _, c := range []int{
		compareInts([]int{x.epoch}, []int{y.epoch}), compareInts(x.release, y.release), compareInts(x.pre, y.pre),
		compareInts([]int{x.post}, []int{y.post}), compareInts([]int{x.dev}, []int{y.dev}),
	} {
		if c != 0 {
			return c, nil
		}
	}
	for i := 0; i < len(x.local) && i < len(y.local); i++ {
		// In a local version words come before numbers.
		xn, xIsNumber := bigDigits(x.local[i])
		yn, yIsNumber := bigDigits(y.local[i])
		switch {
		case x.local[i] == y.local[i]:
			continue
		case xIsNumber && yIsNumber:
			return compareInts([]int{int(xn)}, []int{int(yn)}), nil
		case xIsNumber:
			return 1, nil
		case yIsNumber:
			return -1, nil
		default:
			return strings.Compare(x.local[i], y.local[i]), nil
		}
	}
	return len(x.local) - len(y.local), nil
}
