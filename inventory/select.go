package inventory

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
)

// Select lists the hosts that a pattern stands for, in the order of the
// inventory, less those that a limit does not match. An empty limit is none; a
// part of it that is @file stands for the lines of a file.
func (inv *Inventory) Select(pattern, limit string) ([]*Host, error) {
	return inv.SelectList([]string{pattern}, limit)
}

// SelectList selects by a list of patterns. Each is taken apart by itself: what
// one of them excludes is excluded from all.
func (inv *Inventory) SelectList(patterns []string, limit string) ([]*Host, error) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	found, err := inv.choose(patterns, limit)
	if err != nil {
		return nil, err
	}
	for _, pattern := range found.missed {
		if err := inv.mismatch(pattern); err != nil {
			return nil, err
		}
	}
	return found.hosts, nil
}

func (inv *Inventory) choose(patterns []string, limit string) (matched, error) {
	var terms []string
	for _, pattern := range patterns {
		terms = append(terms, SplitPattern(pattern)...)
	}
	found, err := inv.evaluate(terms)
	if err != nil || limit == "" {
		return found, err
	}
	parts, err := limitParts(limit)
	if err != nil {
		return matched{}, err
	}
	allowed, err := inv.evaluate(parts)
	if err != nil {
		return matched{}, err
	}
	return matched{intersect(found.hosts, allowed.hosts), append(found.missed, allowed.missed...)}, nil
}

// Any reports whether a list of patterns matches any host, and warns of nothing. One
// that cannot be understood does: whoever selects by it will say so.
func (inv *Inventory) Any(patterns []string, limit string) bool {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	found, err := inv.choose(patterns, limit)
	return err != nil || len(found.hosts) > 0
}

func limitParts(limit string) ([]string, error) {
	var out []string
	for _, part := range SplitPattern(limit) {
		if part[0] != '@' {
			out = append(out, part)
			continue
		}
		lines, err := limitFile(part[1:])
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	}
	return out, nil
}

func limitFile(name string) ([]string, error) {
	path, err := absolute(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("Unable to find limit file %s", value.Repr(value.Bytes(name)))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf(`Limit starting with "@" must be a file, not a directory: %s`, value.Repr(value.Bytes(name)))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read limit file %s: %w", path, err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func absolute(path string) (string, error) {
	if path == "~" || strings.HasPrefix(path, "~/") {
		if home, err := os.UserHomeDir(); err == nil {
			path = home + path[1:]
		}
	}
	abs, err := filepath.Abs(os.ExpandEnv(path))
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	return abs, nil
}

// The errors and warnings of choosing hosts for a command.
const emptyInventory = "provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'"

// ErrNoHosts says that there are hosts but none was selected.
var ErrNoHosts = errors.New("Specified inventory, host pattern and/or --limit leaves us with no hosts to target.")

// Start is what a command does before it runs anything: it warns of an empty
// inventory and makes sure that otherwise pattern and limit match some host.
// quiet leaves the warning out (the setting LOCALHOST_WARNING).
func (inv *Inventory) Start(pattern, limit string, quiet bool) ([]*Host, error) {
	everyone, err := inv.Select(All, "")
	if err != nil {
		return nil, err
	}
	if len(everyone) == 0 && !quiet && !IsLocal(pattern) {
		inv.warn("%s", emptyInventory)
	}
	hosts, err := inv.Select(pattern, limit)
	if err == nil && len(hosts) == 0 && len(everyone) > 0 {
		err = ErrNoHosts
	}
	return hosts, err
}

// ErrOrder says that there is no such order of hosts.
var ErrOrder = errors.New("Invalid 'order' specified for inventory hosts")

// Order sorts hosts as a play's keyword order says: inventory (also ""),
// reverse_inventory, sorted, reverse_sorted or shuffle.
func (inv *Inventory) Order(hosts []*Host, order string) ([]*Host, error) {
	out := slices.Clone(hosts)
	byName := func(a, b *Host) int { return cmp.Compare(a.Name, b.Name) }
	switch order {
	case "", "inventory":
	case "reverse_inventory":
		slices.Reverse(out)
	case "sorted":
		slices.SortStableFunc(out, byName)
	case "reverse_sorted":
		slices.SortStableFunc(out, func(a, b *Host) int { return byName(b, a) })
	case "shuffle":
		rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	default:
		return nil, fmt.Errorf("%w: %s", ErrOrder, order)
	}
	return out, nil
}
