package pyrandom

import (
	"encoding/json"
	"math/big"
	"os"
	"os/exec"
	"testing"

	"goplay/internal/value"
)

const oracle = `
import json, random
seeds = [0, 1, -5, 12345678901234567890123, True, "", "x", "host1.example.org", "é", b"abc", 1.5, -0.25, 1e300, 3.0]
out = []
for s in seeds:
    r = random.Random(s)
    out.append([r._randbelow(n) for n in (1, 2, 10, 1000, 2**31, 2**32, 2**40, 2**63) for _ in range(90)])
print(json.dumps(out))
`

// TestAsPython draws what Python's random.Random draws for the same seeds.
func TestAsPython(t *testing.T) {
	huge, _ := new(big.Int).SetString("12345678901234567890123", 10)
	seeds := []any{int64(0), int64(1), int64(-5), huge, true, "", "x", "host1.example.org", "é", value.Bytes("abc"), 1.5, -0.25, 1e300, 3.0}
	output, err := exec.Command("/usr/bin/python3", "-c", oracle).Output()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("python3 is not installed: nothing to compare with (%v)", err)
	}
	var want [][]uint64
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	for i, seed := range seeds {
		r, err := New(seed)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, below := range []uint64{1, 2, 10, 1000, 1 << 31, 1 << 32, 1 << 40, 1 << 63} {
			for range 90 {
				if got := r.Below(below); got != want[i][n] {
					t.Fatalf("seed %s: draw %d below %d is %d, want %d", value.Repr(seed), n, below, got, want[i][n])
				}
				n++
			}
		}
	}
	if _, err := New(value.NewList()); !value.IsException(err, "TypeError") {
		t.Errorf("a list as a seed: %v", err)
	}
}
