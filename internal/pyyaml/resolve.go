package pyyaml

import "goplay/internal/lazy"

// notText are the forms of YAML 1.1's types other than text.
var notText = lazy.Regexp(`^(?:` +
	`|~|null|Null|NULL` +
	`|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF` +
	`|[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+` +
	`|[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?` +
	`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)` +
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}` +
	`|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?` +
	`|<<|=|!|&|\*` +
	`)\n?$`)

// isPlainText reports whether unquoted text would be read as text.
func isPlainText(s string) bool {
	if len(s) > 0 {
		switch c := s[0]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == '~', c == '<', c == '=', c == '!', c == '&', c == '*':
		case c|0x20 == 'y', c|0x20 == 'n', c|0x20 == 't', c|0x20 == 'f', c|0x20 == 'o':
		default:
			return true
		}
	}
	return !notText.MatchString(s)
}
