package remote

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/shlex"
)

// method is a program that makes one another user.
type method struct {
	exe   string
	flags string
	// silent keeps the program from asking; it is given when there is no password.
	silent string
	// prompt sets what the program asks with, so that it is known in any language.
	prompt string
	// word is what comes before the user's name; "" puts the name last.
	word string
	// shell says that the command is one word, read by the user's shell.
	shell string
	// terminal says that a password is only read from a terminal.
	terminal bool
	// then is what comes between the user and the command.
	then string
}

// methods are Ansible's, under their short names.
var methods = map[string]method{
	"sudo":       {exe: "sudo", flags: "-H -S", prompt: "-p", word: "-u"},
	"su":         {exe: "su", shell: "-c"},
	"doas":       {exe: "doas", silent: "-n", word: "-u", terminal: true},
	"dzdo":       {exe: "dzdo", flags: "-H -S", silent: "-n", prompt: "-p", word: "-u"},
	"pfexec":     {exe: "pfexec"},
	"ksu":        {exe: "ksu", flags: "-q", then: "-e", terminal: true},
	"machinectl": {exe: "machinectl", flags: "-q shell", terminal: true},
	"sudosu":     {exe: "sudo", flags: "-H -S", prompt: "-p", then: "su -l", shell: "-c"},
}

// IsBecomeMethod reports whether Become.Method may have the name.
func IsBecomeMethod(name string) bool {
	_, ok := methods[shortMethod(name)]
	return ok
}

// BecomeMethods are the names that Become.Method may have, sorted.
func BecomeMethods() []string {
	names := make([]string, 0, len(methods))
	for name := range methods {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func shortMethod(name string) string {
	if name == "" {
		return "sudo"
	}
	return name[strings.LastIndexByte(name, '.')+1:]
}

func (b *Become) method() string { return shortMethod(b.Method) }

func (b *Become) user() string {
	if b.User == "" {
		return "root"
	}
	return b.User
}

// key is what two ways to become have in common that end in the same agent.
func (b *Become) key() string {
	if b == nil {
		return ""
	}
	return strings.Join([]string{b.method(), b.user(), b.Flags, b.Exe}, "\x00")
}

var plainWord = lazy.Regexp(`^[A-Za-z0-9_@%+=:,./#$\\-]+$`)

// wrap is the command line, for any login shell, that runs a script of sh as
// the user. A prompt that holds the token is asked for where that can be done.
func (b *Become) wrap(script, token string) (string, error) {
	if b == nil {
		return "exec sh -c " + quote(script), nil
	}
	m, ok := methods[b.method()]
	if !ok {
		return "", &BecomeFailed{fmt.Sprintf("Invalid become method specified, could not find matching plugin: '%s'. There are: %s",
			b.Method, strings.Join(BecomeMethods(), ", "))}
	}
	if !plainWord.MatchString(b.user()) || strings.HasPrefix(b.user(), "-") {
		return "", &BecomeFailed{fmt.Sprintf("cannot become the user %q: that is no name of a user", b.user())}
	}
	words, err := b.words(m, token)
	if err != nil {
		return "", err
	}
	command := strings.Join(words, " ")
	switch {
	case m.shell != "":
		// The user's login shell reads the word, and has to read the script in it.
		return command + " " + m.shell + " " + quote("exec sh -c "+quote(script)), nil
	case b.method() == "machinectl":
		return command + " /bin/sh -c " + quote(script), nil
	}
	return command + " sh -c " + quote(script), nil
}

func (b *Become) words(m method, token string) ([]string, error) {
	exe, flags := m.exe, m.flags
	if b.Exe != "" {
		exe = b.Exe
	}
	if b.Flags != "" {
		flags = b.Flags
	}
	given, err := shlex.Split(exe + " " + flags)
	if err != nil {
		return nil, &BecomeFailed{fmt.Sprintf("become_flags %q: %v", b.Flags, err)}
	}
	words := []string{"exec"}
	for _, w := range given {
		if w == "-n" && m.prompt != "" && b.Password != "" {
			continue // it would refuse to ask for the password that there is
		}
		words = append(words, quote(w))
	}
	if m.prompt != "" {
		if !contains(given, "-S") {
			words = append(words, "-S") // there is no terminal to read a password from
		}
		words = append(words, m.prompt, quote(promptMark(token)))
	}
	if m.silent != "" && b.Password == "" && m.terminal {
		words = append(words, m.silent)
	}
	if b.method() == "sudosu" {
		return append(words, m.then, quote(b.user())), nil
	}
	if b.method() != "pfexec" {
		words = append(words, strings.TrimSpace(m.word+" "+quote(b.user())))
	}
	if m.then != "" {
		words = append(words, m.then)
	}
	return words, nil
}

func contains(words []string, flag string) bool {
	for _, w := range words {
		// -HS is -H -S.
		if w == flag || len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.Contains(w[1:], flag[1:]) && !strings.Contains(w, "=") {
			return true
		}
	}
	return false
}

// expands reports whether the method's own shell would put in the variables of
// a script before sh reads it: sudo -i leaves dollar signs as they are.
func (b *Become) expands() bool {
	if b == nil || methods[b.method()].prompt == "" {
		return false
	}
	given, _ := shlex.Split(b.Flags)
	return contains(given, "-i") || contains(given, "-s") || slices.Contains(given, "--login") || slices.Contains(given, "--shell")
}

func promptMark(token string) string { return "[goplay " + token + "] password:" }

// asks reports how often a password was asked for in what was printed so far.
// Where the prompt is not ours, it is what ends in a colon: that is so in
// every language.
func (b *Become) asks(printed []byte, token string) int {
	text := string(printed)
	if methods[b.method()].prompt != "" {
		return strings.Count(text, promptMark(token))
	}
	last := text[strings.LastIndexByte(text, '\n')+1:]
	last = strings.TrimRight(last, " \u00a0")
	if strings.HasSuffix(last, ":") || strings.HasSuffix(last, "：") {
		return 1 + strings.Count(text, "\n")
	}
	return 0
}

// settle is how long to wait before what was printed counts as a prompt.
func (b *Become) settle() time.Duration {
	if methods[b.method()].prompt != "" {
		return 0
	}
	return settle
}

// refused makes the error of a start that ended without the other user. Where
// sudo says why, in whatever language, that is the reason.
func (b *Become) refused(said, token string, answered bool) *BecomeFailed {
	said = oneLine(strings.ReplaceAll(said, promptMark(token), ""))
	wrong := strings.Contains(said, "incorrect password") || strings.Contains(said, "try again") ||
		strings.Contains(said, "no password was provided") || strings.Contains(said, "Authentication fail") ||
		b.method() == "su" && strings.HasPrefix(said, "su:")
	switch {
	case answered && (wrong || said == ""):
		return b.incorrect()
	case !answered && (strings.Contains(said, "password is required") || strings.Contains(said, "Authentication required") ||
		strings.Contains(said, "Authorization required") || strings.Contains(said, "a tty is required")):
		return b.missing()
	case said == "":
		said = "it ended without a reason"
	}
	return &BecomeFailed{fmt.Sprintf("cannot become %s with %s: %s", b.user(), b.method(), said)}
}

func (b *Become) incorrect() *BecomeFailed {
	return &BecomeFailed{"Incorrect " + b.method() + " password"}
}
func (b *Become) missing() *BecomeFailed { return &BecomeFailed{"Missing " + b.method() + " password"} }
