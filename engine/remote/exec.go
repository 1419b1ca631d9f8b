package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Exec runs a command line on the target without an agent, through the login
// shell, for hosts that can hold no agent and for bootstrapping. stdin may be
// nil. A command that ran and failed has a status and no error; the errors are
// Runner's.
func (p *Pool) Exec(ctx context.Context, t Target, command string, stdin io.Reader) (rc int, stdout, stderr []byte, err error) {
	h, err := p.host(&t)
	if err != nil {
		return 0, nil, nil, err
	}
	c, err := h.connect(ctx)
	if err != nil {
		return 0, nil, nil, err
	}
	rc, stdout, stderr, err = execOn(ctx, c, &t, command, stdin)
	if err != nil {
		err = h.explain(err)
	}
	return rc, stdout, stderr, err
}

func execOn(ctx context.Context, c conn, t *Target, command string, stdin io.Reader) (int, []byte, []byte, error) {
	if t.Become == nil {
		p, err := c.start(ctx, command, false)
		if err != nil {
			return 0, nil, nil, err
		}
		return finish(ctx, p, p.stdout, p.stderr, stdin)
	}
	s, err := run(ctx, c, t.Become, false, t.timeout(), func(token string) string {
		return "echo " + token + " go;" + command
	})
	if err != nil {
		return 0, nil, nil, err
	}
	s.errs.keepAll()
	rc, stdout, _, err := finish(ctx, s.process, s.out, bytes.NewReader(nil), stdin)
	stderr := strings.ReplaceAll(s.errs.whole(), promptMark(s.token), "")
	return rc, stdout, []byte(stderr), err
}

// finish feeds a command and reads what it prints until it ends.
func finish(ctx context.Context, p *process, out, errs io.Reader, stdin io.Reader) (int, []byte, []byte, error) {
	type end struct {
		rc             int
		stdout, stderr []byte
		err            error
	}
	go func() {
		if stdin != nil {
			_, _ = io.Copy(p.stdin, stdin) // a command need not read what it is given
		}
		_ = p.stdin.Close()
	}()
	ended := make(chan end, 1)
	go func() {
		var e end
		read := make(chan error, 1)
		go func() {
			var err error
			e.stderr, err = io.ReadAll(errs)
			read <- err
		}()
		e.stdout, e.err = io.ReadAll(out)
		e.err = errors.Join(e.err, <-read)
		var lost error
		if e.rc, lost = p.wait(); lost != nil {
			e.err = fmt.Errorf("the connection was lost: %w", lost)
		}
		ended <- e
	}()
	select {
	case e := <-ended:
		return e.rc, e.stdout, e.stderr, e.err
	case <-ctx.Done():
		// Nobody waits for a host that does not answer.
		p.kill()
		return 0, nil, nil, context.Cause(ctx)
	}
}
