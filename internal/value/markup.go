package value

// Markup is a string that Jinja2's escape filters marked as safe; it behaves
// as a string everywhere else.
type Markup string

// entities are what stands for a character in HTML.
var entities = [256]string{'&': "&amp;", '>': "&gt;", '<': "&lt;", '\'': "&#39;", '"': "&#34;"}

// Escape makes text safe for HTML, as markupsafe does.
func Escape(s string) Markup {
	more := 0
	for i := range len(s) {
		if e := entities[s[i]]; e != "" {
			more += len(e) - 1
		}
	}
	if more == 0 {
		return Markup(s)
	}
	b := make([]byte, 0, len(s)+more)
	for i := range len(s) {
		if e := entities[s[i]]; e != "" {
			b = append(b, e...)
		} else {
			b = append(b, s[i])
		}
	}
	return Markup(b)
}

// EscapeValue is markupsafe's escape: str(v) made safe for HTML; Markup is safe as it is.
func EscapeValue(v any) Markup {
	if m, ok := v.(Markup); ok {
		return m
	}
	return Escape(Str(v))
}
