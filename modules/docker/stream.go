package docker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"goplay/modules"
)

// message is one line of the progress that the engine reports of a build,
// pull, push or load.
type message struct {
	Stream      string          `json:"stream"`
	Status      string          `json:"status"`
	Progress    string          `json:"progress"`
	ID          string          `json:"id"`
	Error       string          `json:"error"`
	ErrorDetail *messageError   `json:"errorDetail"`
	Aux         json.RawMessage `json:"aux"`
}

type messageError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (m *message) failure() string {
	if m.ErrorDetail != nil && m.ErrorDetail.Message != "" {
		return m.ErrorDetail.Message
	}
	return m.Error
}

// text is the message as a terminal would have it.
func (m *message) text() string {
	switch {
	case m.Stream != "":
		return m.Stream
	case m.Status == "":
		return ""
	case m.ID != "":
		return strings.TrimRight(m.ID+": "+m.Status+" "+m.Progress, " ") + "\n"
	}
	return m.Status + "\n"
}

// streamError is what the engine says in the middle of a stream went wrong.
type streamError struct {
	msg  string
	code int
}

func (e *streamError) Error() string { return e.msg }

// follow reads progress to its end, shows it and hands every message to each
// (which may be nil). It closes r. What the engine reports as an error is one.
func follow(c *modules.Context, r io.ReadCloser, each func(*message)) error {
	defer r.Close()
	d := json.NewDecoder(r)
	for {
		var m message
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the engine's progress: %w", err)
		}
		if text := m.text(); text != "" {
			c.Output("stdout", []byte(text))
		}
		if each != nil {
			each(&m)
		}
		if said := m.failure(); said != "" {
			code := 0
			if m.ErrorDetail != nil {
				code = m.ErrorDetail.Code
			}
			return &streamError{said, code}
		}
	}
}
