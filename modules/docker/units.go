package docker

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"goplay/internal/lazy"
)

var sizeForm = lazy.Regexp(`^\s*([0-9]*\.?[0-9]*)\s*([A-Za-z]*)\s*$`)

const sizeUnits = "BKMGTPEZY"

// sizeOf reads an option's size in bytes; unlimited is -1.
func sizeOf(option, text string) (int64, error) {
	if text == "unlimited" {
		return -1, nil
	}
	n, err := bytesOf(text)
	if err != nil {
		return 0, fmt.Errorf("Failed to convert %s to bytes: %w", option, err)
	}
	return n, nil
}

// bytesOf reads a size as people write it, 512M.
func bytesOf(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	m := sizeForm.FindStringSubmatch(text)
	if m == nil || m[1] == "" {
		return 0, fmt.Errorf("human_to_bytes() can't interpret following number:  (original input string: %s)", text)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	unit := strings.ToUpper(m[2])
	power := 0
	if unit != "" {
		power = strings.IndexByte(sizeUnits, unit[0])
	}
	if power >= 0 && len(m[2]) > 1 && m[2][1] != 'B' && !strings.Contains(strings.ToLower(unit), "byte") {
		expected := unit[:1] + "B or " + unit[:1]
		if unit[0] == 'B' {
			expected = "B or byte"
		}
		return 0, fmt.Errorf("human_to_bytes() failed to convert %s. Value is not a valid string (expect %s)", text, expected)
	}
	if err != nil || power < 0 {
		return 0, fmt.Errorf("human_to_bytes() failed to convert %s (unit = %s). The suffix must be one of Y, Z, E, P, T, G, M, K, B",
			text, m[2])
	}
	size := math.Round(n * math.Pow(1024, float64(power)))
	if size >= 1<<63 {
		return 0, fmt.Errorf("%s is too much", text)
	}
	return int64(size), nil
}

var durationForm = lazy.Regexp(`^(?:[0-9.]+(?:h|m|s|ms|us))+$`)

// nanoseconds reads a duration as 1m30s.
func nanoseconds(text string) (int64, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	d, err := time.ParseDuration(text)
	if err != nil || !durationForm.MatchString(text) && text != "0" {
		return 0, fmt.Errorf("Invalid time duration - %s", text)
	}
	return int64(d), nil
}
