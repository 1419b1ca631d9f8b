package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/pyre"
)

var (
	commas    = lazy.Regexp(`\s*,\s*`)
	colons    = lazy.Regexp(`(?:[^\s:\[\]]|\[[^\]]*\])+`)
	subscript = lazy.Regexp(`^(.+)\[(?:(-?[0-9]+)|([0-9]+)([:-])([0-9]*))\]$`)
)

// SplitPattern takes a pattern apart at its commas, or at its colons when it
// has none and is no address itself.
func SplitPattern(pattern string) []string {
	pattern = strings.TrimSpace(pattern)
	var parts []string
	if strings.Contains(pattern, ",") {
		parts = commas.Split(pattern, -1)
	} else if _, _, err := parseAddress(pattern, true); err == nil {
		parts = []string{pattern}
	} else {
		parts = colons.FindAllString(pattern, -1)
	}
	return slices.DeleteFunc(parts, func(p string) bool { return strings.TrimSpace(p) == "" })
}

func intersect(hosts, allowed []*Host) []*Host {
	in := make(map[*Host]bool, len(allowed))
	for _, h := range allowed {
		in[h] = true
	}
	return slices.DeleteFunc(slices.Clone(hosts), func(h *Host) bool { return !in[h] })
}

// matched is what patterns stand for, and those of them that stand for nothing.
type matched struct {
	hosts  []*Host
	missed []string
}

// evaluate adds what plain patterns match, then narrows it by all & patterns
// and then takes away what ! patterns match, wherever they stand.
func (inv *Inventory) evaluate(parts []string) (matched, error) {
	var plain, both, without []string
	for _, p := range parts {
		switch p[0] {
		case '!':
			without = append(without, p)
		case '&':
			both = append(both, p)
		default:
			plain = append(plain, p)
		}
	}
	if len(plain) == 0 {
		plain = []string{All}
	}
	var hosts []*Host
	var missed []string
	for _, p := range slices.Concat(plain, both, without) {
		if h := inv.hosts[p]; h != nil {
			hosts = append(hosts, h)
			continue
		}
		found, err := inv.matchCached(strings.TrimLeft(p, "!&"))
		if err != nil {
			return matched{}, err
		}
		missed = append(missed, found.missed...)
		switch p[0] {
		case '!':
			hosts = subtract(hosts, found.hosts)
		case '&':
			hosts = intersect(hosts, found.hosts)
		default:
			hosts = append(hosts, found.hosts...)
		}
	}
	return matched{unique(hosts), missed}, nil
}

func subtract(hosts, gone []*Host) []*Host {
	out := make(map[*Host]bool, len(gone))
	for _, h := range gone {
		out[h] = true
	}
	return slices.DeleteFunc(slices.Clone(hosts), func(h *Host) bool { return out[h] })
}

func unique(hosts []*Host) []*Host {
	seen := make(map[*Host]bool, len(hosts))
	out := make([]*Host, 0, len(hosts))
	for _, h := range hosts {
		if !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}

func (inv *Inventory) matchCached(pattern string) (matched, error) {
	if pattern == "" {
		return matched{}, errors.New("host pattern: ! and & need the name of a host or group after them")
	}
	if found, ok := inv.matches[pattern]; ok {
		return found, nil
	}
	found, err := inv.match(pattern)
	if errors.Is(err, errSubscript) {
		return matched{}, fmt.Errorf("No hosts matched the subscripted pattern '%s'", pattern)
	}
	if err != nil {
		return matched{}, err
	}
	inv.matches[pattern] = found
	return found, nil
}

var errSubscript = errors.New("subscript out of range")

func (inv *Inventory) match(pattern string) (matched, error) {
	name, sub := pattern, []string(nil)
	if pattern[0] != '~' {
		if m := subscript.FindStringSubmatch(pattern); m != nil {
			name, sub = m[1], m
			if m[4] == "-" {
				inv.warn("Use [x:y] inclusive subscripts instead of [x-y] which has been removed")
			}
		}
	}
	found, err := inv.matchName(name)
	if err != nil || len(found.hosts) == 0 || sub == nil {
		return found, err
	}
	found.hosts, err = slice(found.hosts, sub)
	return found, err
}

// slice applies [i], [i:j] or [i:], both ends included. As in Ansible [i:0] is
// the same as [i].
func slice(hosts []*Host, m []string) ([]*Host, error) {
	if m[2] == "" && m[5] != "0" {
		from, err := strconv.Atoi(m[3])
		if err != nil {
			return nil, errSubscript
		}
		to := len(hosts) - 1
		if m[5] != "" {
			if end, err := strconv.Atoi(m[5]); err == nil && end < to {
				to = end
			}
		}
		if from > to {
			return nil, nil
		}
		return hosts[from : to+1], nil
	}
	i, err := strconv.Atoi(cmp.Or(m[2], m[3]))
	if i < 0 {
		i += len(hosts)
	}
	if err != nil || i < 0 || i >= len(hosts) {
		return nil, errSubscript
	}
	return hosts[i : i+1], nil
}

// matchName finds the hosts of all groups whose names match and, when none
// does or the pattern has wildcards, the hosts whose names match.
func (inv *Inventory) matchName(pattern string) (matched, error) {
	matches, err := matcher(pattern)
	if err != nil {
		return matched{}, err
	}
	var hosts []*Host
	groupFound := false
	for _, g := range inv.groupOrder {
		if matches(g.Name) {
			groupFound = true
			hosts = append(hosts, g.allHosts()...)
		}
	}
	if !groupFound || pattern[0] == '~' || strings.ContainsAny(pattern, ".?*[") {
		for _, h := range inv.hostOrder {
			if matches(h.Name) {
				hosts = append(hosts, h)
			}
		}
	}
	if len(hosts) == 0 && IsLocal(pattern) {
		return matched{hosts: []*Host{inv.host(pattern)}}, nil
	}
	if len(hosts) == 0 && !groupFound && pattern != All {
		return matched{missed: []string{pattern}}, nil
	}
	return matched{hosts: unique(hosts)}, nil
}

func (inv *Inventory) mismatch(pattern string) error {
	text := "Could not match supplied host pattern, ignoring: " + pattern
	switch inv.Mismatch {
	case "error":
		return errors.New(text)
	case "ignore":
	default:
		inv.warn("%s", text)
	}
	return nil
}

// matcher makes a test of names: a regular expression after ~, which has to
// match from the start, or shell wildcards.
func matcher(pattern string) (func(string) bool, error) {
	if pattern[0] != '~' && !strings.ContainsAny(pattern, "*?[") {
		return func(name string) bool { return name == pattern }, nil
	}
	expr := strings.TrimPrefix(pattern, "~")
	if pattern[0] != '~' {
		expr = wildcard(pattern)
	}
	re, err := pyre.Compile(expr, 0)
	if err != nil {
		return nil, fmt.Errorf("Invalid host list pattern: %s", pattern)
	}
	return func(name string) bool { return re.Match(name) != nil }, nil
}

// wildcard writes shell wildcards as a regular expression, as Python's fnmatch
// understands them.
func wildcard(pattern string) string {
	var b strings.Builder
	b.WriteString(`(?s)`)
	runes := []rune(pattern)
	for i := 0; i < len(runes); i++ {
		switch runes[i] {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteByte('.')
		case '[':
			end := i + 1
			if end < len(runes) && runes[end] == '!' {
				end++
			}
			if end < len(runes) && runes[end] == ']' {
				end++
			}
			for end < len(runes) && runes[end] != ']' {
				end++
			}
			if end >= len(runes) {
				b.WriteString(`\[`)
				continue
			}
			b.WriteString(class(string(runes[i+1 : end])))
			i = end
		default:
			b.WriteString(pyre.Escape(string(runes[i])))
		}
	}
	b.WriteString(`\Z`)
	return b.String()
}

func class(set string) string {
	set = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(set)
	if strings.HasPrefix(set, "!") {
		return "[^" + set[1:] + "]"
	}
	if strings.HasPrefix(set, "^") {
		return `[\` + set + "]"
	}
	return "[" + set + "]"
}
