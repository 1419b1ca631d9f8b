package modules

import (
	"os/exec"
	"slices"
	"strings"
	"sync"
)

// locales are those in which programs print English, the best one first: in C
// they write letters outside ASCII as something else.
var locales = []string{"C.utf8", "C.UTF-8", "en_US.utf8", "en_US.UTF-8"}

var english struct {
	sync.Mutex
	name string // once it is known
}

// englishLocale is the one of them that the system has, C without any.
func (c *Context) englishLocale() string {
	english.Lock()
	defer english.Unlock()
	if english.name != "" {
		return english.name
	}
	out, err := exec.CommandContext(c, c.lookPath("locale"), "-a").Output()
	if c.Err() != nil {
		return "C"
	}
	english.name = "C"
	if have := strings.Fields(string(out)); err == nil {
		if i := slices.IndexFunc(locales, func(name string) bool { return slices.Contains(have, name) }); i >= 0 {
			english.name = locales[i]
		}
	}
	return english.name
}
