package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

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
	defer tty.Close()
	if s.live != nil {
		defer s.live.Hold()()
	}
	fmt.Fprint(tty, prompt)
	secret, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	return string(secret), err
}

// line reads a line of the task debugger, whose prompts are on standard output.
func (s *session) line(prompt string) (string, error) {
	if s.live != nil {
		defer s.live.Hold()()
	}
	fmt.Print(prompt)
	text, err := stdin.ReadString('\n')
	if errors.Is(err, io.EOF) && text != "" {
		err = nil
	}
	return strings.TrimRight(text, "\r\n"), err
}

// ask prompts on the terminal; a private answer is not shown.
func (s *session) ask(ctx context.Context, prompt string, private bool) (string, error) {
	if s.live != nil {
		defer s.live.Hold()()
	}
	fmt.Fprint(os.Stderr, prompt)
	answer := make(chan line, 1)
	go func() {
		var got line
		if private && term.IsTerminal(int(os.Stdin.Fd())) {
			data, err := term.ReadPassword(int(os.Stdin.Fd()))
			fmt.Fprintln(os.Stderr)
			got = line{string(data), err}
		} else {
			text, err := stdin.ReadString('\n')
			if errors.Is(err, io.EOF) && text != "" {
				err = nil // the last line may lack its end
			}
			got = line{strings.TrimRight(text, "\r\n"), err}
		}
		answer <- got
	}()
	select {
	case got := <-answer:
		return got.text, got.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

type line struct {
	text string
	err  error
}

// confirm asks about one task of --step.
func (s *session) confirm(task string) (run, goOn bool) {
	answer, err := s.ask(context.Background(), fmt.Sprintf("Perform task: TASK: %s (N)o/(y)es/(c)ontinue: ", task), false)
	if err != nil {
		return false, true
	}
	switch strings.ToLower(answer) {
	case "y", "yes":
		return true, true
	case "c", "continue":
		return true, false
	}
	return false, true
}
