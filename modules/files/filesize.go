package files

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type filesizeArgs struct {
	Path      string `arg:"path,required" type:"path" doc:"The file."`
	Size      any    `arg:"size,required" doc:"Its size: a number with a unit such as MB (1000 kB), MiB or M (1024 KiB), or without one a number of blocks."`
	Blocksize any    `arg:"blocksize" doc:"Size of a block, in bytes or with a unit; the one of the file system where not given."`
	Source    string `arg:"source" type:"path" default:"/dev/zero" doc:"Where the bytes come from that the file grows by."`
	Force     bool   `arg:"force" default:"false" doc:"Write all of it anew, every time."`
	Sparse    bool   `arg:"sparse" default:"false" doc:"Let it grow by a hole."`
	fsys.Attrs
}

type filesizeResult struct {
	Path   string    `json:"path" doc:"The file; where it is a link, what that leads to."`
	Size   *fileSize `json:"filesize" doc:"What was asked for, in whole blocks: blocks, blocksize, bytes, and these for people (iec, si)."`
	Diff   int64     `json:"size_diff" doc:"Bytes that it grew by, or less than none."`
	Cmd    string    `json:"cmd,omitempty" doc:"How dd was called."`
	RC     *int      `json:"rc,omitempty" doc:"How it ended."`
	Stderr string    `json:"stderr,omitempty" doc:"What it said."`
	fsys.Info
}

type fileSize struct {
	Blocks    int64  `json:"blocks"`
	Blocksize int64  `json:"blocksize"`
	Bytes     int64  `json:"bytes"`
	IEC       string `json:"iec"`
	SI        string `json:"si"`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.filesize", Summary: "Make a file of a size, or bring one to it",
		Example: "- name: Room for a swap file\n  community.general.filesize:\n    path: /var/swapfile\n    size: 1GiB\n    mode: \"0600\"\n",
		Notes:   []string{"The target needs dd.", "unsafe_writes makes no difference: the size is changed in place."},
	}, filesize)
}

func filesize(c *modules.Context, a filesizeArgs) (filesizeResult, error) {
	if a.Sparse && a.Force {
		return filesizeResult{}, modules.Fail("parameters values are mutually exclusive: force=true|sparse=true")
	}
	dir := filepath.Dir(a.Path)
	if !fsys.Exists(dir) {
		return filesizeResult{}, modules.Fail("parent directory of the file must exist prior to run this module")
	}
	have, err := sizeOf(a.Path)
	if err != nil {
		return filesizeResult{}, err
	}
	want, err := a.wanted(dir)
	if err != nil {
		return filesizeResult{}, err
	}
	r := filesizeResult{Path: a.Path, Size: want, Diff: want.Bytes - max(have, 0)}
	before, after := value.DictOf("size", nil), value.DictOf("size", want.Bytes)
	if have >= 0 {
		before.Set("size", have)
	}
	diff := modules.Diff{Before: before, After: after}
	if have == want.Bytes && !a.Force {
		c.AddDiff(diff)
	} else {
		argv, err := a.command(c, want, have)
		if err != nil {
			return r, err
		}
		r.Cmd = strings.Join(argv, " ")
		if err := c.Change(diff, func() error { return a.resize(c, &r, argv, max(have, 0)) }); err != nil {
			return r, err
		}
	}
	if at := fsys.Resolve(a.Path); at != a.Path {
		r.Path = at
	}
	err = a.Attrs.ApplyInto(c, r.Path, before, after)
	r.Info = fsys.Describe(c, r.Path)
	return r, err
}

// sizeOf is the size of a file, -1 where there is none.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return -1, nil
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, modules.Fail("%s exists but is not a regular file", path)
	}
	return info.Size(), nil
}

// command is the call of dd: what it writes begins after whole blocks.
func (a filesizeArgs) command(c *modules.Context, want *fileSize, have int64) ([]string, error) {
	dd, err := c.Find("dd")
	if err != nil {
		return nil, err
	}
	seek := int64(0)
	switch {
	case a.Sparse, have > want.Bytes && !a.Force:
		seek = want.Blocks
	case a.Force || have < 0:
	default:
		seek = have / want.Blocksize
		if (want.Bytes-have)%want.Blocksize != 0 {
			seek++
		}
	}
	return []string{dd, "if=" + a.Source, "of=" + a.Path, fmt.Sprintf("bs=%d", want.Blocksize), fmt.Sprintf("seek=%d", seek),
		fmt.Sprintf("count=%d", want.Blocks-seek)}, nil
}

func (a filesizeArgs) resize(c *modules.Context, r *filesizeResult, argv []string, had int64) error {
	out, err := c.Exec(modules.Cmd{Argv: argv})
	if err != nil {
		return err
	}
	r.RC, r.Stderr = &out.RC, out.Stderr
	now, err := sizeOf(a.Path)
	if err != nil {
		return err
	}
	r.Diff = max(now, 0) - had
	const words = "%s error while creating file %s with size %s from source %s: "
	if out.RC != 0 {
		return modules.Fail(words+"see stderr for details", "dd", a.Path, value.Str(a.Size), a.Source)
	}
	if now != r.Size.Bytes {
		return modules.Fail(words+"file is %d bytes long", "module", a.Path, value.Str(a.Size), a.Source, now)
	}
	return nil
}

// sizeUnits are the units in the order of their sizes, with a thousand's or
// 1024's power.
var sizeUnits = func() (units []sizeUnit) {
	units = append(units, sizeUnit{"B", 1})
	for i, letter := range "KMGTPEZY" {
		upper, lower := string(letter), strings.ToLower(string(letter))
		si, iec := math.Pow(1000, float64(i+1)), math.Pow(1024, float64(i+1))
		names := []string{upper + "B", lower + "B"}
		if upper == "K" {
			names = []string{"kB", "KB"}
		}
		units = append(units, sizeUnit{names[0], si}, sizeUnit{names[1], si}, sizeUnit{upper + "iB", iec}, sizeUnit{upper, iec}, sizeUnit{lower, iec})
	}
	return units
}()

type sizeUnit struct {
	name  string
	bytes float64
}

// sized is a size as it is written.
type sized struct {
	number float64
	unit   string
	bytes  float64
}

var numeral = lazy.Regexp(`[\d.]`)

func parseAmount(v any) (sized, error) {
	switch v.(type) {
	case int64, float64, string, bool:
	default:
		return sized{}, modules.Fail("invalid value type (<class '%s'>): size must be integer, float or string", value.TypeName(v))
	}
	text := value.Str(v)
	a := sized{unit: strings.TrimSpace(numeral.ReplaceAllString(text, ""))}
	var err error
	if a.number, err = strconv.ParseFloat(strings.TrimSpace(strings.ReplaceAll(text, a.unit, "")), 64); err != nil {
		return a, modules.Fail("could not convert string to float: '%s'", strings.TrimSpace(strings.ReplaceAll(text, a.unit, "")))
	}
	factor := 1.0
	if a.unit != "" {
		factor = 0
		var known []string
		for _, u := range sizeUnits {
			known = append(known, u.name)
			if u.name == a.unit {
				factor = u.bytes
			}
		}
		if factor == 0 {
			return a, modules.Fail("invalid size unit (%s): unit must be one of %s, or none.", a.unit, strings.Join(known, ", "))
		}
	}
	if a.bytes = math.RoundToEven(a.number * factor); a.bytes > math.MaxInt64/2 {
		return a, modules.Fail("%s is more than a file can hold", text)
	}
	return a, nil
}

// wanted is the size that is asked for, in whole blocks.
func (a filesizeArgs) wanted(dir string) (*fileSize, error) {
	size, err := parseAmount(a.Size)
	if err != nil {
		return nil, err
	}
	if !value.Truth(a.Blocksize) {
		var st unix.Statfs_t
		if err := unix.Statfs(dir, &st); err != nil {
			return nil, err
		}
		a.Blocksize = fragment(&st)
	}
	block, err := parseAmount(a.Blocksize)
	if err != nil {
		return nil, err
	}
	if (block.unit == "" || block.unit == "B") && block.number != math.Trunc(block.number) {
		return nil, modules.Fail("invalid blocksize value: bytes require an integer value")
	}
	if block.bytes == 0 {
		return nil, modules.Fail("block size cannot be equal to zero")
	}
	w := &fileSize{Blocks: int64(math.Ceil(size.number)), Blocksize: int64(block.bytes)}
	if size.unit != "" {
		if w.Blocksize, err = fittingBlock(size, w.Blocksize); err != nil {
			return nil, err
		}
		w.Blocks = int64(math.Ceil(size.bytes / float64(w.Blocksize)))
	}
	w.Bytes = w.Blocks * w.Blocksize
	w.IEC, w.SI = humanSize(w.Bytes, true), humanSize(w.Bytes, false)
	return w, nil
}

// fittingBlock is a size of blocks that the whole is a multiple of.
func fittingBlock(size sized, block int64) (int64, error) {
	total := int64(size.bytes)
	if total%block == 0 {
		return block, nil
	}
	if size.number == math.Trunc(size.number) {
		unit, iec := size.bytes/size.number, !strings.HasSuffix(size.unit, "B") || strings.Contains(size.unit, "i")
		switch {
		case unit <= 1<<20:
			return int64(unit), nil
		case iec:
			return 1 << 20, nil
		}
		return 1_000_000, nil
	}
	if size.unit == "B" {
		return 0, modules.Fail("byte is the smallest unit and requires an integer value")
	}
	if total > 0 && total < block {
		return total, nil
	}
	for _, b := range []int64{1024, 1000, 512, 256, 128, 100, 64, 32, 16, 10, 8, 4, 2} {
		if total%b == 0 {
			return b, nil
		}
	}
	return 1, nil
}

// humanSize writes a size for people, with two digits behind the point.
func humanSize(bytes int64, iec bool) string {
	best := sizeUnits[0]
	step := 1000.0
	if iec {
		step = 1024
	}
	for _, u := range sizeUnits[1:] {
		isIEC := strings.Contains(u.name, "i")
		if strings.HasSuffix(u.name, "B") && isIEC == iec && float64(bytes) >= u.bytes && float64(bytes)/u.bytes < step {
			best = u
		}
	}
	if best.name == "B" {
		return fmt.Sprintf("%d B", bytes)
	}
	name := strings.ToUpper(best.name[:1]) + best.name[1:]
	if name == "KB" {
		name = "kB"
	}
	n, _ := strconv.ParseFloat(strconv.FormatFloat(float64(bytes)/best.bytes, 'f', 2, 64), 64)
	return value.Str(n) + " " + name
}
