package filters

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	"golang.org/x/crypto/ripemd160" //lint:ignore SA1019 hash('ripemd160') asks for it

	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

var encodingFilters = table{
	"b64encode": b64Encode,
	"b64decode": b64Decode,
	"quote":     shellQuote,
	"hash":      hashFilter,
	"md5":       func(c *jinja.Call) (any, error) { return digestOf(c, "md5") },
	"sha1":      func(c *jinja.Call) (any, error) { return digestOf(c, "sha1") },
	"checksum":  func(c *jinja.Call) (any, error) { return digestOf(c, "sha1") },
	"to_uuid":   toUUID,
}

func b64Encode(c *jinja.Call) (any, error) {
	a, err := bind(c, "string encoding?")
	if err != nil {
		return nil, err
	}
	encoding, err := a.encoding("encode()")
	if err != nil {
		return nil, err
	}
	data, err := bytesOf(a.get("string"), encoding)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.EncodeToString([]byte(data)), nil
}

// bytesOf is a value in an encoding; what is bytes already stays as it is. What
// was read as text without being it becomes what it was.
func bytesOf(v any, encoding string) (value.Bytes, error) {
	if b, ok := v.(value.Bytes); ok {
		return b, nil
	}
	return value.Encode(value.Str(v), encoding, "surrogateescape")
}

// b64Decode drops what is no base64 character, as Python does.
func b64Decode(c *jinja.Call) (any, error) {
	a, err := bind(c, "string encoding?")
	if err != nil {
		return nil, err
	}
	text, err := bytesOf(a.get("string"), "utf-8")
	if err != nil {
		return nil, err
	}
	data, err := decodeBase64(string(text))
	if err != nil {
		return nil, err
	}
	encoding, err := a.encoding("decode()")
	if err != nil {
		return nil, err
	}
	return Decode(data, encoding)
}

// encoding is the argument of that name of a function that Python's method is in the end.
func (a *args) encoding(method string) (string, error) {
	v := a.or("encoding", "utf-8")
	name, ok := isText(v)
	if !ok {
		return "", value.Raise("TypeError", "%s argument 'encoding' must be str, not %s", method, typeOrNone(v))
	}
	return name, nil
}

func decodeBase64(s string) ([]byte, error) {
	var kept strings.Builder
	pads := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '+' || c == '/' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80:
			kept.WriteByte(c)
			pads = 0
		case c == '=':
			pads++
			if n := kept.Len() % 4; n >= 2 && n+pads >= 4 {
				return base64.RawStdEncoding.DecodeString(kept.String())
			}
		}
	}
	switch kept.Len() % 4 {
	case 0:
		return base64.RawStdEncoding.DecodeString(kept.String())
	case 1:
		return nil, value.Raise("binascii.Error", "Invalid base64-encoded string: number of data characters (%d) cannot be 1 more than a multiple of 4", kept.Len())
	default:
		return nil, value.Raise("binascii.Error", "Incorrect padding")
	}
}

var shellSafe = lazy.Regexp(`^[\w@%+=:,./-]+$`)

func shellQuote(c *jinja.Call) (any, error) {
	a, err := bind(c, "a")
	if err != nil {
		return nil, err
	}
	return quoteShell(textOrEmpty(a.get("a"))), nil
}

func textOrEmpty(v any) string {
	if v == nil {
		return ""
	}
	return plainText(v)
}

// plainText is any value as text; bytes are the text that they hold.
func plainText(v any) string {
	if b, ok := v.(value.Bytes); ok {
		return string(b)
	}
	return value.Str(v)
}

func quoteShell(s string) string {
	if s == "" {
		return "''"
	}
	if shellSafe.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'"
}

func hashFilter(c *jinja.Call) (any, error) {
	a, err := bind(c, "data hashtype?")
	if err != nil {
		return nil, err
	}
	kind := a.or("hashtype", "sha1")
	if err := value.Hashable(kind); err != nil {
		return nil, filterError("%s", err.Error())
	}
	name, ok := isText(kind)
	if !ok {
		return nil, filterError("name must be a string")
	}
	return digest(name, a.get("data"))
}

func digestOf(c *jinja.Call, algorithm string) (any, error) {
	params := "data hash_func?"
	if algorithm == "md5" {
		params = "data"
	}
	a, err := bind(c, params)
	if err != nil {
		return nil, err
	}
	if a.has("hash_func") {
		return nil, value.Raise("TypeError", "'%s' object is not callable", value.TypeName(a.get("hash_func")))
	}
	return digest(algorithm, a.get("data"))
}

var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New,
	"sha512_224": sha512.New512_224, "sha512_256": sha512.New512_256,
	"sha3_224": func() hash.Hash { return sha3.New224() }, "sha3_256": func() hash.Hash { return sha3.New256() },
	"sha3_384": func() hash.Hash { return sha3.New384() }, "sha3_512": func() hash.Hash { return sha3.New512() },
	"ripemd160": ripemd160.New,
	"blake2b":   func() hash.Hash { h, _ := blake2b.New512(nil); return h },
	"blake2s":   func() hash.Hash { h, _ := blake2s.New256(nil); return h },
}

func digest(algorithm string, v any) (any, error) {
	h := hashes[strings.ReplaceAll(strings.ToLower(algorithm), "-", "_")]
	if h == nil {
		return nil, filterError("unsupported hash type %s", algorithm)
	}
	data, ok := v.(value.Bytes)
	if !ok {
		data = value.Bytes(value.Str(v))
	}
	sum := h()
	sum.Write([]byte(data))
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// ansibleNamespace is the one that Ansible makes UUIDs in by default.
const ansibleNamespace = "361E6D51-FAEC-444A-9079-341386DA8E2E"

func toUUID(c *jinja.Call) (any, error) {
	a, err := bind(c, "string namespace?")
	if err != nil {
		return nil, err
	}
	name := a.text("namespace", ansibleNamespace)
	namespace, err := hex.DecodeString(strings.ReplaceAll(strings.Trim(strings.TrimPrefix(name, "urn:uuid:"), "{}"), "-", ""))
	if err != nil || len(namespace) != 16 {
		return nil, filterError("Invalid value '%s' for 'namespace': badly formed hexadecimal UUID string", name)
	}
	h := sha1.New()
	h.Write(namespace)
	h.Write([]byte(value.Str(a.get("string"))))
	id := h.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	x := hex.EncodeToString(id)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:], nil
}
