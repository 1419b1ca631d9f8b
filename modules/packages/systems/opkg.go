package systems

import (
	"fmt"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

type opkgArgs struct {
	Name        []string `arg:"name,required" alias:"pkg" doc:"Packages; with Yocto's opkg also as name=version."`
	State       string   `arg:"state" default:"present" enum:"present,absent,installed,removed" doc:"Whether the packages are there or are gone."`
	Force       string   `arg:"force" default:"" enum:",depends,maintainer,reinstall,overwrite,downgrade,space,postinstall,remove,checksum,removal-of-dependent-packages" doc:"What opkg is to do in spite of what speaks against it."`
	UpdateCache bool     `arg:"update_cache" default:"false" doc:"Fetch the lists first."`
}

type opkgResult struct {
	Changed bool   `json:"changed" doc:"Whether packages were installed or removed."`
	Msg     string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name:    "community.general.opkg",
		Summary: "Manage packages of OpenWrt and Yocto",
		Example: `- name: A tool for networks
  community.general.opkg:
    name: tcpdump
    update_cache: true
`,
		Differs: []string{"A check predicts; Ansible skips the task."},
	}, opkg)
}

func opkg(c *modules.Context, a opkgArgs) (opkgResult, error) {
	var r opkgResult
	if _, err := c.Find("opkg"); err != nil {
		return r, err
	}
	if a.UpdateCache {
		err := tool.Quietly(c, func() error {
			out, err := c.Exec(modules.Cmd{Argv: []string{"opkg", "update"}, Stream: true})
			if err == nil && out.RC != 0 {
				return modules.Fail("could not update package db")
			}
			return err
		})
		if err != nil {
			return r, err
		}
	}
	n := 0
	for _, name := range tool.Names(a.Name) {
		did, err := a.settle(c, name)
		if err != nil {
			return r, err
		}
		if did {
			n++
		}
	}
	r.Changed = n > 0
	r.Msg = "package(s) already " + map[bool]string{true: "present", false: "absent"}[a.wanted()]
	if n > 0 {
		r.Msg = fmt.Sprintf("%s %d package(s)", map[bool]string{true: "installed", false: "removed"}[a.wanted()], n)
	}
	return r, nil
}

// wanted reports whether the packages are to be there.
func (a opkgArgs) wanted() bool { return a.State == "present" || a.State == "installed" }

// settle installs or removes a package, and looks whether that came about.
func (a opkgArgs) settle(c *modules.Context, full string) (bool, error) {
	name, version, _ := strings.Cut(full, "=")
	verb, spec := "install", full
	if !a.wanted() {
		verb, spec, version = "remove", name, ""
	}
	there, err := a.there(c, name, version)
	if err != nil || there == a.wanted() && !(a.wanted() && a.Force == "reinstall") {
		return false, err
	}
	argv := []string{"opkg", verb}
	if a.Force != "" {
		argv = append(argv, "--force-"+a.Force)
	}
	return true, c.Change(modules.Diff{}, func() error {
		if _, err := c.Exec(modules.Cmd{Argv: append(argv, spec), Stream: true}); err != nil {
			return err
		}
		if there, err := a.there(c, name, version); err != nil || there != a.wanted() {
			return modules.Fail("failed to %s %s", verb, spec)
		}
		return nil
	})
}

// there looks for a line such as "tcpdump - 4.99.3-1".
func (a opkgArgs) there(c *modules.Context, name, version string) (bool, error) {
	out, err := c.Exec(modules.Cmd{Argv: []string{"opkg", "list-installed", name}})
	start := name + " - "
	if version != "" {
		start += version
	}
	for line := range strings.Lines(out.Stdout) {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), start)
		if ok && (version == "" || rest == "" || rest[0] == ' ') {
			return true, err
		}
	}
	return false, err
}
