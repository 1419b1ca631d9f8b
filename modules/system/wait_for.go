package system

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"goplay/internal/pyre"
	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type waitForArgs struct {
	Host           string   `arg:"host" default:"127.0.0.1" doc:"Host to wait for, by name or address."`
	Port           *int     `arg:"port" doc:"Port to wait for."`
	Path           *string  `arg:"path" type:"path" doc:"File to wait for."`
	State          string   `arg:"state" enum:"absent,drained,present,started,stopped" default:"started" doc:"What to wait for: a port that is open (started), closed (stopped) or has no connections left (drained); a file that is there (present, started) or not (absent, stopped)."`
	Timeout        int      `arg:"timeout" default:"300" doc:"Seconds to wait at most."`
	ConnectTimeout int      `arg:"connect_timeout" default:"5" doc:"Seconds that one attempt to connect may take."`
	Delay          int      `arg:"delay" default:"0" doc:"Seconds to wait before looking for the first time."`
	Sleep          int      `arg:"sleep" default:"1" doc:"Seconds between two looks."`
	SearchRegex    *string  `arg:"search_regex" doc:"Regular expression to find in the file or in what the port sends."`
	ActiveStates   []string `arg:"active_connection_states" default:"ESTABLISHED,FIN_WAIT1,FIN_WAIT2,SYN_RECV,SYN_SENT,TIME_WAIT" doc:"States of a connection that count as active for drained."`
	ExcludeHosts   []string `arg:"exclude_hosts" doc:"Hosts whose connections do not count for drained."`
	Msg            *string  `arg:"msg" doc:"Message of the failure."`
}

type waitForResult struct {
	State       string      `json:"state" doc:"The state that was waited for; of a file what is there."`
	Port        *int        `json:"port" doc:"The port."`
	SearchRegex *string     `json:"search_regex" doc:"The regular expression."`
	Groups      []any       `json:"match_groups" doc:"What the groups of search_regex matched."`
	Named       *value.Dict `json:"match_groupdict" doc:"What its named groups matched."`
	Path        *string     `json:"path" doc:"The file."`
	Elapsed     int         `json:"elapsed" doc:"Seconds that it took."`
	fsys.Info
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.wait_for",
		Summary: "Wait for a port, a file, a text or a time",
		Example: `- name: The application listens
  ansible.builtin.wait_for:
    port: 8000
    timeout: 60

- name: It has said that it is ready
  ansible.builtin.wait_for:
    path: /var/log/app.log
    search_regex: '^ready$'
`,
		NoCheck: true, // what it waits for may be what check mode does not make
	}, waitFor)
}

// waitJob is one wait.
type waitJob struct {
	waitForArgs
	c     *modules.Context
	re    *pyre.Regexp
	match *pyre.Match
}

func waitFor(c *modules.Context, a waitForArgs) (waitForResult, error) {
	start := time.Now()
	j := &waitJob{waitForArgs: a, c: c}
	elapsed := func() int { return int(time.Since(start).Seconds()) }
	if err := j.check(); err != nil {
		return waitForResult{}, modules.Fail("%s", err).With("elapsed", 0)
	}
	if !j.sleep(time.Duration(a.Delay) * time.Second) {
		return waitForResult{}, context.Cause(c)
	}
	// Where a time is all there is to wait for it comes after the delay.
	if a.Port == nil && a.Path == nil && a.State != "drained" {
		if !j.sleep(time.Duration(a.Timeout) * time.Second) {
			return waitForResult{}, context.Cause(c)
		}
		return j.result(elapsed()), nil
	}
	deadline := start.Add(time.Duration(a.Timeout) * time.Second)
	for done := j.done(deadline); !done; done = j.done(deadline) {
		pause := min(time.Duration(a.Sleep)*time.Second, time.Until(deadline))
		if pause <= 0 || !j.sleep(pause) || !time.Now().Before(deadline) {
			if c.Err() != nil {
				return waitForResult{}, context.Cause(c)
			}
			return waitForResult{}, modules.Fail("%s", j.late()).With("elapsed", elapsed())
		}
	}
	return j.result(elapsed()), nil
}

func (j *waitJob) check() error {
	switch {
	case j.Port != nil && j.Path != nil:
		return errors.New("port and path parameter can not both be passed to wait_for")
	case j.Path != nil && j.State == "stopped":
		return errors.New("state=stopped should only be used for checking a port in the wait_for module")
	case j.Path != nil && j.State == "drained":
		return errors.New("state=drained should only be used for checking a port in the wait_for module")
	case len(j.ExcludeHosts) > 0 && j.State != "drained":
		return errors.New("exclude_hosts should only be with state=drained")
	}
	if j.SearchRegex == nil {
		return nil
	}
	var err error
	j.re, err = pyre.Compile(*j.SearchRegex, pyre.Multiline)
	return err
}

// sleep reports whether the whole time has passed.
func (j *waitJob) sleep(d time.Duration) bool {
	if d <= 0 {
		return j.c.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-j.c.Done():
		return false
	}
}

func (j *waitJob) done(deadline time.Time) bool {
	gone := j.State == "absent" || j.State == "stopped"
	switch {
	case j.Port == nil && j.Path == nil:
		return false
	case j.Path != nil && gone:
		return !fsys.Exists(*j.Path)
	case j.Path != nil:
		return j.fileReady()
	case j.State == "drained":
		return j.drained()
	default:
		return j.portReady(deadline, gone)
	}
}

func (j *waitJob) fileReady() bool {
	if _, err := os.Stat(*j.Path); err != nil {
		return false
	}
	if j.re == nil {
		return true
	}
	data, err := os.ReadFile(*j.Path)
	return err == nil && j.found(string(data))
}

func (j *waitJob) found(text string) bool {
	j.match = j.re.Search(text)
	return j.match != nil
}

func (j *waitJob) portReady(deadline time.Time, gone bool) bool {
	limit := min(time.Duration(j.ConnectTimeout)*time.Second, max(time.Until(deadline), time.Second))
	dialer := net.Dialer{Timeout: limit}
	conn, err := dialer.DialContext(j.c, "tcp", net.JoinHostPort(j.Host, strconv.Itoa(*j.Port)))
	if err != nil {
		return gone
	}
	defer conn.Close()
	if gone || j.re == nil {
		return !gone
	}
	_ = conn.SetReadDeadline(deadline)
	var text []byte
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		text = append(text, buf[:n]...)
		if n > 0 && j.found(string(text)) {
			return true
		}
		if err != nil {
			return false
		}
	}
}

// late is why the wait failed.
func (j *waitJob) late() string {
	if j.Msg != nil {
		return *j.Msg
	}
	place := j.Host
	if j.Port != nil {
		place = fmt.Sprintf("%s:%d", j.Host, *j.Port)
	}
	switch {
	case j.State == "absent" && j.Path != nil:
		return fmt.Sprintf("Timeout when waiting for %s to be absent.", *j.Path)
	case j.State == "absent" || j.State == "stopped":
		return fmt.Sprintf("Timeout when waiting for %s to stop.", place)
	case j.State == "drained":
		return fmt.Sprintf("Timeout when waiting for %s to drain", place)
	case j.Path != nil && j.re != nil:
		return fmt.Sprintf("Timeout when waiting for search string %s in %s", *j.SearchRegex, *j.Path)
	case j.Path != nil:
		return fmt.Sprintf("Timeout when waiting for file %s", *j.Path)
	case j.re != nil:
		return fmt.Sprintf("Timeout when waiting for search string %s in %s", *j.SearchRegex, place)
	}
	return fmt.Sprintf("Timeout when waiting for %s", place)
}

func (j *waitJob) result(elapsed int) waitForResult {
	r := waitForResult{State: j.State, Port: j.Port, SearchRegex: j.SearchRegex, Path: j.Path, Elapsed: elapsed,
		Groups: []any{}, Named: value.NewDict()}
	if j.match != nil {
		group := func(i int) any {
			if text, ok := j.match.Group(i); ok {
				return text
			}
			return nil
		}
		for i := 1; i <= j.re.Groups(); i++ {
			r.Groups = append(r.Groups, group(i))
		}
		for name, i := range j.re.Names() {
			r.Named.Set(name, group(i))
		}
	}
	if j.Path != nil {
		r.Info = fsys.Describe(j.c, *j.Path)
		if r.Info.State != "" {
			r.State = r.Info.State
		}
	}
	return r
}
