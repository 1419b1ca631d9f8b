package general

import (
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

type apache2ModuleArgs struct {
	Name          string `arg:"name,required" doc:"The module, as a2enmod names it."`
	Identifier    string `arg:"identifier" doc:"The module as apache2ctl -M lists it, where that is not its name with _module."`
	State         string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the module is to be enabled."`
	Force         bool   `arg:"force" default:"false" doc:"Disable modules that a2dismod warns of."`
	IgnoreCheck   bool   `arg:"ignore_configcheck" default:"false" doc:"Go on when Apache's configuration has a fault, as between two modules that exclude each other."`
	WarnMPMAbsent bool   `arg:"warn_mpm_absent" default:"true" doc:"Warn when no module for processing is enabled."`
}

type apache2ModuleResult struct {
	Result string `json:"result" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.apache2_module", Summary: "Enable and disable modules of Apache on Debian and its like",
		Example: "- name: Addresses can be rewritten\n  community.general.apache2_module:\n    name: rewrite\n",
	}, apache2Module)
}

// unusual are modules whose identifiers do not follow from their names.
var unusual = map[string]string{"shib": "mod_shib", "shib2": "mod_shib", "evasive": "evasive20_module", "dump_io": "dumpio_module"}

var phpModule = lazy.Regexp(`^(php\d)(?:\.\d+)?$`)

func (a apache2ModuleArgs) identifier() string {
	switch m := phpModule.FindStringSubmatch(a.Name); {
	case a.Identifier != "":
		return a.Identifier
	case unusual[a.Name] != "":
		return unusual[a.Name]
	case m != nil && m[1] == "php8":
		return "php_module"
	case m != nil:
		return m[1] + "_module"
	}
	return a.Name + "_module"
}

func apache2Module(c *modules.Context, a apache2ModuleArgs) (apache2ModuleResult, error) {
	enabled, err := a.enabled(c)
	if err != nil {
		return apache2ModuleResult{}, err
	}
	wanted := a.State == "present"
	done := "Module " + a.Name + map[bool]string{true: " enabled", false: " disabled"}[wanted]
	if enabled == wanted {
		return apache2ModuleResult{done}, nil
	}
	program := map[bool]string{true: "a2enmod", false: "a2dismod"}[wanted]
	path, err := c.Find(program)
	if err != nil {
		return apache2ModuleResult{}, modules.Fail("%s not found. Perhaps this system does not use %s to manage apache", program, program)
	}
	argv := []string{path, a.Name}
	if a.Force && !wanted {
		argv = []string{path, "-f", a.Name}
	}
	err = c.Change(modules.Diff{}, func() error {
		out, err := c.Exec(modules.Cmd{Argv: argv})
		if err != nil {
			return err
		}
		now, err := a.enabled(c)
		if err != nil || now == wanted {
			return err
		}
		word := map[bool]string{true: "enabled", false: "disabled"}[wanted]
		return modules.Fail("Failed to set module %s to %s:\n%s\nMaybe the module identifier (%s) was guessed incorrectly.Consider setting the \"identifier\" option.",
			a.Name, word, out.Stdout, a.identifier()).
			With("rc", out.RC).With("stdout", out.Stdout).With("stderr", out.Stderr)
	})
	if err != nil {
		return apache2ModuleResult{}, err
	}
	return apache2ModuleResult{done}, nil
}

func (a apache2ModuleArgs) enabled(c *modules.Context) (bool, error) {
	control, err := c.Find("apache2ctl")
	if err != nil {
		if control, err = c.Find("apachectl"); err != nil {
			return false, modules.Fail("None of httpd, apachectl or apache2ctl found. At least one apache control binary is necessary.")
		}
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{control, "-M"}})
	if err != nil {
		return false, err
	}
	if out.RC != 0 {
		if !a.IgnoreCheck {
			return false, modules.Fail("Error executing %s: %s", control, out.Stderr)
		}
		if strings.Contains(a.Name, "mpm_") && a.WarnMPMAbsent {
			c.Warn("No MPM module loaded! apache2 reload AND other module actions will fail if no MPM module is loaded immediately.")
		}
		return false, nil
	}
	return strings.Contains(out.Stdout, " "+a.identifier()), nil
}
