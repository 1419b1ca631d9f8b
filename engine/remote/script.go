package remote

import (
	"fmt"
	"strings"

	"goplay/internal/lazy"
)

// The scripts are read by the host's sh. On their way they pass the login
// shell, in single quotes, which may be csh or fish: those take other meanings
// of a quote, a backslash, a newline and an exclamation mark even there, so the
// scripts do without.

// folders tells sh where the agent may be kept. A folder counts only if nobody
// else can put something into it or in its place: it is ours, no link, and
// what it is in is ours or has the sticky bit.
const folders = `u=$(id -u);c=${XDG_CACHE_HOME:-$HOME/.cache};[ -O "${XDG_CACHE_HOME:-$HOME}" ]||c=/nonexistent;` +
	`ours() { [ -d "$1" ]&&[ -O "$1" ]||return 1;[ -L "$1" ]&&return 1;[ -O "${1%%/*}" ]||[ -k "${1%%/*}" ];};` +
	`for d in "$c/goplay" %s/var/tmp/goplay-$u /tmp/goplay-$u /dev/shm/goplay-$u;do `

// startScript runs the agent that is kept under a hash, after a line "TOKEN run", or
// answers "TOKEN need SYSTEM MACHINE [DECOMPRESSOR...]". An xz counts that tells
// its version: busybox has a smaller one, which does not know all filters.
func startScript(token, hash, tmp string, pty bool) string {
	quiet := ""
	if pty {
		quiet = " 2>/dev/null" // on a terminal it would mix with the protocol
	}
	return fmt.Sprintf("t=%s;h=%s;"+folders, token, hash, tmpFolder(tmp)) +
		`f=$d/agent-$h;if ours "$d"&&[ -O "$f" ]&&[ -x "$f" ];then echo "$t run";exec "$f" agent` + quiet + `;fi;done;` +
		`echo "$t need $(uname -s) $(uname -m) $(xz --version >/dev/null 2>&1&&echo xz) $(command -v gzip >/dev/null 2>&1&&echo gz)"`
}

// pushScript takes an agent of size bytes on its input, after a line "TOKEN
// send", into the first folder after skip ones that lets a program run. It
// answers "TOKEN ok FOLDER", "TOKEN bad N FOLDER" for one that could not hold
// it, or "TOKEN none REASONS". The input ends, or after exactly that many bytes
// if exactly is not 0. Where the agent comes beside it, the line is "TOKEN send
// FILE", and one line of input tells that it is in that file.
func pushScript(token, hash, tmp string, size int64, packing string, skip, exactly int, beside bool) string {
	read, file := map[string]string{"": "cat", "gz": "gzip -dc", "xz": "xz -dc"}[packing], ""
	switch {
	case beside:
		read, file = `read -r x;`+read+` <"$p.in"`, ` $p.in`
	case exactly > 0:
		read = fmt.Sprintf("head -c %d|%s", exactly, read)
	}
	return fmt.Sprintf("t=%s;h=%s;n=%d;k=%d;i=0;w=;umask 077;"+folders, token, hash, size, skip, tmpFolder(tmp)) +
		`i=$((i+1));[ $i -gt $k ]||continue;` +
		`mkdir -p "$d" 2>/dev/null;ours "$d"||{ w="$w; $d is not ours";continue;};chmod 700 "$d";` +
		`p=$d/.push-$$;trap "exit 1" 1 2 13 15;end() { rm -f "$p" "$p.in";};trap end 0;` +
		// A file without a first line that names its program is run by sh itself, if it may be run at all.
		`{ echo "exit 0" >"$p"&&chmod 700 "$p";} 2>/dev/null||{ w="$w; $d cannot be written";continue;};` +
		`"$p" >/dev/null 2>&1||{ rm -f "$p";w="$w; $d lets no program run";continue;};` +
		`echo "$t send` + file + `";` + read + ` 2>/dev/null >"$p";s=$(wc -c <"$p");` +
		`if [ "$s" -eq "$n" ]&&chmod 700 "$p"&&"$p" agent version >/dev/null 2>&1&&mv -f "$p" "$d/agent-$h";then ` +
		`ls -t "$d" 2>/dev/null|grep "^agent-"|tail -n +4|while read -r o;do rm -f "$d/$o";done;` +
		`find "$d" -name ".push-*" -mmin +60 -exec rm -f {} + 2>/dev/null;echo "$t ok $d";` +
		`else rm -f "$p";echo "$t bad $i $d ($s of $n bytes)";fi;exit 0;done;echo "$t none $w"`
}

var plainPath = lazy.Regexp(`^(~/|[/$])[A-Za-z0-9_./${}@%+=:,-]*$`)

// tmpFolder is a user's remote_tmp as a word of the scripts. Ansible's own
// default is below the home, where the cache is tried already.
func tmpFolder(tmp string) string {
	tmp = strings.TrimRight(tmp, "/")
	if tmp == "" || strings.HasPrefix(tmp, "~/.ansible") || !plainPath.MatchString(tmp) {
		return ""
	}
	if rest, ok := strings.CutPrefix(tmp, "~"); ok {
		tmp = "$HOME" + rest
	}
	return `"` + tmp + `/goplay-$u" `
}

// quote makes one word of s for any login shell, if s has only what the
// scripts have.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
