package value

import "math/big"

// Printable fails for a number that Python does not write in decimal for want
// of patience.
func Printable(n *big.Int) error {
	// A digit is a little more than three bits: most numbers need no counting.
	if n.BitLen() <= maxDigits*3 || n.BitLen() < maxDigits*4 && len(new(big.Int).Abs(n).String()) <= maxDigits {
		return nil
	}
	return valueError("Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", maxDigits)
}
