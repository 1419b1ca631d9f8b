package filters

import (
	"fmt"
	"strings"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

// args are the arguments of a call by the names of its parameters.
type args struct {
	name string
	vals map[string]any
	rest []any       // what a *name parameter collects
	kw   *value.Dict // what a **name parameter collects
	tick func(steps int)
}

// bind gives each parameter its argument as Python does. The parameters are
// names with spaces between; a ? marks an optional one, * collects
// positional and ** keyword arguments. Undefined arguments are errors.
func bind(c *jinja.Call, params string) (*args, error) {
	return bindFrom(0, c, params)
}

// bindRest is bind where the filter itself says what is wrong with a first
// argument that is undefined.
func bindRest(c *jinja.Call, params string) (*args, error) {
	return bindFrom(1, c, params)
}

func bindFrom(first int, c *jinja.Call, params string) (*args, error) {
	a, err := bindLoose(c, params)
	if err != nil {
		return nil, err
	}
	for _, v := range c.Args[min(first, len(c.Args)):] {
		if err := defined(v); err != nil {
			return nil, err
		}
	}
	for _, v := range c.Kwargs.All() {
		if err := defined(v); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func defined(v any) error {
	if u, ok := v.(*value.Undefined); ok && u.Strict() {
		return u.Err()
	}
	return nil
}

// bindLoose is bind that lets undefined arguments through.
func bindLoose(c *jinja.Call, params string) (*args, error) {
	a := &args{name: c.Name, vals: map[string]any{}, tick: c.Tick}
	positional := c.Args
	var names, missing []string
	collects, collectsNamed := false, false
	for _, p := range strings.Fields(params) {
		switch {
		case strings.HasPrefix(p, "**"):
			collectsNamed, a.kw = true, value.NewDict()
			continue
		case p[0] == '*':
			collects, a.rest = true, positional
			positional = nil
			continue
		}
		name := strings.TrimSuffix(p, "?")
		names = append(names, name)
		if len(positional) > 0 {
			a.vals[name], positional = positional[0], positional[1:]
			continue
		}
		if v, ok := c.Kwargs.Get(name); ok {
			a.vals[name] = v
		} else if name == p {
			missing = append(missing, "'"+name+"'")
		}
	}
	if len(positional) > 0 && !collects {
		return nil, tooManyArguments(c, params, len(names))
	}
	if err := a.keywords(c, names, collectsNamed); err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, value.Raise("TypeError", "%s() missing %d required positional argument%s: %s", functionOf(c.Name), len(missing), plural(len(missing)), strings.Join(missing, " and "))
	}
	return a, nil
}

// tooManyArguments is Python's error of a function with so many parameters.
func tooManyArguments(c *jinja.Call, params string, most int) error {
	name, given := shortName(c.Name), len(c.Args)
	if exactly[name] {
		return value.Raise("TypeError", "%s() takes exactly one argument (%d given)", name, given)
	}
	least := most - strings.Count(params, "?")
	if environment[name] {
		least, most, given = least+1, most+1, given+1
	}
	takes := fmt.Sprintf("%d positional argument%s", most, plural(most))
	if least < most {
		takes = fmt.Sprintf("from %d to %d positional arguments", least, most)
	}
	return value.Raise("TypeError", "%s() takes %s but %d were given", functionOf(c.Name), takes, given)
}

var (
	// environment are the functions that get Jinja2's environment first, which Python counts.
	environment = map[string]bool{"unique": true, "union": true, "intersect": true, "difference": true, "symmetric_difference": true, "random": true, "extract": true}
	// exactly are functions of one argument that Python has in C.
	exactly = map[string]bool{"any": true, "all": true}
)

// functions are the names that Python's functions have where the plugin's is another.
var functions = map[string]string{
	"abs": "isabs", "is_abs": "isabs", "file": "isfile", "is_file": "isfile", "directory": "isdir", "is_dir": "isdir",
	"link": "islink", "is_link": "islink", "link_exists": "lexists", "mount": "ismount", "is_mount": "ismount",
	"same_file": "samefile", "is_same_file": "samefile", "nan": "isnotanumber", "isnan": "isnotanumber",
	"succeeded": "success", "failure": "failed", "change": "changed", "skip": "skipped",
	"subset": "issubset", "superset": "issuperset", "version": "version_compare",
	"bool": "to_bool", "pow": "power", "root": "inversepower", "log": "logarithm", "md5": "md5s", "from_json": "loads", "urldecode": "unquote_plus",
	"urlsplit": "split_url", "win_basename": "basename", "win_dirname": "dirname", "win_splitdrive": "splitdrive", "type_debug": "FilterModule.filters.<locals>.<lambda>",
	"checksum": "secure_hash_s", "sha1": "secure_hash_s", "hash": "get_hash", "password_hash": "get_encrypted_password",
	"random": "rand", "shuffle": "randomize_list", "vault": "do_vault", "unvault": "do_unvault",
	"urn": "is_urn", "uri": "is_uri", "url": "is_url", "crc32": "crc32s", "dict": "dict_filter", "jc": "jc_filter",
	"usable_range": "_usable_range", "split_pem": "split_pem_filter", "openssl_privatekey_info": "openssl_privatekey_info_filter",
	"openssl_publickey_info": "openssl_publickey_info_filter", "x509_certificate_info": "x509_certificate_info_filter",
	"dict2items": "dict_to_list_of_dict_key_value_elements", "items2dict": "list_of_dict_key_value_elements_to_dict",
}

func functionOf(name string) string {
	name = shortName(name)
	if f := functions[name]; f != "" {
		return f
	}
	return name
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func (a *args) keywords(c *jinja.Call, names []string, collect bool) error {
	for k, v := range c.Kwargs.All() {
		name := value.Str(k)
		known := false
		for i, n := range names {
			if n != name {
				continue
			}
			if known = true; i < len(c.Args) {
				return value.Raise("TypeError", "%s() got multiple values for argument '%s'", functionOf(c.Name), name)
			}
		}
		switch {
		case known:
		case collect:
			a.kw.Set(name, v)
		default:
			return value.Raise("TypeError", "%s() got an unexpected keyword argument '%s'", functionOf(c.Name), name)
		}
	}
	return nil
}

// get is an argument as it is; nil when it was not given.
func (a *args) get(name string) any { return a.vals[name] }

func (a *args) has(name string) bool {
	_, ok := a.vals[name]
	return ok
}

// or is an argument, or def when it was not given.
func (a *args) or(name string, def any) any {
	if v, ok := a.vals[name]; ok {
		return v
	}
	return def
}

// text is Python's str of an argument; def when it was not given.
func (a *args) text(name, def string) string {
	if v, ok := a.vals[name]; ok {
		return value.Str(v)
	}
	return def
}

// truth is an argument's truth; def when it was not given.
func (a *args) truth(name string, def bool) bool {
	if v, ok := a.vals[name]; ok {
		return value.Truth(v)
	}
	return def
}

// integer is an argument that has to be an int; def when it was not given or is None.
func (a *args) integer(name string, def int64) (int64, error) {
	v, ok := a.vals[name]
	if !ok || v == nil {
		return def, nil
	}
	switch n := v.(type) {
	case int64:
		return n, nil
	case bool:
		if n {
			return 1, nil
		}
		return 0, nil
	default:
		return 0, value.Raise("TypeError", "'%s' object cannot be interpreted as an integer", value.TypeName(v))
	}
}

// filterError is Ansible's error of a filter.
func filterError(format string, a ...any) error {
	return value.Raise("AnsibleFilterError", format, a...)
}

// filterTypeError is Ansible's error of a filter that got the wrong type.
func filterTypeError(format string, a ...any) error {
	return value.Raise("AnsibleFilterTypeError", format, a...)
}

// class is how Python shows the type of a value.
// textWith is a text that a method of text is called on; what is no text has
// no such method.
func textWith(v any, method string) (string, error) {
	if s, ok := isText(v); ok {
		return s, nil
	}
	return "", value.Raise("AttributeError", "'%s' object has no attribute '%s'", value.TypeName(v), method)
}

// typeOrNone is the name of a type as Python's argument errors have it.
func typeOrNone(v any) string {
	if v == nil {
		return "None"
	}
	return value.TypeName(v)
}

func class(v any) string {
	return "<class '" + value.TypePath(v) + "'>"
}

// isText reports whether a value is a str, and its text.
func isText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case value.Markup:
		return string(v), true
	default:
		return "", false
	}
}

// isSequence reports whether Ansible counts a value as a list.
func isSequence(v any) bool {
	switch v.(type) {
	case *value.List, value.Tuple, *value.Range:
		return true
	default:
		return false
	}
}
