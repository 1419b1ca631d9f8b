package value

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

type (
	tupleKey string
	bytesKey string
	bigKey   string
	timeKey  struct {
		micros int64
		naive  bool
	}
)

// hashKey maps keys that are equal in Python to one Go key; strings are not
// its business.
func hashKey(key any) any {
	switch k := key.(type) {
	case int64:
		return key
	case bool:
		return unbool(k)
	case float64:
		return floatKey(k)
	case *big.Int:
		return bigKey(k.String())
	case Bytes:
		return bytesKey(k)
	case Tuple:
		var b strings.Builder
		for _, item := range k {
			part := keyText(item)
			b.WriteString(strconv.Itoa(len(part)))
			b.WriteByte(':')
			b.WriteString(part)
		}
		return tupleKey(b.String())
	case *Record:
		return hashKey(k.Items)
	case time.Time:
		return timeKey{k.UnixMicro(), isNaive(k)}
	case *Range:
		return tupleKey(rangeKey(k))
	default:
		return key
	}
}

func floatKey(f float64) any {
	switch {
	case f == math.Trunc(f) && math.Abs(f) < 1<<63:
		return int64(f)
	case f == math.Trunc(f) && !math.IsInf(f, 0):
		n, _ := new(big.Float).SetFloat64(f).Int(nil)
		return bigKey(n.String())
	default:
		return f
	}
}

func rangeKey(r *Range) string {
	n := r.Len()
	switch n {
	case 0:
		return "range"
	case 1:
		return fmt.Sprint("range ", r.Start)
	default:
		return fmt.Sprint("range ", n, r.Start, r.Step)
	}
}

// keyText tells the items of a tuple apart.
func keyText(item any) string {
	if s, ok := asString(item); ok {
		return "s" + s
	}
	switch h := hashKey(item).(type) {
	case nil:
		return "n"
	case int64:
		return "i" + strconv.FormatInt(h, 10)
	case float64:
		return "f" + strconv.FormatFloat(h, 'g', -1, 64)
	case bigKey:
		return "i" + string(h)
	case bytesKey:
		return "b" + string(h)
	case tupleKey:
		return "t" + string(h)
	default:
		return fmt.Sprintf("%T %#v", h, h)
	}
}
