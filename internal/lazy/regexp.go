// Package lazy puts work off until somebody needs it: goplay has many modules,
// and a command starts few of them.
package lazy

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first used.
type Pattern struct{ compiled func() *regexp.Regexp }

// InTest makes a wrong pattern known to the tests of its package, used or not.
var InTest = len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// Regexp is for the variables of packages what regexp.MustCompile is for others.
func Regexp(text string) *Pattern {
	p := &Pattern{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
	if InTest {
		p.compiled()
	}
	return p
}

// Get is the compiled expression.
func (p *Pattern) Get() *regexp.Regexp { return p.compiled() }

// MatchString reports whether text has a match.
func (p *Pattern) MatchString(text string) bool { return p.compiled().MatchString(text) }

// FindStringSubmatch is the first match with its groups; nil without one.
func (p *Pattern) FindStringSubmatch(text string) []string {
	return p.compiled().FindStringSubmatch(text)
}

// FindString is that of package regexp.
func (p *Pattern) FindString(text string) string { return p.compiled().FindString(text) }

// FindAllString is that of package regexp.
func (p *Pattern) FindAllString(text string, n int) []string {
	return p.compiled().FindAllString(text, n)
}

// FindAllStringIndex is that of package regexp.
func (p *Pattern) FindAllStringIndex(text string, n int) [][]int {
	return p.compiled().FindAllStringIndex(text, n)
}

// FindAllStringSubmatch is that of package regexp.
func (p *Pattern) FindAllStringSubmatch(text string, n int) [][]string {
	return p.compiled().FindAllStringSubmatch(text, n)
}

// FindStringSubmatchIndex is that of package regexp.
func (p *Pattern) FindStringSubmatchIndex(text string) []int {
	return p.compiled().FindStringSubmatchIndex(text)
}

// ReplaceAllString is that of package regexp.
func (p *Pattern) ReplaceAllString(text, with string) string {
	return p.compiled().ReplaceAllString(text, with)
}

// ReplaceAllStringFunc is that of package regexp.
func (p *Pattern) ReplaceAllStringFunc(text string, with func(string) string) string {
	return p.compiled().ReplaceAllStringFunc(text, with)
}

// Split is that of package regexp.
func (p *Pattern) Split(text string, n int) []string { return p.compiled().Split(text, n) }
