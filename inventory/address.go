package inventory

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
)

const rangePart = `\[(?:[0-9]*:[0-9]+|[a-zA-Z]:[a-zA-Z])(?::[0-9]+)?\]`

var (
	bracketedPort = lazy.Regexp(`^\[(.+)\]:([0-9]+)$`)
	plainPort     = lazy.Regexp(`^((?:[^:\[\]]|\[[^\]]*\])+):([0-9]+)$`)
	networkName   = lazy.Regexp(`^` + label + `(?:\.` + label + `)*$`)
	rangeOf       = lazy.Regexp(rangePart)
)

const label = `(?:[\p{L}\p{N}_]|` + rangePart + `)(?:[\p{L}\p{N}_-]|` + rangePart + `)*`

var errAddress = errors.New("not a valid network hostname")

// parseAddress takes a port off an address: name:port, [address]:port or only
// an address. It fails for what is neither an address nor a host name.
func parseAddress(address string, ranges bool) (host string, port int, err error) {
	host = address
	if m := bracketedPort.FindStringSubmatch(address); m != nil {
		host, port = m[1], atoi(m[2])
	} else if m := plainPort.FindStringSubmatch(address); m != nil {
		host, port = m[1], atoi(m[2])
	}
	if !ranges && strings.Contains(host, "[") {
		return "", 0, errors.New("Detected range in host but was asked to ignore ranges")
	}
	if _, err := netip.ParseAddr(rangeOf.ReplaceAllString(host, "0")); err == nil {
		return host, port, nil
	}
	if !networkName.MatchString(host) {
		return "", 0, fmt.Errorf("%w: %s", errAddress, host)
	}
	return host, port, nil
}

func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// hostPattern turns what stands for hosts in a source into their names and
// their port.
func hostPattern(text string) (names []string, port int, err error) {
	pattern, port, err := parseAddress(text, true)
	if err != nil {
		pattern, port = text, 0
	}
	if pattern == "---" {
		return nil, 0, fmt.Errorf("Invalid host pattern '%s' supplied, '---' is normally a sign this is a YAML file.", text)
	}
	if strings.HasSuffix(pattern, ":") {
		return nil, 0, fmt.Errorf("Invalid host pattern '%s' supplied, ending in ':' is not allowed, this character is reserved to provide a port.", text)
	}
	names, err = expand(pattern)
	return names, port, err
}

const maxHosts = 1 << 20

// expand writes out the ranges of a pattern, the first one changing slowest.
func expand(pattern string) ([]string, error) {
	head, rest, found := strings.Cut(pattern, "[")
	if !found {
		return []string{pattern}, nil
	}
	bounds, tail, found := strings.Cut(rest, "]")
	if !found {
		return nil, errors.New("not enough values to unpack (expected 3, got 2)")
	}
	parts, err := sequence(bounds)
	if err != nil {
		return nil, err
	}
	tails, err := expand(tail)
	if err != nil {
		return nil, err
	}
	if len(parts)*len(tails) > maxHosts {
		return nil, fmt.Errorf("host range %s stands for more than %d hosts", pattern, maxHosts)
	}
	out := make([]string, 0, len(parts)*len(tails))
	for _, p := range parts {
		for _, t := range tails {
			out = append(out, head+p+t)
		}
	}
	return out, nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// sequence lists what begin:end or begin:end:step stands for.
func sequence(bounds string) ([]string, error) {
	fields := strings.Split(bounds, ":")
	if len(fields) != 2 && len(fields) != 3 {
		return nil, errors.New("host range must be begin:end or begin:end:step")
	}
	begin, end, step := fields[0], fields[1], "1"
	if len(fields) == 3 {
		step = fields[2]
	}
	if begin == "" {
		begin = "0"
	}
	if end == "" {
		return nil, errors.New("host range must specify end value")
	}
	width := 0
	if begin[0] == '0' && len(begin) > 1 {
		if width = len(begin); width != len(end) {
			return nil, errors.New("host range must specify equal-length begin and end formats")
		}
	}
	by, err := pythonNumber(step)
	if err != nil {
		return nil, err
	}
	if by <= 0 {
		return nil, fmt.Errorf("host range [%s] needs a step above zero", bounds)
	}
	from, to := strings.Index(letters, begin), strings.Index(letters, end)
	if from >= 0 && to >= 0 {
		if from > to {
			return nil, errors.New("host range must have begin <= end")
		}
		return count(from, to, by, func(i int) string { return letters[i : i+1] })
	}
	if from, err = pythonNumber(begin); err != nil {
		return nil, err
	}
	if to, err = pythonNumber(end); err != nil {
		return nil, err
	}
	return count(from, to, by, func(i int) string { return fmt.Sprintf("%0*d", width, i) })
}

func count(from, to, by int, text func(int) string) ([]string, error) {
	if to-from > maxHosts*by {
		return nil, fmt.Errorf("host range stands for more than %d hosts", maxHosts)
	}
	var out []string
	for i := from; i <= to; i += by {
		out = append(out, text(i))
	}
	return out, nil
}

func pythonNumber(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0, fmt.Errorf("invalid literal for int() with base 10: %s", value.Repr(s))
	}
	return n, nil
}
