package modules

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"goplay/internal/value"
)

var dictType = reflect.TypeFor[*value.Dict]()

// convert brings a value to the type of an option as Ansible does: text to
// numbers and booleans, a comma-separated text to a list, k=v text or JSON to
// a dict. dst is settable.
func (o *Option) convert(v any, dst reflect.Value) error {
	if dst.Kind() == reflect.Pointer && dst.Type() != dictType {
		p := reflect.New(dst.Type().Elem())
		if err := o.convert(v, p.Elem()); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	}
	if dst.Type() == dictType {
		d, err := toDict(v)
		if err == nil {
			dst.Set(reflect.ValueOf(d))
		}
		return err
	}
	switch dst.Kind() {
	case reflect.String:
		s, err := o.text(v)
		dst.SetString(s)
		return err
	case reflect.Bool:
		b, err := ToBool(v)
		dst.SetBool(b)
		return err
	case reflect.Int, reflect.Int64:
		n, err := ToInt(v)
		dst.SetInt(n)
		return err
	case reflect.Float64:
		f, err := ToFloat(v)
		dst.SetFloat(f)
		return err
	case reflect.Slice:
		return o.convertList(v, dst)
	case reflect.Struct:
		d, err := toDict(v)
		if err != nil {
			return err
		}
		return o.Sub.decode(d, dst)
	default:
		if v != nil {
			dst.Set(reflect.ValueOf(v))
		}
		return nil
	}
}

func (o *Option) convertList(v any, dst reflect.Value) error {
	var items []any
	switch v := v.(type) {
	case *value.List:
		items = v.Items
	case value.Tuple:
		items = v
	case string:
		for part := range strings.SplitSeq(v, ",") {
			items = append(items, part)
		}
	case int64, float64, bool:
		items = []any{value.Str(v)}
	default:
		return fmt.Errorf("%s cannot be converted to a list", pyType(v))
	}
	out := reflect.MakeSlice(dst.Type(), len(items), len(items))
	element := *o
	if o.Type == "list" {
		element.Type = o.Elements
	}
	for i, item := range items {
		if err := element.convertElement(item, out.Index(i)); err != nil {
			return err
		}
	}
	dst.Set(out)
	return nil
}

// convertElement converts one item of a list; its errors are whole sentences.
func (o *Option) convertElement(item any, dst reflect.Value) error {
	err := o.convert(item, dst)
	var nested ArgErrors
	switch {
	case err == nil || errors.As(err, &nested):
		return err
	case o.Sub != nil:
		return ArgErrors{{Arg: o.Name, Msg: fmt.Sprintf("Value '%s' in the sub parameter field '%s' must by a list, not '%s'",
			value.Str(item), o.Name, value.TypeName(item))}}
	}
	return &elementError{fmt.Sprintf("Elements value for option '%s' is of type %s and we were unable to convert to %s: %s", o.Name, pyType(item), o.Type, err)}
}

// elementError is the finished message of a list's item.
type elementError struct{ msg string }

func (e *elementError) Error() string { return e.msg }

// text is Ansible's str: anything that has a text is taken, containers as
// Python prints them; jsonarg takes them as JSON.
func (o *Option) text(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case nil:
		return "", nil
	case value.Markup:
		return string(v), nil
	}
	if o.Type == "jsonarg" {
		return value.EncodeJSON(v, value.JSONOptions{})
	}
	return value.Str(v), nil
}

var truths = map[string]bool{
	"y": true, "yes": true, "on": true, "1": true, "true": true, "t": true, "1.0": true,
	"n": false, "no": false, "off": false, "0": false, "false": false, "f": false, "0.0": false,
}

// ToBool reads a boolean as Ansible's options do.
func ToBool(v any) (bool, error) {
	switch v := v.(type) {
	case bool:
		return v, nil
	case *value.List, *value.Dict:
		return false, fmt.Errorf("%s cannot be converted to a bool", pyType(v))
	}
	if b, ok := truths[strings.ToLower(strings.TrimSpace(value.Str(v)))]; ok {
		return b, nil
	}
	return false, fmt.Errorf("The value %s is not a valid boolean.  Valid booleans include: 0, 'on', 'f', 'false', 1, 'no', 'n', '1', '0', 't', 'y', 'off', 'yes', 'true'", pyQuote(v))
}

// ToInt reads an integer as Ansible's options do.
func ToInt(v any) (int64, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case string:
		if n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(v), "_", ""), 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%s cannot be converted to an int", pyType(v))
}

// ToFloat reads a number as Ansible's options do.
func ToFloat(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case int64:
		return float64(v), nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case string:
		if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return f, nil
		}
	}
	return 0, fmt.Errorf("%s cannot be converted to a float", pyType(v))
}

func toDict(v any) (*value.Dict, error) {
	switch v := v.(type) {
	case *value.Dict:
		return v, nil
	case string:
		text := strings.TrimSpace(v)
		if strings.HasPrefix(text, "{") {
			if d, err := value.DecodeJSON([]byte(text)); err == nil {
				if d, ok := d.(*value.Dict); ok {
					return d, nil
				}
			}
			if d, err := value.ParseLiteral(text); err == nil {
				if d, ok := d.(*value.Dict); ok {
					return d, nil
				}
			}
			return nil, fmt.Errorf("unable to evaluate string as dictionary")
		}
		if strings.Contains(text, "=") {
			return pairs(text), nil
		}
		return nil, fmt.Errorf("dictionary requested, could not parse JSON or key=value")
	}
	return nil, fmt.Errorf("%s cannot be converted to a dict", pyType(v))
}

// pairs reads k=v pairs separated by commas or spaces, with quotes and
// backslashes as Ansible's dict options take them.
func pairs(text string) *value.Dict {
	d := value.NewDict()
	var fields []string
	var field strings.Builder
	var quote rune
	escaped := false
	flush := func() {
		if field.Len() > 0 {
			fields = append(fields, field.String())
			field.Reset()
		}
	}
	for _, r := range strings.TrimSpace(text) {
		switch {
		case escaped:
			field.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote == 0 && (r == ',' || r == ' '):
			flush()
		default:
			field.WriteRune(r)
		}
	}
	flush()
	for _, f := range fields {
		k, v, _ := strings.Cut(f, "=")
		d.Set(k, v)
	}
	return d
}

func pyType(v any) string { return "<class '" + value.TypeName(v) + "'>" }

func pyQuote(v any) string { return "'" + value.Str(v) + "'" }

// sizes are what the types bytes and bits take for a unit, after a letter of sizeUnits.
var sizes = map[string]struct{ mark, word, name string }{"bytes": {"B", "byte", "Byte"}, "bits": {"b", "bit", "Bit"}}

const sizeUnits = "YZEPTGMKB"

// checkSize says whether a value is a number with the unit of a size, 10MB or 5 Kb.
func checkSize(kind string, v any) error {
	bad := fmt.Errorf("%s cannot be converted to a %s value", pyType(v), sizes[kind].name)
	switch v.(type) {
	case int64, float64, bool, string:
	default:
		return bad
	}
	text := strings.TrimSpace(value.Str(v))
	if _, flag := v.(bool); flag {
		return nil
	}
	unit := strings.TrimSpace(strings.TrimLeft(text, "0123456789."))
	number := strings.TrimSpace(strings.TrimSuffix(text, unit))
	if _, err := strconv.ParseFloat(number, 64); err != nil {
		return bad
	}
	if unit == "" {
		return nil
	}
	rest, lower := unit[1:], strings.ToLower(unit)
	if !strings.Contains(sizeUnits, strings.ToUpper(unit[:1])) || rest != "" && rest[:1] != sizes[kind].mark && !strings.Contains(lower, sizes[kind].word) {
		return bad
	}
	return nil
}

// Convert brings a value to a type by Ansible's name for it: str, bool, int,
// float, list, dict, path, raw, jsonarg, json. An unknown name leaves it alone,
// and so do bytes and bits, which refuse what is no size.
func Convert(kind string, v any) (any, error) {
	if _, ok := sizes[kind]; ok {
		return v, checkSize(kind, v)
	}
	types := map[string]reflect.Type{
		"str": reflect.TypeFor[string](), "path": reflect.TypeFor[string](), "jsonarg": reflect.TypeFor[string](), "json": reflect.TypeFor[string](),
		"bool": reflect.TypeFor[bool](), "int": reflect.TypeFor[int64](), "float": reflect.TypeFor[float64](),
		"list": reflect.TypeFor[[]any](), "dict": dictType,
	}
	t, ok := types[kind]
	if !ok {
		return v, nil
	}
	o := &Option{Name: "value", Type: kind, Elements: "raw", typ: t}
	dst := reflect.New(t).Elem()
	if err := o.convert(v, dst); err != nil {
		return nil, err
	}
	return value.Of(dst.Interface()), nil
}
