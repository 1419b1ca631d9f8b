package filters

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

// macForms are the usual spellings of hardware addresses, each with the width of a group.
var macForms = []struct {
	form  func() *regexp.Regexp
	width int
}{
	{lazy.Regexp(`^[0-9a-fA-F]{1,2}(?:(?::[0-9a-fA-F]{1,2}){5}|(?:-[0-9a-fA-F]{1,2}){5})\n?$`).Get, 2},
	{lazy.Regexp(`^[0-9a-fA-F]{1,4}(?:(?::[0-9a-fA-F]{1,4}){2}|(?:-[0-9a-fA-F]{1,4}){2}|(?:\.[0-9a-fA-F]{1,4}){2})\n?$`).Get, 4},
	{lazy.Regexp(`^[0-9a-fA-F]{5,6}[:-][0-9a-fA-F]{5,6}\n?$`).Get, 6},
	{lazy.Regexp(`^[0-9a-fA-F]{11,12}\n?$`).Get, 12},
}

// parseMAC reads a hardware address in any of the usual spellings, or as a number.
func parseMAC(s string) ([6]byte, bool) {
	var mac [6]byte
	for _, f := range macForms {
		if !f.form().MatchString(s) {
			continue
		}
		joined := ""
		for _, g := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(":-.\n", r) }) {
			joined += strings.Repeat("0", f.width-len(g)) + g
		}
		raw, err := hex.DecodeString(joined)
		copy(mac[:], raw)
		return mac, err == nil && len(raw) == len(mac)
	}
	n, ok := new(big.Int).SetString(strings.TrimSpace(s), 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 8*len(mac) {
		return mac, false
	}
	n.FillBytes(mac[:])
	return mac, true
}

func hardwareAddress(c *jinja.Call) (any, error) {
	params, alias := "value:str! query:str", shortName(c.Name)
	if alias == "hwaddr" {
		params += " alias:str"
	}
	a, err := checked(c, params)
	if err != nil {
		return nil, err
	}
	query := textOrEmpty(a.get("query"))
	if v := textOrEmpty(a.get("alias")); v != "" {
		alias = v
	}
	mac, ok := parseMAC(value.Str(a.get("value")))
	if !ok {
		switch query {
		case "":
			return nil, nil
		case "bool":
			return nil, nil
		}
		return nil, filterError("%s: not a hardware address: %s", alias, value.Str(a.get("value")))
	}
	join := func(separator string, each int, format string) string {
		var groups []string
		for i := 0; i < len(mac); i += each {
			groups = append(groups, fmt.Sprintf(format, mac[i:i+each]))
		}
		return strings.Join(groups, separator)
	}
	switch query {
	case "":
		return a.get("value"), nil
	case "bool":
		return true, nil
	case "bare":
		return join("", 1, "%X"), nil
	case "cisco":
		return join(".", 2, "%x"), nil
	case "eui48", "win":
		return join("-", 1, "%X"), nil
	case "linux":
		return join(":", 1, "%x"), nil
	case "unix":
		groups := make([]string, len(mac))
		for i, b := range mac {
			groups[i] = fmt.Sprintf("%x", b)
		}
		return strings.Join(groups, ":"), nil
	case "pgsql", "postgresql", "psql":
		return join(":", 3, "%x"), nil
	case "int":
		n := int64(0)
		for _, b := range mac {
			n = n<<8 | int64(b)
		}
		return n, nil
	default:
		return nil, filterError("%s: unknown filter type: %s", alias, query)
	}
}
