package fsys_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"goplay/modules"
	"goplay/modules/fsys"
)

// within runs do as a module, which gives it a Context.
func within(t *testing.T, call modules.Call, do func(c *modules.Context) error) modules.Result {
	t.Helper()
	running = do
	call.Module = "test.fsys.run"
	r, err := modules.InProcess{}.Run(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var running func(*modules.Context) error

func init() {
	modules.Register(modules.Spec{Name: "test.fsys.run", Summary: "Runs a test"},
		func(c *modules.Context, _ struct{}) (struct{}, error) { return struct{}{}, running(c) })
}

func put(t *testing.T, path, text string, mode uint32) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func modeOf(t *testing.T, path string) string {
	t.Helper()
	st, err := fsys.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return fsys.FormatMode(st.Mode)
}

// names lists a folder, so that a file left behind is seen.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestParseMode(t *testing.T) {
	file := fsys.Stat{Mode: 0o640, Type: unix.S_IFREG}
	dir := fsys.Stat{Mode: 0o750, Type: unix.S_IFDIR}
	for _, c := range []struct {
		raw  any
		st   fsys.Stat
		want string
	}{
		{"0644", file, "0644"}, {"644", file, "0644"}, {"0o4755", file, "04755"}, {" 600 ", file, "0600"},
		{int64(420), file, "0644"}, {int64(644), file, "01204"},
		{"u+x", file, "0740"}, {"a+X", file, "0640"}, {"a+X", dir, "0751"}, {"u=rwx,g=u,o=", file, "0760"},
		{"g=u", file, "0660"}, {"+w", file, "0640"}, {"a+w", file, "0662"}, {"u+s,g+s,o+t", dir, "07750"},
		{"u=", file, "0040"}, {"o=u", dir, "0757"}, {"ug-rw", file, "0000"}, {"-t", dir, "0750"},
	} {
		mode, err := fsys.ParseMode(c.raw, c.st, func() uint32 { return 0o022 })
		if err != nil || fsys.FormatMode(mode) != c.want {
			t.Errorf("%v on %o: %s (%v), want %s", c.raw, c.st.Mode, fsys.FormatMode(mode), err, c.want)
		}
	}
	for _, bad := range []any{"u+q", "rwx", "x=r", "", "8", "u+", nil, true} {
		if mode, err := fsys.ParseMode(bad, file, fsys.Umask); err == nil && bad != "u+" {
			t.Errorf("%v was taken for %o", bad, mode)
		}
	}
}

func FuzzParseMode(f *testing.F) {
	f.Add("u=rwX,g+s,o-t")
	f.Add("0o1777")
	f.Fuzz(func(t *testing.T, text string) {
		mode, err := fsys.ParseMode(text, fsys.Stat{Mode: 0o644}, func() uint32 { return 0o022 })
		if err == nil && mode&^0o7777 != 0 {
			t.Errorf("%q gave %o", text, mode)
		}
	})
}

func TestUpdateKeepsModeAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	put(t, path, "old", 0o751)
	within(t, modules.Call{}, func(c *modules.Context) error {
		_, err := fsys.Update{Path: path, Data: []byte("new")}.Apply(c)
		return err
	})
	data, _ := os.ReadFile(path)
	if string(data) != "new" || modeOf(t, path) != "0751" || names(t, dir) != "f" {
		t.Errorf("%q %s, folder: %s", data, modeOf(t, path), names(t, dir))
	}
}

// TestSecretIsNeverOpen watches the file while it is written: at no time may
// others read it.
func TestSecretIsNeverOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	look := func() {
		for _, name := range strings.Fields(names(t, dir)) {
			if mode := modeOf(t, filepath.Join(dir, name)); mode != "0600" {
				t.Errorf("%s has mode %s", name, mode)
			}
		}
	}
	within(t, modules.Call{}, func(c *modules.Context) error {
		_, err := fsys.Update{Path: path, Attrs: &fsys.Attrs{Mode: "0600"},
			Open:  func() (io.ReadCloser, error) { look(); return io.NopCloser(strings.NewReader("secret")), nil },
			Check: func(string) error { look(); return nil }}.Apply(c)
		return err
	})
	look()
}

func TestUpdateThatFailsChangesNothing(t *testing.T) {
	broken := errors.New("the line went dead")
	for name, u := range map[string]fsys.Update{
		"source": {Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("half"), failing{broken})), nil
		}},
		"open":     {Open: func() (io.ReadCloser, error) { return nil, broken }},
		"check":    {Data: []byte("new"), Check: func(string) error { return broken }},
		"validate": {Data: []byte("new"), Validate: "false %s"},
		"owner":    {Data: []byte("new"), Attrs: &fsys.Attrs{Owner: "nosuchuser"}},
		"mode":     {Data: []byte("new"), Attrs: &fsys.Attrs{Mode: "u=q"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			u.Path = filepath.Join(dir, "f")
			put(t, u.Path, "old", 0o600)
			r := within(t, modules.Call{}, func(c *modules.Context) error { _, err := u.Apply(c); return err })
			if data, _ := os.ReadFile(u.Path); !r.Failed || string(data) != "old" || names(t, dir) != "f" {
				t.Errorf("failed=%v %q, folder: %s", r.Failed, data, names(t, dir))
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestCancelledUpdateLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	running = func(c *modules.Context) error {
		_, err := fsys.Update{Path: filepath.Join(dir, "f"), Open: func() (io.ReadCloser, error) {
			return io.NopCloser(readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })), nil
		}}.Apply(c)
		return err
	}
	r, err := modules.InProcess{}.Run(ctx, modules.Call{Module: "test.fsys.run"})
	if err != nil || !r.Failed || names(t, dir) != "" {
		t.Errorf("failed=%v (%v), folder: %s", r.Failed, err, names(t, dir))
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestLeftoversOfTheKilledAreRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "conf")
	put(t, dir+"/.ansible_tmp0123abcdconf", "of one who was killed", 0o600)
	put(t, dir+"/.ansible_tmp0123abcdother", "of another file", 0o600)
	alive, err := fsys.CreateTemp(path)
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Discard()
	within(t, modules.Call{}, func(c *modules.Context) error {
		_, err := fsys.Update{Path: path, Data: []byte("new")}.Apply(c)
		return err
	})
	want := filepath.Base(alive.Name())
	got := strings.Fields(names(t, dir))
	if len(got) != 3 || !strings.Contains(names(t, dir), want) || !strings.Contains(names(t, dir), ".ansible_tmp0123abcdother") {
		t.Errorf("the folder has %q", got)
	}
}

func TestBackupsOfOneMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	put(t, path, "0", 0o600)
	backups := map[string]string{}
	for _, text := range []string{"1", "2", "3"} {
		before, _ := os.ReadFile(path)
		within(t, modules.Call{}, func(c *modules.Context) error {
			done, err := fsys.Update{Path: path, Data: []byte(text), Backup: true}.Apply(c)
			backups[done.Backup] = string(before)
			return err
		})
	}
	for name, want := range backups {
		if data, _ := os.ReadFile(name); len(backups) != 3 || string(data) != want {
			t.Errorf("%d backups, %s has %q, want %q", len(backups), name, data, want)
		}
	}
}

func TestBackupName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	put(t, path, "old", 0o640)
	when := time.Unix(1600000000, 0)
	if err := os.Chtimes(path, when, when); err != nil {
		t.Fatal(err)
	}
	var done fsys.Updated
	within(t, modules.Call{}, func(c *modules.Context) (err error) {
		done, err = fsys.Update{Path: path, Data: []byte("new"), Backup: true}.Apply(c)
		return err
	})
	if !regexp.MustCompile(`/f\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$`).MatchString(done.Backup) {
		t.Errorf("the backup is called %s", done.Backup)
	}
	data, _ := os.ReadFile(done.Backup)
	info, err := os.Stat(done.Backup)
	if err != nil || string(data) != "old" || info.Mode().Perm() != 0o640 || !info.ModTime().Equal(when) {
		t.Errorf("the backup holds %q, %v %v", data, info.Mode(), info.ModTime())
	}
}

func TestXattrsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	put(t, path, "old", 0o644)
	if err := unix.Setxattr(path, "user.note", []byte("mine"), 0); err != nil {
		t.Skipf("this file system has no extended attributes: %v", err)
	}
	within(t, modules.Call{}, func(c *modules.Context) error {
		_, err := fsys.Update{Path: path, Data: []byte("new")}.Apply(c)
		return err
	})
	buf := make([]byte, 10)
	if n, err := unix.Getxattr(path, "user.note", buf); err != nil || string(buf[:n]) != "mine" {
		t.Errorf("the attribute is %q (%v)", buf[:max(n, 0)], err)
	}
}

// TestUnsafeWrites takes the folder's write permission away from an unprivileged
// user; root needs a mounted file to be refused.
func TestUnsafeWrites(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	put(t, path, "old", 0o644)
	_ = os.Chmod(dir, 0o500)
	defer os.Chmod(dir, 0o700)
	for _, unsafe := range []bool{false, true} {
		r := within(t, modules.Call{}, func(c *modules.Context) error {
			_, err := fsys.Update{Path: path, Data: []byte("new"), Attrs: &fsys.Attrs{UnsafeWrites: unsafe}}.Apply(c)
			return err
		})
		if r.Failed == unsafe {
			t.Errorf("unsafe_writes=%v: failed=%v %s", unsafe, r.Failed, r.Msg)
		}
	}
}

func TestUnsafeWritesIntoAMountedFile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting needs root")
	}
	dir := t.TempDir()
	path, real := filepath.Join(dir, "f"), filepath.Join(dir, "real")
	put(t, path, "", 0o644)
	put(t, real, "old", 0o644)
	if err := bindMount(real, path); err != nil {
		t.Skipf("mount: %v", err)
	}
	defer unmount(path)
	for _, unsafe := range []bool{false, true} {
		r := within(t, modules.Call{}, func(c *modules.Context) error {
			_, err := fsys.Update{Path: path, Data: []byte("new"), Attrs: &fsys.Attrs{UnsafeWrites: unsafe}}.Apply(c)
			return err
		})
		data, _ := os.ReadFile(real)
		if r.Failed == unsafe || (string(data) == "new") != unsafe || names(t, dir) != "f real" {
			t.Errorf("unsafe_writes=%v: failed=%v %s %q, folder: %s", unsafe, r.Failed, r.Msg, data, names(t, dir))
		}
	}
}

func TestResolve(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"to": "dir/none", "up": "dir/../to", "circle": "circle", "d": "dir"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Mkdir(filepath.Join(dir, "dir"), 0o755)
	for in, want := range map[string]string{"to": "dir/none", "up": "dir/none", "d/x/y": "dir/x/y", "dir": "dir", "none/a": "none/a"} {
		if got := fsys.Resolve(filepath.Join(dir, in)); got != filepath.Join(dir, want) {
			t.Errorf("%s resolves to %s", in, got)
		}
	}
	if got := fsys.Resolve(filepath.Join(dir, "circle")); !strings.HasSuffix(got, "circle") {
		t.Errorf("the circle resolves to %s", got)
	}
}

func TestFlags(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	put(t, path, "", 0o644)
	set := func(text string) modules.Result {
		return within(t, modules.Call{}, func(c *modules.Context) error { return (&fsys.Attrs{Attributes: text}).Apply(c, path) })
	}
	if r := set("+d"); r.Failed {
		t.Skipf("this file system has no flags: %s", r.Msg)
	}
	if !strings.Contains(fsys.Flags(path), "d") {
		t.Errorf("the flags are %q", fsys.Flags(path))
	}
	if r := set("+d"); r.Changed {
		t.Error("+d on a file that has it is a change")
	}
	if r := set("A"); !r.Changed || strings.Contains(fsys.Flags(path), "d") {
		t.Errorf("=A left %q", fsys.Flags(path))
	}
	if r := set("-A"); !r.Changed || strings.Contains(fsys.Flags(path), "A") {
		t.Errorf("-A left %q", fsys.Flags(path))
	}
	if r := set("+?"); !r.Failed {
		t.Error("+? was taken")
	}
}

func TestUmaskIsTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	if want := fsys.FormatMode(0o666 &^ fsys.Umask()); modeOf(t, path) != want {
		t.Errorf("a new file has %s, the umask says %s", modeOf(t, path), want)
	}
}

func TestChecksum(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	put(t, path, "hello\n", 0o644)
	for name, want := range map[string]string{
		"md5": "b1946ac92492d2347c6235b4d2611184", "sha1": "f572d396fae9206628714fb2ce00f72e94f2258f",
		"sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
	} {
		if got, err := fsys.Checksum(t.Context(), path, name); err != nil || got != want {
			t.Errorf("%s is %s (%v)", name, got, err)
		}
	}
	if _, err := fsys.Checksum(t.Context(), path, "crc"); err == nil {
		t.Error("crc was taken for an algorithm")
	}
}
