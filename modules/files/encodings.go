//go:build !slim

package files

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

// registered finds an encoding by the name that IANA has for it; nil where
// nothing is known of it but the name.
func registered(name string) (encoding.Encoding, error) { return ianaindex.IANA.Encoding(name) }
