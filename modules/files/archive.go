package files

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"goplay/internal/lazy"
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
	root    string   // ends in a slash
	paths   []string // what is asked for, less what is excluded
	sources []string // those that are there
	single  bool     // one file, without an archive around it unless the format is one
	members []string
}

func archive(c *modules.Context, a archiveArgs) (archiveResult, error) {
	j := &packJob{archiveArgs: a, c: c, r: archiveResult{State: "absent", Archived: []string{}, Missing: []string{}}}
	if err := j.settle(); err != nil {
		return archiveResult{}, err
	}
	if len(j.sources) > 0 {
		if err := j.pack(); err != nil {
			return archiveResult{}, modules.Fail("failed to pack %s: %w", j.Dest, err)
		}
		if a.Remove {
			if err := j.removeSources(); err != nil {
				return archiveResult{}, err
			}
		}
	} else if exists(j.Dest) {
		j.r.State = "compress"
		if archiveName.MatchString(filepath.Base(j.Dest)) {
			j.r.State = "archive"
		}
		if err := applyQuietly(c, &j.Attrs, j.Dest); err != nil {
			return archiveResult{}, err
		}
	}
	j.r.Info = fsys.Describe(c, j.Dest)
	return j.r, nil
}

// archiveName is what the names of archives look like.
var archiveName = lazy.Regexp(`(?i)\.(tar|tar\.(gz|bz2|xz)|tgz|tbz2|zip)$`)

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
	switch {
	case j.single && j.Format != "tar" && j.Format != "zip":
		j.r.State = "compress"
	case len(j.r.Missing) > 0:
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

// removeSources removes what was packed, and whole the folders that were asked for.
func (j *packJob) removeSources() error {
	return j.c.Change(modules.Diff{}, func() error {
		for _, path := range append(j.r.Archived, j.sources...) {
			if !slices.Contains(j.r.Archived, path) && !fsys.IsDir(path) {
				continue
			}
			if err := os.RemoveAll(path); err != nil {
				return fsys.FailAt(j.c, path, "Unable to remove source file: %s", fsys.OSError(err))
			}
		}
		return nil
	})
}
