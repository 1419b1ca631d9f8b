package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

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
			text, err := bufio.NewReader(os.Stdin).ReadString('\n')
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
	answer, err := s.ask(context.Background(), fmt.Sprintf("Perform task: %s (N)o/(y)es/(c)ontinue: ", task), false)
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
