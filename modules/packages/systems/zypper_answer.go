package systems

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

// spec is a package as users name it: + or - in front, a version behind.
type spec struct{ prefix, name, version string }

var specParts = lazy.Regexp(`^(.*?)((?:<=|>=|<|>|=)[0-9.-]*)?$`)

// parseSpecs tells names from files and addresses. Names without a prefix get
// the given one.
func parseSpecs(names []string, prefix string) (specs []spec, files []string) {
	for _, name := range names {
		if strings.Contains(name, "://") || strings.HasSuffix(name, ".rpm") {
			files = append(files, name)
			continue
		}
		p := spec{prefix: prefix}
		switch name[0] {
		case '-', '~':
			p.prefix, name = "-", name[1:]
		case '+':
			p.prefix, name = "+", name[1:]
		}
		p.name = name
		if m := specParts.FindStringSubmatch(name); m != nil {
			p.name, p.version = m[1], m[2]
		}
		specs = append(specs, p)
	}
	return specs, files
}

// solvable is a package in an answer of zypper.
type solvable struct{ name, group, version, old string }

type zypperAnswer struct {
	modules.Output
	packages []solvable
}

// zypper's exit codes that are no errors, besides 0: a patch wants a reboot, zypper itself
// was updated and wants to be run again, a signature was not good.
const (
	zypperNotFound  = 104 // nothing of the name
	zypperReboot    = 102
	zypperRestart   = 103
	zypperSignature = 106
)

// ask runs zypper and reads its answer. What is not found is an error if found
// says so. After zypper has updated itself the same command is run again.
func (j *zypperJob) ask(argv []string, found bool) (zypperAnswer, error) {
	var answer zypperAnswer
	for range 2 {
		out, err := j.c.Exec(modules.Cmd{Argv: argv})
		if err != nil {
			return answer, err
		}
		answer.Output = out
		bad := func(format string, args ...any) error {
			return modules.Fail(format, args...).With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr).With("cmd", argv)
		}
		doc, err := parseXML(out.Stdout)
		if err != nil {
			return answer, bad("Failed to parse zypper xml output: %w", err)
		}
		switch out.RC {
		case 0, zypperReboot, zypperRestart, zypperSignature:
		case zypperNotFound:
			messages := named(doc, "message")
			if found && len(messages) > 0 {
				return answer, bad("%s", messages[len(messages)-1].text)
			}
			return answer, nil
		default:
			return answer, bad("Zypper run command failed with return code %d.", out.RC)
		}
		answer.add(named(doc, "solvable"))
		if out.RC != zypperRestart {
			break
		}
	}
	return answer, nil
}

// add notes packages; one that is named again takes what is said last.
func (a *zypperAnswer) add(list []*element) {
	for _, e := range list {
		p := solvable{name: e.attr["name"], version: e.attr["edition"], old: e.attr["edition-old"]}
		if e.parent != nil {
			p.group = e.parent.name
		}
		known := false
		for i := range a.packages {
			if a.packages[i].name == p.name {
				a.packages[i], known = p, true
			}
		}
		if !known {
			a.packages = append(a.packages, p)
		}
	}
}

// prepared is a diff in words.
func prepared(packages []solvable) string {
	var installed, removed, upgraded []string
	for _, p := range packages {
		switch p.group {
		case "to-install":
			installed = append(installed, p.name)
		case "to-remove":
			removed = append(removed, p.name)
		case "to-upgrade":
			upgraded = append(upgraded, p.name+" ("+p.old+" => "+p.version+")")
		}
	}
	text := ""
	for _, group := range []struct {
		word string
		list []string
	}{{"installed", installed}, {"removed", removed}, {"upgraded", upgraded}} {
		if len(group.list) > 0 {
			text += group.word + ": " + strings.Join(group.list, ", ") + "\n"
		}
	}
	return text
}
