package filters

import (
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var certificateFilters = table{
	"split_pem": splitPEM,
}

// splitPEM cuts text into its PEM blocks.
func splitPEM(c *jinja.Call) (any, error) {
	a, err := bind(c, "data")
	if err != nil {
		return nil, err
	}
	text, ok := isText(a.get("data"))
	if !ok {
		return nil, filterError("The community.crypto.split_pem input must be a text type, not %s", class(a.get("data")))
	}
	out := value.NewList()
	var block strings.Builder
	inside := false
	for _, line := range strings.SplitAfter(text, "\n") {
		trimmed := strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(trimmed, "-----BEGIN ") && strings.HasSuffix(trimmed, "-----") {
			inside = true
			block.Reset()
		}
		if !inside {
			continue
		}
		block.WriteString(line)
		if strings.HasPrefix(trimmed, "-----END ") && strings.HasSuffix(trimmed, "-----") {
			inside = false
			out.Append(block.String())
		}
	}
	return out, nil
}
