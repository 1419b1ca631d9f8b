package agent

import "goplay/internal/value"

// fields takes a message's tuple apart; the first field of a wrong type is its error.
type fields struct {
	rest []any
	err  error
}

func fieldsOf(b []byte, n int) (*fields, error) {
	v, err := decodeValue(b)
	if err != nil {
		return nil, err
	}
	f := &fields{}
	f.rest = f.tuple(v, n)
	return f, f.err
}

// tuple is v's items when it is a tuple of n; otherwise n times nothing.
func (f *fields) tuple(v any, n int) []any {
	t, ok := v.(value.Tuple)
	if !ok || len(t) != n {
		f.fail(errWire)
		return make([]any, n)
	}
	return t
}

func (f *fields) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *fields) next() any {
	v := f.rest[0]
	f.rest = f.rest[1:]
	return v
}

// take fills pointers from the next fields, in order.
func (f *fields) take(into ...any) {
	for _, p := range into {
		v, ok := f.next(), false
		switch p := p.(type) {
		case *string:
			*p, ok = v.(string)
		case *bool:
			*p, ok = v.(bool)
		case *int64:
			*p, ok = v.(int64)
		case *value.Tuple:
			*p, ok = v.(value.Tuple)
		case **value.List:
			if *p, ok = v.(*value.List); !ok {
				*p = value.NewList()
			}
		case **value.Dict:
			*p, ok = v.(*value.Dict)
			ok = ok || v == nil
		}
		if !ok {
			f.fail(errWire)
		}
	}
}
