package main

import (
	"fmt"
	"os"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/internal/source"
	"goplay/internal/tree"
	"goplay/modules"
)

// adhocCommand runs one module on hosts, as `ansible` does.
func adhocCommand(args []string) int {
	f := newFlags("goplay run", "goplay run PATTERN [-m MODULE] [-a ARGS] [options]")
	f.addInventory()
	f.addRun()
	f.addConnection()
	f.addBecome()
	f.addVault()
	var module, arguments string
	var background, poll int
	var oneLine bool
	f.set.StringVarP(&module, "module-name", "m", "", "module to run (default command)")
	f.set.StringVarP(&arguments, "args", "a", "", "its arguments: k=v, JSON, or a command line")
	f.set.IntVarP(&background, "background", "B", 0, "run in the background for at most so many seconds")
	f.set.IntVarP(&poll, "poll", "P", -1, "seconds between looks at what runs in the background; 0 does not look (default 15)")
	f.set.BoolVarP(&oneLine, "one-line", "o", false, "a line for each host")
	f.set.BoolVar(&f.listHosts, "list-hosts", false, "list the hosts and do nothing else")
	rest, code, done := f.parse(args)
	if done {
		return code
	}
	if len(rest) != 1 {
		fmt.Fprintln(os.Stderr, "ERROR! one pattern of hosts is needed; usage: goplay run PATTERN [-m MODULE] [-a ARGS] [options]")
		return exitFailed
	}
	ctx, stop := interruptible()
	defer stop()
	s, err := f.open()
	if err != nil {
		return f.fault(err)
	}
	defer s.close()
	module, arguments = first(module, s.config.String("DEFAULT_MODULE_NAME")), first(arguments, s.config.String("DEFAULT_MODULE_ARGS"))
	if poll < 0 {
		poll = s.config.Int("DEFAULT_POLL_INTERVAL")
	}
	if dir, err := os.Getwd(); err == nil {
		s.inventory.SetPlaybookDir(dir)
	}
	hosts, err := s.inventory.Start(rest[0], f.limit, !s.config.Bool("LOCALHOST_WARNING"))
	if err != nil {
		return f.fault(err)
	}
	if f.listHosts {
		fmt.Printf("  hosts (%d):\n", len(hosts))
		for _, h := range hosts {
			fmt.Printf("    %s\n", h.Name)
		}
		return exitOK
	}
	pb, err := s.adhocPlaybook(rest[0], module, arguments, background, poll)
	if err != nil {
		return f.fault(err)
	}
	if err := s.checkAll([]*playbook.Playbook{pb}); err != nil {
		return f.fault(err)
	}
	s.reporter = s.minimalReporter(oneLine)
	o, err := s.engineOptions()
	if err != nil {
		return f.fault(err)
	}
	e := engine.New(o)
	if _, err := e.Run(ctx, pb); err != nil {
		return f.fault(err)
	}
	return outcome(e.Finish())
}

// adhocPlaybook is a playbook of one task.
func (s *session) adhocPlaybook(pattern, module, arguments string, background, poll int) (*playbook.Playbook, error) {
	at := source.Pos{File: "-a", Line: 1, Col: 1}
	t := &playbook.Task{Pos: at, ModPos: at, Module: module, File: absolute("adhoc")}
	if err := s.adhocArguments(t, module, arguments, at); err != nil {
		return nil, err
	}
	if background > 0 {
		t.Async = &tree.Node{Pos: at, Value: int64(background)}
		t.Poll = &tree.Node{Pos: at, Value: int64(poll)}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	no := &tree.Node{Pos: at, Value: false}
	play := &playbook.Play{Pos: at, Name: "Ansible Ad-Hoc", Dir: dir, Hosts: tree.TextNode(at, pattern), GatherFacts: no, Tasks: []playbook.Node{t}}
	return &playbook.Playbook{File: "adhoc", Plays: []*playbook.Play{play}}, nil
}

func (s *session) adhocArguments(t *playbook.Task, module, arguments string, at source.Pos) error {
	if len(arguments) > 0 && arguments[0] == '{' {
		docs, _, err := tree.Parse("-a", []byte(arguments), tree.Options{})
		if err == nil && len(docs) == 1 && docs[0].Kind == tree.Map {
			t.Args = docs[0]
			return nil
		}
	}
	full, _ := lookup(module, nil)
	m, ok := modules.Lookup(full)
	args, raw, err := playbook.ParseArguments(arguments, at, ok && m.FreeForm == "_raw_params")
	if err != nil {
		return err
	}
	t.Args = args
	if raw != "" {
		t.FreeForm = tree.TextNode(at, raw)
	}
	return nil
}
