package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"goplay/engine/report"
)

// flags are the options that the commands which reach hosts share, with
// ansible-playbook's names and short forms.
type flags struct {
	set    *pflag.FlagSet
	usage  string         // the command's line of usage
	screen *report.Screen // nil before the configuration is read

	inventory           []string
	extra               []string
	limit               string
	tags, skipTags      []string
	check, diff         bool
	verbose             int
	forks               int
	modulePath          []string
	askVault            bool
	vaultIDs, vaultFile []string

	user, connection, privateKey   string
	timeout                        int
	sshCommon, sshExtra, sftp, scp string
	askPass                        bool
	passFile                       string
	become                         bool
	becomeMethod, becomeUser       string
	askBecome                      bool
	becomeFile                     string
	forceHandlers, flushCache      bool
	listHosts, listTasks, listTags bool
	syntaxCheck, step              bool
	startAt                        string
	playbooks                      []string // files named on the command line
	help, version                  bool
}

// newFlags makes the set of a command; usage is its line of usage.
func newFlags(command, usage string) *flags {
	f := &flags{set: pflag.NewFlagSet(command, pflag.ContinueOnError), usage: usage}
	f.set.SortFlags = false
	f.set.Usage = func() {
		fmt.Printf("usage: %s\n\n%s", usage, f.set.FlagUsages())
	}
	f.set.BoolVarP(&f.help, "help", "h", false, "show this help")
	f.set.CountVarP(&f.verbose, "verbose", "v", "say more; up to -vvvv")
	return f
}

func (f *flags) addInventory() {
	f.set.StringArrayVarP(&f.inventory, "inventory", "i", nil, "inventory file, folder, script or list of hosts with a comma; may be repeated")
	f.alias("inventory-file", "inventory")
	f.set.StringVarP(&f.limit, "limit", "l", "", "hosts to limit the run to, or @FILE with them")
	f.set.StringArrayVarP(&f.extra, "extra-vars", "e", nil, "variables: k=v, YAML, JSON or @FILE; may be repeated")
	f.set.BoolVar(&f.flushCache, "flush-cache", false, "forget cached facts of all hosts")
}

func (f *flags) addVault() {
	f.set.StringArrayVar(&f.vaultIDs, "vault-id", nil, "vault identity: LABEL@SOURCE, where SOURCE is a file, a script or prompt")
	f.set.StringArrayVar(&f.vaultFile, "vault-password-file", nil, "file or script with a vault password")
	f.alias("vault-pass-file", "vault-password-file")
	f.set.BoolVarP(&f.askVault, "ask-vault-password", "J", false, "ask for the vault password")
	f.alias("ask-vault-pass", "ask-vault-password")
}

func (f *flags) addConnection() {
	f.set.StringVarP(&f.user, "user", "u", "", "connect as this user")
	f.set.StringVarP(&f.connection, "connection", "c", "", "how to reach hosts: ssh, local, docker or podman")
	f.set.IntVarP(&f.timeout, "timeout", "T", 0, "seconds to wait for a connection")
	f.set.StringVar(&f.privateKey, "private-key", "", "file of the private key")
	f.alias("key-file", "private-key")
	f.set.StringVar(&f.sshCommon, "ssh-common-args", "", "options of ssh for every connection, such as -o ProxyCommand=...")
	f.set.StringVar(&f.sshExtra, "ssh-extra-args", "", "options of ssh")
	f.set.StringVar(&f.sftp, "sftp-extra-args", "", "accepted; files travel over the same connection")
	f.set.StringVar(&f.scp, "scp-extra-args", "", "accepted; files travel over the same connection")
	f.set.BoolVarP(&f.askPass, "ask-pass", "k", false, "ask for the password of the connection")
	f.set.StringVar(&f.passFile, "connection-password-file", "", "file with that password")
	f.alias("conn-pass-file", "connection-password-file")
}

func (f *flags) addBecome() {
	f.set.BoolVarP(&f.become, "become", "b", false, "run tasks as another user")
	f.set.StringVar(&f.becomeMethod, "become-method", "", "how to become that user: sudo, su, doas")
	f.set.StringVar(&f.becomeUser, "become-user", "", "the user to become (default root)")
	f.set.BoolVarP(&f.askBecome, "ask-become-pass", "K", false, "ask for the password of become")
	f.set.StringVar(&f.becomeFile, "become-password-file", "", "file with that password")
	f.alias("become-pass-file", "become-password-file")
}

func (f *flags) addRun() {
	f.set.BoolVarP(&f.check, "check", "C", false, "change nothing; say what would change")
	f.set.BoolVarP(&f.diff, "diff", "D", false, "show what changes in files")
	f.set.IntVarP(&f.forks, "forks", "f", 0, "hosts at once")
	f.set.StringArrayVarP(&f.modulePath, "module-path", "M", nil, "folders with modules of your own")
}

// alias adds another name of an option.
func (f *flags) alias(name, of string) {
	original := f.set.Lookup(of)
	f.set.AddFlag(&pflag.Flag{Name: name, Usage: "same as --" + of, Value: original.Value, NoOptDefVal: original.NoOptDefVal, Hidden: true})
}

// parse reads the command line; done tells that there is nothing more to do.
func (f *flags) parse(args []string) (rest []string, code int, done bool) {
	f.abbreviate()
	if option := f.unvalued(args); option != nil {
		return nil, f.misused("argument %s: expected one argument", f.called(option)), true
	}
	err := f.set.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp), err == nil && f.help:
		f.set.Usage()
		return nil, exitOK, true
	case err != nil:
		return nil, f.unparsed(err), true
	}
	if code, found := f.excluded(); found {
		return nil, code, true
	}
	if f.version {
		return nil, versionCommand(nil), true
	}
	return f.set.Args(), 0, false
}
