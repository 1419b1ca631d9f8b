package vars

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goplay/internal/value"
)

// JSONFiles keeps facts in a folder, a file of JSON for each host, as
// Ansible's jsonfile cache does; both can share the folder.
type JSONFiles struct {
	dir, prefix string
	life        time.Duration // 0 keeps for ever
}

// NewJSONFiles makes the cache in a folder, which is made when it is missing.
// timeout is in seconds.
func NewJSONFiles(dir, prefix string, timeout int) (*JSONFiles, error) {
	if dir == "" {
		return nil, errors.New("fact_caching = jsonfile needs a folder in fact_caching_connection")
	}
	if rest, ok := strings.CutPrefix(dir, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, fmt.Errorf("find the folder of cached facts: %w", err)
		}
		dir = filepath.Join(home, rest)
	}
	dir = os.ExpandEnv(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of cached facts: %w", err)
	}
	return &JSONFiles{dir: dir, prefix: prefix, life: time.Duration(timeout) * time.Second}, nil
}

func (c *JSONFiles) path(host string) string {
	return filepath.Join(c.dir, c.prefix+strings.ReplaceAll(host, "/", "_"))
}

// Load returns a host's facts, unless there are none or they are too old.
func (c *JSONFiles) Load(host string) (*value.Dict, bool) {
	path := c.path(host)
	info, err := os.Stat(path)
	if err != nil || c.life > 0 && time.Since(info.ModTime()) > c.life {
		return nil, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	v, err := value.DecodeJSON(data)
	if err != nil {
		return nil, false
	}
	d, ok := v.(*value.Dict)
	return d, ok
}

// Save writes a host's facts; a reader sees the old ones or the new ones.
func (c *JSONFiles) Save(host string, facts *value.Dict) error {
	text, err := value.EncodeJSON(facts, value.JSONOptions{SortKeys: true, Indent: 4})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(c.dir, ".facts-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), c.path(host))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// Clear forgets a host's facts.
func (c *JSONFiles) Clear(host string) error {
	if err := os.Remove(c.path(host)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
