package files

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"time"

	"goplay/modules/fsys"
)

// write packs. Nothing in it depends on when it is made, so that the same files
// give the same archive.
func (j *packJob) write(out io.Writer) error {
	switch {
	case j.Format == "zip":
		return j.writeZip(out)
	case j.single && j.Format != "tar":
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
