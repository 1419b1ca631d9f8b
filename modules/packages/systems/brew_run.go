package systems

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/packages/tool"
)

// brewRun brings packages of one kind, formulae or casks, to a state.
type brewRun struct {
	tally
	b         *brew
	kind      string        // Package or Cask
	invalid   *lazy.Pattern // what no name has
	installed func(name string) (bool, error)
	outdated  func(name string) (bool, error)
	argv      func(verb, name string) []string
	run       func(args []string) (modules.Output, error)
	excused   func(out modules.Output) bool // a bad end that is as good as being there; may be nil
	again     bool                          // install what is there, too
}

// each brings all names to a state.
func (r *brewRun) each(names []string, state func(string) error) error {
	for _, name := range names {
		if r.invalid.MatchString(name) {
			return modules.Fail("Invalid %s: %s.", strings.ToLower(r.kind), name)
		}
		if err := state(name); err != nil {
			return err
		}
	}
	return nil
}

// act runs a verb, and looks whether it brought about what it should.
func (r *brewRun) act(verb, name, past string, good func() (bool, error)) error {
	return tool.Attempt(r.b.c, func() error {
		out, err := r.run(r.argv(verb, name))
		if err != nil {
			return err
		}
		ok, err := good()
		switch {
		case err != nil:
			return err
		case ok:
			r.did(name, r.kind+" "+past+": %s")
		case r.excused != nil && r.excused(out):
			r.kept(name, r.kind+" already installed: %s")
		default:
			return modules.Fail("%s", strings.TrimSpace(out.Stderr))
		}
		return nil
	}, func() error {
		r.did(name, r.kind+" would be "+past+": %s")
		return nil
	})
}

func (r *brewRun) install(name string) error {
	there, err := r.installed(name)
	if err != nil {
		return err
	}
	if there && !r.again {
		r.kept(name, r.kind+" already installed: %s")
		return nil
	}
	return r.act("install", name, "installed", func() (bool, error) { return r.installed(name) })
}

// current reports whether a package is there and nothing newer is.
func (r *brewRun) current(name string) (there, current bool, err error) {
	if there, err = r.installed(name); err != nil || !there {
		return there, false, err
	}
	old, err := r.outdated(name)
	return true, !old, err
}

func (r *brewRun) upgrade(name string) error {
	there, current, err := r.current(name)
	if err != nil {
		return err
	}
	if current {
		r.kept(name, r.kind+" is already upgraded: %s")
		return nil
	}
	verb := "install"
	if there {
		verb = "upgrade"
	}
	return r.act(verb, name, "upgraded", func() (bool, error) {
		_, current, err := r.current(name)
		return current, err
	})
}

func (r *brewRun) uninstall(name string) error {
	there, err := r.installed(name)
	if err != nil {
		return err
	}
	if !there {
		r.kept(name, r.kind+" already uninstalled: %s")
		return nil
	}
	return r.act("uninstall", name, "uninstalled", func() (bool, error) {
		there, err := r.installed(name)
		return !there, err
	})
}

// upgradeAll upgrades everything; nothing reads from what brew said whether
// nothing was to do.
func (r *brewRun) upgradeAll(args []string, nothing func(modules.Output) bool, would, did, already string) error {
	return tool.Attempt(r.b.c, func() error {
		out, err := r.run(args)
		switch {
		case err != nil:
			return err
		case out.RC != 0:
			return modules.Fail("%s", strings.TrimSpace(out.Stderr))
		case nothing(out):
			r.msg = already
		default:
			r.anything, r.msg = true, did
		}
		return nil
	}, func() error {
		r.anything, r.msg = true, would
		return nil
	})
}
