package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mt "goplay/modules/modulestest"
)

var packed = time.Date(2021, 5, 6, 7, 8, 10, 0, time.UTC)

// tarball is an archive with a folder, files, a link and a hard link.
func tarball(t *testing.T) string {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range []tar.Header{
		{Name: "top/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "top/a.txt", Typeflag: tar.TypeReg, Mode: 0o640, Size: 6},
		{Name: "top/sub/", Typeflag: tar.TypeDir, Mode: 0o700},
		{Name: "top/sub/run", Typeflag: tar.TypeReg, Mode: 0o755, Size: 6},
		{Name: "top/link", Typeflag: tar.TypeSymlink, Mode: 0o777, Linkname: "a.txt"},
		{Name: "top/hard", Typeflag: tar.TypeLink, Mode: 0o640, Linkname: "top/a.txt"},
	} {
		h.ModTime, h.Uname, h.Gname, h.Format = packed, "root", "root", tar.FormatGNU
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			_, _ = w.Write([]byte("hello\n"))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func gzipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return out.String()
}

func piped(t *testing.T, text, program string, args ...string) string {
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("%s: %v", program, err)
	}
	return string(out)
}

func zipped(t *testing.T) string {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"top/", "top/a.txt", "top/run"} {
		mode := map[string]os.FileMode{"top/": os.ModeDir | 0o755, "top/a.txt": 0o640, "top/run": 0o755}[name]
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packed}
		h.SetMode(mode)
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if !mode.IsDir() {
			_, _ = f.Write([]byte("hello\n"))
		}
	}
	_ = w.Close()
	return out.String()
}

func unarchiveCases(t *testing.T) []mt.Case {
	plain := tarball(t)
	archive := func(name, content string, args mt.Args, files ...string) mt.Case {
		args["src"], args["remote_src"] = "{dir}/src", true
		if args["dest"] == nil {
			args["dest"] = "{dir}/d"
		}
		return mt.Case{Name: name, Module: "unarchive", Args: args, Files: append(mt.Files{"src: " + content, "d/"}, files...),
			Ignore: []string{"extract_results", "size"}, Input: name}
	}
	return []mt.Case{
		archive("tar", plain, mt.Args{}),
		archive("tar.gz", gzipped(plain), mt.Args{}),
		archive("tar.bz2", piped(t, plain, "bzip2"), mt.Args{}),
		archive("tar.xz", piped(t, plain, "xz"), mt.Args{}),
		archive("tar.zst", piped(t, plain, "zstd"), mt.Args{}),
		archive("files listed", plain, mt.Args{"list_files": true}),
		archive("mode owner group", plain, mt.Args{"mode": "u=rwX,go=rX", "owner": "daemon", "group": "daemon"}).AsRoot(),
		archive("exclude", plain, mt.Args{"exclude": []string{"top/sub", "*.txt", "hard"}, "list_files": true}),
		archive("include", plain, mt.Args{"include": []string{"top/sub"}, "list_files": true}),
		archive("strip", plain, mt.Args{"extra_opts": []string{"--strip-components=1"}, "exclude": []string{"top/hard"}, "list_files": true}).Differing("what has no name left is no file", "files"),
		archive("strip in two words", plain, mt.Args{"extra_opts": []string{"--strip-components", "1"}, "exclude": []string{"top/hard"}}),
		archive("transform", plain, mt.Args{"extra_opts": []string{`--transform=s/^top/new/`}, "exclude": []string{"top/hard", "top/link"}, "list_files": true}),
		archive("creates", plain, mt.Args{"creates": "{dir}/src"}),
		archive("over other files", plain, mt.Args{}, "d/top/a.txt 0600: old", "d/top/mine: kept"),
		archive("keep newer", plain, mt.Args{"keep_newer": true}),
		archive("no such folder", plain, mt.Args{"dest": "{dir}/none"}),
		archive("no archive", "not an archive at all, only text", mt.Args{}).Differing("the reasons are those of programs", "msg"),
		archive("empty", "", mt.Args{}),
		{Name: "missing", Module: "unarchive", Files: mt.Files{"d/"}, Args: mt.Args{"src": "{dir}/no", "dest": "{dir}/d", "remote_src": true}},
		archive("zip", zipped(t), mt.Args{}).Differing("no list of what is to be unpacked", "diff"),
		archive("zip listed", zipped(t), mt.Args{"list_files": true, "include": []string{"top/a*"}}).Differing("no list of what is to be unpacked", "diff"),
		archive("zip with mode", zipped(t), mt.Args{"mode": "0700"}).Differing("no list of what is to be unpacked", "diff"),
	}
}

func TestUnarchive(t *testing.T)       { mt.Conform(t, unarchiveCases(t)) }
func TestUnarchiveOracle(t *testing.T) { mt.Compare(t, unarchiveCases(t)) }

// What an archive may not do: reach out of the folder.
func TestUnarchiveStaysInside(t *testing.T) {
	for name, headers := range map[string][]tar.Header{
		"dots":         {{Name: "../out", Typeflag: tar.TypeReg}},
		"link":         {{Name: "l", Typeflag: tar.TypeSymlink, Linkname: ".."}, {Name: "l/out", Typeflag: tar.TypeReg}},
		"hard":         {{Name: "h", Typeflag: tar.TypeLink, Linkname: "../src"}},
		"link of link": {{Name: "a", Typeflag: tar.TypeSymlink, Linkname: "b"}, {Name: "b", Typeflag: tar.TypeSymlink, Linkname: ".."}, {Name: "a/out", Typeflag: tar.TypeReg}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			w := tar.NewWriter(&out)
			for _, h := range headers {
				if err := w.WriteHeader(&h); err != nil {
					t.Fatal(err)
				}
			}
			_ = w.Close()
			dir := t.TempDir()
			c := mt.Case{Module: "unarchive", Files: mt.Files{"src: " + out.String(), "d/"}, Args: mt.Args{"src": "{dir}/src", "dest": "{dir}/d", "remote_src": true}}
			c.Files.Make(t, dir)
			if r := c.Run(t, dir, false); !r.Failed || !strings.Contains(r.Msg, "leads out of") {
				t.Errorf("failed=%v %s", r.Failed, r.Msg)
			}
			if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
				t.Error("a file was written outside")
			}
		})
	}
}

func TestUnarchiveRefusesUnknownOptions(t *testing.T) {
	if _, err := parseTarOptions([]string{"--to-command=sh"}); err == nil || !strings.Contains(err.Error(), "--to-command is not supported") {
		t.Errorf("error is %v", err)
	}
}
