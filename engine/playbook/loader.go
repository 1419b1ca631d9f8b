package playbook

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/internal/value"
)

// Options say where a loader looks for things and whom it asks. The zero
// value loads playbooks that need none of it.
type Options struct {
	RolesPath       []string // folders of roles, after the playbook's own
	CollectionsPath []string // folders that hold ansible_collections
	// Decrypt opens vaulted files and values; file is for messages.
	Decrypt func(data []byte, file string) ([]byte, error)
	// Expand evaluates the templated name of a static import with what is known
	// before any host is: variables in layers, the strongest last.
	Expand func(n *tree.Node, layers []*tree.Node) (string, error)
	// IsAction reports whether a task's key names a module. Without it every
	// key that is no keyword does.
	IsAction func(name string, collections []string) bool
	// DuplicateKeys is what becomes of keys given twice, as tree.Options has it.
	DuplicateKeys string
	// AllowUnknown makes a warning of a word on a task that is no keyword.
	AllowUnknown bool
	// OnRole is told of the folder of each role that is read; it may be nil.
	OnRole func(path string)
	// OnDeprecated is told of words that Ansible will give up, and when.
	OnDeprecated func(text, version string)
	// OnImport is told of each file of tasks that is imported; it may be nil.
	OnImport func(path string)
}

// Loader reads playbooks, task files and roles. A file is read and parsed once
// as long as it stays the same. It may be used by many goroutines.
type Loader struct {
	options Options
	mu      sync.Mutex
	files   map[string]*parsed
	folders map[string]bool // whether a path is a folder
	secrets []string
	known   map[string]bool
}

// parsed is a file as it came out of the parser.
type parsed struct {
	size     int64
	written  time.Time
	once     sync.Once
	root     *tree.Node
	warnings []*source.Error
	err      error
}

// NewLoader makes a loader.
func NewLoader(o Options) *Loader {
	return &Loader{options: o, files: map[string]*parsed{}, folders: map[string]bool{}, known: map[string]bool{}}
}

// Load reads a playbook with all that it imports. The error holds every fault
// of all files.
func Load(o Options, path string) (*Playbook, error) { return NewLoader(o).Load(path) }

// Load reads a playbook with all that it imports. The error holds every fault
// of all files.
func (l *Loader) Load(path string) (*Playbook, error) {
	p := &pass{Loader: l, dir: filepath.Dir(path), collection: collectionAround(filepath.Dir(path))}
	pb := &Playbook{File: path}
	pb.Plays = p.playbook(path, source.Pos{File: path}, nil)
	pb.Warnings = p.warnings
	return pb, source.Join(p.faults...)
}

// ErrNoVars says that a file holds something else than variables.
var ErrNoVars = errors.New("variable files must contain either a dictionary of variables, or a list of dictionaries")

// LoadVars reads a file of variables: one mapping, or nothing, which gives
// nil. An error wraps fs.ErrNotExist when the file is not there.
func (l *Loader) LoadVars(path string) (*tree.Node, error) {
	file := l.parse(path)
	switch {
	case file.err != nil:
		return nil, file.err
	case file.root.IsNull():
		return nil, nil
	case file.root.Kind != tree.Map:
		return nil, noVars(file.root.Pos, file.root)
	}
	return file.root, nil
}

// Warnings are what reading a file warned of, such as keys that are there twice.
func (l *Loader) Warnings(path string) []*source.Error { return l.parse(path).warnings }

func noVars(at source.Pos, got *tree.Node) error {
	return source.Errorf(at, "%w. Got: %s (%s)", ErrNoVars, value.Str(got.Data()), kindName(got)).Plainly()
}

// LoadVarsFile reads one of a play's vars_files: a mapping, or a list of mappings
// of which later ones win.
func (l *Loader) LoadVarsFile(path string) ([]*tree.Node, error) {
	file := l.parse(path)
	if file.err == nil && file.root != nil && file.root.Kind == tree.List {
		for _, item := range file.root.Items {
			if item.Kind != tree.Map {
				return nil, noVars(item.Pos, file.root)
			}
		}
		return file.root.Items, nil
	}
	n, err := l.LoadVars(path)
	if n == nil || err != nil {
		return nil, err
	}
	return []*tree.Node{n}, nil
}

// Secrets are the texts that came out of the vault so far, each followed by
// what is shown in its place.
func (l *Loader) Secrets() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.secrets[:len(l.secrets):len(l.secrets)]
}

// parse reads a file, or takes it as it was read before if it has not changed
// since: a play may write what it includes.
func (l *Loader) parse(path string) *parsed {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return &parsed{err: err}
	}
	l.mu.Lock()
	file := l.files[path]
	if file == nil || file.size != info.Size() || !file.written.Equal(info.ModTime()) {
		file = &parsed{size: info.Size(), written: info.ModTime()}
		l.files[path] = file
	}
	l.mu.Unlock()
	file.once.Do(func() { l.read(file, path) })
	return file
}

func (l *Loader) read(file *parsed, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		file.err = err
		return
	}
	o := tree.Options{Decrypt: l.reveal(), Twice: l.options.DuplicateKeys}
	if bytes.HasPrefix(data, []byte("$ANSIBLE_VAULT;")) {
		if data, file.err = l.open(data, path); file.err != nil {
			return
		}
		o.Secret = true
	}
	file.root, file.warnings, file.err = tree.ParseOne(path, data, o)
	if o.Secret {
		l.keepAll(file.root)
	}
}

// keepAll notes the texts of a vaulted file. Not all of them are secrets: to
// strike out short ones, names of users and the like, would garble what is shown.
func (l *Loader) keepAll(n *tree.Node) {
	if n == nil {
		return
	}
	if n.Kind == tree.Text && len(n.Text) > 5 && !isTemplate(n.Text) {
		l.keep(n.Text)
	}
	for _, item := range n.Items {
		l.keepAll(item)
	}
	for _, pair := range n.Pairs {
		l.keepAll(pair.Value)
	}
}

func (l *Loader) open(data []byte, path string) ([]byte, error) {
	if l.options.Decrypt == nil {
		return nil, source.Errorf(source.Pos{File: path}, "the file is vaulted but no vault secrets were found").
			WithHint("give one with --ask-vault-pass or --vault-password-file")
	}
	plain, err := l.options.Decrypt(data, path)
	if err != nil {
		return nil, source.Errorf(source.Pos{File: path}, "%w", err)
	}
	return plain, nil
}

// reveal opens values, of whose faults Ansible names no file, and remembers what came out.
func (l *Loader) reveal() func([]byte) ([]byte, error) {
	if l.options.Decrypt == nil {
		return nil
	}
	return func(armoured []byte) ([]byte, error) {
		plain, err := l.options.Decrypt(armoured, "")
		if err == nil {
			l.keep(string(plain))
		}
		return plain, err
	}
}

// keep notes a secret. What is shorter than three characters would strike out
// half of every message.
func (l *Loader) keep(secret string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(secret) > 2 && !l.known[secret] {
		l.known[secret] = true
		l.secrets = append(l.secrets, secret, "********")
	}
}

// pass is one reading of a tree of files with the faults found on the way.
type pass struct {
	*Loader
	faults   []error
	warnings []*source.Error
	seen     map[string]bool // files whose own faults are in already
	imported *importedBy     // imports of playbooks around the file that is read
	dir      string          // of the playbook that was asked for; "" when none was
	// collection is that of the last playbook read that is in one. As in
	// Ansible, plays that follow its import in another file search it too.
	collection string
}

func (p *pass) fault(at source.Pos, format string, args ...any) *source.Error {
	err := source.Errorf(at, format, args...)
	p.faults = append(p.faults, err)
	return err
}

func (p *pass) warn(at source.Pos, format string, args ...any) {
	p.warnings = append(p.warnings, source.Errorf(at, format, args...))
}

// file parses a file and takes over its faults and warnings, once. from is
// where its name was written.
func (p *pass) file(path string, from source.Pos) (*tree.Node, bool) {
	file := p.parse(path)
	if errors.Is(file.err, fs.ErrNotExist) {
		fault := p.fault(from, "Could not find or access '%s' on the Ansible Controller.", path)
		fault.Err = fs.ErrNotExist
		return nil, false
	}
	if !p.seen[path] {
		if p.seen == nil {
			p.seen = map[string]bool{}
		}
		p.seen[path] = true
		p.warnings = append(p.warnings, file.warnings...)
		if file.err != nil {
			p.faults = append(p.faults, unreadable(file.err, from))
		}
	}
	return file.root, file.err == nil
}

// unreadable places what the system said of a file at the name of the file.
func unreadable(err error, from source.Pos) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return source.Errorf(from, "%w", fmt.Errorf("read %s: %w", path.Path, path.Err))
	}
	return err
}
