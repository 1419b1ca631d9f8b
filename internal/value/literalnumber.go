package value

import (
	"math/big"
	"strconv"
	"strings"
)

func (r *literalReader) number() (any, error) {
	start := r.at
	if r.peek() == '0' && r.at+1 < len(r.s) {
		base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[r.s[r.at+1]|0x20]
		if base != 0 {
			r.at += 2
			return r.based(base)
		}
	}
	whole := r.run()
	if next := r.peek(); next != '.' && next|0x20 != 'e' && next|0x20 != 'j' {
		return r.decimal(r.s[start:r.at], whole)
	}
	if !whole && r.at > start {
		return nil, r.fail("invalid decimal literal")
	}
	if r.peek() == '.' {
		r.at++
		if isDigitByte(r.peek()) && !r.run() {
			return nil, r.fail("invalid decimal literal")
		}
	}
	if r.peek()|0x20 == 'e' {
		r.at++
		if c := r.peek(); c == '+' || c == '-' {
			r.at++
		}
		if !r.run() {
			return nil, r.fail("invalid decimal literal")
		}
	}
	if r.peek()|0x20 == 'j' {
		return nil, valueError("complex numbers are not supported: %sj", r.s[start:r.at])
	}
	if r.at < len(r.s) && isNameByte(r.s[r.at]) {
		return nil, r.fail("invalid decimal literal")
	}
	f, _ := strconv.ParseFloat(strings.ReplaceAll(r.s[start:r.at], "_", ""), 64)
	return f, nil
}

// run reads digits with single underscores between; false when malformed.
func (r *literalReader) run() bool {
	start := r.at
	for r.at < len(r.s) && (isDigitByte(r.s[r.at]) || r.s[r.at] == '_') {
		r.at++
	}
	return wellSpaced(r.s[start:r.at])
}

func wellSpaced(digits string) bool {
	return digits != "" && digits[0] != '_' && !strings.HasSuffix(digits, "_") && !strings.Contains(digits, "__")
}

func (r *literalReader) decimal(digits string, whole bool) (any, error) {
	if !whole || r.at < len(r.s) && isNameByte(r.s[r.at]) {
		return nil, r.fail("invalid decimal literal")
	}
	digits = strings.ReplaceAll(digits, "_", "")
	if digits[0] == '0' && strings.Trim(digits, "0") != "" {
		return nil, r.fail("leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
	}
	v, err := parseDigits(digits, len(digits))
	if err != nil {
		return nil, r.fail("%s - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.", err)
	}
	return v, nil
}

func (r *literalReader) based(base int) (any, error) {
	start := r.at
	for r.at < len(r.s) && isNameByte(r.s[r.at]) {
		r.at++
	}
	digits := strings.TrimPrefix(r.s[start:r.at], "_")
	n, ok := new(big.Int).SetString(strings.ReplaceAll(digits, "_", ""), base)
	if !ok || !wellSpaced(digits) {
		kind := map[int]string{16: "hexadecimal", 8: "octal", 2: "binary"}[base]
		return nil, r.fail("invalid %s literal", kind)
	}
	return Int(n), nil
}
