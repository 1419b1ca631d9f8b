package files

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

// fetchArgs: the controller's half settles where the file goes and passes in
// _checksum the SHA-1 of what is there already. The target's half sends the
// file by Context.Deliver under the name "file" only when its checksum is
// another. A result with the value file means that nothing can be fetched.
type fetchArgs struct {
	Src              string `arg:"src,required" type:"path" doc:"The file on the target."`
	Dest             string `arg:"dest,required" doc:"Folder on the controller in which the file gets a path of the host's name and src; with flat, the file or a folder that ends in /."`
	Flat             bool   `arg:"flat" default:"false" doc:"dest is used as it is, without the host's name and the path."`
	FailOnMissing    bool   `arg:"fail_on_missing" default:"true" doc:"A missing file is a failure."`
	ValidateChecksum bool   `arg:"validate_checksum" default:"true" doc:"Check that what arrived is what was sent."`

	Have   string `arg:"_checksum,internal" doc:"SHA-1 of the controller's file."`
	Became bool   `arg:"_become,internal" default:"false" doc:"The task becomes another user."`
}

type fetchResult struct {
	Checksum string `json:"checksum,omitempty" doc:"SHA-1 of the file."`
	Size     int64  `json:"size,omitempty" doc:"Size of the file in bytes."`
	File     string `json:"file,omitempty" doc:"The path on the target, when nothing could be fetched."`
	Msg      string `json:"msg,omitempty" doc:"Why nothing was fetched."`
}

// fetchContent is the name under which a fetched file is delivered.
const fetchContent = "file"

func init() {
	modules.Register(modules.Spec{
		Name: "ansible.builtin.fetch", Heedless: true,
		Summary: "Copy a file from the target to the controller",
		Example: `- name: The certificate of every host
  ansible.builtin.fetch:
    src: /etc/ssl/certs/app.pem
    dest: collected/
`,
		Notes: []string{"The file is streamed, and sent only when it differs from what the controller has."},
	}, fetch)
}

func fetch(c *modules.Context, a fetchArgs) (fetchResult, error) {
	st, err := fsys.StatFollow(a.Src)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return a.missing()
	case errors.Is(err, fs.ErrPermission) && !a.Became:
		return a.nothing("Failed to get information on remote file (" + a.Src + "): Permission denied")
	case err != nil:
		return a.unreadable()
	case st.IsDir():
		return a.nothing("remote file is a directory, fetch cannot work on directories", "not transferring")
	}
	r := fetchResult{Size: st.Size}
	if r.Checksum, err = fsys.Checksum(c, a.Src, "sha1"); errors.Is(err, fs.ErrPermission) {
		return a.unreadable()
	} else if err != nil {
		return r, err
	}
	if r.Checksum == a.Have {
		return r, nil
	}
	return r, c.Change(modules.Diff{}, func() error {
		f, err := os.Open(a.Src)
		if err != nil {
			return err
		}
		defer f.Close()
		return c.Deliver(fetchContent, fsys.Reader(c, f))
	})
}

// nothing is a failure, or where the user allows that a message.
func (a fetchArgs) nothing(why string, also ...string) (fetchResult, error) {
	if a.FailOnMissing {
		return fetchResult{}, modules.Fail("%s", why)
	}
	return fetchResult{File: a.Src, Msg: strings.Join(append(append([]string{why}, also...), "ignored"), ", ")}, nil
}

// missing says the same of a failure as of a message.
func (a fetchArgs) missing() (fetchResult, error) {
	const why = "the remote file does not exist, not transferring, ignored"
	if a.FailOnMissing {
		return fetchResult{}, modules.Fail(why)
	}
	return fetchResult{File: a.Src, Msg: why}, nil
}

// unreadable has a message only where it is a failure.
func (a fetchArgs) unreadable() (fetchResult, error) {
	if a.FailOnMissing {
		return fetchResult{}, modules.Fail("file is not readable: %s", a.Src)
	}
	return fetchResult{File: a.Src}, nil
}
