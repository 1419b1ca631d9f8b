package main

import (
	"fmt"
	"strings"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/engine/report"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/modules"
)

// adhoc is one module to run on hosts.
type adhoc struct {
	*flags
	module, arguments         string
	dir, treeDir              string
	background, poll, timeout int
	oneLine                   bool
}

func newAdhoc() *adhoc {
	a := &adhoc{flags: newFlags("goplay run", "goplay run PATTERN [-m MODULE] [-a ARGS] [options]")}
	a.addFlags()
	return a
}

// adhocCommand runs one module on hosts, as `ansible` does.
func adhocCommand(args []string) int {
	a := newAdhoc()
	rest, code, done := a.parse(args)
	switch {
	case done:
		return code
	case len(rest) == 0:
		return a.missing("pattern")
	case len(rest) > 1:
		return a.misused("unrecognized arguments: %s", strings.Join(rest[1:], " "))
	}
	s, err := a.open()
	if err != nil {
		return a.fault(err)
	}
	defer s.close()
	return a.run(s, rest[0])
}

func (a *adhoc) addFlags() {
	a.addInventory()
	a.addRun()
	a.addConnection()
	a.addBecome()
	a.addVault()
	a.set.StringVarP(&a.module, "module-name", "m", "", "module to run (default command)")
	a.set.StringVarP(&a.arguments, "args", "a", "", "its arguments: k=v, JSON, or a command line")
	a.set.IntVarP(&a.background, "background", "B", 0, "run in the background for at most so many seconds")
	a.set.IntVarP(&a.poll, "poll", "P", -1, "seconds between looks at what runs in the background; 0 does not look (default 15)")
	a.set.BoolVarP(&a.oneLine, "one-line", "o", false, "a line for each host")
	a.set.StringVarP(&a.treeDir, "tree", "t", "", "keep each host's result in a file of this folder")
	a.set.IntVar(&a.timeout, "task-timeout", 0, "seconds that the module may take")
	a.set.StringVar(&a.dir, "playbook-dir", "", "folder that stands for that of a playbook: its roles, group_vars and the like count")
	a.set.BoolVar(&a.listHosts, "list-hosts", false, "list the hosts and do nothing else")
}

func (a *adhoc) run(s *session, pattern string) int {
	ctx, stop := interruptible()
	defer stop()
	a.complete(s)
	hosts, err := s.inventory.Start(pattern, a.limit, !s.config.Bool("LOCALHOST_WARNING"))
	if err != nil {
		return a.fault(err)
	}
	if a.listHosts {
		fmt.Printf("  hosts (%d):\n", len(hosts))
		for _, h := range hosts {
			fmt.Printf("    %s\n", h.Name)
		}
		return exitOK
	}
	pb, err := a.playbook(s, pattern)
	if err != nil {
		return a.unloaded(err)
	}
	if err := s.checkAll([]*playbook.Playbook{pb}); err != nil {
		a.fault(err)
		return exitFailed // Ansible only finds it on the host
	}
	s.reporter = s.minimalReporter(a.oneLine)
	if a.treeDir != "" {
		s.reporter = &report.Tree{Next: s.reporter, Dir: a.treeDir, Warn: s.warn}
	}
	o, err := s.engineOptions()
	if err != nil {
		return a.fault(err)
	}
	e := engine.New(o)
	if _, err := e.Run(ctx, pb); err != nil {
		return a.fault(err)
	}
	return outcome(e.Finish())
}

// complete takes from the configuration what the command line leaves open.
func (a *adhoc) complete(s *session) {
	a.module = first(a.module, s.config.String("DEFAULT_MODULE_NAME"))
	a.arguments = first(a.arguments, s.config.String("DEFAULT_MODULE_ARGS"))
	if a.poll < 0 {
		a.poll = s.config.Int("DEFAULT_POLL_INTERVAL")
	}
	a.dir = absolute(first(a.dir, s.config.String("PLAYBOOK_DIR"), "."))
	s.inventory.SetPlaybookDir(a.dir)
}

// needArguments are the modules that do nothing without any.
var needArguments = map[string]bool{"command": true, "shell": true, "raw": true, "script": true, "win_command": true, "win_shell": true}

// playbook is one of a single task.
func (a *adhoc) playbook(s *session, pattern string) (*playbook.Playbook, error) {
	switch short := strings.TrimPrefix(a.module, "ansible.builtin."); {
	case a.arguments == "" && needArguments[short]:
		hint := ""
		if strings.HasSuffix(pattern, ".yml") {
			hint = " (did you mean to run ansible-playbook?)"
		}
		return nil, optionErrorf("No argument passed to %s module%s", a.module, hint)
	case short == "import_playbook":
		return nil, optionErrorf("'%s' is not a valid action for ad-hoc commands", a.module)
	}
	at := source.Pos{File: "-a", Line: 1, Col: 1}
	number := func(n int) *tree.Node { return &tree.Node{Pos: at, Value: int64(n)} }
	t := &playbook.Task{Pos: at, ModPos: at, Module: a.module, File: absolute("adhoc")}
	if err := a.setArguments(t, at); err != nil {
		return nil, err
	}
	if a.background > 0 {
		t.Async, t.Poll = number(a.background), number(a.poll)
	}
	if a.timeout > 0 {
		t.Timeout = number(a.timeout)
	}
	no := &tree.Node{Pos: at, Value: false}
	play := &playbook.Play{Pos: at, Name: "Ansible Ad-Hoc", Dir: a.dir, Hosts: tree.TextNode(at, pattern), GatherFacts: no}
	return &playbook.Playbook{File: "adhoc", Plays: []*playbook.Play{play}}, s.loader.Add(play, t)
}

func (a *adhoc) setArguments(t *playbook.Task, at source.Pos) error {
	if strings.HasPrefix(a.arguments, "{") {
		docs, _, err := tree.Parse("-a", []byte(a.arguments), tree.Options{})
		if err == nil && len(docs) == 1 && docs[0].Kind == tree.Map {
			t.Args = docs[0]
			return nil
		}
	}
	full, _ := lookup(a.module, nil)
	m, ok := modules.Lookup(full)
	args, raw, err := playbook.ParseArguments(a.arguments, at, ok && m.FreeForm == "_raw_params")
	if err != nil {
		return err
	}
	t.Args = args
	if raw != "" {
		t.FreeForm = tree.TextNode(at, raw)
	}
	return nil
}
