package template

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"goplay/internal/jinja"
)

// loader finds included templates in folders, as Jinja2's file system loader
// does: never outside of them.
type loader []string

// Load reads the first template of that name.
func (l loader) Load(name string) (src, file string, err error) {
	var parts []string
	for _, part := range strings.Split(name, "/") {
		switch part {
		case "..":
			return "", "", fmt.Errorf("template %s: %w", name, fs.ErrNotExist)
		case "", ".":
		default:
			parts = append(parts, part)
		}
	}
	for _, dir := range l {
		path := filepath.Join(append([]string{dir}, parts...)...)
		data, err := os.ReadFile(path)
		if err == nil {
			return string(data), path, nil
		}
		if !errors.Is(err, fs.ErrNotExist) && !isDir(path) {
			return "", "", fmt.Errorf("template %s: %w", name, err)
		}
	}
	return "", "", fmt.Errorf("template %s: %w", name, fs.ErrNotExist)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// envs keeps an environment for each set of options and search path in use.
type envs struct {
	mu    sync.Mutex
	known map[envKey]*jinja.Env
}

type envKey struct {
	syntax [9]string
	flags  [4]bool
	data   bool
	search string
}

func newEnvs() *envs { return &envs{known: map[envKey]*jinja.Env{}} }

// maxEnvs bounds the table; what is beyond is made anew when it comes again.
const maxEnvs = 512

func (s *envs) get(reg *jinja.Registry, o jinja.Options, search []string) *jinja.Env {
	key := envKey{
		syntax: [9]string{o.BlockStart, o.BlockEnd, o.VariableStart, o.VariableEnd, o.CommentStart, o.CommentEnd,
			o.LineStatementPrefix, o.LineCommentPrefix, o.NewlineSequence},
		flags:  [4]bool{o.TrimBlocks, o.LstripBlocks, o.KeepTrailingNewline, o.DoubleBackslashes},
		data:   o.Concat != nil,
		search: strings.Join(search, "\x00"),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if env := s.known[key]; env != nil {
		return env
	}
	if len(s.known) >= maxEnvs {
		clear(s.known)
	}
	if len(search) > 0 {
		o.Loader = loader(append([]string{}, search...))
	}
	env := jinja.New(reg, o)
	s.known[key] = env
	return env
}
