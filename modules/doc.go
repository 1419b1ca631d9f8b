package modules

import (
	"fmt"
	"strings"
)

// Doc is what a module says of itself, as data.
type Doc struct {
	Name    string    `json:"name"`
	Aliases []string  `json:"aliases,omitempty"`
	Summary string    `json:"summary"`
	Notes   []string  `json:"notes,omitempty"`
	Differs []string  `json:"differs_from_ansible,omitempty"`
	Check   bool      `json:"check_mode"`
	Options []*Option `json:"options"`
	Returns []Return  `json:"returns"`
	Example string    `json:"example"`
}

// Doc returns the module's documentation.
func (m *Module) Doc() Doc {
	return Doc{Name: m.Name, Aliases: m.Aliases, Summary: m.Summary, Notes: m.Notes, Differs: m.Differs,
		Check: !m.NoCheck, Options: m.Schema().visible(), Returns: m.Returns(), Example: m.Example}
}

func (s *Schema) visible() []*Option {
	out := []*Option{}
	for _, o := range s.Options {
		if !o.Internal {
			out = append(out, o)
		}
	}
	return out
}

// kind is an option's type as a reader wants it.
func (o *Option) kind() string {
	if o.Elements != "" {
		return o.Type + " of " + o.Elements
	}
	return o.Type
}

// traits are what follows an option's name: required, default, choices, aliases.
func (o *Option) traits() string {
	parts := []string{o.kind()}
	if o.Required {
		parts = append(parts, "required")
	}
	if o.Default != nil {
		parts = append(parts, "default "+fmt.Sprintf("%q", *o.Default))
	}
	if len(o.Choices) > 0 {
		parts = append(parts, "one of "+strings.Join(o.Choices, ", "))
	}
	if len(o.Aliases) > 0 {
		parts = append(parts, "also "+strings.Join(o.Aliases, ", "))
	}
	if o.Secret {
		parts = append(parts, "never shown")
	}
	return strings.Join(parts, "; ")
}

// Text is the documentation for a terminal.
func (m *Module) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s - %s\n", m.Name, m.Summary)
	if len(m.Aliases) > 0 {
		fmt.Fprintf(&b, "also %s\n", strings.Join(m.Aliases, ", "))
	}
	if m.NoCheck {
		b.WriteString("check mode: skipped\n")
	}
	b.WriteString("\nOPTIONS\n")
	m.Schema().writeText(&b, "  ")
	if len(m.Returns()) > 0 {
		b.WriteString("\nRETURNS\n")
		for _, r := range m.Returns() {
			fmt.Fprintf(&b, "  %s (%s)\n      %s\n", r.Name, r.Type, r.Doc)
		}
	}
	writeList(&b, "\nNOTES\n", "  - ", m.Notes)
	writeList(&b, "\nDIFFERS FROM ANSIBLE\n", "  - ", m.Differs)
	fmt.Fprintf(&b, "\nEXAMPLE\n%s", indent(m.Example))
	return b.String()
}

func (s *Schema) writeText(b *strings.Builder, margin string) {
	for _, o := range s.visible() {
		fmt.Fprintf(b, "%s%s (%s)\n%s    %s\n", margin, o.Name, o.traits(), margin, o.Doc)
		if o.Sub != nil {
			o.Sub.writeText(b, margin+"    ")
		}
	}
}

func writeList(b *strings.Builder, heading, bullet string, items []string) {
	if len(items) == 0 {
		return
	}
	b.WriteString(heading)
	for _, item := range items {
		b.WriteString(bullet + item + "\n")
	}
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// Markdown is the module's chapter of the reference.
func (m *Module) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s\n\n", m.Name, m.Summary)
	if m.NoCheck {
		b.WriteString("Check mode: skipped.\n\n")
	}
	b.WriteString("| option | | |\n|---|---|---|\n")
	m.Schema().writeMarkdown(&b, "")
	if len(m.Returns()) > 0 {
		b.WriteString("\n| returns | | |\n|---|---|---|\n")
		for _, r := range m.Returns() {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Name, r.Type, cell(r.Doc))
		}
	}
	writeList(&b, "\nNotes:\n\n", "- ", m.Notes)
	writeList(&b, "\nDiffers from Ansible:\n\n", "- ", m.Differs)
	fmt.Fprintf(&b, "\n```yaml\n%s```\n", m.Example)
	return b.String()
}

func (s *Schema) writeMarkdown(b *strings.Builder, prefix string) {
	for _, o := range s.visible() {
		fmt.Fprintf(b, "| `%s%s` | %s | %s |\n", prefix, o.Name, cell(o.traits()), cell(o.Doc))
		if o.Sub != nil {
			o.Sub.writeMarkdown(b, prefix+o.Name+".")
		}
	}
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
