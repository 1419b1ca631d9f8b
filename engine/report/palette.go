package report

import "strings"

// role is what a part of the screen tells; its name is that of the setting
// which gives it a colour, less "COLOR_".
type role string

// The roles of text on Ansible's screen; the empty one is never painted.
const (
	roleOK          role = "OK"
	roleChanged     role = "CHANGED"
	roleSkipped     role = "SKIP"
	roleFailed      role = "ERROR"
	roleUnreachable role = "UNREACHABLE"
	roleWarning     role = "WARN"
	roleDeprecated  role = "DEPRECATE"
	roleVerbose     role = "VERBOSE"
	roleDebug       role = "DEBUG"
	roleAdded       role = "DIFF_ADD"
	roleRemoved     role = "DIFF_REMOVE"
	rolePlace       role = "DIFF_LINES"
)

// Palette gives each role the name of a colour.
type Palette map[role]string

// usual is Ansible's palette where no setting says otherwise.
var usual = Palette{
	roleOK: "green", roleChanged: "yellow", roleSkipped: "cyan", roleFailed: "red", roleUnreachable: "bright red",
	roleWarning: "bright purple", roleDeprecated: "purple", roleVerbose: "blue", roleDebug: "dark gray",
	roleAdded: "green", roleRemoved: "red", rolePlace: "cyan",
}

// PaletteOf asks for the colour of each role by the name of its setting.
func PaletteOf(setting func(name string) string) Palette {
	p := make(Palette, len(usual))
	for r := range usual {
		p[r] = setting("COLOR_" + string(r))
	}
	return p
}

// codes are what a terminal takes for the names of colours.
var codes = map[string]string{
	"black": "0;30", "bright gray": "0;37", "blue": "0;34", "white": "1;37", "green": "0;32", "bright blue": "1;34",
	"cyan": "0;36", "bright green": "1;32", "red": "0;31", "bright cyan": "1;36", "purple": "0;35", "bright red": "1;31",
	"yellow": "0;33", "bright purple": "1;35", "dark gray": "1;30", "bright yellow": "1;33", "magenta": "0;35",
	"bright magenta": "1;35", "normal": "0",
}

// paint colours each line on its own, as pagers need it.
func (s *Screen) paint(text string, r role) string {
	if !s.Colour || r == "" {
		return text
	}
	name, ok := s.Palette[r]
	if !ok {
		name = usual[r]
	}
	before, after := "\x1b["+codes[name]+"m", "\x1b[0m"
	return before + strings.ReplaceAll(text, "\n", after+"\n"+before) + after
}
