package jinja

import (
	"sort"
	"strings"
)

// syntax is the part of Options that the lexer goes by, with defaults filled in.
type syntax struct {
	blockStart, blockEnd       string
	variableStart, variableEnd string
	commentStart, commentEnd   string
	lineStatement, lineComment string
	newline                    string
	trim, lstrip, keepNewline  bool
	doubleBackslashes          bool
	without                    []string // statements that are not known
	openers                    []opener // in the order they are tried
}

type openerKind uint8

const (
	openBlock openerKind = iota
	openComment
	openLineComment
	openLineStatement
	openVariable
)

type opener struct {
	kind openerKind
	text string
}

func newSyntax(o Options) *syntax {
	or := func(s, def string) string {
		if s == "" {
			return def
		}
		return s
	}
	s := &syntax{
		blockStart: or(o.BlockStart, "{%"), blockEnd: or(o.BlockEnd, "%}"),
		variableStart: or(o.VariableStart, "{{"), variableEnd: or(o.VariableEnd, "}}"),
		commentStart: or(o.CommentStart, "{#"), commentEnd: or(o.CommentEnd, "#}"),
		lineStatement: o.LineStatementPrefix, lineComment: o.LineCommentPrefix,
		newline: or(o.NewlineSequence, "\n"),
		trim:    o.TrimBlocks, lstrip: o.LstripBlocks, keepNewline: o.KeepTrailingNewline,
		doubleBackslashes: o.DoubleBackslashes, without: o.Without,
	}
	s.openers = []opener{{openVariable, s.variableStart}, {openComment, s.commentStart}, {openBlock, s.blockStart}}
	if s.lineStatement != "" {
		s.openers = append(s.openers, opener{openLineStatement, s.lineStatement})
	}
	if s.lineComment != "" {
		s.openers = append(s.openers, opener{openLineComment, s.lineComment})
	}
	sort.SliceStable(s.openers, func(i, j int) bool {
		a, b := s.openers[i], s.openers[j]
		if len(a.text) != len(b.text) {
			return len(a.text) > len(b.text)
		}
		return a.kind > b.kind
	})
	return s
}

// normalize brings newlines to \n and drops the last one unless it is kept.
func (s *syntax) normalize(src string) string {
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	}
	if !s.keepNewline {
		src = strings.TrimSuffix(src, "\n")
	}
	return src
}
