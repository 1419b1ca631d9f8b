package lookups

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"goplay/internal/value"
)

// randomString makes a string of the classes of characters asked for.
func randomString(c *Call) ([]any, error) {
	length, err := c.integer("length", 8)
	if err != nil {
		return nil, err
	}
	classes := []struct {
		name, minimum, chars string
	}{
		{"upper", "min_upper", upperLetters}, {"lower", "min_lower", lowerLetters},
		{"numbers", "min_numeric", digits}, {"special", "min_special", c.text("override_special", punctuation)},
	}
	similar := ""
	if c.truth("ignore_similar_chars", false) {
		similar = c.text("similar_chars", "il1LoO0")
	}
	all, required := "", ""
	for _, class := range classes {
		chars := strings.Map(func(r rune) rune {
			if strings.ContainsRune(similar, r) {
				return -1
			}
			return r
		}, class.chars)
		if c.truth(class.name, true) {
			all += chars
		}
		n, err := c.integer(class.minimum, 0)
		if err != nil {
			return nil, err
		}
		part, err := randomText(n, chars, nil)
		if err != nil && n > 0 {
			return nil, err
		}
		required += part
	}
	if override := c.text("override_all", ""); override != "" {
		all = override
	}
	if all == "" {
		return nil, value.Raise("AnsibleLookupError", "Available characters cannot be None, please change constraints")
	}
	rest, err := randomText(max(length-len(required), 0), all, nil)
	if err != nil {
		return nil, err
	}
	text, err := shuffled(required + rest)
	if err != nil {
		return nil, err
	}
	if c.truth("base64", false) {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	return []any{text}, nil
}

func (c *Call) integer(name string, def int) (int, error) {
	switch v := c.option(name, int64(def)).(type) {
	case int64:
		if v < 0 || v > 1<<16 {
			return 0, failure("%s: %d is out of range", name, v)
		}
		return int(v), nil
	case string:
		n, err := strconv.Atoi(v)
		if err != nil {
			return 0, failure("can't parse %s as integer", v)
		}
		return n, nil
	default:
		return 0, failure("%s: %s is not a number", name, value.Repr(v))
	}
}

func shuffled(s string) (string, error) {
	runes := []rune(s)
	for i := len(runes) - 1; i > 0; i-- {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return "", fmt.Errorf("draw a number: %w", err)
		}
		runes[i], runes[j.Int64()] = runes[j.Int64()], runes[i]
	}
	return string(runes), nil
}
