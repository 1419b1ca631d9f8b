package filters

import (
	"encoding/hex"
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// parseMAC reads a hardware address in any of the usual spellings.
func parseMAC(s string) ([6]byte, bool) {
	var mac [6]byte
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == '-' || r == '.' })
	if strings.Count(s, ":")+strings.Count(s, "-")+strings.Count(s, ".") != len(groups)-1 {
		return mac, false
	}
	var width int
	switch len(groups) {
	case 6:
		width = 2
	case 3:
		width = 4
	case 2:
		width = 6
	case 1:
		width = 12
		if len(s) != width {
			return mac, false
		}
	default:
		return mac, false
	}
	joined := ""
	for _, g := range groups {
		if len(g) > width {
			return mac, false
		}
		joined += strings.Repeat("0", width-len(g)) + g
	}
	raw, err := hex.DecodeString(joined)
	if err != nil || len(raw) != 6 {
		return mac, false
	}
	copy(mac[:], raw)
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
