// Package console is the task debugger's: it reads commands, shows values and
// changes them. It knows neither tasks nor hosts, only names and their values.
package console

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"goplay/internal/value"
)

// Next is what the run does when the console closes.
type Next uint8

// The ways to leave the console.
const (
	Quit Next = iota
	Continue
	Redo
)

// Console is one session.
type Console struct {
	Prompt string
	Out    io.Writer
	// Line reads a line for a prompt; io.EOF ends the session as quit does, and
	// so does every other error.
	Line  func(prompt string) (string, error)
	Names map[string]any // what expressions see; assignments add to it
	// Update makes the task anew of what was written and the changed variables.
	Update func() error

	last string
}

// Assignable is a value whose attributes or items the console may set.
type Assignable interface {
	Assign(name string, v any) error
}

// commands are the console's words, with their short forms.
var commands = map[string]string{
	"p": "pprint", "pprint": "pprint", "u": "update_task", "update_task": "update_task", "r": "redo", "redo": "redo",
	"c": "continue", "continue": "continue", "q": "quit", "quit": "quit", "EOF": "quit", "h": "help", "help": "help", "?": "help",
}

var help = map[string]string{
	"pprint": "Pretty Print", "update_task": "Make the task anew from what was written, with the variables as they are now",
	"redo": "Run the task again", "continue": "Go on with the next result", "quit": "Quit", "help": "List the commands, or tell about one",
}

// Run reads commands until one of them leaves the console.
func (c *Console) Run() Next {
	for {
		text, err := c.Line(c.Prompt)
		if errors.Is(err, io.EOF) {
			text, err = "EOF", nil
		}
		if err != nil {
			return Quit
		}
		if next, done := c.command(strings.TrimSpace(text)); done {
			return next
		}
	}
}

// command carries one line out; an empty one repeats the line before.
func (c *Console) command(text string) (next Next, done bool) {
	if text == "" {
		text = c.last
	}
	if c.last = text; text == "" {
		return 0, false
	}
	word, rest := split(text)
	switch commands[word] {
	case "quit":
		fmt.Fprintln(c.Out, "User interrupted execution")
		return Quit, true
	case "continue":
		return Continue, true
	case "redo":
		return Redo, true
	case "update_task":
		c.say(nil, c.Update())
	case "help":
		c.help(rest)
	case "pprint":
		v, err := c.evaluate(rest)
		if err == nil {
			v, err = c.pretty(v)
		}
		c.say(v, err)
	default:
		v, err := c.execute(text)
		if err == nil && v != nil {
			v = value.Repr(v)
		}
		c.say(v, err)
	}
	return 0, false
}

// split takes the word off that a line starts with, as Python's cmd does.
func split(text string) (word, rest string) {
	if strings.HasPrefix(text, "?") {
		return "?", strings.TrimSpace(text[1:])
	}
	i := 0
	for i < len(text) && isNameByte(text[i]) {
		i++
	}
	return text[:i], strings.TrimSpace(text[i:])
}

func isNameByte(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// say shows a text, or what went wrong as Python would name it.
func (c *Console) say(v any, err error) {
	var raised *value.Exception
	switch {
	case errors.As(err, &raised):
		fmt.Fprintf(c.Out, "***%s:%s(%s)\n", raised.Type, raised.Type, reprMessage(raised))
	case err != nil:
		fmt.Fprintf(c.Out, "***%s\n", err)
	case v != nil:
		fmt.Fprintln(c.Out, value.Str(v))
	}
}

// reprMessage is the argument of an exception; that of a KeyError is the key itself.
func reprMessage(e *value.Exception) string {
	if e.Type == "KeyError" {
		return e.Msg
	}
	return value.Repr(e.Msg)
}

func (c *Console) help(topic string) {
	if topic == "" {
		head := "Documented commands (type help <topic>):"
		fmt.Fprintf(c.Out, "\n%s\n%s\nEOF  c  continue  h  help  p  pprint  q  quit  r  redo  u  update_task\n\n", head, strings.Repeat("=", len(head)))
		return
	}
	if text, ok := help[commands[topic]]; ok {
		fmt.Fprintln(c.Out, text)
		return
	}
	fmt.Fprintf(c.Out, "*** No help on %s\n", topic)
}
