package accounts

import (
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
)

// busybox reports whether the host has not got a tool of shadow-utils, so that
// busybox's smaller ones have to do.
func (j *userJob) busybox(tool string) bool {
	_, err := j.c.Find(tool)
	return err != nil && !j.Local
}

// createBusybox makes the user with adduser, and what that cannot do with its fellows.
func (j *userJob) createBusybox() error {
	argv := []string{"adduser", "-D"}
	add := func(flag string, v *string) {
		if v != nil {
			argv = append(argv, flag, *v)
		}
	}
	add("-h", j.Home)
	add("-g", j.Comment)
	add("-s", j.Shell)
	add("-G", j.Group)
	if !j.CreateHome {
		argv = append(argv, "-H")
	}
	add("-k", j.Skeleton)
	if j.UID != nil {
		argv = append(argv, "-u", strconv.Itoa(*j.UID))
	}
	if j.System {
		argv = append(argv, "-S")
	}
	if err := j.r.tool(j.c, j.Name, append(argv, j.Name), ""); err != nil {
		return err
	}
	if err := j.setPasswordBusybox(); err != nil {
		return err
	}
	return j.joinBusybox("adduser", j.wantedGroups())
}

func (j *userJob) setPasswordBusybox() error {
	if j.Password == nil {
		return nil
	}
	return j.r.tool(j.c, j.Name, []string{"chpasswd", "-e"}, j.Name+":"+*j.Password+"\n")
}

func (j *userJob) joinBusybox(tool string, groups []string) error {
	for _, g := range groups {
		if err := j.r.tool(j.c, j.Name, []string{tool, j.Name, g}, ""); err != nil {
			return err
		}
	}
	return nil
}

// modifyBusybox does what can be done without usermod: groups and passwords.
func (j *userJob) modifyBusybox(flags, joins []string) error {
	for i := 0; i < len(flags); i++ {
		switch flags[i] {
		case "-G":
			i++
			want := strings.Split(flags[i], ",")
			current := j.currentGroups()
			leave := slices.DeleteFunc(slices.Clone(current), func(g string) bool { return slices.Contains(want, g) })
			joins = slices.DeleteFunc(want, func(g string) bool { return g == "" || slices.Contains(current, g) })
			if err := j.joinBusybox("delgroup", leave); err != nil {
				return err
			}
		case "-p":
			i++
			if err := j.setPasswordBusybox(); err != nil {
				return err
			}
		case "-L", "-U":
			if err := j.r.tool(j.c, j.Name, []string{"passwd", strings.ToLower(flags[i]), j.Name}, ""); err != nil {
				return err
			}
		default:
			return modules.Fail("this system has no usermod, so %s cannot be changed (flag %s): install the package shadow", j.Name, flags[i])
		}
	}
	return j.joinBusybox("adduser", joins)
}
