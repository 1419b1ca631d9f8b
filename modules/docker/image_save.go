package docker

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/moby/moby/client"

	"goplay/modules"
)

// save writes an archive of images, streamed. The archive that was there stays
// whole until the new one is complete.
func (e *engine) save(c *modules.Context, names []string, path string) error {
	from, err := e.ImageSave(c, names)
	if err != nil {
		return modules.Fail("Error getting image %s - %w", strings.Join(names, ", "), daemonError(err))
	}
	defer from.Close()
	temp := fmt.Sprintf("%s.%08x.tmp", path, rand.Uint32())
	to, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		defer os.Remove(temp)
		_, err = io.Copy(to, from)
		err = errors.Join(err, to.Sync(), to.Close())
	}
	if err == nil {
		err = keepMode(path, temp)
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return modules.Fail("Error writing image archive %s - %w", path, err)
	}
	return nil
}

// keepMode gives the new archive the mode of the one whose place it takes.
func keepMode(path, temp string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Chmod(temp, info.Mode().Perm())
}

// load hands an archive to the engine, streamed, and returns the names and IDs
// that the engine says it has loaded, and its words.
func (e *engine) load(c *modules.Context, path string) (names []string, output string, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", modules.Fail("Specified path %s does not exist.", path)
	}
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	progress, err := e.ImageLoad(c, f, client.ImageLoadWithQuiet(true))
	if err != nil {
		return nil, "", daemonError(err)
	}
	var out strings.Builder
	err = follow(c, progress, func(m *message) { out.WriteString(m.Stream) })
	output = strings.TrimSpace(out.String())
	for line := range strings.Lines(output) {
		if _, name, ok := strings.Cut(strings.TrimSpace(line), "Loaded image"); ok {
			name = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(name, " ID"), ":"))
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, output, err
}
