package template

import "context"

// The classes of Ansible's own kinds of text.
const (
	stays       = "NativeJinjaText"       // text that is not read back as data, however it looks
	staysUnsafe = "NativeJinjaUnsafeText" // the same of a lookup
	vaulted     = "AnsibleVaultEncryptedUnicode"
)

// textFilters are those whose text stays text unless Ansible's settings name others.
var textFilters = []string{"string", "to_json", "to_nice_json", "to_yaml", "to_nice_yaml", "ppretty", "json"}

// Stay marks a lookup's text as one that is not read back as data, however it
// looks.
func (e *Engine) Stay(text string) string { return e.classes.Add(text, staysUnsafe) }

// Vaulted marks a text as one that the evaluation which ctx belongs to encrypted.
func Vaulted(ctx context.Context, text string) string {
	if e, _, ok := Of(ctx); ok {
		return e.classes.AddFrom(text, vaulted, text)
	}
	return text
}

// IsVaulted reports whether a value is a text that Vaulted marked.
func IsVaulted(ctx context.Context, v any) bool {
	e, _, ok := Of(ctx)
	text, isText := v.(string)
	return ok && isText && text != "" && e.classes.From(v) == text
}
