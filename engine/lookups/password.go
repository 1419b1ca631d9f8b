package lookups

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/passlib"
	"goplay/internal/pyrandom"
	"goplay/internal/value"
)

const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
	punctuation  = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
)

// charClasses are the names of Python's string module.
var charClasses = map[string]string{
	"ascii_letters": lowerLetters + upperLetters, "ascii_lowercase": lowerLetters, "ascii_uppercase": upperLetters,
	"digits": digits, "hexdigits": digits + "abcdefABCDEF", "octdigits": "01234567", "punctuation": punctuation,
	"letters": lowerLetters + upperLetters, "lowercase": lowerLetters, "uppercase": upperLetters,
	"printable": digits + lowerLetters + upperLetters + punctuation + " \t\n\r\v\f", "whitespace": " \t\n\r\v\f",
}

// secret says how a password is made and kept.
type secret struct {
	path           string
	length         int
	encrypt, ident string
	chars          string
	seed           any
}

// password gives the password that a file holds, making both when there is none.
func password(c *Call) ([]any, error) {
	var out []any
	for _, term := range c.Terms {
		s, err := c.secret(value.Str(term))
		if err != nil {
			return nil, err
		}
		text, err := s.get()
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

func (c *Call) secret(term string) (secret, error) {
	s := secret{length: 20}
	path, rest := term, ""
	if i := optionStart(term); i >= 0 {
		path, rest = term[:i], term[i:]
	}
	_, given := keyValues(rest)
	get := func(name, def string) string {
		if v, ok := given[name]; ok {
			return v
		}
		if v := c.option(name, nil); v != nil {
			return value.Str(v)
		}
		return def
	}
	for name := range given {
		switch name {
		case "length", "encrypt", "chars", "ident", "seed":
		default:
			return s, failure("Unrecognized parameter(s) given to password lookup: %s", name)
		}
	}
	n, err := strconv.Atoi(get("length", "20"))
	if errors.Is(err, strconv.ErrSyntax) {
		return s, value.Raise("ValueError", "invalid literal for int() with base 10: %s", value.Repr(get("length", "")))
	}
	if err != nil || n < 1 || n > 1<<16 {
		return s, failure("password: the length %s is not a number that can be", get("length", ""))
	}
	s.length, s.encrypt, s.ident = n, get("encrypt", ""), get("ident", "")
	if seed := get("seed", ""); seed != "" {
		s.seed = seed
	}
	if s.chars, err = charsOf(c.option("chars", given["chars"])); err != nil {
		return s, err
	}
	s.path = homedir.Expand(strings.TrimSpace(path))
	if !filepath.IsAbs(s.path) {
		roots, err := c.roots()
		if err != nil {
			return s, err
		}
		s.path = filepath.Join(roots[len(roots)-1], s.path)
	}
	return s, nil
}

// optionStart is where the first key=value begins; a path may have spaces.
func optionStart(term string) int {
	for i := 0; i < len(term); i++ {
		if term[i] != ' ' {
			continue
		}
		word, _, _ := strings.Cut(strings.TrimLeft(term[i:], " "), " ")
		key, _, ok := strings.Cut(word, "=")
		if ok && strings.Trim(key, lowerLetters+"_") == "" {
			return i
		}
	}
	return -1
}

// charsOf reads a list of classes and characters; ,, is a comma.
func charsOf(v any) (string, error) {
	var parts []string
	switch v := v.(type) {
	case *value.List:
		for _, item := range v.Items {
			parts = append(parts, value.Str(item))
		}
	case string:
		if strings.Contains(v, ",,") {
			parts = append(parts, ",")
		}
		for _, part := range strings.Split(strings.ReplaceAll(v, ",,", ","), ",") {
			if part != "" {
				parts = append(parts, part)
			}
		}
	}
	if len(parts) == 0 {
		parts = []string{"ascii_letters", "digits", ".,:-_"}
	}
	var b strings.Builder
	for _, part := range parts {
		if class := charClasses[part]; class != "" {
			part = class
		}
		b.WriteString(part)
	}
	return strings.NewReplacer(`"`, "", "'", "").Replace(b.String()), nil
}

func (s secret) get() (string, error) {
	plain, salt, changed := "", "", false
	data, err := os.ReadFile(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || s.path == os.DevNull:
		if plain, err = randomText(s.length, s.chars, s.seed); err != nil {
			return "", err
		}
		changed = s.path != os.DevNull
	case err != nil:
		return "", fmt.Errorf("read %s: %w", s.path, err)
	default:
		plain, salt, _ = strings.Cut(strings.TrimRight(string(data), "\n"), " salt=")
		var kept string
		if salt, kept, _ = strings.Cut(salt, " ident="); s.ident == "" {
			s.ident = kept
		}
	}
	if s.encrypt != "" && salt == "" {
		if salt, err = passlib.NewSalt(s.encrypt); err != nil {
			return "", failure("%v", err)
		}
		changed = s.path != os.DevNull
	}
	if changed {
		if err := s.write(plain, salt); err != nil {
			return "", err
		}
	}
	if s.encrypt == "" {
		return plain, nil
	}
	hashed, err := passlib.Hash(plain, s.encrypt, passlib.Options{Salt: salt, Ident: s.ident})
	if err != nil {
		return "", failure("%v", err)
	}
	return hashed, nil
}

func (s secret) write(plain, salt string) error {
	content := plain
	if s.encrypt != "" && salt != "" {
		content += " salt=" + salt
		if s.ident != "" {
			content += " ident=" + s.ident
		}
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("make the folder of %s: %w", s.path, err)
	}
	if err := os.WriteFile(s.path, []byte(content+"\n"), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	return nil
}

// randomText draws characters; a seed gives the same text as in Python.
func randomText(length int, chars string, seed any) (string, error) {
	letters := []rune(chars)
	if len(letters) == 0 {
		return "", failure("there are no characters to make a password of")
	}
	below := func(n int) (int, error) {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
		if err != nil {
			return 0, err
		}
		return int(i.Int64()), nil
	}
	if seed != nil {
		r, err := pyrandom.New(seed)
		if err != nil {
			return "", err
		}
		below = func(n int) (int, error) { return int(r.Below(uint64(n))), nil }
	}
	var b strings.Builder
	for range length {
		i, err := below(len(letters))
		if err != nil {
			return "", err
		}
		b.WriteRune(letters[i])
	}
	return b.String(), nil
}
