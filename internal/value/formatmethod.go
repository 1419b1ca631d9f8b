package value

func formatMethod(self any, args []any, kwargs *Dict) (any, error) {
	if args == nil {
		args = []any{}
	}
	s, err := formatWith(self, args, kwargs)
	return keepSafe(self, s), err
}

func formatMap(self, arg any) (any, error) {
	s, err := formatWith(self, nil, arg)
	return keepSafe(self, s), err
}
