// Package shlex splits a command line into words as Python's shlex.split does,
// which is how Ansible reads free-form commands: quotes and backslashes as in
// a POSIX shell, no comments, no expansions.
package shlex

import (
	"errors"
	"strings"
)

// Split returns the words of a command line. An open quote or a backslash at
// the end is an error, in Python's words.
func Split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); i++ {
		switch ch := line[i]; ch {
		case ' ', '\t', '\r', '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		case '\\':
			if i+1 == len(line) {
				return nil, errors.New("No escaped character")
			}
			i++
			word.WriteByte(line[i])
			inWord = true
		case '\'', '"':
			end, err := quoted(line, i, &word)
			if err != nil {
				return nil, err
			}
			i, inWord = end, true
		default:
			word.WriteByte(ch)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

// quoted reads the quoted text that starts at i and returns where it ends. In
// double quotes a backslash escapes only itself and the quote.
func quoted(line string, i int, word *strings.Builder) (int, error) {
	quote := line[i]
	for i++; i < len(line); i++ {
		switch {
		case line[i] == quote:
			return i, nil
		case quote == '"' && line[i] == '\\':
			if i+1 == len(line) {
				return 0, errors.New("No escaped character")
			}
			if next := line[i+1]; next == '"' || next == '\\' {
				i++
			}
			word.WriteByte(line[i])
		default:
			word.WriteByte(line[i])
		}
	}
	return 0, errors.New("No closing quotation")
}

// Join quotes words so that a POSIX shell reads them back.
func Join(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return strings.Join(quoted, " ")
}

// Quote is one word as a shell has to be given it.
func Quote(word string) string {
	if word == "" {
		return "''"
	}
	if strings.IndexFunc(word, unsafe) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}

func unsafe(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r))
}
