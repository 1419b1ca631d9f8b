package remote

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// shellTimeout is how long a login shell may take to start a command, with all
// that its startup files do.
const shellTimeout = 60 * time.Second

// maxNoise is how much a login shell may print before our own first line.
const maxNoise = 1 << 20

// started is a script that runs on the host and has said its first line.
type started struct {
	*process
	out    *bufio.Reader // stdout after that line
	errs   *tail
	token  string
	answer string // the rest of that line, after the token
}

// newToken makes a word that nothing else prints.
func newToken() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	return "gp" + hex.EncodeToString(b)
}

// silence is the error of a start that ended, or took too long, without a
// line of ours.
type silence struct {
	said string // what came instead
	rc   int
	err  error
	late bool
}

func (e *silence) Error() string {
	said := oneLine(e.said)
	switch {
	case e.late && said == "":
		return "the login shell did not start a command in time"
	case e.late:
		return "the login shell did not start a command in time, but said: " + said
	case said != "":
		return said
	case e.err != nil:
		return e.err.Error()
	}
	return fmt.Sprintf("the login shell ended with status %d and without a reason", e.rc)
}

// run starts a script as the user and waits for the line that begins with the
// token. What a login shell prints before that is noise. A password is given
// once, when it is asked for.
func run(ctx context.Context, c conn, b *Become, pty bool, timeout time.Duration, script func(token string) string) (*started, error) {
	token := newToken()
	text := script(token)
	if b.expands() {
		text = "echo " + token + " sh;exec sh"
	}
	command, err := b.wrap(text, token)
	if err != nil {
		return nil, err
	}
	if pty {
		// Raw, a terminal passes every byte; sudo and doas change only how it echoes.
		command = "exec sh -c " + quote("stty raw -echo;"+command)
	}
	p, err := c.start(ctx, command, pty)
	if err != nil {
		return nil, err
	}
	if b == nil {
		timeout = shellTimeout
	}
	s, err := await(ctx, p, b, token, timeout)
	if err == nil && b.expands() {
		// Nothing else is sent before the script answers, so sh cannot read too far.
		if _, err = io.WriteString(p.stdin, script(token)+"\n"); err == nil {
			s.answer, _, err = firstLine(s.out, token, func([]byte) {})
		}
	}
	if err != nil {
		p.discard()
		return nil, err
	}
	return s, nil
}

// settle is how long a text has to stay as it is to be taken for a prompt, when
// it is not one of ours: programs print messages piece by piece.
const settle = 200 * time.Millisecond

// prompts is how often a password has been asked for, on one of two streams.
type prompts struct{ stream, n int }

func await(ctx context.Context, p *process, b *Become, token string, timeout time.Duration) (*started, error) {
	asked, over := make(chan prompts), make(chan struct{})
	stop := sync.OnceFunc(func() { close(over) })
	defer stop()
	listen := func(stream int) func([]byte) {
		return func(printed []byte) {
			if b == nil {
				return
			}
			select {
			case asked <- prompts{stream, b.asks(printed, token)}:
			case <-over:
			}
		}
	}
	s := &started{process: p, token: token, out: bufio.NewReaderSize(p.stdout, 32<<10), errs: follow(p.stderr, listen(1))}
	type line struct {
		answer, noise string
		err           error
	}
	first := make(chan line, 1)
	go func() {
		answer, noise, err := firstLine(s.out, token, listen(0))
		first <- line{answer, noise, err}
	}()
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	var settled <-chan time.Time
	var seen, answered [2]int
	given := false
	for {
		select {
		case l := <-first:
			if l.err == nil {
				s.answer = l.answer
				return s, nil
			}
			stop()
			return nil, s.failure(b, token, l.noise, given)
		case a := <-asked:
			seen[a.stream] = a.n
			settled = time.After(b.settle())
		case <-settled:
			if seen[0] <= answered[0] && seen[1] <= answered[1] {
				continue
			}
			switch {
			case b.Password == "":
				return nil, b.missing()
			case given:
				return nil, b.incorrect()
			}
			answered, given = seen, true
			if _, err := io.WriteString(p.stdin, b.Password+"\n"); err != nil {
				stop()
				return nil, &silence{said: s.errs.whole(), err: err}
			}
		case <-timer.C:
			if b != nil {
				return nil, &BecomeFailed{fmt.Sprintf("Timeout (%ds) waiting for privilege escalation prompt: %s",
					int(timeout.Seconds()), oneLine(s.errs.String()))}
			}
			return nil, &silence{said: s.errs.String(), late: true}
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// failure is why no line of ours came.
func (s *started) failure(b *Become, token, noise string, answered bool) error {
	said := s.errs.whole()
	rc, err := s.wait()
	if b != nil && err == nil {
		if said == "" {
			said = noise
		}
		return b.refused(said, token, answered)
	}
	if said == "" {
		said = noise
	}
	return &silence{said: said, rc: rc, err: err}
}

// firstLine reads up to the line that begins with the token and returns the
// rest of that and what came before. A prompt does not end its line, so what
// there is of one is shown to ask.
func firstLine(r *bufio.Reader, token string, ask func([]byte)) (answer, noise string, err error) {
	var before, line []byte
	for {
		c, err := r.ReadByte()
		if err != nil {
			return "", string(append(before, line...)), err
		}
		line = append(line, c)
		switch {
		case c == '\n':
			// A prompt or an unfinished line of the shell's may stand before it.
			if _, rest, ok := bytes.Cut(line, []byte(token+" ")); ok {
				return strings.TrimSpace(string(rest)), string(before), nil
			}
			before, line = append(before, line...), nil
		case r.Buffered() == 0:
			ask(append(before[:len(before):len(before)], line...))
		}
		if len(before)+len(line) > maxNoise {
			return "", string(before[:1024]), errors.New("the login shell prints without end")
		}
	}
}
