package value

import "slices"

// listMembers are the methods of list.
func listMembers() map[string]*member {
	return map[string]*member{
		"append": oneArg(func(self, arg any) (any, error) {
			self.(*List).Append(arg)
			return nil, nil
		}),
		"clear": noArgs(func(self any) (any, error) {
			self.(*List).Items = nil
			return nil, nil
		}),
		"copy": noArgs(func(self any) (any, error) { return &List{Items: slices.Clone(self.(*List).Items)}, nil }),
		"count": oneArg(func(self, arg any) (any, error) {
			return countItems(self.(*List).Items, arg)
		}),
		"extend":  oneArg(extendList),
		"index":   counted(1, 3, func(self any, args []any) (any, error) { return indexItem("list", self.(*List).Items, args) }),
		"insert":  counted(2, 2, insertItem),
		"pop":     counted(0, 1, popItem),
		"remove":  oneArg(removeItem),
		"reverse": noArgs(func(self any) (any, error) { slices.Reverse(self.(*List).Items); return nil, nil }),
		"sort":    {full: sortMethod},
	}
}

// tupleMembers are the methods of tuple.
func tupleMembers() map[string]*member {
	return map[string]*member{
		"count": oneArg(func(self, arg any) (any, error) { return countItems(self.(Tuple), arg) }),
		"index": counted(1, 3, func(self any, args []any) (any, error) { return indexItem("tuple", self.(Tuple), args) }),
	}
}

func countItems(items []any, v any) (any, error) {
	n := int64(0)
	for _, item := range items {
		same, err := meets(item, v)
		if err != nil {
			return nil, err
		}
		if same {
			n++
		}
	}
	return n, nil
}

// meets is == where Python compares what stands in lists: a thing meets itself,
// and a strict undefined value fails with anything else.
func meets(a, b any) (bool, error) {
	x, undefined := a.(*Undefined)
	y, too := b.(*Undefined)
	switch {
	case undefined && too && x == y:
		return true, nil
	case undefined && x.Strict():
		return false, x.Err()
	case too && y.Strict():
		return false, y.Err()
	}
	return Equal(a, b), nil
}

func indexItem(kind string, items []any, args []any) (any, error) {
	start, end := 0, len(items)
	var err error
	if len(args) > 1 {
		if start, err = indexBound(args[1], len(items)); err != nil {
			return nil, err
		}
	}
	if len(args) > 2 {
		if end, err = indexBound(args[2], len(items)); err != nil {
			return nil, err
		}
	}
	for i := start; i < min(end, len(items)); i++ {
		switch same, err := meets(items[i], args[0]); {
		case err != nil:
			return nil, err
		case same:
			return int64(i), nil
		}
	}
	if kind == "tuple" {
		return nil, valueError("tuple.index(x): x not in tuple")
	}
	return nil, valueError("%s is not in list", Repr(args[0]))
}

func indexBound(v any, n int) (int, error) {
	if v == nil {
		return 0, typeError("slice indices must be integers or have an __index__ method")
	}
	i, err := sliceIndex(v, 0)
	if IsException(err, "TypeError") {
		err = typeError("slice indices must be integers or have an __index__ method")
	}
	return within(i, n), err
}

func extendList(self, arg any) (any, error) {
	items, err := Items(arg)
	if err == nil {
		err = grow(int64(self.(*List).Len()+len(items)), 1, MaxItems)
	}
	if err == nil {
		self.(*List).Append(items...)
	}
	return nil, err
}

func insertItem(self any, args []any) (any, error) {
	l := self.(*List)
	i, err := argInt(args[0])
	if err != nil {
		return nil, err
	}
	l.Items = slices.Insert(l.Items, min(within(i, l.Len()), l.Len()), args[1])
	return nil, nil
}

func popItem(self any, args []any) (any, error) {
	l := self.(*List)
	i := -1
	if len(args) > 0 {
		var err error
		if i, err = argInt(args[0]); err != nil {
			return nil, err
		}
	}
	if l.Len() == 0 {
		return nil, Raise("IndexError", "pop from empty list")
	}
	if i < 0 {
		i += l.Len()
	}
	if i < 0 || i >= l.Len() {
		return nil, Raise("IndexError", "pop index out of range")
	}
	v := l.Items[i]
	l.Items = slices.Delete(l.Items, i, i+1)
	return v, nil
}

func removeItem(self, arg any) (any, error) {
	l := self.(*List)
	for i, item := range l.Items {
		switch same, err := meets(item, arg); {
		case err != nil:
			return nil, err
		case same:
			l.Items = slices.Delete(l.Items, i, i+1)
			return nil, nil
		}
	}
	return nil, valueError("list.remove(x): x not in list")
}

func sortMethod(self any, args []any, kwargs *Dict) (any, error) {
	if n := len(args) + kwargs.Len(); n > 2 {
		return nil, typeError("sort() takes at most 2 arguments (%d given)", n)
	}
	if len(args) > 0 {
		return nil, typeError("sort() takes no positional arguments")
	}
	var key func(any) (any, error)
	reverse := false
	for k, v := range kwargs.All() {
		switch {
		case k == "reverse":
			reverse = Truth(v)
		case k != "key":
			return nil, typeError("'%s' is an invalid keyword argument for sort()", Str(k))
		case v != nil:
			call, ok := v.(Callable)
			if !ok {
				return nil, typeError("'%s' object is not callable", typePath(v))
			}
			key = func(item any) (any, error) { return call.Call([]any{item}, nil) }
		}
	}
	return nil, Sort(self.(*List).Items, key, reverse)
}
