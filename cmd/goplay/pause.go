package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"goplay/engine"
)

// interruptKey is ^C where it interrupts nothing.
const interruptKey = 3

// sleep waits on the terminal. As in Ansible ^C does not end the run there, but
// asks whether the play goes on; another one does. say is called once that is so.
func (s *session) sleep(ctx context.Context, say func(), wait time.Duration) error {
	k, err := openKeys(ctx, os.Stdin)
	if err != nil {
		return err
	}
	defer k.close()
	if err := k.byKey(); err != nil {
		return err
	}
	say()
	interrupted, err := k.skip(wait)
	if !interrupted {
		return err
	}
	if s.live != nil {
		defer s.live.Hold()()
	}
	return s.goesOn(k)
}

// waitFor shows a prompt and waits on the terminal for the line that answers
// it. ^C asks as in sleep; if the play goes on, what was typed is the answer.
func (s *session) waitFor(ctx context.Context, prompt string, private bool) (string, error) {
	if s.live != nil {
		defer s.live.Hold()()
	}
	k, err := openKeys(ctx, os.Stdin)
	if err != nil {
		return "", err
	}
	defer k.close()
	if err := k.byLine(!private); err != nil {
		return "", err
	}
	fmt.Fprint(os.Stdout, prompt)
	typed, err := k.read(0)
	if err != nil {
		return "", err
	}
	text, interrupted := strings.CutSuffix(string(typed), string(rune(interruptKey)))
	if interrupted {
		err = s.goesOn(k)
	}
	return strings.TrimRight(text, "\r\n"), err
}

// goesOn asks whether the play goes on: engine.ErrAborted says that it does not.
func (s *session) goesOn(k *keys) error {
	if err := k.byKey(); err != nil {
		return err
	}
	const clear = "\r\x1b[K"
	fmt.Fprint(os.Stdout, clear+"Press 'C' to continue the play or 'A' to abort \r\n")
	for {
		typed, err := k.read(0)
		if err != nil {
			return err
		}
		for _, key := range typed {
			switch key {
			case 'c', 'C':
				return nil
			case 'a', 'A':
				return engine.ErrAborted
			case interruptKey:
				k.close() // nothing is to be put right when it leaves
				if err := unix.Kill(os.Getpid(), unix.SIGINT); err != nil {
					return err
				}
				<-k.ctx.Done()
				return context.Cause(k.ctx)
			}
		}
	}
}

// keys are what is typed on a terminal, on which ^C is a key like others.
type keys struct {
	ctx     context.Context
	tty     *os.File
	was     *unix.Termios
	out     func()      // of what is put right at the end
	wake    *os.File    // has something to read once the context ends
	wakers  []io.Closer // both ends of it
	unwatch func() bool // ends the wait for the context
}

// inForeground reports whether the terminal is this process's to read: a
// background job that touches it is stopped.
func inForeground(tty *os.File) bool {
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

func openKeys(ctx context.Context, tty *os.File) (*keys, error) {
	was, err := unix.IoctlGetTermios(int(tty.Fd()), getState)
	if err != nil {
		return nil, fmt.Errorf("read the terminal: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	k := &keys{ctx: ctx, tty: tty, was: was, wake: r, wakers: []io.Closer{r, w}}
	k.out = leaving.add(func() { _ = k.set(was) })
	k.unwatch = context.AfterFunc(ctx, func() { _, _ = w.Write([]byte{0}) })
	return k, nil
}

func (k *keys) close() {
	if k.out == nil {
		return
	}
	_ = k.set(k.was)
	k.out()
	k.out = nil
	k.unwatch()
	for _, c := range k.wakers {
		c.Close()
	}
}

func (k *keys) set(state *unix.Termios) error {
	return unix.IoctlSetTermios(int(k.tty.Fd()), setState, state)
}

// byKey has each key arrive when it is typed, and none shown.
func (k *keys) byKey() error {
	state := *k.was
	state.Lflag &^= unix.ICANON | unix.ECHO
	state.Cc[unix.VINTR] = disabledKey
	state.Cc[unix.VMIN], state.Cc[unix.VTIME] = 1, 0
	return k.set(&state)
}

// byLine has what is typed arrive, edited and shown as usual, at the end of a
// line and at ^C.
func (k *keys) byLine(shown bool) error {
	state := *k.was
	state.Lflag |= unix.ICANON
	state.Iflag |= unix.ICRNL
	if !shown {
		state.Lflag &^= unix.ECHO
	}
	state.Cc[unix.VINTR] = disabledKey
	state.Cc[unix.VEOL] = interruptKey
	return k.set(&state)
}

// errQuiet is the end of a wait in which nothing was typed.
var errQuiet = errors.New("nothing was typed")

// read returns what is typed next, errQuiet if that is nothing within wait; a
// wait of 0 lasts until the context ends.
func (k *keys) read(wait time.Duration) ([]byte, error) {
	var timeout *unix.Timeval
	if wait > 0 {
		t := unix.NsecToTimeval(wait.Nanoseconds())
		timeout = &t
	}
	fd, wake := int(k.tty.Fd()), int(k.wake.Fd())
	for {
		var ready unix.FdSet
		ready.Set(fd)
		ready.Set(wake)
		n, err := unix.Select(max(fd, wake)+1, &ready, nil, nil, timeout)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return nil, fmt.Errorf("wait for the terminal: %w", err)
		case ready.IsSet(wake):
			return nil, context.Cause(k.ctx)
		case n == 0:
			return nil, errQuiet
		}
		buf := make([]byte, 4096)
		n, err = k.tty.Read(buf)
		if err != nil {
			return nil, err
		}
		return buf[:n], nil
	}
}

// skip lets what is typed pass until the wait is over or a ^C interrupts it.
func (k *keys) skip(wait time.Duration) (interrupted bool, err error) {
	for end := time.Now().Add(wait); ; {
		left := time.Until(end)
		if left <= 0 {
			return false, nil
		}
		typed, err := k.read(left)
		if err != nil && !errors.Is(err, errQuiet) {
			return false, err
		}
		if strings.ContainsRune(string(typed), interruptKey) {
			return true, nil
		}
	}
}
