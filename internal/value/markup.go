package value

import "strings"

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&#34;")

// Escape makes text safe for HTML as Markup.
func Escape(s string) Markup { return Markup(escaper.Replace(s)) }
