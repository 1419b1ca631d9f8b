package jinja

// kind is the type of a token.
type kind uint8

const (
	kindEOF kind = iota
	kindError
	kindData
	kindVariableBegin
	kindVariableEnd
	kindBlockBegin
	kindBlockEnd
	kindName
	kindString
	kindInteger
	kindFloat
	kindAdd
	kindSub
	kindDiv
	kindFloordiv
	kindMul
	kindMod
	kindPow
	kindTilde
	kindLbracket
	kindRbracket
	kindLparen
	kindRparen
	kindLbrace
	kindRbrace
	kindEq
	kindNe
	kindGt
	kindGteq
	kindLt
	kindLteq
	kindAssign
	kindDot
	kindColon
	kindPipe
	kindComma
	kindSemicolon
)

// kindNames are Jinja2's words for tokens in its messages.
var kindNames = [...]string{
	kindEOF:           "end of template",
	kindData:          "template data / text",
	kindVariableBegin: "begin of print statement",
	kindVariableEnd:   "end of print statement",
	kindBlockBegin:    "begin of statement block",
	kindBlockEnd:      "end of statement block",
	kindName:          "name",
	kindString:        "string",
	kindInteger:       "integer",
	kindFloat:         "float",
	kindAdd:           "+",
	kindSub:           "-",
	kindDiv:           "/",
	kindFloordiv:      "//",
	kindMul:           "*",
	kindMod:           "%",
	kindPow:           "**",
	kindTilde:         "~",
	kindLbracket:      "[",
	kindRbracket:      "]",
	kindLparen:        "(",
	kindRparen:        ")",
	kindLbrace:        "{",
	kindRbrace:        "}",
	kindEq:            "==",
	kindNe:            "!=",
	kindGt:            ">",
	kindGteq:          ">=",
	kindLt:            "<",
	kindLteq:          "<=",
	kindAssign:        "=",
	kindDot:           ".",
	kindColon:         ":",
	kindPipe:          "|",
	kindComma:         ",",
	kindSemicolon:     ";",
}

// token is a piece of a template: text is the spelling of a name, an operator
// or a number, or the text of data and of a string literal.
type token struct {
	kind kind
	off  int
	text string
}

// describe is the token as messages name it.
func (t token) describe() string {
	if t.kind == kindName {
		return t.text
	}
	return kindNames[t.kind]
}

func (t token) isName(name string) bool { return t.kind == kindName && t.text == name }

func (t token) isAny(names []string) bool {
	if t.kind != kindName {
		return false
	}
	for _, name := range names {
		if t.text == name {
			return true
		}
	}
	return false
}

// operator returns the longest operator that s starts with.
func operator(s string) (kind, int) {
	if len(s) > 1 {
		switch s[:2] {
		case "//":
			return kindFloordiv, 2
		case "**":
			return kindPow, 2
		case "==":
			return kindEq, 2
		case "!=":
			return kindNe, 2
		case ">=":
			return kindGteq, 2
		case "<=":
			return kindLteq, 2
		}
	}
	return operators[s[0]], 1
}

var operators = [256]kind{
	'+': kindAdd, '-': kindSub, '/': kindDiv, '*': kindMul, '%': kindMod, '~': kindTilde,
	'[': kindLbracket, ']': kindRbracket, '(': kindLparen, ')': kindRparen, '{': kindLbrace, '}': kindRbrace,
	'>': kindGt, '<': kindLt, '=': kindAssign, '.': kindDot, ':': kindColon, '|': kindPipe, ',': kindComma,
	';': kindSemicolon,
}
