package value

// dictMembers are the methods of dict.
func dictMembers() map[string]*member {
	return map[string]*member{
		"clear":      noArgs(func(self any) (any, error) { *self.(*Dict) = Dict{}; return nil, nil }),
		"copy":       noArgs(func(self any) (any, error) { return self.(*Dict).Copy(), nil }),
		"items":      noArgs(func(self any) (any, error) { return NewView(self.(*Dict), ItemsView), nil }),
		"keys":       noArgs(func(self any) (any, error) { return NewView(self.(*Dict), KeysView), nil }),
		"values":     noArgs(func(self any) (any, error) { return NewView(self.(*Dict), ValuesView), nil }),
		"get":        counted(1, 2, dictGet),
		"pop":        counted(1, 2, dictPop),
		"popitem":    noArgs(dictPopitem),
		"setdefault": counted(1, 2, dictSetdefault),
		"update":     free(dictUpdate),
		"fromkeys":   counted(1, 2, dictFromkeys),
	}
}

func dictGet(self any, args []any) (any, error) {
	if v, ok := self.(*Dict).Get(args[0]); ok {
		return v, nil
	}
	if err := Hashable(args[0]); err != nil {
		return nil, err
	}
	if len(args) > 1 {
		return args[1], nil
	}
	return nil, nil
}

func dictPop(self any, args []any) (any, error) {
	d := self.(*Dict)
	if err := Hashable(args[0]); err != nil {
		return nil, err
	}
	if v, ok := d.Get(args[0]); ok {
		d.Delete(args[0])
		return v, nil
	}
	if len(args) > 1 {
		return args[1], nil
	}
	return nil, &Exception{Type: "KeyError", Msg: Repr(args[0])}
}

func dictPopitem(self any) (any, error) {
	d := self.(*Dict)
	k, v, ok := d.last()
	if !ok {
		return nil, &Exception{Type: "KeyError", Msg: "'popitem(): dictionary is empty'"}
	}
	d.Delete(k)
	return Tuple{k, v}, nil
}

func dictSetdefault(self any, args []any) (any, error) {
	d := self.(*Dict)
	if err := Hashable(args[0]); err != nil {
		return nil, err
	}
	if v, ok := d.Get(args[0]); ok {
		return v, nil
	}
	var v any
	if len(args) > 1 {
		v = args[1]
	}
	d.Set(args[0], v)
	return v, nil
}

func dictUpdate(self any, args []any, kwargs *Dict) (any, error) {
	if len(args) > 1 {
		return nil, typeError("update expected at most 1 argument, got %d", len(args))
	}
	d := self.(*Dict)
	if len(args) == 1 {
		if err := d.merge(args[0]); err != nil {
			return nil, err
		}
	}
	d.Update(kwargs)
	return nil, nil
}

// MakeDict is Python's dict(v): of a dict, or of key and value pairs.
func MakeDict(v any) (*Dict, error) {
	d := NewDict()
	return d, d.merge(v)
}

func (d *Dict) merge(v any) error {
	if o, ok := v.(*Dict); ok {
		d.Update(o)
		return nil
	}
	seq, err := Iterate(v)
	if err != nil {
		return err
	}
	n := -1
	for item, err := range seq {
		n++
		if err != nil {
			return err
		}
		pair, err := Items(item)
		if IsException(err, "TypeError") {
			return typeError("cannot convert dictionary update sequence element #%d to a sequence", n)
		}
		if err != nil {
			return err
		}
		if len(pair) != 2 {
			return valueError("dictionary update sequence element #%d has length %d; 2 is required", n, len(pair))
		}
		if err := Hashable(pair[0]); err != nil {
			return err
		}
		d.Set(pair[0], pair[1])
	}
	return nil
}

func dictFromkeys(_ any, args []any) (any, error) {
	keys, err := Items(args[0])
	if err != nil {
		return nil, err
	}
	var v any
	if len(args) > 1 {
		v = args[1]
	}
	d := NewDict()
	for _, k := range keys {
		if err := Hashable(k); err != nil {
			return nil, err
		}
		d.Set(k, v)
	}
	return d, nil
}
