package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/term"
)

// stdin is what all prompts read, so that none swallows the next one's answer.
var stdin = bufio.NewReader(os.Stdin)

// password asks for a secret. As getpass does it goes to the terminal of the
// process wherever its standard input comes from; without a terminal the
// secret is the next line of standard input.
func (s *session) password(prompt string) (string, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return s.ask(context.Background(), prompt, true)
	}
	secret, err := s.prompted(context.Background(), tty, prompt, bufio.NewReaderSize(tty, 16), tty)
	if !errors.Is(err, errInterrupted) { // else it is being read
		tty.Close()
	}
	return secret, err
}

// line reads a line of the task debugger, whose prompts are on standard output.
func (s *session) line(prompt string) (string, error) {
	return s.prompted(context.Background(), os.Stdout, prompt, stdin, nil)
}

// ask prompts on the terminal; a private answer is not shown.
func (s *session) ask(ctx context.Context, prompt string, private bool) (string, error) {
	switch {
	case !private:
		return s.prompted(ctx, os.Stdout, prompt, stdin, nil)
	case term.IsTerminal(int(os.Stdin.Fd())):
		return s.prompted(ctx, os.Stderr, prompt, stdin, os.Stdin)
	}
	return s.prompted(ctx, os.Stderr, prompt, stdin, nil)
}

// prompted shows a prompt and reads the line that answers it, without showing
// that where there is a tty. It waits until the context ends, and where that
// never does until the user interrupts.
func (s *session) prompted(ctx context.Context, out io.Writer, prompt string, in *bufio.Reader, tty *os.File) (string, error) {
	if s.live != nil {
		defer s.live.Hold()()
	}
	interrupts := make(chan os.Signal, 1)
	if ctx.Done() == nil {
		signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
		defer signal.Stop(interrupts)
	}
	if tty != nil {
		restore, err := hide(tty)
		if err != nil {
			return "", fmt.Errorf("ask without showing what is typed: %w", err)
		}
		defer fmt.Fprintln(out) // return was not shown, nor ^C
		defer restore()
	}
	fmt.Fprint(out, prompt)
	answer := make(chan line, 1)
	go func() {
		text, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && text != "" {
			err = nil // the last line may lack its end
		}
		answer <- line{strings.TrimRight(text, "\r\n"), err}
	}()
	select {
	case got := <-answer:
		return got.text, got.err
	case <-interrupts:
		return "", errInterrupted
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

type line struct {
	text string
	err  error
}

// errUnanswered is the end of a run with --step whose questions nobody answers any more.
var errUnanswered = errors.New("no answer")

// confirm asks about one task of --step.
func (s *session) confirm(ctx context.Context, task string) (run, goOn bool, err error) {
	prompt := fmt.Sprintf("Perform task: TASK: %s (N)o/(y)es/(c)ontinue: ", task)
	answer, err := s.ask(ctx, prompt, false)
	switch {
	case errors.Is(err, io.EOF):
		return false, true, errUnanswered
	case err != nil:
		return false, true, err
	}
	s.screen.Banner(prompt)
	switch strings.ToLower(answer) {
	case "y", "yes":
		return true, true, nil
	case "c", "continue":
		return true, false, nil
	}
	return false, true, nil
}
