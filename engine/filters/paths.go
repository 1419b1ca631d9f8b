package filters

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/jinja"
	"goplay/internal/lazy"
	"goplay/internal/value"
)

var pathFilters = table{
	"basename":       pathFilter(basename),
	"dirname":        pathFilter(dirname),
	"expanduser":     pathFilter(homedir.Expand),
	"expandvars":     pathFilter(expandVars),
	"normpath":       pathFilter(normalize),
	"realpath":       pathFilter(realPath),
	"win_basename":   pathFilter(func(s string) string { _, tail := winSplit(s); return tail }),
	"win_dirname":    pathFilter(func(s string) string { head, _ := winSplit(s); return head }),
	"win_splitdrive": winSplitDrive,
	"splitext":       splitExt,
	"relpath":        relPath,
	"path_join":      pathJoin,
	"commonpath":     commonPath,
	"fileglob":       fileGlob,
}

func pathFilter(f func(string) string) jinja.Func {
	return func(c *jinja.Call) (any, error) {
		a, err := bindLoose(c, "path")
		if err != nil {
			return nil, err
		}
		p, err := pathOf(a.get("path"))
		if err != nil {
			return nil, err
		}
		if changed := f(p); changed != p {
			return changed, nil
		}
		return p, nil // the very same text
	}
}

func pathOf(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case value.Markup:
		return string(v), nil
	case value.Bytes:
		return string(v), nil
	default:
		return "", value.Raise("TypeError", "expected str, bytes or os.PathLike object, not %s", value.TypeName(v))
	}
}

func basename(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

func dirname(p string) string {
	head := p[:strings.LastIndexByte(p, '/')+1]
	if trimmed := strings.TrimRight(head, "/"); trimmed != "" {
		return trimmed
	}
	return head
}

var shellVariable = lazy.Regexp(`\$(\w+|\{[^}]*\})`)

// expandVars leaves what is not in the environment as it stands.
func expandVars(p string) string {
	return shellVariable.ReplaceAllStringFunc(p, func(ref string) string {
		if v, ok := os.LookupEnv(strings.Trim(ref[1:], "{}")); ok {
			return v
		}
		return ref
	})
}

func normalize(p string) string {
	clean := filepath.ToSlash(filepath.Clean(p))
	if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
		return "/" + clean
	}
	return clean
}

// realPath follows links as far as the path exists.
func realPath(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	rest := ""
	for at := abs; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest)
		}
		if at == filepath.Dir(at) {
			return abs
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

func winDrive(p string) (drive, rest string) {
	norm := strings.ReplaceAll(p, "/", `\`)
	if strings.HasPrefix(norm, `\\`) && !strings.HasPrefix(norm, `\\\`) {
		server := strings.IndexByte(norm[2:], '\\')
		if server < 0 {
			return p, ""
		}
		share := strings.IndexByte(norm[2+server+1:], '\\')
		switch {
		case share == 0:
			return "", p
		case share < 0:
			return p, ""
		}
		end := 2 + server + 1 + share
		return p[:end], p[end:]
	}
	if len(p) >= 2 && p[1] == ':' {
		return p[:2], p[2:]
	}
	return "", p
}

func winSplit(p string) (head, tail string) {
	drive, rest := winDrive(p)
	i := strings.LastIndexAny(rest, `\/`) + 1
	head, tail = rest[:i], rest[i:]
	if trimmed := strings.TrimRight(head, `\/`); trimmed != "" {
		head = trimmed
	}
	return drive + head, tail
}

func winSplitDrive(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "path")
	if err != nil {
		return nil, err
	}
	p, err := pathOf(a.get("path"))
	if err != nil {
		return nil, err
	}
	drive, rest := winDrive(p)
	return value.Tuple{drive, rest}, nil
}

func splitExt(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "path")
	if err != nil {
		return nil, err
	}
	p, err := pathOf(a.get("path"))
	if err != nil {
		return nil, err
	}
	start := strings.LastIndexByte(p, '/') + 1
	dot := strings.LastIndexByte(p, '.')
	// Dots that begin a name begin no extension.
	if dot < start || strings.Trim(p[start:dot], ".") == "" {
		return value.Tuple{p, ""}, nil
	}
	return value.Tuple{p[:dot], p[dot:]}, nil
}

func relPath(c *jinja.Call) (any, error) {
	a, err := bind(c, "path start?")
	if err != nil {
		return nil, err
	}
	if !value.Truth(a.get("path")) {
		return nil, value.Raise("ValueError", "no path specified")
	}
	p, err := pathOf(a.get("path"))
	if err != nil {
		return nil, err
	}
	from := "."
	if given := a.get("start"); given != nil {
		if from, err = pathOf(given); err != nil {
			return nil, err
		}
	}
	start, err := filepath.Abs(from)
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(p)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(start, abs)
	if err != nil {
		return nil, filterError("relpath: %v", err)
	}
	return rel, nil
}

// pathJoin joins as Python does: an absolute part drops what stands before it.
func pathJoin(c *jinja.Call) (any, error) {
	a, err := bind(c, "paths")
	if err != nil {
		return nil, err
	}
	if s, ok := isText(a.get("paths")); ok {
		return s, nil
	}
	if !isSequence(a.get("paths")) {
		return nil, filterTypeError("|path_join expects string or sequence, got %s instead.", class(a.get("paths")))
	}
	parts, err := value.Items(a.get("paths"))
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, value.Raise("TypeError", "join() missing 1 required positional argument: 'a'")
	}
	joined := ""
	for i, part := range parts {
		p, err := pathOf(part)
		switch {
		case err != nil && i == 0:
			return nil, err
		case err != nil:
			return nil, value.Raise("TypeError", "join() argument must be str, bytes, or os.PathLike object, not '%s'", value.TypeName(part))
		case i == 0 || strings.HasPrefix(p, "/"):
			joined = p
		case joined == "" || strings.HasSuffix(joined, "/"):
			joined += p
		default:
			joined += "/" + p
		}
	}
	return joined, nil
}

func commonPath(c *jinja.Call) (any, error) {
	a, err := bind(c, "paths")
	if err != nil {
		return nil, err
	}
	if !isSequence(a.get("paths")) {
		return nil, filterTypeError("|commonpath expects sequence, got %s instead.", class(a.get("paths")))
	}
	items, _ := value.Items(a.get("paths"))
	if len(items) == 0 {
		return nil, value.Raise("ValueError", "commonpath() arg is an empty sequence")
	}
	var common []string
	absolute := false
	for i, item := range items {
		p, err := pathOf(item)
		if err != nil {
			return nil, err
		}
		if i > 0 && absolute != strings.HasPrefix(p, "/") {
			return nil, value.Raise("ValueError", "Can't mix absolute and relative paths")
		}
		absolute = strings.HasPrefix(p, "/")
		parts := strings.FieldsFunc(p, func(r rune) bool { return r == '/' })
		kept := parts[:0]
		for _, part := range parts {
			if part != "." {
				kept = append(kept, part)
			}
		}
		if i == 0 {
			common = kept
			continue
		}
		n := 0
		for n < len(common) && n < len(kept) && common[n] == kept[n] {
			n++
		}
		common = common[:n]
	}
	joined := strings.Join(common, "/")
	if absolute {
		return "/" + joined, nil
	}
	return joined, nil
}

func fileGlob(c *jinja.Call) (any, error) {
	a, err := bind(c, "pattern")
	if err != nil {
		return nil, err
	}
	pattern, err := pathOf(a.get("pattern"))
	if err != nil {
		return nil, err
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, filterError("fileglob %q: %v", pattern, err)
	}
	sort.Strings(found)
	files := value.NewList()
	for _, f := range found {
		if info, err := os.Stat(f); err == nil && info.Mode().IsRegular() {
			files.Append(f)
		}
	}
	return files, nil
}
