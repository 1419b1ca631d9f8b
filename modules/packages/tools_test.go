package packages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goplay/modules/modulestest/tooltest"
)

// tells runs a module that only checks, then for real, and holds what the tools
// were told to change, calls with one of the marks, to a list. With again it
// finds nothing left to do.
func tells(t *testing.T, b *tooltest.Bench, module string, args map[string]any, marks []string, again bool, want ...string) {
	t.Helper()
	changes := func(check bool) (told []string) {
		r := b.Run(module, args, check)
		if r.Failed || r.Changed != (len(want) > 0) {
			t.Errorf("%s %v, check=%v: changed=%v failed=%v %s", module, args, check, r.Changed, r.Failed, r.Msg)
		}
		for _, call := range b.Calls() {
			for _, mark := range marks {
				if strings.Contains(call+"|", mark) && !strings.Contains(call, "--simulate") && !strings.Contains(call, "--print") {
					told = append(told, call)
					break
				}
			}
		}
		return told
	}
	if told := changes(true); len(told) > 0 {
		t.Errorf("%s %v told %q in check mode", module, args, told)
	}
	if got := strings.Join(changes(false), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("%s %v told\n%s\nwant\n%s", module, args, got, strings.Join(want, "\n"))
	}
	if r := b.Run(module, args, true); again && r.Changed {
		t.Errorf("%s %v: changes again", module, args)
	}
	b.Calls()
}

func TestAPK(t *testing.T) {
	b := tooltest.New(t)
	b.File("world", "curl\n")
	b.Tool("apk", `case "$*" in *update*) echo OK;; *upgrade*) echo '(1/1) Upgrading musl (1.2.4-r0 -> 1.2.5-r0)';;
*del*) echo '(1/1) Purging curl (8.5-r0)';; *nosuch*) echo 'nosuch (no such package)'; exit 1;; *add*) echo '(1/1) Installing vim (9.0-r0)';; esac`)
	const module = "community.general.apk"
	marks := []string{"|add|", "|del|", "|upgrade|", "|update|"}
	world := filepath.Join(b.Dir, "world")
	tells(t, b, module, map[string]any{"name": "vim", "world": world}, marks, false, "apk|add|vim")
	tells(t, b, module, map[string]any{"name": []any{"vim", "git"}, "state": "latest", "world": world}, marks, false, "apk|add|--upgrade|vim|git")
	tells(t, b, module, map[string]any{"name": "nothere", "state": "absent", "world": world}, marks, true)
	tells(t, b, module, map[string]any{"update_cache": true}, marks, false, "apk|update")
	tells(t, b, module, map[string]any{"upgrade": true, "available": true}, marks, false, "apk|upgrade|--available")
	tells(t, b, module, map[string]any{"name": "vim", "repository": "http://x", "no_cache": true, "world": world}, marks, false,
		"apk|--repository|http://x|--repositories-file|/dev/null|--no-cache|add|vim")
	if r := b.Run(module, map[string]any{"name": "nosuch", "world": world}, false); !r.Failed {
		t.Error("a package that is not there is installed")
	}
}

// TestManagersPasses takes managers that remember through four passes.
func TestManagersPasses(t *testing.T) {
	b := tooltest.New(t)
	b.File("world", "curl\n")
	kept := apkDatabase
	apkDatabase = filepath.Join(b.Dir, "installed")
	t.Cleanup(func() { apkDatabase = kept })
	b.Tool("apk", `case "$*" in *--simulate*) ;; *add*) printf 'P:vim\nV:9.0-r0\n\n' >installed; echo vim >>world;; *del*) : >installed; echo curl >world;; esac
case "$*" in *del*) echo '(1/1) Purging vim (9.0-r0)';; *add*) echo '(1/1) Installing vim (9.0-r0)';; esac`)
	apk := map[string]any{"name": "vim", "world": filepath.Join(b.Dir, "world")}
	b.Passes(t, "community.general.apk", apk, "apk|add|vim")
	apk["state"] = "absent"
	b.Passes(t, "community.general.apk", apk, "apk|del|--purge|vim")

	b.Tool("pacman", `case "$*" in *--remove*--print*|*--print*--remove*) echo vim-9.1-1;; *--print*) echo 'vim 9.1-1';; *--query|*--query\ --explicit*) cat local 2>/dev/null;;
*--list*) echo 'core vim 9.1-1';; *--remove*) rm local;; *--sync*vim) echo 'vim 9.1-1' >local;; esac; exit 0`)
	b.Passes(t, "community.general.pacman", map[string]any{"name": "vim"}, "pacman|--noconfirm|--noprogressbar|--needed|--sync|vim")
	b.Passes(t, "community.general.pacman", map[string]any{"name": "vim", "state": "absent"}, "pacman|--remove|--noconfirm|--noprogressbar|vim")
}

func TestPacman(t *testing.T) {
	b := tooltest.New(t)
	b.File("installed", "acl 2.3-1\nzlib 1.3-1\n")
	b.Tool("pacman", `case "$*" in --query) cat installed;; "--query --explicit") ;; "--query --upgrades") echo 'zlib 1.3-1 -> 1.4-1';;
"--sync --list") cat lists;; *--refresh*) echo 'core vim 9.1-1' >>lists;; --remove*--print-format*acl) echo 'acl-2.3-1';;
*--print-format*vim) echo 'vim 9.1-1';; *--print-format*zlib) echo 'zlib 1.4-1';; *--print-format*) exit 1;;
--remove*) grep -v acl installed >left; mv left installed;; *--sync*vim) echo 'vim 9.1-1' >>installed;; esac`)
	const module = "community.general.pacman"
	marks := []string{"|--needed|--sync|", "|--remove|", "|--refresh|", "|--sysupgrade|", "|--upgrade|", "|--database|"}
	tells(t, b, module, map[string]any{"name": "zlib"}, marks, true)
	tells(t, b, module, map[string]any{"name": "vim"}, marks, true, "pacman|--noconfirm|--noprogressbar|--needed|--sync|vim")
	tells(t, b, module, map[string]any{"name": "zlib", "state": "latest"}, marks, false, "pacman|--noconfirm|--noprogressbar|--needed|--sync|zlib")
	tells(t, b, module, map[string]any{"name": "acl", "state": "absent"}, marks, true, "pacman|--remove|--noconfirm|--noprogressbar|acl")
	tells(t, b, module, map[string]any{"update_cache": true}, marks, false, "pacman|--sync|--refresh")
	tells(t, b, module, map[string]any{"upgrade": true}, marks, false, "pacman|--sync|--sysupgrade|--quiet|--noconfirm")
	if r := b.Run(module, map[string]any{"name": "nosuch"}, true); !r.Failed {
		t.Error("a package that is not there is installed")
	}
}

func TestNPM(t *testing.T) {
	b := tooltest.New(t)
	b.Tool("npm", `case "$1" in
list) printf '{"dependencies": {"left": {"version": "1.0.0"}%s}}' "$(cat more 2>/dev/null)";;
outdated) [ ! -f more ] && echo '{"left": {"current": "1.0.0", "latest": "2.0.0"}}'; exit 1;;
install) echo ', "right": {"version": "3.0.0"}' >more;; esac`)
	app := t.TempDir()
	const module = "community.general.npm"
	marks := []string{"npm|install|", "npm|uninstall|", "npm|update|", "npm|ci|"}
	tells(t, b, module, map[string]any{"name": "left", "path": app}, marks, true)
	tells(t, b, module, map[string]any{"name": "left", "path": app, "state": "latest"}, marks, false, "npm|update|left")
	tells(t, b, module, map[string]any{"name": "left", "version": "1.1.0", "path": app}, marks, false, "npm|install|left@1.1.0")
	tells(t, b, module, map[string]any{"name": "right", "global": true, "production": true, "registry": "http://x"}, marks, true)
	tells(t, b, module, map[string]any{"name": "up", "path": app}, marks, false, "npm|install|up")
	tells(t, b, module, map[string]any{"name": "left", "path": app, "state": "absent"}, marks, false, "npm|uninstall|left")
	tells(t, b, module, map[string]any{"path": app, "ci": true}, marks, false, "npm|ci")
	if r := b.Run(module, map[string]any{"name": "x"}, true); r.Msg != "path must be specified when not using global" {
		t.Errorf("said: %s", r.Msg)
	}
}

const shownKey = `pub:-:4096:1:EEA14886:1:::-:::scSC::::::23::0:
fpr:::::::::EEA14886A1B2C3D4E5F60718293A4B5CDEADBEEF:
`

func TestRPMKey(t *testing.T) {
	b := tooltest.New(t)
	b.File("shown", shownKey)
	b.File("key.asc", "a key\n")
	b.Tool("gpg", `case "$*" in *junk*) exit 2;; esac; cat shown`)
	b.Tool("rpm", `case "$1" in -q) [ -f there ] || exit 1; echo 'deadbeef gpg-pubkey-deadbeef-1';; --import) : >there;; --erase) rm there;; esac`)
	const module = "ansible.builtin.rpm_key"
	marks := []string{"rpm|--import|", "rpm|--erase|"}
	key := filepath.Join(b.Dir, "key.asc")
	tells(t, b, module, map[string]any{"key": "DEADBEEF", "state": "absent"}, marks, true)
	tells(t, b, module, map[string]any{"key": key, "fingerprint": "EEA1 4886 A1B2 C3D4 E5F6 0718 293A 4B5C DEAD BEEF"}, marks, true, "rpm|--import|"+key)
	tells(t, b, module, map[string]any{"key": "0xdeadbeef", "state": "absent"}, marks, true, "rpm|--erase|--allmatches|gpg-pubkey-deadbeef-1")
	for msg, args := range map[string]map[string]any{
		"When importing a key, a valid file must be given":                                                               {"key": "DEADBEEF"},
		"The specified fingerprint, 'AA', does not match the key fingerprint 'EEA14886A1B2C3D4E5F60718293A4B5CDEADBEEF'": {"key": key, "fingerprint": "AA"},
	} {
		if r := b.Run(module, args, false); r.Msg != msg {
			t.Errorf("said: %s, want %s", r.Msg, msg)
		}
	}
}

func TestAptKey(t *testing.T) {
	b := tooltest.New(t)
	b.File("shown", shownKey)
	b.File("key.asc", "a key\n")
	b.Tool("gpg", "cat shown")
	b.Tool("apt-key", `case "$*" in *--list-public-keys*) [ ! -f there ] || cat shown;; *--recv*|*'add '*) : >there;; *'del '*) rm there;; esac`)
	const module = "ansible.builtin.apt_key"
	marks := []string{"|add|", "|del|", "|--recv|"}
	key := filepath.Join(b.Dir, "key.asc")
	tells(t, b, module, map[string]any{"file": key}, marks, true, "apt-key|add|"+key)
	tells(t, b, module, map[string]any{"id": "DEADBEEF", "state": "absent"}, marks, true, "apt-key|del|DEADBEEF")
	tells(t, b, module, map[string]any{"id": "0x293A4B5CDEADBEEF", "keyserver": "keys.example.org"}, marks, true,
		"apt-key|adv|--no-tty|--keyserver|keys.example.org|--recv|293A4B5CDEADBEEF")
	for msg, args := range map[string]map[string]any{
		"Invalid key_id": {"id": "xyz", "state": "absent"},
		"Missing key_id, required with keyserver.": {"keyserver": "x"},
	} {
		if r := b.Run(module, args, false); r.Msg != msg {
			t.Errorf("said: %s, want %s", r.Msg, msg)
		}
	}
	if err := os.Remove(filepath.Join(b.Dir, "there")); err != nil {
		t.Error("the key did not come from the key server")
	}
	if r := b.Run(module, map[string]any{"data": "a key", "keyring": filepath.Join(b.Dir, "ring.gpg")}, true); !r.Changed || r.Failed {
		t.Errorf("a new ring: changed=%v %s", r.Changed, r.Msg)
	}
}
