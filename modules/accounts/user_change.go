package accounts

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"goplay/modules"
)

// create makes the user with useradd, or busybox's adduser.
func (j *userJob) create() error {
	return j.c.Change(modules.Diff{}, func() error {
		// Here, for a group may be one that an earlier task would make.
		if err := j.checkGroups(); err != nil {
			return err
		}
		if j.busybox("useradd") {
			return j.createBusybox()
		}
		if j.Home != nil && j.CreateHome {
			if err := os.MkdirAll(filepath.Dir(*j.Home), 0o755); err != nil {
				return err
			}
		}
		if err := j.localTools(); err != nil {
			return err
		}
		if err := j.r.tool(j.c, j.Name, j.useradd(), ""); err != nil {
			return err
		}
		if j.Local {
			days := ""
			if j.Expires != nil {
				days = expiryDays(*j.Expires)
			}
			if err := j.settleLocal(days, j.wantedGroups(), nil); err != nil {
				return err
			}
		}
		if j.PasswordLock != nil && *j.PasswordLock {
			return j.r.tool(j.c, j.Name, []string{j.program("usermod"), "-L", j.Name}, "")
		}
		return nil
	})
}

// localTools says what is missing of libuser, which knows only the host's own files.
func (j *userJob) localTools() error {
	if !j.Local {
		return nil
	}
	_, err := j.c.Find("lgroupmod")
	return err
}

func (j *userJob) program(name string) string {
	if j.Local {
		return "l" + name
	}
	return name
}

func (j *userJob) useradd() []string {
	argv := []string{j.program("useradd")}
	add := func(flag string, v *string) {
		if v != nil {
			argv = append(argv, flag, *v)
		}
	}
	if j.UID != nil {
		argv = append(argv, "-u", strconv.Itoa(*j.UID))
		if j.NonUnique {
			argv = append(argv, "-o")
		}
	}
	add("-Z", j.SEUser)
	switch {
	case j.Group != nil:
		add("-g", j.Group)
	case groupEntry(j.c, j.Name, j.Local) != nil && j.Local:
		argv = append(argv, "-n")
	case groupEntry(j.c, j.Name, j.Local) != nil:
		argv = append(argv, "-N")
	}
	if groups := j.wantedGroups(); len(groups) > 0 && !j.Local {
		argv = append(argv, "-G", strings.Join(groups, ","))
	}
	add("-c", j.Comment)
	add("-d", j.Home)
	add("-s", j.Shell)
	if j.Expires != nil && !j.Local {
		argv = append(argv, "-e", expiry(*j.Expires))
	}
	if j.Password != nil {
		argv = append(argv, "-p", *j.Password)
	}
	if j.Umask != nil {
		argv = append(argv, "-K", "UMASK="+*j.Umask)
	}
	switch {
	case j.CreateHome && !j.Local:
		argv = append(argv, "-m")
		add("-k", j.Skeleton)
	case !j.CreateHome:
		argv = append(argv, "-M")
	}
	if j.System {
		argv = append(argv, "-r")
	}
	return append(argv, j.Name)
}

// expiry is the day of an account's end as the tools take it; "" is never.
func expiry(seconds float64) string {
	if seconds < 0 {
		return ""
	}
	return time.Unix(int64(seconds), 0).UTC().Format(time.DateOnly)
}

// expiryDays is the day of an account's end as the shadow file has it, counted
// from 1970; -1 is never.
func expiryDays(seconds float64) string {
	if seconds < 0 {
		return "-1"
	}
	return strconv.FormatInt(int64(seconds)/86400, 10)
}

// modify brings an existing user to what is asked for.
func (j *userJob) modify() error {
	argv, joins, leaves := j.usermod()
	days := ""
	if j.Local && j.expires() {
		days = expiryDays(*j.Expires)
	}
	if len(argv) == 0 && len(joins) == 0 && len(leaves) == 0 && days == "" {
		return nil
	}
	if j.busybox("usermod") {
		return j.c.Change(modules.Diff{}, func() error { return j.modifyBusybox(argv, joins) })
	}
	if !j.Local && len(joins) > 0 {
		argv = append(argv, "-a", "-G", strings.Join(joins, ","))
	}
	return j.c.Change(modules.Diff{}, func() error {
		if len(argv) > 0 {
			if err := j.r.tool(j.c, j.Name, append(append([]string{j.program("usermod")}, argv...), j.Name), ""); err != nil {
				return err
			}
		}
		if j.Local {
			return j.settleLocal(days, joins, leaves)
		}
		return nil
	})
}

// usermod is the flags that are needed, the groups to join that flags do not
// name, and those to leave.
func (j *userJob) usermod() (argv, joins, leaves []string) {
	add := func(flag string, want *string, have string) {
		if want != nil && *want != have {
			argv = append(argv, flag, *want)
		}
	}
	if j.UID != nil && j.have[2] != strconv.Itoa(*j.UID) {
		argv = append(argv, "-u", strconv.Itoa(*j.UID))
		if j.NonUnique {
			argv = append(argv, "-o")
		}
	}
	if j.Group != nil {
		if g := groupEntry(j.c, *j.Group, j.Local); g != nil && g[2] != j.have[3] {
			argv = append(argv, "-g", g[2])
		}
	}
	add("-c", j.Comment, j.have[4])
	add("-d", j.Home, j.have[5])
	if j.Home != nil && *j.Home != j.have[5] && j.MoveHome {
		argv = append(argv, "-m")
	}
	add("-s", j.Shell, j.have[6])
	if j.expires() && !j.Local {
		argv = append(argv, "-e", expiry(*j.Expires))
	}
	argv = append(argv, j.passwordFlags()...)
	if j.SEUser != nil {
		argv = append(argv, "-Z", *j.SEUser)
	}
	return j.groupFlags(argv)
}

func (j *userJob) groupFlags(argv []string) (flags, joins, leaves []string) {
	if j.Groups == nil {
		return argv, nil, nil
	}
	current := j.currentGroups()
	var names []string
	own := j.have[3]
	if j.Group != nil {
		if g := groupEntry(j.c, *j.Group, j.Local); g != nil {
			own = g[2]
		}
	}
	for _, want := range j.wantedGroups() {
		g := groupEntry(j.c, want, j.Local)
		if g[2] == own {
			continue
		}
		names = append(names, g[0])
		if !slices.Contains(current, g[0]) {
			joins = append(joins, g[0])
		}
	}
	if j.Append {
		return argv, joins, nil
	}
	for _, g := range current {
		if !slices.Contains(names, g) {
			leaves = append(leaves, g)
		}
	}
	switch {
	case j.Local:
		return argv, joins, leaves
	case len(joins) > 0 || len(leaves) > 0:
		argv = append(argv, "-G", strings.Join(names, ","))
	}
	return argv, nil, nil
}

// expires reports whether the account is to end another day than it does.
func (j *userJob) expires() bool {
	if j.Expires == nil {
		return false
	}
	return expiryDays(*j.Expires) != cmp.Or(j.shadow.expires, "-1")
}

func (j *userJob) passwordFlags() []string {
	var argv []string
	lock := j.PasswordLock
	if lock != nil && *lock && !j.shadow.locked {
		argv = append(argv, "-L")
	} else if lock != nil && !*lock && j.shadow.locked {
		// A user without a password would be open to everybody.
		if strings.TrimLeft(j.shadow.password, "!") != "" {
			argv = append(argv, "-U")
		}
	}
	have := strings.TrimLeft(j.shadow.password, "!")
	if j.Password == nil || j.UpdatePassword != "always" || have == strings.TrimLeft(*j.Password, "!") {
		return argv
	}
	want := *j.Password
	if lock != nil && *lock && !strings.HasPrefix(want, "!") {
		// The tool refuses -L and -p together.
		return append(slices.DeleteFunc(argv, func(s string) bool { return s == "-L" }), "-p", "!"+want)
	}
	return append(slices.DeleteFunc(argv, func(s string) bool { return s == "-U" }), "-p", want)
}

// settleLocal does what libuser has tools of its own for: the day of the account's
// end, if that is not "", and groups, one at a time.
func (j *userJob) settleLocal(days string, joins, leaves []string) error {
	var calls [][]string
	if days != "" {
		calls = append(calls, []string{"lchage", "-E", days, j.Name})
	}
	for _, g := range joins {
		calls = append(calls, []string{"lgroupmod", "-M", j.Name, g})
	}
	for _, g := range leaves {
		calls = append(calls, []string{"lgroupmod", "-m", j.Name, g})
	}
	for _, argv := range calls {
		if err := j.r.tool(j.c, j.Name, argv, ""); err != nil {
			return err
		}
	}
	return nil
}

// settleHome makes a home folder that is missing.
func (j *userJob) settleHome() error {
	home := j.have[5]
	if !j.CreateHome || home == "" {
		return nil
	}
	if _, err := os.Stat(home); err == nil {
		return nil
	}
	return j.c.Change(modules.Diff{}, func() error {
		skeleton := "/etc/skel"
		if j.Skeleton != nil {
			skeleton = *j.Skeleton
		}
		return makeHome(home, skeleton, j.have, j.homeMode())
	})
}

func (j *userJob) homeMode() fs.FileMode {
	umask := uint64(0o022)
	if j.Umask != nil {
		if n, err := strconv.ParseUint(*j.Umask, 8, 32); err == nil {
			umask = n
		}
	} else if data, err := os.ReadFile("/etc/login.defs"); err == nil {
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			if len(f) >= 2 && (f[0] == "UMASK" || f[0] == "HOME_MODE") {
				n, err := strconv.ParseUint(f[1], 8, 32)
				if err == nil && f[0] == "HOME_MODE" {
					return fs.FileMode(n)
				}
				if err == nil {
					umask = n
				}
			}
		}
	}
	return fs.FileMode(0o777 &^ umask)
}

// makeHome copies a skeleton into a new folder and gives all of it to the user.
func makeHome(home, skeleton string, user []string, mode fs.FileMode) error {
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	if info, err := os.Stat(skeleton); err == nil && info.IsDir() {
		if err := os.CopyFS(home, os.DirFS(skeleton)); err != nil {
			return err
		}
	}
	uid, err := strconv.Atoi(user[2])
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(user[3])
	if err != nil {
		return err
	}
	err = filepath.WalkDir(home, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	})
	if err != nil {
		return err
	}
	return os.Chmod(home, mode)
}

// settleAges sets after how many days the password has to change.
func (j *userJob) settleAges() error {
	for _, age := range []struct {
		flag, have string
		want       *int
	}{{"-M", j.shadow.max, j.PasswordMax}, {"-m", j.shadow.min, j.PasswordMin}, {"-W", j.shadow.warn, j.PasswordWarn}} {
		if age.want == nil || !j.shadow.there || age.have == strconv.Itoa(*age.want) {
			continue
		}
		argv := []string{"chage", age.flag, strconv.Itoa(*age.want), j.Name}
		if err := j.c.Change(modules.Diff{}, func() error { return j.r.tool(j.c, j.Name, argv, "") }); err != nil {
			return err
		}
	}
	return nil
}
