package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// suggestion is what the word at the cursor may become.
type suggestion struct{ word, about string }

// offer is everything that may stand at the cursor.
type offer struct {
	words []suggestion
	paths string // "files" or "folders" where the shell shall add their names
	value string // the end of the word that such a name would replace
}

// completer knows what stands on a command line before the cursor.
type completer struct {
	*flags
	command  string
	operands []string
}

// complete suggests what a word may become after the words before it, of which
// the first is goplay itself.
func complete(words []string, word string) offer {
	if len(words) > 0 {
		words = words[1:]
	}
	c := &completer{command: "play"}
	first := len(words) == 0
	if !first && commandFlags[words[0]] != nil {
		c.command, words = words[0], words[1:]
	}
	c.flags = commandFlags[c.command]()
	wanting, ended := c.read(words)
	switch {
	case wanting != nil:
		return c.value(wanting, "", word)
	case ended || !strings.HasPrefix(word, "-"):
		o := c.operand(word)
		if first {
			for _, command := range commands() {
				o.words = append(o.words, suggestion{command.name, command.summary})
			}
		}
		return o
	}
	if name, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(word, "--") {
		if f := c.set.Lookup(name[2:]); f != nil && f.NoOptDefVal == "" {
			return c.value(f, name+"=", value)
		}
		return offer{}
	}
	if f, value := c.short(word); f != nil && value != "" {
		return c.value(f, strings.TrimSuffix(word, value), value)
	}
	return c.options(word)
}

// commandFlags are the options of the commands.
var commandFlags = map[string]func() *flags{
	"play": playFlags, "run": func() *flags { return newAdhoc().flags }, "pull": func() *flags { return newPull().flags },
	"inventory": func() *flags { return newInventoryFlags().flags }, "vault": func() *flags { return newVaultFlags().flags },
	"doc": func() *flags { return newDocFlags().flags }, "config": func() *flags { return newConfigFlags().flags },
	"completion": newCompletionFlags,
	"agent":      bare, "version": bare, "help": bare,
}

func bare() *flags { return newFlags("goplay", "") }

// read takes in the words before the cursor: the options' values and the
// operands. wanting is an option that still waits for its value; ended says
// that after -- there are no options any more.
func (c *completer) read(words []string) (wanting *pflag.Flag, ended bool) {
	c.abbreviate()
	set := func(f *pflag.Flag, value string) {
		_ = c.set.Set(f.Name, value) // what makes no sense is told when it is run
	}
	for _, w := range words {
		switch {
		case wanting != nil:
			set(wanting, w)
			wanting = nil
		case ended || w == "-" || !strings.HasPrefix(w, "-"):
			c.operands = append(c.operands, w)
		case w == "--":
			ended = true
		case strings.HasPrefix(w, "--"):
			name, value, given := strings.Cut(w[2:], "=")
			if f := c.set.Lookup(name); f != nil && given {
				set(f, value)
			} else if f != nil && f.NoOptDefVal == "" {
				wanting = f
			}
		default:
			if f, value := c.short(w); f != nil && value != "" {
				set(f, value)
			} else {
				wanting = f
			}
		}
	}
	return wanting, ended
}

// short is the option with a value in a group of short ones such as -vvi, and
// the value that is written behind it.
func (f *flags) short(word string) (option *pflag.Flag, value string) {
	for i := 1; i < len(word); i++ {
		option := f.set.ShorthandLookup(word[i : i+1])
		if option == nil {
			return nil, ""
		}
		if option.NoOptDefVal == "" {
			return option, strings.TrimPrefix(word[i+1:], "=")
		}
	}
	return nil, ""
}

// options are those of the command by their long names, and for a bare - by
// their short ones as well.
func (c *completer) options(word string) offer {
	var o offer
	c.set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden && !strings.HasPrefix(f.Name, strings.TrimPrefix(word, "--")) || f.Hidden && len(word) < 4 {
			return
		}
		o.words = append(o.words, suggestion{"--" + f.Name, f.Usage})
		if word == "-" && f.Shorthand != "" {
			o.words = append(o.words, suggestion{"-" + f.Shorthand, f.Usage})
		}
	})
	return o
}

// operand is what may stand at the cursor that is no option.
func (c *completer) operand(word string) offer {
	files := offer{paths: "files", value: word}
	switch c.command {
	case "play":
		return files
	case "run":
		if len(c.operands) == 0 {
			return offer{words: c.hosts(word)}
		}
	case "inventory":
		return offer{words: c.groups()}
	case "vault":
		if len(c.operands) > 0 {
			return files
		}
		return plainly("create", "decrypt", "edit", "view", "encrypt", "encrypt_string", "rekey")
	case "doc":
		return offer{words: moduleNames(word)}
	case "config":
		return plainly("dump")
	case "completion":
		return plainly(shells...)
	}
	return offer{}
}

// value is what an option may be given; head is what of the word stands before
// the value.
func (c *completer) value(f *pflag.Flag, head, value string) offer {
	o := c.values(c.original(f).Name, value)
	for i := range o.words {
		o.words[i].word = head + o.words[i].word
	}
	return o
}

// original is the option that another name of it stands for.
func (c *completer) original(f *pflag.Flag) *pflag.Flag {
	c.set.VisitAll(func(other *pflag.Flag) {
		if other.Value == f.Value && !other.Hidden {
			f = other
		}
	})
	return f
}

func (c *completer) values(name, value string) offer {
	afterAt := offer{} // of a file, where the value says so
	if i := strings.IndexByte(value, '@'); i >= 0 {
		afterAt = offer{paths: "files", value: value[i+1:]}
	}
	switch name {
	case "inventory", "private-key", "vault-password-file", "new-vault-password-file", "connection-password-file", "become-password-file", "output":
		return offer{paths: "files", value: value}
	case "module-path", "playbook-dir", "directory", "tree":
		return offer{paths: "folders", value: value}
	case "extra-vars", "vault-id", "new-vault-id":
		return afterAt
	case "limit":
		if strings.HasPrefix(value, "@") {
			return afterAt
		}
		return offer{words: c.hosts(value)}
	case "host":
		return offer{words: c.hostNames()}
	case "tags", "skip-tags":
		return offer{words: inList(value, ",", c.tagNames())}
	case "start-at-task":
		return offer{words: c.taskNames()}
	case "module-name":
		return offer{words: moduleNames(value)}
	case "connection":
		return plainly("ssh", "local", "docker", "podman")
	case "become-method":
		return plainly("sudo", "su", "doas")
	case "schema":
		return plainly("playbook", "tasks")
	}
	return offer{}
}

func plainly(words ...string) offer {
	var o offer
	for _, w := range words {
		o.words = append(o.words, suggestion{word: w})
	}
	return o
}

// inList makes suggestions for the last part of a list whose parts are between
// the separators, without those that the list has.
func inList(value, separators string, all []suggestion) []suggestion {
	i := strings.LastIndexAny(value, separators) + 1
	has := strings.FieldsFunc(value[:i], func(r rune) bool { return strings.ContainsRune(separators, r) })
	var out []suggestion
	for _, s := range all {
		if !slices.Contains(has, s.word) {
			out = append(out, suggestion{value[:i] + s.word, s.about})
		}
	}
	return out
}
