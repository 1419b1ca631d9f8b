package console

import (
	"strings"

	"goplay/internal/value"
)

// execute carries out what is no command: an assignment, a del, or an
// expression whose value is shown.
func (c *Console) execute(text string) (any, error) {
	if rest, ok := strings.CutPrefix(text, "del "); ok {
		return nil, c.remove(strings.TrimSpace(rest))
	}
	target, expression, ok := assignment(text)
	if !ok {
		return c.evaluate(text)
	}
	v, err := c.evaluate(expression)
	if err != nil {
		return nil, err
	}
	base, last := cut(target)
	if base == "" {
		if !isName(last) {
			return nil, value.Raise("SyntaxError", "invalid syntax")
		}
		c.Names[last] = v
		return nil, nil
	}
	obj, key, err := c.place(base, last)
	if err != nil {
		return nil, err
	}
	if a, ok := obj.(Assignable); ok {
		return nil, a.Assign(value.Str(key), v)
	}
	return nil, value.SetItem(obj, key, v)
}

// remove takes an item out of a dict.
func (c *Console) remove(target string) error {
	base, last := cut(target)
	if base == "" {
		delete(c.Names, last)
		return nil
	}
	obj, key, err := c.place(base, last)
	if err != nil {
		return err
	}
	d, ok := obj.(*value.Dict)
	if !ok {
		return value.Raise("TypeError", "'%s' object doesn't support item deletion", value.TypeName(obj))
	}
	if _, ok := d.Get(key); !ok {
		return value.Raise("KeyError", "%s", value.Repr(key))
	}
	d.Delete(key)
	return nil
}

// place evaluates what a target is part of, and its key there: [expression],
// or .name of what has attributes.
func (c *Console) place(base, last string) (obj, key any, err error) {
	if obj, err = c.evaluate(base); err != nil {
		return nil, nil, err
	}
	inner, isKey := strings.CutPrefix(last, "[")
	if isKey {
		key, err = c.evaluate(strings.TrimSuffix(inner, "]"))
		return obj, key, err
	}
	name := strings.TrimPrefix(last, ".")
	if _, ok := obj.(Assignable); !ok || !isName(name) {
		return nil, nil, value.Raise("AttributeError", "'%s' object has no attribute '%s'", value.TypeName(obj), name)
	}
	return obj, name, nil
}

// assignment takes a line apart at a lone = outside quotes and brackets.
func assignment(text string) (target, expression string, ok bool) {
	at := -1
	outside(text, func(i int) bool {
		if text[i] != '=' {
			return true
		}
		before, after := i > 0 && strings.IndexByte("=!<>", text[i-1]) >= 0, i+1 < len(text) && text[i+1] == '='
		if !before && !after {
			at = i
			return false
		}
		return true
	})
	if at <= 0 {
		return "", "", false
	}
	return strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+1:]), true
}

// cut takes the last item or attribute off a target; a name alone has no base.
func cut(target string) (base, last string) {
	at := 0
	outside(target, func(i int) bool {
		if target[i] == '[' || target[i] == '.' {
			at = i
		}
		return true
	})
	return target[:at], target[at:]
}

// outside visits the bytes outside quotes and brackets, and brackets that open
// at the outermost level.
func outside(text string, visit func(i int) bool) {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case quote != 0:
			if b == '\\' {
				i++
			} else if b == quote {
				quote = 0
			}
			continue
		case b == '\'' || b == '"':
			quote = b
			continue
		}
		if depth == 0 && !visit(i) {
			return
		}
		switch b {
		case '[', '(', '{':
			depth++
		case ']', ')', '}':
			depth--
		}
	}
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNameByte(s[i]) || i == 0 && s[i] >= '0' && s[i] <= '9' {
			return false
		}
	}
	return s != ""
}
