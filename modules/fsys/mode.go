package fsys

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

// ParseMode reads a mode option for a file as it is: text is octal or
// symbolic, a number is taken as it is. umask is what symbols without a user
// leave out.
func ParseMode(raw any, st Stat, umask func() uint32) (uint32, error) {
	var mode int64
	switch v := raw.(type) {
	case int64:
		mode = v
	default:
		text := value.Str(raw)
		n, ok := octal(text)
		if !ok {
			return symbolic(text, st, umask)
		}
		mode = n
	}
	return uint32(mode & 0o7777), nil
}

func octal(text string) (int64, bool) {
	t := strings.TrimSpace(text)
	t = strings.TrimPrefix(strings.TrimPrefix(t, "0o"), "0O")
	n, err := strconv.ParseInt(strings.ReplaceAll(t, "_", ""), 8, 64)
	return n, err == nil
}

// FormatMode writes a mode as Ansible's results do: 0644, 01777.
func FormatMode(mode uint32) string { return fmt.Sprintf("0%03o", mode) }

var (
	clauseUsers = lazy.Regexp(`^[ugo]+$`)
	clausePerms = lazy.Regexp(`^(?:[rwxXst]*|[ugo])$`)
)

func symbolic(text string, st Stat, umask func() uint32) (uint32, error) {
	mode := st.Mode
	for clause := range strings.SplitSeq(text, ",") {
		next, ok := applyClause(clause, mode, st, umask)
		if !ok {
			return 0, modules.Fail("mode must be in octal or symbolic form").
				With("details", fmt.Sprintf("bad symbolic permission for mode: %s", clause))
		}
		mode = next
	}
	return mode, nil
}

// applyClause applies one clause, such as ug+rX-w, to a mode.
func applyClause(clause string, mode uint32, st Stat, umask func() uint32) (uint32, bool) {
	at := strings.IndexAny(clause, "+-=")
	if at < 0 {
		return 0, false
	}
	users, rest := clause[:at], clause[at:]
	mask := uint32(0)
	if users == "" {
		mask = umask()
	}
	if users == "" || users == "a" {
		users = "ugo"
	}
	if !clauseUsers.MatchString(users) {
		return 0, false
	}
	for rest != "" {
		op := rest[0]
		end := strings.IndexAny(rest[1:], "+-=") + 1
		if end == 0 {
			end = len(rest)
		}
		perms := rest[1:end]
		rest = rest[end:]
		if !clausePerms.MatchString(perms) {
			return 0, false
		}
		for _, user := range users {
			mode = applyOperator(op, mode, user, permBits(perms, user, st)&^mask)
		}
	}
	return mode, true
}

func applyOperator(op byte, mode uint32, user rune, bits uint32) uint32 {
	switch op {
	case '+':
		return mode | bits
	case '-':
		return mode &^ bits
	default:
		all := map[rune]uint32{'u': 0o4700, 'g': 0o2070, 'o': 0o1007}
		return mode&^all[user] | bits
	}
}

// permBits are the bits that permission letters mean for one of u, g and o. The
// letters u, g and o stand for what the file had before any clause.
func permBits(perms string, user rune, st Stat) uint32 {
	shift := map[rune]uint32{'u': 6, 'g': 3, 'o': 0}
	special := map[rune]uint32{'u': unix.S_ISUID, 'g': unix.S_ISGID}
	var rwx, bits uint32
	for _, p := range perms {
		switch p {
		case 'r':
			rwx |= 4
		case 'w':
			rwx |= 2
		case 'x':
			rwx |= 1
		case 'X':
			if st.IsDir() || st.Mode&0o111 != 0 {
				rwx |= 1
			}
		case 's':
			bits |= special[user]
		case 't':
			if user == 'o' {
				bits |= unix.S_ISVTX
			}
		default:
			rwx |= st.Mode >> shift[p] & 7
		}
	}
	return bits | rwx<<shift[user]
}
