package value

// setMembers are the methods of set.
func setMembers() map[string]*member {
	return map[string]*member{
		"add": oneArg(func(self, arg any) (any, error) {
			if err := Hashable(arg); err != nil {
				return nil, err
			}
			self.(*Set).Add(arg)
			return nil, nil
		}),
		"clear":                       noArgs(func(self any) (any, error) { *self.(*Set) = Set{}; return nil, nil }),
		"copy":                        noArgs(func(self any) (any, error) { return self.(*Set).Copy(), nil }),
		"discard":                     oneArg(func(self, arg any) (any, error) { return nil, setRemove(self, arg, false) }),
		"remove":                      oneArg(func(self, arg any) (any, error) { return nil, setRemove(self, arg, true) }),
		"pop":                         noArgs(setPop),
		"union":                       setMany((*Set).union, false),
		"intersection":                setMany((*Set).intersection, false),
		"difference":                  setMany((*Set).difference, false),
		"symmetric_difference":        setOne((*Set).symmetric, false),
		"update":                      setMany((*Set).union, true),
		"intersection_update":         setMany((*Set).intersection, true),
		"difference_update":           setMany((*Set).difference, true),
		"symmetric_difference_update": setOne((*Set).symmetric, true),
		"isdisjoint":                  setTest(func(s, o *Set) bool { return s.intersection(o).Len() == 0 }),
		"issubset":                    setTest((*Set).subset),
		"issuperset":                  setTest(func(s, o *Set) bool { return o.subset(s) }),
	}
}

func setRemove(self, arg any, must bool) error {
	if err := Hashable(arg); err != nil {
		return err
	}
	if !self.(*Set).Delete(arg) && must {
		return &Exception{Type: "KeyError", Msg: Repr(arg)}
	}
	return nil
}

func setPop(self any) (any, error) {
	s := self.(*Set)
	for v := range s.d.All() {
		s.Delete(v)
		return v, nil
	}
	return nil, &Exception{Type: "KeyError", Msg: "'pop from an empty set'"}
}

// setMany is an operation with any number of iterables, in place or not.
func setMany(op func(s, o *Set) *Set, inPlace bool) *member {
	return counted(0, 1<<30, func(self any, args []any) (any, error) {
		out := self.(*Set).Copy()
		for _, a := range args {
			o, err := SetOf(a)
			if err != nil {
				return nil, err
			}
			out = op(out, o)
		}
		return setResult(self, out, inPlace)
	})
}

func setResult(self any, out *Set, inPlace bool) (any, error) {
	if !inPlace {
		return out, nil
	}
	*self.(*Set) = *out
	return nil, nil
}

func setOne(op func(s, o *Set) *Set, inPlace bool) *member {
	return oneArg(func(self, arg any) (any, error) {
		o, err := SetOf(arg)
		if err != nil {
			return nil, err
		}
		return setResult(self, op(self.(*Set), o), inPlace)
	})
}

func setTest(test func(s, o *Set) bool) *member {
	return oneArg(func(self, arg any) (any, error) {
		o, err := SetOf(arg)
		if err != nil {
			return nil, err
		}
		return test(self.(*Set), o), nil
	})
}
