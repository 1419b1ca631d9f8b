package filters

import (
	"fmt"
	"hash/crc32"
	"strings"

	"golang.org/x/text/unicode/norm"

	"goplay/internal/jinja"
	"goplay/internal/jmespath"
	"goplay/internal/value"
)

var generalFilters = table{
	"json_query":                 jsonQuery,
	"path_join":                  pathJoin,
	"dict":                       dictOf,
	"dict_kv":                    dictKV,
	"version_sort":               versionSort,
	"counter":                    counter,
	"groupby_as_dict":            groupByAsDict,
	"unicode_normalize":          unicodeNormalize,
	"crc32":                      crc,
	"random_mac":                 randomMAC,
	"from_csv":                   fromCSV,
	"from_ini":                   fromINI,
	"to_ini":                     toINI,
	"lists_mergeby":              listsMergeBy,
	"lists_union":                listsFilter(union),
	"lists_intersect":            listsFilter(intersect),
	"lists_difference":           listsFilter(difference),
	"lists_symmetric_difference": listsFilter(symmetricDifference),
	"keep_keys":                  generalKeys(keepKey),
	"remove_keys":                generalKeys(removeKey),
	"replace_keys":               generalReplaceKeys,
}

func jsonQuery(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "data expr")
	if err != nil {
		return nil, err
	}
	expr, err := queryText(a.get("expr"))
	var out any
	if err == nil {
		out, err = jmespath.Search(expr, a.get("data"))
	}
	switch {
	case err == nil:
		return out, nil
	case value.IsException(err, "JMESPathError"):
		return nil, filterError("JMESPathError in json_query filter plugin:\n%v", err)
	default:
		return nil, filterError("Error in jmespath.search in json_query filter plugin:\n%v", err)
	}
}

// queryText is the text of a query. Where there is none it fails as Python's
// jmespath does, which first looks for it among the queries that it knows.
func queryText(v any) (string, error) {
	if err := value.Hashable(v); err != nil {
		return "", err
	}
	if !value.Truth(v) {
		return "", value.Raise("JMESPathError", "Invalid JMESPath expression: cannot be empty.")
	}
	text, ok := isText(v)
	if !ok {
		return "", value.Raise("TypeError", "'%s' object is not iterable", value.TypeName(v))
	}
	return text, nil
}

func dictOf(c *jinja.Call) (any, error) {
	a, err := bind(c, "sequence")
	if err != nil {
		return nil, err
	}
	if d, ok := a.get("sequence").(*value.Dict); ok {
		return d.Copy(), nil
	}
	items, err := value.Items(a.get("sequence"))
	if err != nil {
		return nil, err
	}
	d := value.NewDict()
	for i, item := range items {
		pair, err := value.Items(item)
		if err != nil {
			return nil, value.Raise("TypeError", "cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if len(pair) != 2 {
			return nil, value.Raise("ValueError", "dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := value.Hashable(pair[0]); err != nil {
			return nil, err
		}
		d.Set(pair[0], pair[1])
	}
	return d, nil
}

func dictKV(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "value key")
	if err != nil {
		return nil, err
	}
	if err := value.Hashable(a.get("key")); err != nil {
		return nil, err
	}
	return value.DictOf(a.get("key"), a.get("value")), nil
}

func versionSort(c *jinja.Call) (any, error) {
	a, err := bind(c, "value reverse?")
	if err != nil {
		return nil, err
	}
	items, err := value.Items(a.get("value"))
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if _, ok := isText(item); !ok {
			return nil, value.Raise("TypeError", "expected string or bytes-like object, got '%s'", value.TypeName(item))
		}
	}
	key := func(v any) (any, error) { return value.NewList(looseVersion(value.Str(v))...), nil }
	err = value.Sort(items, key, a.truth("reverse", false))
	return value.NewList(items...), err
}

func counter(c *jinja.Call) (any, error) {
	a, err := bind(c, "sequence")
	if err != nil {
		return nil, err
	}
	seq := a.get("sequence")
	if _, text := isText(seq); !text && !isSequence(seq) {
		return nil, filterError("Argument for community.general.counter must be a sequence (string or list). %s is %s", value.Str(seq), class(seq))
	}
	items, err := value.Items(seq)
	if err != nil {
		return nil, err
	}
	d := value.NewDict()
	for _, item := range items {
		if err := value.Hashable(item); err != nil {
			return nil, filterError("community.general.counter needs a sequence with hashable elements (int, float or str) - %v", err)
		}
		n, _ := d.Get(item)
		count, _ := n.(int64)
		d.Set(item, count+1)
	}
	return d, nil
}

func groupByAsDict(c *jinja.Call) (any, error) {
	a, err := bind(c, "sequence attribute")
	if err != nil {
		return nil, err
	}
	if !isSequence(a.get("sequence")) {
		return nil, filterError("Input is not a sequence")
	}
	items, _ := value.Items(a.get("sequence"))
	out := value.NewDict()
	for i, item := range items {
		d, ok, err := value.AsDict(item)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, filterError("Sequence element #%d is not a mapping", i)
		}
		key, ok := d.Get(a.get("attribute"))
		if !ok {
			return nil, filterError("Attribute not contained in element #%d of sequence", i)
		}
		if err := value.Hashable(key); err != nil {
			return nil, err
		}
		if _, ok := out.Get(key); ok {
			return nil, filterError("Multiple sequence entries have attribute value %s", value.Repr(key))
		}
		out.Set(key, item)
	}
	return out, nil
}

func unicodeNormalize(c *jinja.Call) (any, error) {
	a, err := bind(c, "data form?")
	if err != nil {
		return nil, err
	}
	s, ok := isText(a.get("data"))
	if !ok {
		return nil, filterTypeError("%s is not a valid input type", class(a.get("data")))
	}
	switch form := a.text("form", "NFC"); form {
	case "NFC":
		return norm.NFC.String(s), nil
	case "NFD":
		return norm.NFD.String(s), nil
	case "NFKC":
		return norm.NFKC.String(s), nil
	case "NFKD":
		return norm.NFKD.String(s), nil
	default:
		return nil, filterError("%s is not a valid form", form)
	}
}

func crc(c *jinja.Call) (any, error) {
	a, err := bind(c, "value")
	if err != nil {
		return nil, err
	}
	s, ok := isText(a.get("value"))
	if !ok {
		return nil, filterError("Invalid value type (%s) for crc32 (%s)", class(a.get("value")), value.Repr(a.get("value")))
	}
	return fmt.Sprintf("%x", crc32.ChecksumIEEE([]byte(s))), nil
}

// randomMAC fills a hardware address up to six bytes.
func randomMAC(c *jinja.Call) (any, error) {
	a, err := bind(c, "value seed?")
	if err != nil {
		return nil, err
	}
	s, ok := isText(a.get("value"))
	if !ok {
		return nil, filterError("Invalid value type (%s) for random_mac (%s)", class(a.get("value")), value.Str(a.get("value")))
	}
	prefix := strings.ToLower(s)
	parts := strings.Split(prefix, ":")
	if len(parts) > 5 {
		return nil, filterError("Invalid value (%s) for random_mac: 5 colon(:) separated items max", s)
	}
	bad := ""
	for _, part := range parts {
		switch {
		case part == "":
			bad += ",empty item"
		case len(part) < 2 || strings.Trim(part[:2], "0123456789abcdef") != "":
			bad += "," + part + " not hexa byte"
		}
	}
	if bad = strings.Trim(bad, ","); bad != "" {
		return nil, filterError("Invalid value (%s) for random_mac: %s", s, bad)
	}
	below, err := belower(a.get("seed"))
	if err != nil {
		return nil, err
	}
	const low, high = 0x1000000000, 0xffffffffff
	suffix := fmt.Sprintf("%x", low+below(high-low+1))
	for i := 0; i+2 <= len(suffix); i += 2 {
		prefix += ":" + suffix[i:i+2]
	}
	return strings.Join(strings.Split(prefix, ":")[:6], ":"), nil
}
