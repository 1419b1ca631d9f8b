package modulestest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"goplay/modules/fsys"
)

var past = time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)

var backupName = regexp.MustCompile(`\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~`)

// Tree lists everything in a folder: a line for each path with its mode,
// owner, kind and content, the folder itself written as {dir}. With times, each
// line has the modification time too.
func Tree(t *testing.T, dir string, times bool) []byte {
	t.Helper()
	var out bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		st, err := fsys.Lstat(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&out, "%s %s %d:%d", backupName.ReplaceAllString(name, ".BACKUP~"), fsys.FormatMode(st.Mode), st.UID, st.GID)
		if times && !st.IsDir() {
			fmt.Fprintf(&out, " %d.%09d", st.Mtime.Sec, st.Mtime.Nsec)
		}
		out.WriteString(contentOf(path, dir, st) + "\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func contentOf(path, dir string, st fsys.Stat) string {
	switch {
	case st.IsLink():
		target, _ := os.Readlink(path)
		return " -> " + strings.ReplaceAll(target, dir, "{dir}")
	case st.IsRegular():
		data, _ := os.ReadFile(path)
		// Reading may have set the access time, which a case may be about.
		_ = os.Chtimes(path, time.Unix(st.Atime.Unix()), time.Unix(st.Mtime.Unix()))
		return fmt.Sprintf(" %d %q", st.Nlink, strings.ReplaceAll(string(data), dir, "{dir}"))
	default:
		return fmt.Sprintf(" (%o)", st.Type)
	}
}
