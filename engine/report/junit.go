package report

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goplay/engine"
	"goplay/engine/playbook"
	"goplay/internal/value"
)

// JUnit writes a run as a JUnit file, a test case for each task on each host,
// as Ansible's junit callback does, and hands every event on.
type JUnit struct {
	Next engine.Reporter
	Dir  string // where the file goes; made when it is missing
	// HideArgs leaves the tasks' options out of their names.
	HideArgs bool
	Warn     func(text string)
	Now      func() time.Time

	file    string
	began   time.Time
	play    string
	task    time.Time
	name    string
	classes string
	cases   []junitCase
}

type junitCase struct {
	XMLName xml.Name `xml:"testcase"`
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *junitMessage
	Skipped *junitMessage
	Out     string `xml:"system-out,omitempty"`
}

type junitMessage struct {
	XMLName xml.Name
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Disabled int        `xml:"disabled,attr"`
	Errors   int        `xml:"errors,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Disabled int         `xml:"disabled,attr"`
	Errors   int         `xml:"errors,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

var _ engine.Reporter = (*JUnit)(nil)

// Report takes one event in and hands it on.
func (j *JUnit) Report(e engine.Event) {
	switch e := e.(type) {
	case engine.PlaybookStarted:
		base := filepath.Base(e.File)
		j.file, j.began = strings.TrimSuffix(base, filepath.Ext(base)), j.Now()
	case engine.PlayStarted:
		j.play = e.Name
	case engine.TaskStarted:
		j.task, j.name = j.Now(), j.play+": "+e.Name
		if !j.HideArgs {
			j.name += writtenArgs(e.Task)
		}
		j.classes = fmt.Sprintf("%s:%d", e.Task.Pos.File, e.Task.Pos.Line)
	case engine.HostDone:
		j.add(e.Outcome)
	case engine.Ended:
		if err := j.write(); err != nil {
			j.Warn("write the JUnit file: " + err.Error())
		}
	}
	j.Next.Report(e)
}

// writtenArgs are a task's options as they were written, where they may be shown.
func writtenArgs(t *playbook.Task) string {
	if !t.NoLog.IsNull() && t.NoLog.String() != "False" {
		return ""
	}
	var words []string
	if t.FreeForm != nil {
		words = append(words, "_raw_params="+t.FreeForm.String())
	}
	if t.Args != nil {
		for _, p := range t.Args.Pairs {
			if !p.Value.Secret {
				words = append(words, p.Name()+"="+value.Str(p.Value.Data()))
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, ", ")
}

func (j *JUnit) add(o engine.Outcome) {
	c := junitCase{Class: j.classes, Name: fmt.Sprintf("[%s] %s", o.Host, j.name), Time: fmt.Sprintf("%.3f", j.Now().Sub(j.task).Seconds())}
	text := statsJSON(o.Result)
	msg := o.Result.GetString("msg")
	switch {
	case o.Status == engine.Skipped:
		c.Skipped = &junitMessage{XMLName: xml.Name{Local: "skipped"}, Message: orText(o.Result.GetString("skip_reason"), msg)}
	case (o.Status == engine.Failed || o.Status == engine.Unreachable) && !o.Ignored:
		c.Failure = &junitMessage{XMLName: xml.Name{Local: "failure"}, Message: msg, Type: "failure", Text: text}
	default:
		c.Out = text
	}
	j.cases = append(j.cases, c)
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (j *JUnit) write() error {
	suite := junitSuite{Name: j.file, Tests: len(j.cases), Cases: j.cases}
	for _, c := range j.cases {
		if c.Failure != nil {
			suite.Failures++
		}
		if c.Skipped != nil {
			suite.Skipped++
		}
	}
	data, err := xml.MarshalIndent(junitSuites{Tests: suite.Tests, Failures: suite.Failures, Suite: suite}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(j.Dir, 0o700); err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%.6f.xml", j.file, float64(j.began.UnixMicro())/1e6)
	return os.WriteFile(filepath.Join(j.Dir, name), append([]byte(xml.Header), append(data, '\n')...), 0o600)
}
