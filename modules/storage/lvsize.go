package storage

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

// lvSize is a size as lvcreate takes it.
type lvSize struct {
	text     string // the number as written
	value    float64
	operator string // + or -, of a change
	unit     string // of an absolute size: one letter
	percent  string // VG, PVS, FREE or ORIGIN, of a share
}

var (
	shareOf  = lazy.Regexp(`^([+-]?)(\d+)%(.*)$`)
	absolute = lazy.Regexp(`^([+-]?)(\d+(?:\.\d+)?)([bskmgtpe]?)i?b?$`)
)

// parseSize reads the option size; "" is no size, in megabytes.
func parseSize(text string) (lvSize, error) {
	if text == "" {
		return lvSize{unit: "m"}, nil
	}
	if m := shareOf.FindStringSubmatch(text); m != nil {
		n, _ := strconv.ParseFloat(m[2], 64)
		of := strings.ToUpper(m[3])
		switch {
		case n > 100 && m[1] != "+" && of != "ORIGIN":
			return lvSize{}, modules.Fail("Size percentage cannot be larger than 100%%")
		case of != "VG" && of != "PVS" && of != "FREE" && of != "ORIGIN":
			return lvSize{}, modules.Fail("Specify extents as a percentage of VG|PVS|FREE")
		}
		return lvSize{m[2], n, m[1], "m", of}, nil
	}
	m := absolute.FindStringSubmatch(strings.ToLower(text))
	if m == nil {
		if unit := text[len(text)-1:]; strings.Contains("bskmgtpe", strings.ToLower(unit)) {
			text = strings.TrimSuffix(text, unit)
		}
		return lvSize{}, modules.Fail("Bad size specification of '%s'", strings.TrimLeft(text, "+-"))
	}
	n, err := strconv.ParseFloat(m[2], 64)
	if m[3] == "" {
		m[3] = "m"
	}
	return lvSize{m[2], n, m[1], m[3], ""}, err
}

// String is the size as LVM's tools take it.
func (s lvSize) String() string {
	if s.percent != "" {
		return s.operator + s.text + "%" + s.percent
	}
	return s.operator + s.text + s.unit
}

// flags are the arguments that say the size.
func (s lvSize) flags() []string {
	switch {
	case s.text == "":
		return nil
	case s.percent != "":
		return []string{"-l", s.String()}
	}
	return []string{"-L", s.String()}
}

func (s lvSize) bytesPerUnit() int64 {
	switch s.unit {
	case "b":
		return 1
	case "s":
		return 512
	}
	return 1 << (10 * (strings.Index("kmgtpe", s.unit) + 1))
}

// bytes is the size that a volume is to have in whole extents: shares are
// rounded down and absolute sizes up, as the tools do.
func (s lvSize) bytes(g volumeGroup, have volume) int64 {
	n := int64(s.value * float64(s.bytesPerUnit()))
	switch s.percent {
	case "":
		n = (n + g.extent - 1) / g.extent * g.extent
	case "FREE":
		n = int64(s.value * float64(g.free) / 100)
	case "ORIGIN":
		n = int64(s.value * float64(have.size) / 100)
	default:
		n = int64(s.value * float64(g.size) / 100)
	}
	n = n / g.extent * g.extent
	switch s.operator {
	case "+":
		return have.size + n
	case "-":
		return have.size - n
	}
	return n
}
