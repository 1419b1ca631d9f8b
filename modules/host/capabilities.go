package host

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

type capabilitiesArgs struct {
	Path       string `arg:"path,required" alias:"key" doc:"The program."`
	Capability string `arg:"capability,required" alias:"cap" doc:"The capability, with operator and flags (cap_net_raw+ep) where it is to be there."`
	State      string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the program is to have it."`
}

type capabilitiesResult struct {
	Msg    string  `json:"msg,omitempty" doc:"What was done."`
	State  string  `json:"state,omitempty" doc:"Whether the program was to have it."`
	Stdout *string `json:"stdout,omitempty" doc:"What setcap printed."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.capabilities",
		Summary: "Give a program Linux capabilities, and take them away",
		Example: `- name: Ports below 1024 without root
  community.general.capabilities:
    path: /opt/app/bin/server
    capability: cap_net_bind_service+ep
`,
	}, capabilities)
}

// fileCapability is one capability of a file: its name, operator and flags.
type fileCapability struct{ name, op, flags string }

func (f fileCapability) String() string { return f.name + f.op + f.flags }

var capabilityText = lazy.Regexp(`^([^=+-]+)([=+-]?)(\w*)$`)

// parseCapability reads cap_foo+ep. The name is compared in lower case, the
// flags without regard to their order.
func parseCapability(text string) (fileCapability, error) {
	m := capabilityText.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return fileCapability{}, modules.Fail("Couldn't find operator (one of: ['=', '-', '+'])")
	}
	flags := []byte(m[3])
	slices.Sort(flags)
	return fileCapability{strings.ToLower(m[1]), m[2], string(flags)}, nil
}

// parseGetcap reads what getcap prints of one file, in its old form (path =
// caps) and its new one (path caps); caps are names joined by commas with flags.
func parseGetcap(text, path string) []fileCapability {
	text = strings.TrimPrefix(strings.TrimSpace(text), path)
	text = strings.TrimPrefix(strings.TrimSpace(text), "= ")
	var out []fileCapability
	for clause := range strings.FieldsSeq(text) {
		at := strings.IndexAny(clause, "=+-")
		if at < 0 {
			continue
		}
		for name := range strings.SplitSeq(clause[:at], ",") {
			if f, err := parseCapability(name + clause[at:]); err == nil && name != "" {
				out = append(out, f)
			}
		}
	}
	return out
}

func capabilities(c *modules.Context, a capabilitiesArgs) (capabilitiesResult, error) {
	want, err := parseCapability(a.Capability)
	if err != nil {
		return capabilitiesResult{}, err
	}
	if a.State == "present" && want.op == "" {
		return capabilitiesResult{}, modules.Fail("Couldn't find operator (one of: ['=', '-', '+'])")
	}
	out, err := c.Exec(modules.Cmd{Argv: []string{"getcap", a.Path}})
	if err != nil {
		return capabilitiesResult{}, err
	}
	if said := strings.TrimSpace(out.Stderr); out.RC != 0 || said != "" {
		return capabilitiesResult{}, modules.Fail("Unable to get capabilities of %s", a.Path).
			With("stdout", strings.TrimSpace(out.Stdout)).With("stderr", out.Stderr)
	}
	have := parseGetcap(out.Stdout, a.Path)
	next := slices.DeleteFunc(slices.Clone(have), func(f fileCapability) bool { return f.name == want.name })
	settled := len(next) == len(have)
	if a.State == "present" {
		settled = slices.ContainsFunc(have, func(f fileCapability) bool { return sameCapability(f, want) })
		next = append(next, want)
	}
	if settled {
		return capabilitiesResult{State: a.State}, nil
	}
	r := capabilitiesResult{Msg: "capabilities changed", State: a.State}
	err = c.Change(modules.Diff{}, func() error {
		out, err := setCapabilities(c, a.Path, next)
		if err == nil && out.RC != 0 {
			err = modules.Fail("Unable to set capabilities of %s", a.Path).With("stdout", out.Stdout).With("stderr", out.Stderr)
		}
		r.Stdout = &out.Stdout
		return err
	})
	if err != nil {
		return capabilitiesResult{}, err
	}
	return r, nil
}

// sameCapability takes = and + as the same, as getcap of one version prints
// what setcap of another was given.
func sameCapability(a, b fileCapability) bool {
	equal := func(op string) string { return strings.ReplaceAll(op, "+", "=") }
	return a.name == b.name && a.flags == b.flags && equal(a.op) == equal(b.op)
}

func setCapabilities(c *modules.Context, path string, caps []fileCapability) (modules.Output, error) {
	text := "-r"
	if len(caps) > 0 {
		texts := make([]string, len(caps))
		for i, f := range caps {
			texts[i] = f.String()
		}
		text = strings.Join(texts, " ")
	}
	return c.Exec(modules.Cmd{Argv: []string{"setcap", text, path}})
}
