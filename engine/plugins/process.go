package plugins

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"goplay/internal/value"
)

// process is the python3 that plugins run in. One call runs at a time; what a
// plugin asks while it runs may lead to calls inside of it.
type process struct {
	busy sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	dir  string
	gone error // why it can no longer be used
}

// start runs Python; its library lies in a folder that goes with it.
func start(o Options) (_ *process, err error) {
	python, err := exec.LookPath("python3")
	if err != nil {
		return nil, errors.New("the project's plugins are written in Python, and there is no python3 on this machine: install it")
	}
	library, err := o.Library()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "goplay-plugins-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	zip := filepath.Join(dir, "library.zip")
	if err := os.WriteFile(zip, library, 0o600); err != nil {
		return nil, err
	}
	p := &process{dir: dir}
	begin := "import sys; sys.path.insert(0, sys.argv.pop(1)); import goplay_plugins; goplay_plugins.main()"
	p.cmd = exec.Command(python, append([]string{"-c", begin, zip}, o.Collections...)...)
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", python, err)
	}
	return p, nil
}

func (p *process) close() error {
	_ = p.in.Close()
	_ = p.cmd.Wait() // however it ended, nobody waits for an answer any more
	return os.RemoveAll(p.dir)
}

func (p *process) send(message *value.Dict) error {
	text, err := value.EncodeJSON(message, value.JSONOptions{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.in, "%d\n%s", len(text), text)
	return err
}

func (p *process) receive() (*value.Dict, error) {
	head, err := p.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(head))
	if err != nil {
		return nil, err
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(p.out, data); err != nil {
		return nil, err
	}
	v, err := value.DecodeJSON(data)
	d, ok := v.(*value.Dict)
	if err == nil && !ok {
		err = errors.New("an answer is no object")
	}
	return d, err
}

// answerer answers what a plugin asks while it runs.
type answerer func(ctx context.Context, what, name string, args []any) (v any, found bool, err error)

type inside struct{}

// converse sends a request and answers questions until the result is there. A
// request that one of those answers leads to goes into the same conversation.
func (p *process) converse(ctx context.Context, request *value.Dict, answer answerer) (any, error) {
	if ctx.Value(inside{}) == nil {
		p.busy.Lock()
		defer p.busy.Unlock()
		ctx = context.WithValue(ctx, inside{}, true)
		// A plugin that never comes back is ended with what waits for it.
		defer context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })()
	}
	if p.gone != nil {
		return nil, p.gone
	}
	if err := p.send(request); err != nil {
		return nil, p.lost(ctx, err)
	}
	for {
		message, err := p.receive()
		if err != nil {
			return nil, p.lost(ctx, err)
		}
		if what := message.GetString("ask"); what != "" {
			if err := p.send(answered(ctx, message, what, answer)); err != nil {
				return nil, p.lost(ctx, err)
			}
			continue
		}
		if e, ok := message.Get("error"); ok {
			return nil, raised(e)
		}
		v, _ := message.Get("result")
		return unmark(v)
	}
}

func (p *process) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	p.gone = fmt.Errorf("the Python that runs the project's plugins has ended: %w", err)
	return p.gone
}

func answered(ctx context.Context, message *value.Dict, what string, answer answerer) *value.Dict {
	args, _ := message.Get("args")
	v, err := unmark(args)
	var items []any
	if err == nil {
		items, err = value.Items(v)
	}
	var found bool
	if err == nil && answer != nil {
		v, found, err = answer(ctx, what, message.GetString("name"), items)
	}
	out := value.DictOf("answer", nil, "found", found)
	if err == nil && found {
		v, err = mark(v, 0)
		out.Set("answer", v)
	}
	if err != nil {
		return value.DictOf("answer", nil, "failed", err.Error())
	}
	return out
}

// raised is the exception of a plugin. Ansible's own say what they say; others
// say where they come from.
func raised(v any) error {
	e, ok := v.(*value.Dict)
	if !ok {
		return errors.New("a plugin failed without saying why")
	}
	kind, msg := e.GetString("type"), e.GetString("message")
	if undefined, _ := e.Get("undefined"); value.Truth(undefined) {
		return value.Raise("UndefinedError", "%s", msg)
	}
	if own, _ := e.Get("ansible"); value.Truth(own) {
		return value.Raise(kind, "%s", msg)
	}
	return value.Raise(kind, "%s (%s in %s)", msg, kind, e.GetString("where"))
}
