package sshconfig

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// execTimeout bounds a Match exec: it runs for every host.
const execTimeout = 10 * time.Second

// match decides a Match line. Every criterion has to hold.
func (r *reader) match(args []string) (bool, error) {
	all := true
	for len(args) > 0 {
		name := strings.ToLower(args[0])
		negated := strings.HasPrefix(name, "!")
		name = strings.TrimPrefix(name, "!")
		name, arg, inline := strings.Cut(name, "=")
		args = args[1:]
		var holds bool
		switch name {
		case "all":
			holds = true
		case "canonical", "final":
			r.wantsFinal = r.wantsFinal || name == "final"
			holds = r.final
		case "host", "originalhost", "user", "localuser", "exec":
			if !inline {
				if len(args) == 0 {
					return false, fmt.Errorf("%s needs an argument", name)
				}
				arg, args = args[0], args[1:]
			}
			// Later criteria are not looked at, so that their commands do not run.
			holds = all && r.holds(name, arg)
		case "address", "localnetwork", "tagged", "version", "sessiontype", "command":
			return false, fmt.Errorf("%s is not supported", name)
		default:
			return false, fmt.Errorf("unsupported Match attribute %s", name)
		}
		all = all && holds != negated
	}
	return all, nil
}

func (r *reader) holds(name, arg string) bool {
	switch name {
	case "host":
		return matchList(strings.Split(arg, ","), r.c.HostName())
	case "originalhost":
		return matchList(strings.Split(arg, ","), r.c.host)
	case "user":
		return matchList(strings.Split(arg, ","), r.c.User())
	case "localuser":
		return matchList(strings.Split(arg, ","), r.c.user)
	}
	ctx, cancel := context.WithTimeout(context.Background(), execTimeout)
	defer cancel()
	return exec.CommandContext(ctx, "/bin/sh", "-c", r.c.Expand(arg)).Run() == nil
}

// matchList reports whether a name matches one of the patterns and none that
// is negated.
func matchList(patterns []string, name string) bool {
	found := false
	for _, p := range patterns {
		negated := strings.HasPrefix(p, "!")
		if Glob(strings.TrimPrefix(p, "!"), name) {
			if negated {
				return false
			}
			found = true
		}
	}
	return found
}

// Glob matches OpenSSH's patterns, * and ?, without regard to case.
func Glob(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	// The last star and where its match began: enough to try again from.
	star, mark := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p, n = p+1, n+1
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
