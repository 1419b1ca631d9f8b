package value

// rangeMembers are the methods and attributes of range.
func rangeMembers() map[string]*member {
	return map[string]*member{
		"start": attribute(func(self any) any { return self.(*Range).Start }),
		"stop":  attribute(func(self any) any { return self.(*Range).Stop }),
		"step":  attribute(func(self any) any { return self.(*Range).Step }),
		"count": oneArg(func(self, arg any) (any, error) {
			found, err := Contains(self, arg)
			if found {
				return int64(1), err
			}
			return int64(0), err
		}),
		"index": oneArg(func(self, arg any) (any, error) {
			if n, ok := unbool(arg).(int64); ok {
				if i, found := self.(*Range).index(n); found {
					return int64(i), nil
				}
			}
			return nil, valueError("%s is not in range", Repr(arg))
		}),
	}
}

func sliceMembers() map[string]*member {
	return map[string]*member{
		"start": attribute(func(self any) any { return self.(Slice).Lo }),
		"stop":  attribute(func(self any) any { return self.(Slice).Hi }),
		"step":  attribute(func(self any) any { return self.(Slice).Step }),
	}
}

func viewMembers() map[string]*member {
	return map[string]*member{
		"mapping": attribute(func(self any) any { return self.(*View).dict }),
		"isdisjoint": oneArg(func(self, arg any) (any, error) {
			s, err := self.(*View).set()
			if err != nil {
				return nil, err
			}
			o, err := SetOf(arg)
			if err != nil {
				return nil, err
			}
			return s.intersection(o).Len() == 0, nil
		}),
	}
}
