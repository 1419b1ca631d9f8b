package fsys

import (
	"strconv"

	"goplay/modules"
)

// Info is what modules return of the file that they leave. Embed it in a
// result struct beside the path.
type Info struct {
	UID       *int   `json:"uid,omitempty" doc:"Number of the owner."`
	GID       *int   `json:"gid,omitempty" doc:"Number of the group."`
	Owner     string `json:"owner,omitempty" doc:"Name of the owner."`
	Group     string `json:"group,omitempty" doc:"Name of the group."`
	Mode      string `json:"mode,omitempty" doc:"Permissions, in octal."`
	State     string `json:"state,omitempty" doc:"What is there: file, directory, link, hard or absent."`
	Size      *int64 `json:"size,omitempty" doc:"Size in bytes."`
	SEContext string `json:"secontext,omitempty" doc:"SELinux context, where SELinux is in use."`
}

// Describe tells what is at a path. A path that leads nowhere has an empty Info.
func Describe(c *modules.Context, path string) Info {
	st, err := Lstat(path)
	if err != nil {
		return Info{}
	}
	if _, err := StatFollow(path); err != nil {
		return Info{}
	}
	i := Info{UID: &st.UID, GID: &st.GID, Mode: FormatMode(st.Mode), Size: &st.Size, State: stateOf(st),
		Owner: UserName(c, st.UID), Group: GroupName(c, st.GID)}
	if i.Owner == "" {
		i.Owner = strconv.Itoa(st.UID)
	}
	if i.Group == "" {
		i.Group = strconv.Itoa(st.GID)
	}
	if selinuxEnabled() {
		i.SEContext, _ = contextOf(path)
	}
	return i
}

func stateOf(st Stat) string {
	switch {
	case st.IsLink():
		return "link"
	case st.IsDir():
		return "directory"
	case st.Nlink > 1:
		return "hard"
	default:
		return "file"
	}
}

// State names what is at a path: link, directory, hard, file or absent.
func State(path string) string {
	st, err := Lstat(path)
	if err != nil {
		return "absent"
	}
	return stateOf(st)
}

// FailAt is a failure about a path; what is there is among its values, as it
// is in every failure of Ansible's that names a path.
func FailAt(c *modules.Context, path, format string, args ...any) *modules.Failure {
	return Describe(c, path).addTo(modules.Fail(format, args...).With("path", path))
}

// FailAtDest is FailAt for modules that call their path dest.
func FailAtDest(c *modules.Context, dest, format string, args ...any) *modules.Failure {
	return Describe(c, dest).addTo(modules.Fail(format, args...).With("dest", dest))
}

func (i Info) addTo(f *modules.Failure) *modules.Failure {
	if i.UID == nil {
		return f
	}
	f = f.With("uid", *i.UID).With("gid", *i.GID).With("owner", i.Owner).With("group", i.Group).
		With("mode", i.Mode).With("state", i.State).With("size", *i.Size)
	if i.SEContext != "" {
		f = f.With("secontext", i.SEContext)
	}
	return f
}
