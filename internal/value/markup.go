package value

import "strings"

// Markup is a string that Jinja2's escape filters marked as safe; it behaves
// as a string everywhere else.
type Markup string

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&#34;")

// Escape makes text safe for HTML as Markup.
func Escape(s string) Markup { return Markup(escaper.Replace(s)) }

// EscapeValue is markupsafe's escape: str(v) made safe for HTML; Markup is safe as it is.
func EscapeValue(v any) Markup {
	if m, ok := v.(Markup); ok {
		return m
	}
	return Escape(Str(v))
}
