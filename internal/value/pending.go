package value

var setMembers, frozensetMembers, bytesMembers map[string]*member

func encode(self any, args []any) (any, error) { return Bytes(selfText(self)), nil }
