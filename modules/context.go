package modules

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"goplay/internal/value"
)

// Call is everything a target needs to know to run a module once.
type Call struct {
	Module string
	Args   map[string]any
	Check  bool
	Diff   bool
	// MaxDiff is the size in bytes beyond which a content is not put into a
	// diff; 0 for any size.
	MaxDiff int
	// Dir is where commands and relative paths of the task start: the playbook's
	// folder on the controller, where the process is when it is empty.
	Dir string
	// Env is the task's environment: it reaches the commands that the module
	// runs, and Context.Getenv, never the process.
	Env map[string]string
	// Content opens something that stays with the caller until a module pulls
	// it. Deliver takes something that a module sends back. Output is given
	// what a long command prints, as it prints it. All may be nil.
	Content func(name string) (io.ReadCloser, error)
	Deliver func(name string, r io.Reader) error
	Output  func(stream string, p []byte)
	// Progress is told how many bytes of a content have been pulled.
	Progress func(name string, done int64)
}

// Runner runs calls somewhere. A failed module is a Result; an error means
// that the place cannot be reached. Run may be called concurrently.
type Runner interface {
	Run(context.Context, Call) (Result, error)
	Close() error
}

// Context is what a running module may use. It is safe for concurrent use.
type Context struct {
	context.Context
	Extra *value.Dict // options beyond the struct's, when Spec.AnyOptions allows them

	call         Call
	secrets      []string // what is given for options that are not to be shown
	mu           sync.Mutex
	output       sync.Mutex // one stream of a command at a time
	changed      bool
	diffs        []Diff
	warnings     []string
	deprecations []Deprecation
	invocation   *value.Dict
}

// Change is the only door to an effect: it notes that the module changes
// something, keeps the diff if one is wanted, and calls do unless the call only
// checks. A zero Diff is not shown. do's error is returned.
func (c *Context) Change(d Diff, do func() error) error {
	c.mu.Lock()
	c.changed = true
	if c.call.Diff && d != (Diff{}) {
		c.diffs = append(c.diffs, d)
	}
	c.mu.Unlock()
	if c.call.Check {
		return nil
	}
	return do()
}

// Changed reports whether Change was called.
func (c *Context) Changed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// Tense chooses the words of a message: did where effects happen, would where
// they are only predicted. Nothing else may depend on it.
func (c *Context) Tense(did, would string) string {
	if c.call.Check {
		return would
	}
	return did
}

// WantsDiff reports whether diffs are shown, for modules whose diff is
// expensive to make.
func (c *Context) WantsDiff() bool { return c.call.Diff }

// TooLargeForDiff reports whether a content of so many bytes is not shown.
func (c *Context) TooLargeForDiff(size int64) bool {
	return c.call.MaxDiff > 0 && size > int64(c.call.MaxDiff)
}

// MaxDiff is the size in bytes beyond which a content is not shown; 0 for any.
func (c *Context) MaxDiff() int { return c.call.MaxDiff }

// AddDiff shows a difference that no change of this module goes with.
func (c *Context) AddDiff(d Diff) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.call.Diff {
		c.diffs = append(c.diffs, d)
	}
}

// KeepDiff has a difference among the results even where nobody asked to see it,
// as KeepsDiff does of all that a module changes.
func (c *Context) KeepDiff(d Diff) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.diffs = append(c.diffs, d)
}

// Caution warns of what has to happen before a prediction can come true; what
// finds it, or "". Where effects happen nobody is asked.
func (c *Context) Caution(what func() string) {
	if !c.call.Check {
		return
	}
	if text := what(); text != "" {
		c.Warn("%s", text)
	}
}

// Warn adds a warning for the user.
func (c *Context) Warn(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
}

// Deprecate adds a deprecation notice.
func (c *Context) Deprecate(msg, version string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deprecations = append(c.deprecations, Deprecation{Msg: msg, Version: version, Collection: collectionOf(c.call.Module)})
}

// collectionOf is the collection in a module's full name.
func collectionOf(module string) string {
	parts := strings.SplitN(module, ".", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[0] + "." + parts[1]
}

// Content opens a content that the caller keeps for this call.
func (c *Context) Content(name string) (io.ReadCloser, error) {
	if c.call.Content == nil {
		return nil, errors.New("the caller sent no content with this call")
	}
	return c.call.Content(name)
}

// Deliver sends something back to the caller, streamed.
func (c *Context) Deliver(name string, r io.Reader) error {
	if c.call.Deliver == nil {
		return errors.New("the caller takes no content back from this call")
	}
	return c.call.Deliver(name, r)
}

// Output shows the user what a long command prints; stream is "stdout" or "stderr".
func (c *Context) Output(stream string, p []byte) {
	if c.call.Output != nil {
		c.output.Lock()
		defer c.output.Unlock()
		c.call.Output(stream, p)
	}
}

// Getenv looks a variable up as a command run by this module would see it.
func (c *Context) Getenv(name string) string {
	v, _ := c.lookupEnv(name)
	return v
}

// Environ is the environment of commands: the process's, and the task's on top.
func (c *Context) Environ() []string {
	env := os.Environ()
	for _, k := range sortedEnv(c.call.Env) {
		env = append(env, k+"="+c.call.Env[k])
	}
	return env
}

// Path makes a path as users write it usable: $VARIABLES, ~ and ~user are
// resolved as Python's expandvars and expanduser do; unknown ones stay.
func (c *Context) Path(p string) string {
	if strings.ContainsRune(p, '$') {
		p = variable.ReplaceAllStringFunc(p, func(ref string) string {
			if v, ok := c.lookupEnv(strings.Trim(ref, "${}")); ok {
				return v
			}
			return ref
		})
	}
	if strings.HasPrefix(p, "~") {
		name, rest, _ := strings.Cut(p[1:], "/")
		if home := c.home(name); home != "" {
			p = filepath.Join(home, rest)
		}
	}
	return p
}

// Abs is Path for a path that may be relative to where the task starts.
func (c *Context) Abs(p string) string {
	p = c.Path(p)
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	if abs, err := filepath.Abs(filepath.Join(c.call.Dir, p)); err == nil {
		return abs
	}
	return p
}

// beside is the path of something that lies where the task starts, or would come
// to lie in a folder there, made absolute when the process is somewhere else. A
// bare name of nothing that is there may be anything: a program, a job of cron.
func (c *Context) beside(p string) string {
	if p == "" || filepath.IsAbs(p) || c.call.Dir == "" {
		return p
	}
	if here, err := os.Getwd(); err != nil || here == filepath.Clean(c.call.Dir) {
		return p
	}
	full := filepath.Join(c.call.Dir, p)
	if _, err := os.Lstat(full); err == nil {
		return full
	}
	if strings.ContainsRune(p, filepath.Separator) {
		if info, err := os.Stat(filepath.Dir(full)); err == nil && info.IsDir() {
			return full
		}
	}
	return p
}

var variable = regexp.MustCompile(`\$(\w+|\{[^}]*\})`)

func (c *Context) lookupEnv(name string) (string, bool) {
	if v, ok := c.call.Env[name]; ok {
		return v, true
	}
	return os.LookupEnv(name)
}

func (c *Context) home(name string) string {
	if name == "" {
		if h := c.Getenv("HOME"); h != "" {
			return h
		}
		if u, err := user.Current(); err == nil {
			return u.HomeDir
		}
		return ""
	}
	if u, err := user.Lookup(name); err == nil {
		return u.HomeDir
	}
	return ""
}
