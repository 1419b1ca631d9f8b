package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"goplay/engine/report"
	"goplay/internal/config"
)

// pull is a run of `goplay pull`: a host fetches its playbooks and plays them.
type pull struct {
	*flags
	url, dest, checkout          string
	force, full, purge, clean    bool
	onlyIfChanged, acceptHostKey bool
	verify, trackSubs            bool
	sleep                        string
	books                        []string
	fqdn, short                  string
	runGoplay                    func(dir string, out io.Writer, args []string) (int, error)
	say                          *report.Screen
}

func newPull() *pull {
	p := &pull{flags: newFlags("goplay pull", "goplay pull -U URL [options] [PLAYBOOK...]"), runGoplay: runSelf,
		say: &report.Screen{Out: os.Stdout, Err: os.Stderr, Columns: max(leastColumns, columns())}}
	p.addFlags()
	return p
}

// pullCommand fetches a repository of playbooks and plays them here, as ansible-pull does.
func pullCommand(args []string) int {
	p := newPull()
	books, code, done := p.parse(args)
	if done {
		return code
	}
	p.books = books
	if err := p.prepare(); err != nil {
		p.say.Error(err.Error())
		return exitOptions
	}
	fmt.Fprintf(os.Stdout, "Starting Ansible Pull at %s\n%s\n", time.Now().Format(time.DateTime), strings.Join(os.Args, " "))
	code, err := p.run()
	if err != nil {
		p.say.Error(err.Error())
		return max(code, exitFault)
	}
	return code
}

func (p *pull) addFlags() {
	s := p.set
	s.StringVarP(&p.url, "url", "U", "", "URL of the repository of playbooks")
	s.StringVarP(&p.dest, "directory", "d", "", "folder to check it out to (default: below ~/.ansible/pull)")
	s.StringVarP(&p.checkout, "checkout", "C", "", "branch, tag or commit")
	s.BoolVarP(&p.force, "force", "f", false, "play even if the repository could not be updated")
	s.BoolVarP(&p.onlyIfChanged, "only-if-changed", "o", false, "play only if the repository has changed")
	s.BoolVar(&p.full, "full", false, "clone the whole history")
	s.BoolVar(&p.purge, "purge", false, "remove the checkout afterwards")
	s.BoolVar(&p.clean, "clean", false, "discard modified files of the checkout")
	s.StringVarP(&p.sleep, "sleep", "s", "", "wait for up to so many seconds first")
	s.BoolVar(&p.verify, "verify-commit", false, "verify the signature of the commit, and play nothing if it is not good")
	s.BoolVar(&p.acceptHostKey, "accept-host-key", false, "add the key of the repository's host if it is not known")
	s.BoolVar(&p.trackSubs, "track-subs", false, "submodules follow their latest changes")
	s.BoolVar(&p.check, "check", false, "change nothing; say what would change")
	s.BoolVar(&p.diff, "diff", false, "show what changes in files")
	s.StringArrayVarP(&p.tags, "tags", "t", nil, "run only what has one of these tags")
	s.StringArrayVar(&p.skipTags, "skip-tags", nil, "leave out what has one of these tags")
	s.StringArrayVarP(&p.modulePath, "module-path", "M", nil, "folders with modules of your own")
	s.BoolVarP(&p.askBecome, "ask-become-pass", "K", false, "ask for the password of become")
	s.StringVar(&p.becomeFile, "become-password-file", "", "file with that password")
	s.BoolVar(&p.listHosts, "list-hosts", false, "list the hosts and play nothing")
	p.addInventory()
	p.addConnection()
	p.addVault()
}

// prepare checks the options and fills in what they leave open.
func (p *pull) prepare() error {
	env, err := config.OS()
	if err != nil {
		return err
	}
	c, err := config.Load(env)
	if err != nil {
		return err
	}
	p.fqdn, p.short = hostNames()
	p.dest = absolute(first(p.dest, filepath.Join(c.String("ANSIBLE_HOME"), "pull", p.fqdn)))
	if info, err := os.Stat(p.dest); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is not a valid or accessible directory.", p.dest)
	}
	if p.sleep != "" {
		if n, err := strconv.Atoi(p.sleep); err != nil || n < 0 {
			return fmt.Errorf("%s is not a number.", p.sleep)
		}
	}
	if p.url == "" {
		return errors.New("URL for repository not specified, use -h for help")
	}
	return nil
}

// run checks the repository out and plays.
func (p *pull) run() (int, error) {
	if n, _ := strconv.Atoi(p.sleep); n > 0 {
		n = rand.IntN(n + 1)
		fmt.Fprintf(os.Stdout, "Sleeping for %d seconds...\n", n)
		time.Sleep(time.Duration(n) * time.Second)
	}
	var said bytes.Buffer
	code, err := p.runGoplay("", io.MultiWriter(os.Stdout, &said), p.checkoutArgs())
	switch {
	case err != nil:
		return code, err
	case code != 0 && !p.force:
		return code, nil
	case code != 0:
		p.say.Warning("Unable to update repository. Continuing with (forced) run of playbook.")
	case p.onlyIfChanged && !strings.Contains(said.String(), `"changed": true`):
		fmt.Fprintln(os.Stdout, "Repository has not changed, quitting.")
		return exitOK, nil
	}
	books, problems := p.playbooks()
	if len(problems) > 0 {
		p.say.Warning(strings.Join(problems, "\n"))
	}
	if len(books) == 0 {
		return exitOptions, errors.New("Could not find a playbook to run.")
	}
	code, err = p.runGoplay(p.dest, os.Stdout, p.playArgs(books))
	if p.purge {
		err = errors.Join(err, os.RemoveAll(p.dest))
	}
	return code, err
}

// checkoutArgs are the command line that checks the repository out.
func (p *pull) checkoutArgs() []string {
	options := map[string]any{"repo": p.url, "dest": p.dest}
	for name, on := range map[string]bool{"accept_hostkey": p.acceptHostKey, "verify_commit": p.verify, "track_submodules": p.trackSubs, "force": p.clean} {
		if on {
			options[name] = true
		}
	}
	for name, text := range map[string]string{"version": p.checkout, "key_file": p.privateKey} {
		if text != "" {
			options[name] = text
		}
	}
	if !p.full {
		options["depth"] = 1
	}
	text, _ := json.Marshal(options) // texts and numbers always can be
	args := []string{"run", "all", "-m", "git", "-a", string(text), "-c", "local", "-l", p.here()}
	sources := p.sources(absolute("."))
	if len(sources) == 0 {
		sources = []string{"-i", "localhost,"}
	}
	args = append(args, sources...)
	return append(args, p.passOn("extra-vars", "verbose")...)
}

// playArgs are the command line that plays.
func (p *pull) playArgs(books []string) []string {
	args := append([]string{"play", "-c", "local"}, p.sources(p.dest)...)
	if p.limit == "" {
		args = append(args, "-l", p.here())
	}
	args = append(args, p.passOn("extra-vars", "verbose", "limit", "tags", "skip-tags", "check", "diff", "module-path",
		"ask-become-pass", "become-password-file", "vault-id", "vault-password-file", "ask-vault-password", "list-hosts")...)
	return append(append(args, "--"), books...)
}

// here are the names by which an inventory may know this host.
func (p *pull) here() string { return "localhost," + p.fqdn + "," + p.short + ",127.0.0.1" }

// sources are the inventories that are there, of those that were given, as seen
// from a folder: one may come with the repository.
func (p *pull) sources(dir string) (args []string) {
	for _, source := range p.inventory {
		if !strings.Contains(source, ",") {
			if !filepath.IsAbs(source) {
				source = filepath.Join(dir, source)
			}
			if _, err := os.Stat(source); err != nil {
				continue
			}
		}
		args = append(args, "-i", source)
	}
	return args
}

// passOn are options as they were given.
func (p *pull) passOn(names ...string) (args []string) {
	for _, name := range names {
		flag := p.set.Lookup(name)
		switch v := flag.Value.(type) {
		case interface{ GetSlice() []string }:
			for _, one := range v.GetSlice() {
				args = append(args, "--"+name+"="+one)
			}
		default:
			if flag.Changed {
				args = append(args, "--"+name+"="+flag.Value.String())
			}
		}
	}
	return args
}

// playbooks are those that were asked for, else that of this host. problems
// tell why there are none.
func (p *pull) playbooks() (books, problems []string) {
	wanted := p.books
	if len(wanted) == 0 {
		wanted = []string{p.fqdn + ".yml", p.short + ".yml", "local.yml"}
	}
	for _, name := range wanted {
		path := filepath.Join(p.dest, name)
		f, err := os.Open(path)
		switch {
		case errors.Is(err, os.ErrNotExist):
			problems = append(problems, path+": File does not exist")
			continue
		case err != nil:
			problems = append(problems, path+": File is not readable")
			continue
		}
		_ = f.Close()
		if books = append(books, path); len(p.books) == 0 {
			return books, nil
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return books, nil
}

// runSelf runs this program with other arguments, in a folder.
func runSelf(dir string, out io.Writer, args []string) (int, error) {
	exe, err := os.Executable()
	if err != nil {
		return exitUnexpected, fmt.Errorf("find this program: %w", err)
	}
	cmd := &exec.Cmd{Path: exe, Args: append([]string{"goplay"}, args...), Dir: dir, Stdin: os.Stdin, Stdout: out, Stderr: os.Stderr}
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
