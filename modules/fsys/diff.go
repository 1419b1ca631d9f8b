package fsys

import (
	"bytes"
	"os"

	"goplay/modules"
)

// TextDiff is the diff of a text file's content with the headers that modules
// which edit files give it.
func TextDiff(path string, before, after []byte) modules.Diff {
	header := path + " (content)"
	return modules.Diff{Before: string(before), After: string(after), BeforeHeader: header, AfterHeader: header}
}

// ReadForDiff returns a file's content when it is text of a size that can be
// shown; binary and large say why it is not. A file that is not there is empty.
func ReadForDiff(c *modules.Context, path string) (text string, binary, large bool) {
	st, err := StatFollow(path)
	if err != nil || !st.IsRegular() {
		return "", false, false
	}
	if c.TooLargeForDiff(st.Size) {
		return "", false, true
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", false, false
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", true, false
	}
	return string(data), false, false
}

// FillDiff sets a diff's after side from a content.
func FillDiff(c *modules.Context, d *modules.Diff, data []byte) {
	switch {
	case c.TooLargeForDiff(int64(len(data))):
		d.SrcLarger = c.MaxDiff()
	case bytes.IndexByte(data, 0) >= 0:
		d.SrcBinary = true
	default:
		d.After = string(data)
	}
}
