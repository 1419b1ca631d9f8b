// Package pycsv reads tables of comma separated values as Python's csv module
// does: quotes may stand for themselves within a field, which encoding/csv
// refuses or takes in another way.
package pycsv

import (
	"errors"
	"fmt"
	"strings"
)

// Reader reads rows. Its Delimiter has to be set.
type Reader struct {
	Delimiter rune
	SkipSpace bool // blanks after a delimiter do not count
	Strict    bool // what is not well formed is an error
}

// Rows are all rows of a text.
func (r Reader) Rows(text string) (rows [][]string, err error) {
	for text != "" {
		var row []string
		if row, text, err = r.row(text); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// row takes one row off the text. A blank line is a row without fields.
func (r Reader) row(text string) (row []string, rest string, err error) {
	var field strings.Builder
	start, quoted, closed := true, false, false
	for i, ch := range text {
		end := ch == '\n' || ch == '\r'
		switch {
		case quoted && ch == '"':
			quoted, closed = false, true
		case quoted:
			field.WriteRune(ch)
		case closed && ch == '"':
			field.WriteRune(ch)
			quoted, closed = true, false
		case end:
			if !start || len(row) > 0 {
				row = append(row, field.String())
			}
			rest = text[i+1:]
			if ch == '\r' {
				rest = strings.TrimPrefix(rest, "\n")
			}
			return row, rest, nil
		case ch == r.Delimiter:
			row = append(row, field.String())
			field.Reset()
			start, closed = true, false
			continue
		case start && ch == '"':
			quoted = true
		case start && ch == ' ' && r.SkipSpace:
			continue
		case closed && r.Strict:
			return nil, "", fmt.Errorf("'%c' expected after '\"'", r.Delimiter)
		default:
			field.WriteRune(ch)
			closed = false
		}
		start = false
	}
	if quoted && r.Strict {
		return nil, "", errors.New("unexpected end of data")
	}
	return append(row, field.String()), "", nil
}
