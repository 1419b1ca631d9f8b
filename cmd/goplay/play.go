package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/engine/report"
	"goplay/internal/source"
	"goplay/internal/vault"
	"goplay/inventory"
)

func playFlags() *flags {
	f := newFlags("goplay", "goplay [options] PLAYBOOK...")
	f.addInventory()
	f.addRun()
	f.set.StringArrayVarP(&f.tags, "tags", "t", nil, "run only what has one of these tags")
	f.set.StringArrayVar(&f.skipTags, "skip-tags", nil, "leave out what has one of these tags")
	f.set.BoolVar(&f.listHosts, "list-hosts", false, "list the hosts and do nothing else")
	f.set.BoolVar(&f.listTasks, "list-tasks", false, "list the tasks and do nothing else")
	f.set.BoolVar(&f.listTags, "list-tags", false, "list the tags and do nothing else")
	f.set.BoolVar(&f.syntaxCheck, "syntax-check", false, "check the playbook and do nothing else")
	f.set.BoolVar(&f.step, "step", false, "ask before each task")
	f.set.StringVar(&f.startAt, "start-at-task", "", "start at the task of this name")
	f.set.BoolVar(&f.forceHandlers, "force-handlers", false, "run handlers of hosts that failed too")
	f.addConnection()
	f.addBecome()
	f.addVault()
	f.set.BoolVar(&f.version, "version", false, "print the version")
	return f
}

func playCommand(args []string) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(os.Stderr, "ERROR! goplay stopped unexpectedly: %v\n%s", p, debug.Stack())
			code = exitUnexpected
		}
	}()
	f := playFlags()
	playbooks, code, done := f.parse(args)
	if done {
		return code
	}
	if len(playbooks) == 0 {
		return f.missing("playbook")
	}
	ctx, stop := interruptible()
	defer stop()
	return f.play(ctx, playbooks)
}

// interruptible ends its context at the first ^C or SIGTERM and the process at
// the second.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if _, ok := <-signals; !ok {
			return
		}
		cancel(errInterrupted)
		if _, ok := <-signals; ok {
			leave(exitInterrupted)
		}
	}()
	return ctx, func() { signal.Stop(signals); close(signals); cancel(nil) }
}

var errInterrupted = errors.New("User interrupted execution")

func (f *flags) play(ctx context.Context, paths []string) int {
	f.playbooks = paths
	s, err := f.open()
	if err != nil {
		return f.fault(err)
	}
	defer s.close()
	s.announce()
	if _, err := s.inventory.Start("all", s.limit, !s.config.Bool("LOCALHOST_WARNING")); err != nil {
		return f.fault(err)
	}
	books, err := s.load(paths)
	if err != nil {
		return f.unloaded(err)
	}
	o, err := s.engineOptions()
	if err != nil {
		return f.fault(err)
	}
	if f.listHosts || f.listTasks || f.listTags || f.syntaxCheck {
		return s.list(ctx, o, books)
	}
	if f.step {
		o.Confirm = s.confirm
	}
	if f.flushCache && o.Facts != nil {
		for _, h := range s.inventory.Hosts() {
			if err := o.Facts.Clear(h.Name); err != nil {
				return f.fault(err)
			}
		}
	}
	return s.execute(ctx, o, books)
}

// areFiles looks for playbooks that are named by a path, not by a collection.
func (s *session) areFiles() error {
	for _, path := range s.playbooks {
		info, err := os.Stat(path)
		switch {
		case err != nil && strings.Count(path, ".") > 1 && !strings.Contains(path, "/"):
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("the playbook: %s could not be found", path)
		case err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0:
			return fmt.Errorf("the playbook: %s does not appear to be a file", path)
		}
	}
	return nil
}

// unloaded shows why a playbook could not be loaded.
func (f *flags) unloaded(err error) int {
	code := f.fault(err)
	if code == exitFault && !errors.Is(err, fs.ErrNotExist) && !vault.Unopened(err) && !source.Plain(err) {
		return exitUnreadable
	}
	return code
}

// fault shows what ends a command before anything was reached.
func (f *flags) fault(err error) int {
	var unreadable *engine.Unreadable
	var variables *inventory.Unreadable
	if errors.As(err, &unreadable) {
		err = unreadable.Err
	} else if errors.As(err, &variables) {
		err = variables.Err
	}
	screen := f.screen
	if screen == nil {
		screen = &report.Screen{Err: os.Stderr}
	}
	var option optionFault
	if errors.Is(err, inventory.ErrOrder) {
		option.error = err
	}
	if errors.As(err, &option) || option.error != nil {
		f.set.Usage()
		screen.Error(source.Render(option.error))
		return exitOptions
	}
	if errors.Is(err, errInterrupted) {
		screen.Problem(errInterrupted.Error())
		return exitInterrupted
	}
	screen.Error(source.Render(err))
	if unreadable != nil || variables != nil || errors.Is(err, engine.ErrUnreadable) {
		return exitUnreadable
	}
	return exitFault
}

// announce says at -v which configuration is in use.
func (s *session) announce() {
	if s.verbose == 0 {
		return
	}
	if file := s.config.File; file != "" {
		s.screen.Verbose("Using " + file + " as config file")
		return
	}
	s.screen.Verbose("No config file found; using defaults")
}

// load reads all playbooks; the faults of all are reported together.
func (s *session) load(paths []string) ([]*playbook.Playbook, error) {
	var books []*playbook.Playbook
	var faults []error
	for _, path := range paths {
		s.plugins.AddBase(filepath.Dir(absolute(path)))
		pb, err := s.loader.Load(absolute(path))
		faults = append(faults, err)
		if pb != nil {
			pb.File = path
			books = append(books, pb)
		}
	}
	return books, source.Join(append(faults, s.checkAll(books))...)
}

func (s *session) execute(ctx context.Context, o engine.Options, books []*playbook.Playbook) int {
	e := engine.New(o)
	for _, pb := range books {
		if _, err := e.Run(ctx, pb); err != nil {
			if errors.Is(err, errInterrupted) {
				e.Finish()
				return s.fault(errInterrupted)
			}
			if errors.Is(err, engine.ErrQuit) {
				return exitInterrupted
			}
			if errors.Is(err, errUnanswered) {
				e.Finish()
				return exitFailed
			}
			return s.fault(err) // a fault leaves no recap, as in Ansible
		}
		if e.Stopped() {
			break
		}
	}
	recap := e.Finish()
	if !e.Started() {
		s.screen.Problem(fmt.Sprintf("No matching task \"%s\" found. Note: --start-at-task can only follow static includes.", s.startAt))
	}
	s.retryFile(e.Failed(), books)
	return outcome(recap)
}

// outcome maps a recap to an exit code: unreachable wins over failed.
func outcome(r engine.Recap) int {
	switch {
	case r.Lost:
		return exitUnreachable
	case r.Failed:
		return exitFailed
	}
	return exitOK
}

// retryFile writes the hosts that failed where the configuration asks for it.
func (s *session) retryFile(hosts []string, books []*playbook.Playbook) {
	if !s.config.Bool("RETRY_FILES_ENABLED") || len(hosts) == 0 || len(books) == 0 {
		return
	}
	file := books[len(books)-1].File
	dir := s.config.String("RETRY_FILES_SAVE_PATH")
	if dir == "" {
		dir = filepath.Dir(file)
	}
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) + ".retry"
	path := filepath.Join(dir, base)
	if err := os.WriteFile(path, []byte(strings.Join(hosts, "\n")+"\n"), 0o600); err != nil {
		s.warn("write the retry file: " + err.Error())
		return
	}
	fmt.Printf("\tto retry, use: --limit @%s\n", path)
}
