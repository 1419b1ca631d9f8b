package packages

import (
	"strings"

	"goplay/modules/packages/tool"
)

// upgrade brings the whole system up to date.
func (j *aptJob) upgrade(mode string) error {
	program, quiet := "apt-get", aptNothing
	if _, err := j.c.Find("aptitude"); err == nil && !j.ForceAptGet && mode != "dist" {
		program, quiet = "aptitude", "0 packages upgraded, 0 newly installed, 0 to remove"
	}
	verb := upgradeVerb(program, mode)
	argv := append([]string{program, "-y"}, j.dpkgOptions()...)
	if program == "apt-get" {
		argv = append(argv, tool.Flags(j.Force, "--force-yes", j.NoRemove, "--no-remove", j.Unauthenticated, "--allow-unauthenticated", j.Downgrade, "--allow-downgrades")...)
	} else {
		argv = append(argv, tool.Flags(j.Force, "--assume-yes", j.Force || j.Unauthenticated, "--allow-untrusted")...)
	}
	argv = append(argv, verb...)
	argv = append(argv, tool.Flags(j.Autoremove && program == "apt-get", "--auto-remove")...)
	if j.Release != "" {
		argv = append(argv, "-t", j.Release)
	}
	_, err := j.transact(operation{argv: argv, words: "'" + program + " " + strings.Join(verb, " ") + "' failed", quiet: quiet})
	if j.r.Stdout != nil && err == nil {
		j.r.Msg = *j.r.Stdout
		if !j.c.Changed() {
			j.r.Changed = no()
		}
	}
	return err
}

func upgradeVerb(program, mode string) []string {
	switch {
	case program == "aptitude" && mode == "full":
		return []string{"full-upgrade"}
	case program == "aptitude":
		return []string{"safe-upgrade"}
	case mode == "dist" || mode == "full":
		return []string{"dist-upgrade"}
	default:
		return []string{"upgrade", "--with-new-pkgs"}
	}
}

// tidy removes what nobody needs, or deletes what was fetched and is gone.
func (j *aptJob) tidy() error {
	verb, changing := "autoremove", ""
	if j.Autoclean {
		verb, changing = "autoclean", "Del "
	}
	argv := append([]string{"apt-get", "-y"}, j.dpkgOptions()...)
	argv = append(argv, tool.Flags(j.Purge, "--purge", j.Force, "--force-yes")...)
	argv = append(argv, verb)
	op := operation{argv: argv, words: "'apt-get " + verb + "' failed", quiet: aptNothing}
	if changing == "" {
		_, err := j.transact(op)
		return err
	}
	simulation, err := j.exec(op, append(argv[:len(argv):len(argv)], "--simulate"), false)
	if err != nil {
		return err
	}
	j.said(simulation)
	if !strings.Contains(simulation.Stdout, changing) {
		return nil
	}
	op.quiet = ""
	_, err = j.transact(op)
	return err
}
