package facts

import (
	"cmp"
	"strings"

	"goplay/internal/value"
)

// lsb is what lsb_release would print, read from the files that it reads.
func lsb(h *host) {
	out := value.NewDict()
	vars := parseShellVariables(h.read("/etc/lsb-release"))
	if h.program("lsb_release") != "" {
		os := h.osRelease()
		id := cmp.Or(vars["DISTRIB_ID"], debianNames[os["ID"]], os["NAME"])
		set := func(name, text string) {
			if text != "" {
				out.Set(name, text)
			}
		}
		set("release", cmp.Or(vars["DISTRIB_RELEASE"], os["VERSION_ID"], "n/a"))
		set("id", id)
		set("description", cmp.Or(vars["DISTRIB_DESCRIPTION"], os["PRETTY_NAME"]))
		set("codename", cmp.Or(vars["DISTRIB_CODENAME"], os["VERSION_CODENAME"], "n/a"))
	} else {
		for _, k := range []string{"ID", "RELEASE", "DESCRIPTION", "CODENAME"} {
			if v := vars["DISTRIB_"+k]; v != "" {
				out.Set(strings.ToLower(k), v)
			}
		}
	}
	if r := out.GetString("release"); r != "" {
		major, _, _ := strings.Cut(r, ".")
		out.Set("major_release", major)
	}
	h.facts.add("lsb", out)
}
