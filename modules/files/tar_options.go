package files

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/pyre"
	"goplay/modules"
)

// tarOptions are those of tar's options that are understood, with what is
// selected of an archive.
type tarOptions struct {
	strip        int
	include      []string
	exclude      []string
	wildcards    bool
	noSameOwner  bool
	noSameMode   bool
	numericOwner bool
	touch        bool
	keepDirs     bool // what is there of a folder's mode and owner stays
	keepOld      bool // what is there stays
	junk         bool // unzip: everything comes into the one folder
	transform    []substitution
	accounts     *accounts
}

// flags without a value.
var tarFlags = map[string]func(*tarOptions){
	"--wildcards":           func(o *tarOptions) { o.wildcards = true },
	"--no-same-owner":       func(o *tarOptions) { o.noSameOwner = true },
	"--no-same-permissions": func(o *tarOptions) { o.noSameMode = true },
	"--numeric-owner":       func(o *tarOptions) { o.numericOwner = true },
	"--touch":               func(o *tarOptions) { o.touch = true },
	"-m":                    func(o *tarOptions) { o.touch = true },
	"-o":                    func(o *tarOptions) { o.noSameOwner = true },
	"--no-overwrite-dir":    func(o *tarOptions) { o.keepDirs = true },
	"--skip-old-files":      func(o *tarOptions) { o.keepOld = true },
	"-n":                    func(o *tarOptions) { o.keepOld = true },
	"-j":                    func(o *tarOptions) { o.junk = true },
}

// tarSilent are options that change nothing here: they say what is so anyway,
// or what tar prints.
var tarSilent = []string{
	"--same-owner", "--same-permissions", "--preserve-permissions", "-p", "--overwrite", "-v", "--verbose", "--show-stored-names",
	"--show-transformed-names", "-z", "--gzip", "-J", "--xz", "--bzip2", "--zstd", "-a", "--auto-compress", "-q", "-qq", "--totals", "--no-wildcards",
	"--delay-directory-restore", "--no-xattrs", "--no-acls", "--no-selinux", "--sparse", "-S", "--unlink-first", "-U",
}

func parseTarOptions(opts []string) (tarOptions, error) {
	var o tarOptions
	for i := 0; i < len(opts); i++ {
		name, v, given := strings.Cut(strings.TrimSpace(opts[i]), "=")
		if words := strings.Fields(name); !given && len(words) == 2 {
			name, v, given = words[0], words[1], true
		}
		if set := tarFlags[name]; set != nil && !given {
			set(&o)
			continue
		}
		if slices.Contains(tarSilent, name) || name == "--warning" && given {
			continue
		}
		if !given && i+1 < len(opts) {
			i++
			v = opts[i]
		}
		if err := o.set(name, v); err != nil {
			return o, err
		}
	}
	return o, nil
}

func (o *tarOptions) set(name, v string) (err error) {
	switch name {
	case "--strip-components", "--strip":
		if o.strip, err = strconv.Atoi(strings.TrimSpace(v)); err != nil {
			return modules.Fail("extra_opts: %s needs a number, not %q", name, v)
		}
	case "--exclude":
		o.exclude = append(o.exclude, strings.Trim(v, `'"`))
	case "--transform", "--xform":
		s, err := parseSubstitution(v)
		o.transform = append(o.transform, s)
		return err
	case "":
	default:
		return modules.Fail("extra_opts: %s is not supported", name)
	}
	return nil
}

// substitution is one s/old/new/ of --transform.
type substitution struct {
	re  *pyre.Regexp
	new string
	all bool
}

func parseSubstitution(text string) (s substitution, err error) {
	text = strings.Trim(text, `'"`)
	if len(text) < 4 || text[0] != 's' {
		return s, modules.Fail("extra_opts: the transformation %q is not s/old/new/", text)
	}
	parts := strings.Split(text[2:], text[1:2])
	if len(parts) != 3 {
		return s, modules.Fail("extra_opts: the transformation %q is not s/old/new/", text)
	}
	flags := pyre.Flags(0)
	if strings.Contains(parts[2], "i") {
		flags = pyre.IgnoreCase
	}
	pattern := parts[0]
	if !strings.Contains(parts[2], "x") {
		pattern = basicToExtended(pattern)
	}
	if s.re, err = pyre.Compile(pattern, flags); err != nil {
		return s, modules.Fail("extra_opts: the transformation %q: %w", text, err)
	}
	s.new, s.all = strings.ReplaceAll(parts[1], "&", `\g<0>`), strings.Contains(parts[2], "g")
	return s, nil
}

// basicToExtended turns sed's basic expressions, in which \( \) \{ \} \+ \? \|
// are special and the bare characters are not, into extended ones.
func basicToExtended(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		ch := pattern[i]
		special := strings.IndexByte("(){}+?|", ch) >= 0
		switch {
		case ch == '\\' && i+1 < len(pattern) && strings.IndexByte("(){}+?|", pattern[i+1]) >= 0:
			i++
			b.WriteByte(pattern[i])
		case special:
			b.WriteString(`\` + string(ch))
		default:
			b.WriteByte(ch)
		}
	}
	return b.String()
}

// selects reports whether a member is to be unpacked.
func (o tarOptions) selects(name string) bool {
	plain := plainName(name)
	for _, p := range o.exclude {
		if tarMatches(plain, plainName(p)) {
			return false
		}
	}
	if len(o.include) == 0 {
		return true
	}
	return slices.ContainsFunc(o.include, func(p string) bool { return o.includes(p, plain) })
}

// plainName is a name as it is compared.
func plainName(name string) string { return strings.Trim(strings.TrimPrefix(name, "./"), "/") }

func (o tarOptions) includes(pattern, plain string) bool {
	pattern = plainName(pattern)
	return plain == pattern || strings.HasPrefix(plain, pattern+"/") || o.wildcards && matchesGlob(pattern, plain)
}

// missing is the first thing to be included that an archive does not have.
func (o tarOptions) missing(names []string) string {
	for _, p := range o.include {
		if !slices.ContainsFunc(names, func(name string) bool { return o.includes(p, name) }) {
			return p
		}
	}
	return ""
}

// tarMatches is how --exclude matches: a pattern may start at any folder, and
// takes all that is below what it matches.
func tarMatches(name, pattern string) bool {
	parts := strings.Split(name, "/")
	for i := range parts {
		for j := i + 1; j <= len(parts); j++ {
			if matchesGlob(pattern, strings.Join(parts[i:j], "/")) {
				return true
			}
		}
	}
	return false
}

// matchesGlob matches as Python's fnmatch: * takes slashes too.
func matchesGlob(pattern, name string) bool {
	if !strings.ContainsAny(pattern, "*?[") {
		return pattern == name // whatever its bytes are
	}
	re, err := pyre.Compile(pyre.Fnmatch(pattern), 0)
	return err == nil && re.Match(name) != nil
}

// rename strips and transforms a name; false when nothing is left of it.
func (o tarOptions) rename(name string) (string, bool) {
	for _, s := range o.transform {
		count := 1
		if s.all {
			count = 0
		}
		if renamed, _, err := s.re.Sub(s.new, name, count); err == nil {
			name = renamed
		}
	}
	if o.strip == 0 {
		return name, name != ""
	}
	parts := strings.Split(path.Clean(name), "/")
	if strings.HasPrefix(name, "./") {
		parts = append([]string{"."}, parts...)
	}
	if len(parts) <= o.strip {
		return "", false
	}
	rest := strings.Join(parts[o.strip:], "/")
	if strings.HasSuffix(name, "/") {
		rest += "/"
	}
	return rest, true
}
