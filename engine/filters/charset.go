package filters

import "goplay/internal/value"

// Decode reads text in an encoding that Python knows by that name. It keeps
// bytes that are no text in it as they are.
func Decode(data []byte, name string) (string, error) {
	return value.Decode(value.Bytes(data), name, "surrogateescape")
}
