package modulestest

import (
	"bytes"
	"encoding/json"
)

// decodeJSON is json.Unmarshal for results: a number that no float can hold,
// such as the modulus of a key, stays as it is written.
func decodeJSON(data []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(to)
}

// Numbers makes floats of the numbers in a decoded value, where they can be.
func Numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v
	case []any:
		for i := range v {
			v[i] = Numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = Numbers(v[k])
		}
	}
	return v
}
