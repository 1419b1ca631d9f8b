package actions

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"goplay/engine"
	"goplay/engine/remote"
	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

type rebootArgs struct {
	BootTimeCommand string   `arg:"boot_time_command" doc:"Command whose output is another after a reboot; by default the kernel's boot id."`
	ConnectTimeout  *int     `arg:"connect_timeout" alias:"connect_timeout_sec" doc:"Seconds that one try to connect may take."`
	Msg             string   `arg:"msg" default:"Reboot initiated by Ansible" doc:"What users of the host are told."`
	PostRebootDelay int      `arg:"post_reboot_delay" alias:"post_reboot_delay_sec" default:"0" doc:"Seconds to wait after the reboot command, before the host is tried."`
	PreRebootDelay  int      `arg:"pre_reboot_delay" alias:"pre_reboot_delay_sec" default:"0" doc:"Seconds before the host goes down; Linux counts full minutes."`
	RebootCommand   string   `arg:"reboot_command" doc:"Command that reboots, with its arguments, instead of shutdown."`
	RebootTimeout   int      `arg:"reboot_timeout" alias:"reboot_timeout_sec" default:"600" doc:"Seconds to wait for the reboot, and again for the test command."`
	SearchPaths     []string `arg:"search_paths" default:"/sbin,/bin,/usr/sbin,/usr/bin,/usr/local/sbin" doc:"Folders in which the reboot command is looked for."`
	TestCommand     string   `arg:"test_command" default:"whoami" doc:"Command that has to succeed before the host counts as back."`
}

type rebootResult struct {
	Rebooted bool `json:"rebooted" doc:"Whether the host was rebooted."`
	Elapsed  int  `json:"elapsed" doc:"Seconds until it was back."`
}

func init() {
	modules.Describe[rebootArgs, rebootResult](modules.Spec{
		Name: "ansible.builtin.reboot", Summary: "Reboot a host and wait until it is back",
		Example: "- name: Into the new kernel\n  ansible.builtin.reboot:\n    reboot_timeout: 900\n",
		Notes:   []string{"The host is back when its boot id is another than before, and the test command succeeds."},
	})
	register("ansible.builtin.reboot", reboot)
}

// noProgram begins the words for a program that the host has not.
const noProgram = "Unable to find command"

// rebooter is one run of the action.
type rebooter struct {
	step      *engine.Step
	pre, post time.Duration
	connect   time.Duration
	timeout   time.Duration
	bootTime  string // command
	start     time.Time
}

func reboot(ctx context.Context, s *engine.Step) (modules.Result, error) {
	if way, _ := remote.Connection(s.Target.Connection); way == "local" {
		r := modules.Failed(modules.Fail("Running %s with local connection would reboot the control node.", s.Task.Module))
		return withTimes(r, 0, false), nil
	}
	if s.Check {
		r := withTimes(result(), 0, true)
		r.Changed = true
		return r, nil
	}
	b, err := newRebooter(s)
	if err != nil {
		return failed(err)
	}
	before, err := b.bootedAt(ctx)
	if err != nil {
		r, err := ofConnection(err)
		if r.Data != nil {
			r.Data.Set("reboot", false) // so it is called there
		}
		return r, err
	}
	if err := b.goDown(ctx); err != nil {
		r, err := ofConnection(err)
		if strings.HasPrefix(r.Msg, noProgram) {
			return r, err // it is not told that nothing was rebooted
		}
		return withTimes(r, 0, false), err
	}
	sleep(ctx, b.post)
	if err := b.comesBack(ctx, before); err != nil {
		return withTimes(modules.Failed(err), b.elapsed(), true), nil
	}
	r := withTimes(result(), b.elapsed(), true)
	r.Changed = true
	return r, nil
}

func withTimes(r modules.Result, elapsed int64, rebooted bool) modules.Result {
	if r.Data == nil {
		r.Data = value.NewDict()
	}
	r.Data.Set("elapsed", elapsed)
	r.Data.Set("rebooted", rebooted)
	return r
}

// ofConnection tells a host that cannot be reached from a task that failed.
func ofConnection(err error) (modules.Result, error) {
	var lost *remote.Unreachable
	if errors.As(err, &lost) {
		return modules.Result{}, err
	}
	return failed(err)
}

func newRebooter(s *engine.Step) (*rebooter, error) {
	b := &rebooter{step: s, bootTime: s.Text("boot_time_command")}
	for _, o := range []struct {
		name string
		def  float64
		to   *time.Duration
	}{{"pre_reboot_delay", 0, &b.pre}, {"post_reboot_delay", 0, &b.post}, {"connect_timeout", 0, &b.connect}, {"reboot_timeout", 600, &b.timeout}} {
		name := o.name
		if s.Arg(name) == nil {
			name += "_sec"
		}
		n, err := number(s, name, o.def)
		if err != nil {
			return nil, err
		}
		*o.to = max(0, toDuration(n))
	}
	return b, nil
}

func (b *rebooter) elapsed() int64 { return int64(time.Since(b.start).Seconds()) }

const defaultBootTime = "cat /proc/sys/kernel/random/boot_id 2>/dev/null || /sbin/sysctl kern.boottime 2>/dev/null || who -b"

func (b *rebooter) bootedAt(ctx context.Context) (string, error) {
	command := b.bootTime
	if command == "" {
		command = defaultBootTime
	}
	rc, stdout, stderr, err := b.step.Exec(ctx, command, nil)
	if err != nil {
		return "", err
	}
	if rc != 0 {
		return "", modules.Fail("%s: failed to get host boot time info, rc: %d, stdout: %s, stderr: %s", b.step.Task.Module, rc, stdout, stderr)
	}
	return strings.TrimSpace(string(stdout)), nil
}

// goDown runs the reboot command. A connection that breaks while it runs is
// the reboot.
func (b *rebooter) goDown(ctx context.Context) error {
	command, err := b.command(ctx)
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	rc, stdout, stderr, err := b.step.Exec(within, command, nil)
	b.start = time.Now()
	var refused *remote.BecomeFailed
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &refused):
		return err
	case err == nil && rc != 0:
		return modules.Fail("Reboot command failed. Error was: '%s, %s'", strings.TrimSpace(string(stdout)), strings.TrimSpace(string(stderr)))
	}
	return nil
}

// command is the command line that reboots: the user's, or what the system has.
func (b *rebooter) command(ctx context.Context) (string, error) {
	program, args, own := strings.Cut(b.step.Text("reboot_command"), " ")
	own = own || program != ""
	var system string
	if !own {
		rc, stdout, _, err := b.step.Exec(ctx, "if [ -f /etc/alpine-release ]; then echo alpine; else uname -s; fi", nil)
		if err != nil {
			return "", err
		}
		if rc == 0 {
			system = strings.TrimSpace(string(stdout))
		}
		program, args = "shutdown", b.arguments(system)
		if system == "alpine" {
			program = "reboot"
		}
	}
	path, err := b.find(ctx, program)
	return strings.TrimSpace(path + " " + args), err
}

func (b *rebooter) arguments(system string) string {
	msg := b.step.Text("msg")
	if msg == "" {
		msg = "Reboot initiated by Ansible"
	}
	seconds := int(b.pre.Seconds())
	switch system {
	case "alpine":
		return ""
	case "FreeBSD":
		return fmt.Sprintf("-r +%ds %s", seconds, shlex.Quote(msg))
	case "SunOS":
		return fmt.Sprintf("-y -g %d -i 6 %s", seconds, shlex.Quote(msg))
	case "AIX":
		return "-Fr"
	case "Darwin", "OpenBSD":
		return fmt.Sprintf("-r +%d %s", seconds/60, shlex.Quote(msg))
	}
	return fmt.Sprintf("-r %d %s", seconds/60, shlex.Quote(msg))
}

func (b *rebooter) find(ctx context.Context, program string) (string, error) {
	if strings.HasPrefix(program, "/") {
		return program, nil
	}
	dirs := []any{"/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin"}
	switch given := b.step.Arg("search_paths").(type) {
	case string:
		dirs = nil
		for _, dir := range strings.Split(given, ",") {
			dirs = append(dirs, dir)
		}
	case *value.List:
		dirs = given.Items
	}
	var tries []string
	for _, dir := range dirs {
		tries = append(tries, shlex.Quote(value.Str(dir)+"/"+program))
	}
	rc, stdout, _, err := b.step.Exec(ctx, "for p in "+strings.Join(tries, " ")+`; do if [ -e "$p" ]; then echo "$p"; exit 0; fi; done; exit 1`, nil)
	if err != nil {
		return "", err
	}
	if rc != 0 {
		return "", modules.Fail(noProgram+" \"%s\" in search paths: %s", program, value.Repr(value.NewList(dirs...)))
	}
	return strings.TrimSpace(string(stdout)), nil
}

// comesBack waits for another boot, then for the test command.
func (b *rebooter) comesBack(ctx context.Context, before string) error {
	target := b.step.Target
	if b.connect > 0 {
		target.Timeout = b.connect
	}
	err := b.until(ctx, "last boot time check", func() error {
		if err := b.step.Reach(ctx, target); err != nil {
			return err
		}
		now, err := b.bootedAt(ctx)
		if err == nil && (now == "" || now == before) {
			return errors.New("boot time has not changed")
		}
		return err
	})
	if err != nil {
		return err
	}
	test := b.step.Text("test_command")
	if test == "" {
		test = "whoami"
	}
	return b.until(ctx, "post-reboot test command", func() error {
		rc, stdout, stderr, err := b.step.Exec(ctx, test, nil)
		if err == nil && rc != 0 {
			return fmt.Errorf("test command failed: %s %s", stderr, stdout)
		}
		if err != nil {
			return errors.Join(err, b.step.Reach(ctx, target))
		}
		return nil
	})
}

// until tries again after ever longer pauses, up to twelve seconds.
func (b *rebooter) until(ctx context.Context, what string, try func() error) error {
	end := time.Now().Add(b.timeout)
	for pause := time.Second; ; pause = min(2*pause, 12*time.Second) {
		err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !time.Now().Add(pause).Before(end) {
			return modules.Fail("Timed out waiting for %s (timeout=%s)", what, strconv.Itoa(int(b.timeout.Seconds())))
		}
		sleep(ctx, pause)
	}
}
