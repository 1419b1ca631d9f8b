package packages

import (
	"strings"

	"goplay/internal/lazy"
)

// rpmBuild is what rpm calls a package by.
type rpmBuild struct{ name, epoch, version, release, arch string }

// newer says that a build has to give way to another one of the same name.
func (b rpmBuild) newer(than rpmBuild) bool {
	n := compareNumbers(b.epoch, than.epoch)
	if n == 0 {
		n = compareRPM(b.version, than.version)
	}
	if n == 0 {
		n = compareRPM(b.release, than.release)
	}
	return n > 0
}

// compareRPM orders versions as rpm does, stretch by stretch: a number is newer
// than letters, and what goes on is newer, but for a tilde, which is older than
// the end, and a caret, which is older than anything but the end.
func compareRPM(a, b string) int {
	for a != "" || b != "" {
		a, b = strings.TrimLeftFunc(a, separates), strings.TrimLeftFunc(b, separates)
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		switch {
		case a == "":
			return 0
		case a[0] == '~' || a[0] == '^':
			a, b = a[1:], b[1:]
		case digit(a[0]):
			da, db := digits(a), digits(b)
			if d := compareNumbers(a[:da], b[:db]); d != 0 {
				return d
			}
			a, b = a[da:], b[db:]
		default:
			la, lb := letters(a), letters(b)
			if d := strings.Compare(a[:la], b[:lb]); d != 0 {
				return d
			}
			a, b = a[la:], b[lb:]
		}
	}
	return 0
}

// rank orders how versions can go on.
func rank(s string) int {
	switch {
	case strings.HasPrefix(s, "~"):
		return 0
	case s == "":
		return 1
	case s[0] == '^':
		return 2
	case digit(s[0]):
		return 4
	default:
		return 3
	}
}

func separates(r rune) bool {
	return r != '~' && r != '^' && (r > 'z' || !digit(byte(r)) && letters(string(r)) == 0)
}

func letters(s string) int {
	n := 0
	for n < len(s) && (s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z') {
		n++
	}
	return n
}

var rpmBuildName = lazy.Regexp(`^(\S+)-(?:(\d*):)?(.*)-(~?[\pL\pN_][\pL\pN_.+]*)`)

// rpmArches are what may follow a dot as a package's architecture.
const rpmArches = " aarch64 alphaev56 alphaev5 alphaev67 alphaev6 alpha alphapca56 amd64 armv3l armv4b armv4l armv5tejl armv5tel armv5tl armv6hl armv6l " +
	"armv7hl armv7hnl armv7l athlon geode i386 i486 i586 i686 ia32e ia64 m68k mips64el mips64 mips64r6el mips64r6 mipsel mips mipsr6el mipsr6 noarch " +
	"pentium3 pentium4 ppc32dy4 ppc64iseries ppc64le ppc64 ppc64p7 ppc64pseries ppc8260 ppc8560 ppciseries ppc ppcpseries riscv64 s390 s390x sh3 sh4a " +
	"sh4 sh sparc64 sparc64v sparc sparcv8 sparcv9 sparcv9v x86_64 "

// parseBuild takes a build's name apart; whole says that it has a version and a
// release. What has not is a name and perhaps an architecture.
func parseBuild(text string) (b rpmBuild, whole bool) {
	b.name = text
	if at := strings.LastIndexByte(text, '.'); at > 0 && strings.Contains(rpmArches, " "+text[at+1:]+" ") && !strings.HasSuffix(text, ".") {
		b.name, b.arch = text[:at], text[at+1:]
	}
	m := rpmBuildName.FindStringSubmatch(b.name)
	if m == nil {
		return b, false
	}
	major, _, _ := strings.Cut(m[3], ".")
	if major == "" || digits(major) != len(major) {
		return b, false
	}
	b.name, b.epoch, b.version, b.release = m[1], m[2], m[3], m[4]
	if epoch, name, ok := strings.Cut(b.name, ":"); ok {
		b.name, b.epoch = strings.ReplaceAll(name, ":", ""), epoch
	}
	return b, true
}
