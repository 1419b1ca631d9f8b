package config

import (
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type interfacesArgs struct {
	Dest   string  `arg:"dest" type:"path" default:"/etc/network/interfaces" doc:"The file."`
	Iface  *string `arg:"iface" doc:"The interface whose option is meant."`
	Family *string `arg:"address_family" doc:"The stanza of this family only, such as inet6, where an interface has several."`
	Option *string `arg:"option" doc:"The option; without it the file is only read. method is the word at the end of the iface line."`
	Value  *string `arg:"value" doc:"The option's value. Of pre-up, up, post-up and down there may be several: one is added or removed."`
	State  string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether the option is to be there."`
	fsys.Attrs
	fsys.Backup
}

type interfacesResult struct {
	Dest   string      `json:"dest" doc:"The file."`
	Ifaces *value.Dict `json:"ifaces" doc:"The interfaces: address_family, method and options of each."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.interfaces_file", Summary: "Keep options of network interfaces in /etc/network/interfaces",
		Example: "- name: Larger packets on the inner network\n  community.general.interfaces_file:\n    iface: eth1\n    option: mtu\n    value: 8000\n",
		Differs: []string{
			"The diff shows the file.",
			"An attribute of the file is set, also where no option changes.",
		},
		RequiredBy: map[string][]string{"option": {"iface"}},
	}, interfacesFile)
}

func interfacesFile(c *modules.Context, a interfacesArgs) (interfacesResult, error) {
	var r interfacesResult
	if a.Option != nil && a.State == "present" && a.Value == nil {
		return r, modules.Fail("Value must be set if option is defined and state is 'present'")
	}
	e, err := fsys.OpenEdit(a.Dest, &a.Attrs)
	if err == nil && !e.Exists {
		err = modules.Fail("[Errno 2] No such file or directory: '%s'", a.Dest)
	}
	if err != nil {
		return r, err
	}
	e.Backup = a.Backup.Backup
	f, err := parseInterfaces(string(e.Old))
	if err == nil && a.Option != nil {
		err = a.edit(f)
	}
	if err != nil {
		return r, err
	}
	text := f.String()
	if f, err = parseInterfaces(text); err != nil {
		return r, err
	}
	r.Dest, r.Ifaces = a.Dest, f.ifaces
	_, err = e.Save(c, []byte(text))
	r.Info = fsys.Describe(c, a.Dest)
	return r, err
}

// interfaces is a file of ifupdown.
type interfaces struct {
	lines  []*ifaceLine
	ifaces *value.Dict
}

// ifaceLine is a line of it. That of an interface has the interface's name,
// that of an option also the option.
type ifaceLine struct {
	text           string
	iface, family  string
	option, value  string
	method, parent bool // of the line iface: it has a method
}

// hooks are the options that an interface may have several times.
var hooks = []string{"pre-up", "up", "down", "post-up"}

// outside are the words that end an interface's options.
func outside(word string) bool {
	return strings.HasPrefix(word, "allow-") ||
		slices.Contains([]string{"mapping", "source", "source-dir", "source-directory", "auto", "no-auto-down", "no-scripts"}, word)
}

func parseInterfaces(text string) (*interfaces, error) {
	f := &interfaces{ifaces: value.NewDict()}
	var stanza *ifaceLine
	var options *value.Dict
	misplaced, n := true, 0
	for raw := range strings.Lines(text) {
		n++
		line := &ifaceLine{text: raw}
		f.lines = append(f.lines, line)
		words := strings.Fields(raw)
		switch {
		case len(words) == 0 || words[0][0] == '#':
		case outside(words[0]):
			stanza, misplaced = nil, false
		case words[0] == "iface":
			if len(words) < 2 {
				return nil, modules.Fail("iface without a name in line %d", n)
			}
			stanza, misplaced = line, false
			options = line.start(words)
			f.ifaces.Set(line.iface, options)
		case misplaced:
			return nil, modules.Fail("misplaced option %s in line %d", raw, n)
		case stanza != nil:
			line.iface, line.family, line.option = stanza.iface, stanza.family, words[0]
			line.value = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(raw), words[0]))
			note(options, line)
		}
	}
	return f, nil
}

// start reads the words of a line iface.
func (l *ifaceLine) start(words []string) *value.Dict {
	options := value.NewDict()
	for _, hook := range hooks {
		options.Set(hook, value.NewList())
	}
	options.Set("address_family", nil)
	options.Set("method", nil)
	l.iface, l.parent = words[1], true
	if len(words) > 2 {
		l.family = words[2]
		options.Set("address_family", words[2])
	}
	if len(words) > 3 {
		l.method = true
		l.value = words[3]
		options.Set("method", words[3])
	}
	return options
}

func note(options *value.Dict, line *ifaceLine) {
	if have, ok := options.GetText(line.option); ok && slices.Contains(hooks, line.option) {
		have.(*value.List).Append(line.value)
		return
	}
	options.Set(line.option, line.value)
}

func (f *interfaces) String() string {
	var b strings.Builder
	for _, l := range f.lines {
		b.WriteString(l.text)
	}
	return b.String()
}

func (a interfacesArgs) edit(f *interfaces) error {
	var stanza, same []*ifaceLine
	for _, l := range f.lines {
		if l.iface == *a.Iface && (a.Family == nil || l.family == *a.Family) {
			stanza = append(stanza, l)
			if !l.parent && l.option == *a.Option {
				same = append(same, l)
			}
		}
	}
	if len(stanza) == 0 {
		return modules.Fail("Error: interface %s not found", *a.Iface)
	}
	hook := slices.Contains(hooks, *a.Option)
	there := func(l *ifaceLine) bool { return l.value == *a.Value }
	switch {
	case a.State == "absent":
		f.lines = slices.DeleteFunc(f.lines, func(l *ifaceLine) bool {
			return slices.Contains(same, l) && (!hook || a.Value == nil || there(l))
		})
	case len(same) == 0 && *a.Option == "method":
		a.setMethod(f)
	case len(same) == 0:
		f.addAfter(stanza[len(stanza)-1], *a.Option+" "+*a.Value, len(stanza))
	case hook && !slices.ContainsFunc(same, there):
		f.addAfter(same[len(same)-1], *a.Option+" "+*a.Value, len(stanza))
	case !hook && !there(same[len(same)-1]):
		same[len(same)-1].set(*a.Value)
	}
	return nil
}

// setMethod changes the last word of the interface's iface lines.
func (a interfacesArgs) setMethod(f *interfaces) {
	for _, l := range f.lines {
		if l.parent && l.method && l.iface == *a.Iface {
			body := strings.TrimRight(l.text, "\n")
			if head, ok := strings.CutSuffix(body, l.value); ok {
				l.text = head + *a.Value + l.text[len(body):]
			}
		}
	}
}

// addAfter writes a line behind another, with its indent; the first of an
// interface (of so many lines) has an indent of its own.
func (f *interfaces) addAfter(l *ifaceLine, text string, lines int) {
	body := strings.TrimSpace(l.text)
	at := strings.Index(l.text, body)
	indent, end := l.text[:at], l.text[at+len(body):]
	if lines == 1 {
		indent += "    "
	}
	if end == "" { // the last line of a file that has no end
		l.text += "\n"
	}
	i := slices.Index(f.lines, l)
	f.lines = slices.Insert(f.lines, i+1, &ifaceLine{text: indent + text + end})
}

// set puts another value in the line of an option, and keeps what is around it.
func (l *ifaceLine) set(text string) {
	head := l.text[:strings.Index(l.text, l.option)+len(l.option)]
	rest := l.text[len(head):]
	if l.value == "" {
		l.text = head + " " + text + rest
		return
	}
	at := strings.Index(rest, l.value)
	l.text = head + rest[:at] + text + rest[at+len(l.value):]
}
