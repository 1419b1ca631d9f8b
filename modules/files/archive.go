package files

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"goplay/modules"
	"goplay/modules/fsys"
)

type archiveArgs struct {
	Path              []string `arg:"path,required" type:"path" doc:"Files and folders to pack, or patterns for them."`
	Dest              string   `arg:"dest" type:"path" doc:"The archive; for one file, path with the format's ending without it."`
	Format            string   `arg:"format" enum:"bz2,gz,tar,xz,zip" default:"gz" doc:"How to pack. One file alone is only compressed, several become a tar archive."`
	ExcludePath       []string `arg:"exclude_path" type:"path" default:"" doc:"Paths, or patterns, to leave out."`
	ExclusionPatterns []string `arg:"exclusion_patterns" type:"path" doc:"Patterns of names to leave out, wherever they are."`
	ForceArchive      bool     `arg:"force_archive" default:"false" doc:"Make an archive of one file too."`
	Remove            bool     `arg:"remove" default:"false" doc:"Remove what was packed."`
	fsys.Attrs
}

type archiveResult struct {
	State    string   `json:"dest_state" doc:"What dest is: absent, archive, compress or incomplete."`
	Dest     string   `json:"dest" doc:"The archive."`
	Archived []string `json:"archived" doc:"What was packed."`
	Root     string   `json:"arcroot" doc:"The folder that the archive's names start at."`
	Missing  []string `json:"missing" doc:"Paths that are not there."`
	Expanded []string `json:"expanded_paths" doc:"The paths that the patterns stand for."`
	Excluded []string `json:"expanded_exclude_paths" doc:"The paths that were left out."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.archive",
		Summary: "Pack files and folders",
		Example: `- name: The logs of the old release
  community.general.archive:
    path: [/var/log/app/*.log, /etc/app]
    dest: /var/backups/app.tar.gz
    mode: "0600"
`,
		Notes: []string{"bz2 and xz need the programs bzip2 and xz on the target."},
	}, archive)
}

// packJob is one run of the module.
type packJob struct {
	archiveArgs
	c       *modules.Context
	r       archiveResult
	root    string // ends in a slash
	sources []string
	members []string
}

func archive(c *modules.Context, a archiveArgs) (archiveResult, error) {
	j := &packJob{archiveArgs: a, c: c}
	j.expand()
	if err := j.settle(); err != nil {
		return archiveResult{}, err
	}
	if len(j.sources) == 0 {
		j.r.State = "absent"
		if exists(j.Dest) {
			j.r.State = "archive"
		}
		return j.r, nil
	}
	if err := j.pack(); err != nil {
		return archiveResult{}, modules.Fail("failed to pack %s: %w", j.Dest, err)
	}
	if a.Remove {
		if err := j.removeSources(); err != nil {
			return archiveResult{}, err
		}
	}
	j.r.Info = fsys.Describe(c, j.Dest)
	return j.r, nil
}

func (j *packJob) expand() {
	j.r.Expanded, j.r.Excluded = []string{}, []string{}
	j.r.Missing, j.r.Archived = []string{}, []string{}
	excluded := globAll(j.ExcludePath)
	j.r.Excluded = append(j.r.Excluded, excluded...)
	for _, p := range j.Path {
		found := globAll([]string{p})
		for _, path := range found {
			if slices.Contains(j.r.Expanded, path) {
				continue
			}
			j.r.Expanded = append(j.r.Expanded, path)
			if !slices.Contains(excluded, path) {
				j.sources = append(j.sources, path)
			}
		}
		if len(found) == 0 {
			j.r.Missing = append(j.r.Missing, p)
			j.r.Expanded = append(j.r.Expanded, p)
		}
	}
}

func globAll(patterns []string) []string {
	var all []string
	for _, p := range patterns {
		if fsys.Exists(p) {
			all = append(all, p)
			continue
		}
		if found, err := filepath.Glob(p); err == nil {
			all = append(all, found...)
		}
	}
	return all
}

// single reports that one file is compressed without an archive around it.
func (j *packJob) single() bool {
	return !j.ForceArchive && len(j.Path) == 1 && len(j.sources) == 1 && !fsys.IsDir(j.sources[0]) && j.Format != "tar" && j.Format != "zip"
}

func (j *packJob) settle() error {
	if j.Dest == "" {
		if len(j.sources) != 1 || fsys.IsDir(j.sources[0]) {
			return fsys.FailAt(j.c, strings.Join(j.r.Expanded, ","), "Error, must specify \"dest\" when archiving multiple files or trees")
		}
		j.Dest = j.sources[0] + "." + j.Format
	}
	j.r.Dest = j.Dest
	j.root = commonRoot(j.sources)
	j.r.Root = j.root
	return j.collect()
}

// commonRoot is the folder that all paths are in, with a slash at its end.
func commonRoot(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	root := filepath.Dir(strings.TrimRight(paths[0], "/")) + "/"
	for _, p := range paths[1:] {
		for !strings.HasPrefix(p, root) && root != "/" {
			root = strings.TrimSuffix(filepath.Dir(strings.TrimRight(root, "/")), "/") + "/"
		}
	}
	return strings.ReplaceAll(root, "//", "/")
}

// collect lists all that goes into the archive, folders before their contents.
func (j *packJob) collect() error {
	for _, top := range j.sources {
		err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if j.leftOut(path) {
				if d.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if path == j.Dest {
				return nil
			}
			j.members = append(j.members, path)
			if !d.IsDir() || path != top && j.Format != "zip" {
				j.r.Archived = append(j.r.Archived, path)
			}
			return j.c.Err()
		})
		if err != nil {
			return modules.Fail("read %s: %s", top, fsys.OSError(err))
		}
	}
	return nil
}

func (j *packJob) leftOut(path string) bool {
	if slices.Contains(j.r.Excluded, path) {
		return true
	}
	for _, p := range j.ExclusionPatterns {
		if matchesGlob(p, filepath.Base(path)) || matchesGlob(p, strings.TrimPrefix(path, j.root)) {
			return true
		}
	}
	return false
}

// pack writes the archive to a temporary file and replaces dest if its content
// is another.
func (j *packJob) pack() error {
	part, err := os.CreateTemp("", "goplay-archive-")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	err = j.write(part)
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	j.r.State = "archive"
	if j.single() {
		j.r.State = "compress"
	}
	if len(j.r.Missing) > 0 {
		j.r.State = "incomplete"
	}
	have, err := fsys.Checksum(j.c, part.Name(), "sha1")
	if err != nil {
		return err
	}
	if old, err := fsys.Checksum(j.c, j.Dest, "sha1"); err == nil && old == have {
		return applyQuietly(j.c, &j.Attrs, j.Dest)
	}
	_, err = fsys.Update{Path: j.Dest, Attrs: &j.Attrs, HideAttrs: true,
		Open: func() (io.ReadCloser, error) { return os.Open(part.Name()) }}.Apply(j.c)
	return err
}

// write packs. Nothing in it depends on when it is made, so that the same files
// give the same archive.
func (j *packJob) write(out io.Writer) error {
	switch {
	case j.Format == "zip":
		return j.writeZip(out)
	case j.single():
		return j.compress(out, func(w io.Writer) error { return j.copyInto(w, j.sources[0]) })
	}
	return j.compress(out, j.writeTar)
}

func (j *packJob) compress(out io.Writer, fill func(io.Writer) error) error {
	program := map[string]string{"bz2": "bzip2", "xz": "xz"}[j.Format]
	switch {
	case j.Format == "tar":
		return fill(out)
	case program != "":
		r, w := io.Pipe()
		go func() { w.CloseWithError(fill(w)) }()
		err := j.c.Pipe(r, out, program, "-c")
		return errors.Join(err, r.Close())
	}
	z := gzip.NewWriter(out)
	if err := fill(z); err != nil {
		return err
	}
	return z.Close()
}

func (j *packJob) copyInto(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, fsys.Reader(j.c, f))
	return err
}

func (j *packJob) name(path string) string { return strings.TrimPrefix(path, j.root) }

func (j *packJob) writeTar(out io.Writer) error {
	w := tar.NewWriter(out)
	for _, path := range j.members {
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		target, _ := os.Readlink(path)
		h, err := tar.FileInfoHeader(info, target)
		if err != nil {
			return err
		}
		h.Name = j.name(path)
		if info.IsDir() {
			h.Name += "/"
		}
		// Packing reads the files, which would make their access times differ.
		h.Format, h.AccessTime, h.ChangeTime = tar.FormatGNU, time.Time{}, time.Time{}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg {
			if err := j.copyInto(w, path); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

func (j *packJob) writeZip(out io.Writer) error {
	w := zip.NewWriter(out)
	for _, path := range j.members {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		h, err := zip.FileInfoHeader(info)
		if err != nil {
			return err
		}
		h.Name, h.Method = j.name(path), zip.Deflate
		if info.IsDir() {
			h.Name, h.Method = h.Name+"/", zip.Store
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			if err := j.copyInto(f, path); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

func (j *packJob) removeSources() error {
	return j.c.Change(modules.Diff{}, func() error {
		for _, path := range j.sources {
			if err := os.RemoveAll(path); err != nil {
				return modules.Fail("Unable to remove source file: %s", fsys.OSError(err))
			}
		}
		return nil
	})
}
