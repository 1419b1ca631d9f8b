package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"goplay/internal/source"
)

// exitOptions is for options that are known but make no sense.
const exitOptions = 5

// optionFault is about what an option says: the command answers it with its help.
type optionFault struct{ error }

func (o optionFault) Unwrap() error { return o.error }

func optionErrorf(format string, args ...any) error { return optionFault{fmt.Errorf(format, args...)} }

// exclusive are options of which a command line may have one.
var exclusive = [][2]string{
	{"ask-pass", "connection-password-file"}, {"ask-become-pass", "become-password-file"}, {"ask-vault-password", "vault-password-file"},
}

// misused shows what is wrong with a command line, in the words of Python's
// argparse, which Ansible's commands read theirs with.
func (f *flags) misused(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "usage: %s\n%s: error: %s\n`%s --help` lists the options\n", f.usage, f.set.Name(), fmt.Sprintf(format, args...), f.set.Name())
	return exitFailed
}

// missing is misused for arguments that have to be there.
func (f *flags) missing(names string) int {
	return f.misused("the following arguments are required: %s", names)
}

// unparsed is misused for what the flags found.
func (f *flags) unparsed(err error) int {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return f.unknown(unknown)
	case errors.As(err, &bare):
		return f.misused("argument %s: expected one argument", f.called(bare.GetFlag()))
	case errors.As(err, &invalid) && strings.HasPrefix(invalid.GetFlag().Value.Type(), "int"):
		return f.misused("argument %s: invalid int value: '%s'", f.called(invalid.GetFlag()), invalid.GetValue())
	case errors.As(err, &invalid):
		return f.misused("argument %s: ignored explicit argument '%s'", f.called(invalid.GetFlag()), invalid.GetValue())
	}
	return f.misused("%v", err)
}

// unvalued is an option whose value would be a word that looks like an option,
// which argparse takes for one; with = any word can be the value.
func (f *flags) unvalued(args []string) *pflag.Flag {
	var wanting *pflag.Flag
	for _, w := range args {
		looks := len(w) > 1 && w[0] == '-' && !strings.Contains(w, " ") && !negative.MatchString(w)
		switch {
		case wanting != nil && looks:
			return wanting
		case wanting != nil || !looks:
			wanting = nil
		case w == "--":
			return nil
		case strings.HasPrefix(w, "--"):
			if option := f.set.Lookup(w[2:]); option != nil && option.NoOptDefVal == "" {
				wanting = option
			}
		default:
			if option, value := f.short(w); value == "" {
				wanting = option
			}
		}
	}
	return nil
}

var negative = regexp.MustCompile(`^-\d+$|^-\d*\.\d+$`)

func (f *flags) unknown(e *pflag.NotExistError) int {
	name := "--" + e.GetSpecifiedName()
	if e.GetSpecifiedShortnames() != "" {
		name = "-" + e.GetSpecifiedShortnames()
	} else if could := beginning(f.names(), e.GetSpecifiedName()); len(could) > 1 {
		return f.misused("ambiguous option: %s could match --%s", name, strings.Join(could, ", --"))
	} else if near := source.Near(e.GetSpecifiedName(), f.names()); near != "" {
		return f.misused("unrecognized arguments: %s; did you mean --%s?", name, near)
	}
	return f.misused("unrecognized arguments: %s", name)
}

// called is an option by all its names.
func (f *flags) called(flag *pflag.Flag) string {
	var names []string
	f.set.VisitAll(func(other *pflag.Flag) {
		if other.Value != flag.Value {
			return
		}
		if other.Shorthand != "" {
			names = append(names, "-"+other.Shorthand)
		}
		names = append(names, "--"+other.Name)
	})
	return strings.Join(names, "/")
}

func (f *flags) names() []string {
	var out []string
	f.set.VisitAll(func(flag *pflag.Flag) { out = append(out, flag.Name) })
	return out
}

// abbreviate lets an option be called by the start of its name where no other begins so.
func (f *flags) abbreviate() {
	names := f.names()
	f.set.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if could := beginning(names, name); len(could) == 1 && !slices.Contains(names, name) {
			name = could[0]
		}
		return pflag.NormalizedName(name)
	})
}

// beginning are the names that begin so.
func beginning(names []string, start string) []string {
	var out []string
	for _, name := range names {
		if strings.HasPrefix(name, start) {
			out = append(out, name)
		}
	}
	return out
}

// excluded shows what cannot be meant: no forks, or two options that do not go together.
func (f *flags) excluded() (code int, found bool) {
	if flag := f.set.Lookup("forks"); flag != nil && flag.Changed && f.forks < 1 {
		return f.misused("The number of processes (--forks) must be >= 1"), true
	}
	for _, pair := range exclusive {
		one, other := f.set.Lookup(pair[0]), f.set.Lookup(pair[1])
		if one != nil && other != nil && f.given(one) && f.given(other) {
			return f.misused("argument %s: not allowed with argument %s", f.called(other), f.called(one)), true
		}
	}
	return 0, false
}

// given reports whether the command line has an option, by any of its names.
func (f *flags) given(flag *pflag.Flag) bool {
	found := false
	f.set.Visit(func(other *pflag.Flag) { found = found || other.Value == flag.Value })
	return found
}
