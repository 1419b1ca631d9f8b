package value

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// intMembers are the methods and attributes of int and bool.
func intMembers() map[string]*member {
	return map[string]*member{
		"real":             attribute(unbool),
		"numerator":        attribute(unbool),
		"imag":             attribute(func(any) any { return int64(0) }),
		"denominator":      attribute(func(any) any { return int64(1) }),
		"conjugate":        noArgs(func(self any) (any, error) { return unbool(self), nil }),
		"as_integer_ratio": noArgs(func(self any) (any, error) { return Tuple{unbool(self), int64(1)}, nil }),
		"bit_length":       noArgs(func(self any) (any, error) { return int64(toBig(self).BitLen()), nil }),
		"bit_count":        noArgs(func(self any) (any, error) { return bitCount(toBig(self)), nil }),
		"to_bytes":         named(toBytes, 0, "length", "byteorder", "signed"),
		"from_bytes":       named(fromBytes, 1, "bytes", "byteorder", "signed"),
	}
}

// floatMembers are the methods and attributes of float.
func floatMembers() map[string]*member {
	return map[string]*member{
		"real":             attribute(func(self any) any { return self }),
		"imag":             attribute(func(any) any { return 0.0 }),
		"conjugate":        noArgs(func(self any) (any, error) { return self, nil }),
		"is_integer":       noArgs(func(self any) (any, error) { return isWhole(self.(float64)), nil }),
		"as_integer_ratio": noArgs(func(self any) (any, error) { return floatRatio(self.(float64)) }),
		"hex":              noArgs(func(self any) (any, error) { return floatHex(self.(float64)), nil }),
		"fromhex":          oneArg(fromHex),
	}
}

func isWhole(f float64) bool { return f == math.Trunc(f) && !math.IsInf(f, 0) }

func bitCount(n *big.Int) any {
	count := 0
	for _, w := range n.Bits() {
		count += bits.OnesCount(uint(w))
	}
	return int64(count)
}

func byteOrder(v any) (little bool, err error) {
	if v == omitted {
		return false, nil
	}
	s, ok := asString(v)
	if !ok {
		return false, typeError("argument 'byteorder' must be str, not %s", TypeName(v))
	}
	if s != "little" && s != "big" {
		return false, valueError("byteorder must be either 'little' or 'big'")
	}
	return s == "little", nil
}

func toBytes(self any, args []any) (any, error) {
	n, length := toBig(self), 1
	if args[0] != omitted {
		var err error
		if length, err = argInt(args[0]); err != nil {
			return nil, err
		}
	}
	little, err := byteOrder(args[1])
	if err != nil {
		return nil, err
	}
	if length < 0 {
		return nil, valueError("length argument must be non-negative")
	}
	if err := grow(int64(length), 1, MaxSize); err != nil {
		return nil, err
	}
	signed := args[2] != omitted && Truth(args[2])
	if n.Sign() < 0 && !signed {
		return nil, Raise("OverflowError", "can't convert negative int to unsigned")
	}
	limit := new(big.Int).Lsh(big.NewInt(1), uint(length)*8)
	if tooBig(n, limit, signed) {
		return nil, Raise("OverflowError", "int too big to convert")
	}
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, limit)
	}
	b := n.FillBytes(make([]byte, length))
	if little {
		reverseBytes(b)
	}
	return Bytes(b), nil
}

// tooBig says whether n is beyond what fits below limit, half of it when signed.
func tooBig(n, limit *big.Int, signed bool) bool {
	if !signed {
		return n.Cmp(limit) >= 0
	}
	half := new(big.Int).Rsh(limit, 1)
	if half.Sign() == 0 {
		return n.Sign() > 0 || n.Cmp(big.NewInt(-1)) < 0
	}
	return n.Cmp(half) >= 0 || n.Cmp(new(big.Int).Neg(half)) < 0
}

func reverseBytes(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

func fromBytes(_ any, args []any) (any, error) {
	data, err := asBytes(args[0])
	if err != nil {
		return nil, err
	}
	little, err := byteOrder(args[1])
	if err != nil {
		return nil, err
	}
	b := []byte(data)
	if little {
		reverseBytes(b)
	}
	n := new(big.Int).SetBytes(b)
	if args[2] != omitted && Truth(args[2]) && len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return Int(n), nil
}

// asBytes reads bytes, or an iterable of ints as bytes() takes it.
func asBytes(v any) (Bytes, error) {
	if b, ok := v.(Bytes); ok {
		return b, nil
	}
	if _, ok := asString(v); ok || isNumber(v) || v == nil {
		return "", typeError("cannot convert '%s' object to bytes", typePath(v))
	}
	items, err := Items(v)
	if err != nil {
		return "", err
	}
	b := make([]byte, len(items))
	for i, item := range items {
		n, err := argInt(item)
		if err != nil {
			return "", err
		}
		if n < 0 || n > 255 {
			return "", valueError("bytes must be in range(0, 256)")
		}
		b[i] = byte(n)
	}
	return Bytes(b), nil
}

func floatRatio(f float64) (any, error) {
	if math.IsInf(f, 0) {
		return nil, Raise("OverflowError", "cannot convert Infinity to integer ratio")
	}
	if math.IsNaN(f) {
		return nil, valueError("cannot convert NaN to integer ratio")
	}
	r := new(big.Rat).SetFloat64(f)
	return Tuple{Int(new(big.Int).Set(r.Num())), Int(new(big.Int).Set(r.Denom()))}, nil
}

func floatHex(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return floatRepr(f)
	}
	b := math.Float64bits(f)
	sign, lead, exp := "", "1", int(b>>52&0x7ff)-1023
	if b>>63 != 0 {
		sign = "-"
	}
	if exp == -1023 {
		lead, exp = "0", -1022
		if b<<1 == 0 {
			return sign + "0x0.0p+0"
		}
	}
	digits := strconv.FormatUint(b&(1<<52-1), 16)
	mark := ""
	if exp >= 0 {
		mark = "+"
	}
	return sign + "0x" + lead + "." + strings.Repeat("0", 13-len(digits)) + digits + "p" + mark + strconv.Itoa(exp)
}

func fromHex(_, arg any) (any, error) {
	s, ok := asString(arg)
	if !ok {
		return nil, typeError("bad argument type for built-in operation")
	}
	t := strings.ToLower(trimSpaceRight(trimSpaceLeft(s)))
	sign := strings.HasPrefix(t, "-")
	t = strings.TrimPrefix(strings.TrimLeft(t, "+-"), "0x")
	if !strings.Contains(t, "p") {
		t += "p0"
	}
	if t != "infp0" && t != "nanp0" && t != "infinityp0" {
		t = "0x" + t
	} else {
		t = strings.TrimSuffix(t, "p0")
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, valueError("invalid hexadecimal floating-point string")
	}
	if err != nil {
		return nil, Raise("OverflowError", "hexadecimal value too large to represent as a float")
	}
	if sign {
		f = -f
	}
	return f, nil
}
