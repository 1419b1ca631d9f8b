package value

func formatMethod(self any, args []any, kwargs *Dict) (any, error) {
	s, err := StrFormat(selfText(self), args, kwargs)
	return keepSafe(self, s), err
}

func formatMap(self, arg any) (any, error) {
	s, err := formatWith(self, nil, arg)
	return keepSafe(self, s), err
}
