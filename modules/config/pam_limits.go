package config

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
	"goplay/modules/fsys"
)

type pamLimitsArgs struct {
	Domain  string `arg:"domain,required" doc:"Whose limit it is: a user, @group, a range of numbers, or *."`
	Type    string `arg:"limit_type,required" enum:"hard,soft,-" doc:"Kind of limit; - is both."`
	Item    string `arg:"limit_item,required" enum:"core,data,fsize,memlock,nofile,rss,stack,cpu,nproc,as,maxlogins,maxsyslogins,priority,locks,sigpending,msgqueue,nice,rtprio,chroot" doc:"What is limited."`
	Value   string `arg:"value,required" doc:"The limit: a number, or unlimited, infinity or -1 for none."`
	UseMax  bool   `arg:"use_max" default:"false" doc:"Keep the larger of this value and the one that is there."`
	UseMin  bool   `arg:"use_min" default:"false" doc:"Keep the smaller of both."`
	Comment string `arg:"comment" default:"" doc:"Comment behind the limit."`
	Dest    string `arg:"dest" default:"/etc/security/limits.conf" doc:"The file."`
	fsys.Backup
}

type pamLimitsResult struct {
	Msg    string `json:"msg" doc:"The line of the limit."`
	Backup string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.pam_limits", Summary: "Set limits of users in limits.conf",
		Example: "- name: The database may open many files\n  community.general.pam_limits:\n    domain: postgres\n    limit_type: \"-\"\n    limit_item: nofile\n    value: 64000\n",
		Differs: []string{"The comment of another line is not put behind a new limit, as Ansible's module does."},
	}, pamLimits)
}

func pamLimits(c *modules.Context, a pamLimitsArgs) (pamLimitsResult, error) {
	if err := a.validate(); err != nil {
		return pamLimitsResult{}, err
	}
	old, err := os.ReadFile(a.Dest)
	if err != nil && !os.IsNotExist(err) {
		return pamLimitsResult{}, err
	}
	lines, msg := a.edit(strings.SplitAfter(string(old), "\n"))
	e := &fsys.Edit{Path: a.Dest, Old: old, Exists: err == nil, Backup: a.Backup.Backup}
	diff := modules.Diff{Before: string(old), After: strings.Join(lines, "")}
	e.Diff = &diff
	done, err := e.Save(c, []byte(strings.Join(lines, "")))
	return pamLimitsResult{Msg: msg, Backup: done.Backup}, err
}

func (a pamLimitsArgs) validate() error {
	if a.UseMax && a.UseMin {
		return modules.Fail("Cannot use use_min and use_max at the same time.")
	}
	n, err := strconv.Atoi(a.Value)
	switch {
	case a.Item == "nice" || a.Item == "priority":
		if err != nil || n < -20 || n > 19 {
			return modules.Fail(" Value of '%s' for item '%s' is invalid. Value must be a number in the range -20 to 19 inclusive. Refer to the limits.conf(5) manual pages for more details.", a.Value, a.Item)
		}
	case !boundless(a.Value) && (err != nil || n < 0):
		return modules.Fail(" Value of '%s' for item '%s' is invalid. Value must either be 'unlimited', 'infinity' or -1, all of which indicate no limit, or a limit of 0 or larger."+
			" Refer to the limits.conf(5) manual pages for more details.", a.Value, a.Item)
	}
	return nil
}

func boundless(text string) bool { return text == "unlimited" || text == "infinity" || text == "-1" }

// edit sets the limit in the line that has it, or adds one. Further lines of
// the same limit are dropped.
func (a pamLimitsArgs) edit(lines []string) (out []string, msg string) {
	found := false
	for _, line := range lines {
		text, comment, _ := strings.Cut(strings.TrimRight(line, "\n"), "#")
		f := strings.Fields(text)
		if len(f) != 4 || f[0] != a.Domain || f[1] != a.Type || f[2] != a.Item {
			if line != "" {
				out = append(out, line)
			}
			continue
		}
		if found {
			continue
		}
		found = true
		value := a.choose(f[3])
		if value != f[3] {
			line = a.line(value, strings.TrimSpace(comment))
		}
		out, msg = append(out, line), line
	}
	if !found {
		if n := len(out); n > 0 && !strings.HasSuffix(out[n-1], "\n") {
			out[n-1] += "\n"
		}
		msg = a.line(a.Value, "")
		out = append(out, msg)
	}
	return slices.Clip(out), msg
}

func (a pamLimitsArgs) line(value, comment string) string {
	if a.Comment != "" {
		comment = a.Comment
	}
	if comment != "" {
		comment = "\t#" + comment
	}
	return a.Domain + "\t" + a.Type + "\t" + a.Item + "\t" + value + comment + "\n"
}

// choose is the value that the limit gets, where have is there.
func (a pamLimitsArgs) choose(have string) string {
	x, errX := strconv.Atoi(have)
	y, errY := strconv.Atoi(a.Value)
	haveNone, wantNone := boundless(have), boundless(a.Value)
	switch {
	case a.UseMax && (haveNone || !wantNone && errX == nil && errY == nil && x >= y):
		return have
	case a.UseMin && (wantNone || !haveNone && errX == nil && errY == nil && x <= y):
		return have
	}
	return a.Value
}
