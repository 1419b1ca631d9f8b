package facts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"goplay/internal/lazy"
	"goplay/internal/pyre"
	"goplay/internal/value"
)

// MountRequest says what MountFacts looks at and what it leaves out.
type MountRequest struct {
	Sources          []string
	Devices, FSTypes []string // patterns; none takes all
	Binary           string   // the program that lists mounts, "" for none
	Timeout          time.Duration
	OnTimeout        string // error, warn or ignore
	Run              func(argv ...string) (stdout, stderr string, rc int, err error)
}

var (
	dynamicSources = []string{"/etc/mtab", "/proc/mounts", "/etc/mnttab"}
	staticSources  = []string{"/etc/fstab", "/etc/vfstab"}
)

// definition is one line of a source that defines a mount.
type definition struct {
	mount
	source, line string
	dump, passno any
}

// MountFacts returns the mounts of all sources, in their order, and the
// sources that define a mount point more than once.
func MountFacts(ctx context.Context, req MountRequest) (found []*value.Dict, repeated, warnings []string, err error) {
	h := newHost(ctx, Request{})
	defs, err := h.definitions(req)
	if err != nil {
		return nil, nil, nil, err
	}
	uuids := h.uuids()
	seen := map[[2]string]bool{}
	for _, d := range defs {
		if !matchesAny(req.Devices, d.device) || !matchesAny(req.FSTypes, d.kind) {
			continue
		}
		facts, slow := h.define(d, uuids, req)
		if slow != "" {
			switch req.OnTimeout {
			case "error":
				return nil, nil, nil, fmt.Errorf("%s", slow)
			case "warn":
				warnings = append(warnings, slow)
			}
			if req.OnTimeout != "error" {
				continue
			}
		}
		if key := [2]string{d.source, d.path}; seen[key] && !slices.Contains(repeated, d.source) {
			repeated = append(repeated, d.source)
		} else {
			seen[key] = true
		}
		found = append(found, facts)
	}
	return found, repeated, warnings, nil
}

func matchesAny(patterns []string, text string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		re, err := pyre.Compile(pyre.Fnmatch(p), 0)
		return err == nil && re.Match(text) != nil
	})
}

// definitions reads the sources. One that is not there, or has been read under
// another name, is left out; the program is asked where no file of the kernel's
// mounts was found.
func (h *host) definitions(req MountRequest) ([]definition, error) {
	var out []definition
	read := map[string]bool{}
	take := func(path string) bool {
		real, err := filepath.EvalSymlinks(path)
		if err != nil || read[real] {
			return err == nil
		}
		text, err := os.ReadFile(path)
		if err != nil || len(text) == 0 {
			return false
		}
		read[real] = true
		out = append(out, parseTable(path, string(text))...)
		return true
	}
	ask := func() error {
		defs, err := h.askBinary(req)
		out = append(out, defs...)
		return err
	}
	dynamic, asked := 0, false // 0: not wanted, 1: wanted, 2: found
	for _, source := range expandSources(req.Sources) {
		isDynamic := slices.Contains(dynamicSources, source)
		switch {
		case source == "mount" || source == req.Binary && source != "":
			if !asked {
				asked = true
				if err := ask(); err != nil {
					return nil, err
				}
			}
		case take(source) && isDynamic:
			dynamic = 2
		case isDynamic:
			dynamic = max(dynamic, 1)
		}
	}
	if dynamic == 1 && !asked && req.Binary != "" {
		return out, ask()
	}
	return out, nil
}

func expandSources(given []string) []string {
	if len(given) == 0 {
		given = []string{"all"}
	}
	var out []string
	for _, s := range given {
		switch s {
		case "all":
			out = append(append(out, dynamicSources...), staticSources...)
		case "dynamic":
			out = append(out, dynamicSources...)
		case "static":
			out = append(out, staticSources...)
		default:
			out = append(out, s)
		}
	}
	return out
}

// parseTable reads a table of mounts: device, mount point, kind, options, and
// for fstab's likes the two numbers; vfstab has its own order.
func parseTable(path, text string) []definition {
	var out []definition
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		f := strings.Fields(line)
		if len(f) < 3 || strings.HasPrefix(line, "#") {
			continue
		}
		if filepath.Base(path) == "vfstab" {
			if len(f) >= 7 {
				out = append(out, definition{mount: mount{f[0], f[2], f[3], f[6]}, source: path, line: line, passno: number(f[4])})
			}
			continue
		}
		d := definition{mount: mount{unescape(f[0]), unescape(f[1]), f[2], ""}, source: path, line: line}
		if len(f) > 3 {
			d.options = f[3]
		}
		if len(f) > 4 && filepath.Base(path) != "mnttab" {
			d.dump = number(f[4])
		}
		if len(f) > 5 {
			d.passno = number(f[5])
		}
		out = append(out, d)
	}
	return out
}

func number(text string) any {
	if n, err := strconv.Atoi(text); err == nil {
		return int64(n)
	}
	return text
}

var (
	linuxMount = lazy.Regexp(`^(\S+) on (.+) type (\S+) \((.*)\)$`)
	bsdMount   = lazy.Regexp(`^(\S+) on (.+) \(([^,)]+),? ?(.*)\)$`)
)

// askBinary has the program list the mounts, in Linux's or BSD's words.
func (h *host) askBinary(req MountRequest) ([]definition, error) {
	program := req.Binary
	if program == "" {
		return nil, nil
	}
	if program == "mount" {
		if p := h.program(program); p != "" {
			program = p
		}
	}
	stdout, stderr, rc, err := req.Run(program)
	if err != nil || rc != 0 {
		return nil, fmt.Errorf("Failed to execute %s: %s%w", program, stderr, err) //nolint:staticcheck // Ansible's words
	}
	var out []definition
	for line := range strings.Lines(stdout) {
		line = strings.TrimSpace(line)
		if m := linuxMount.FindStringSubmatch(line); m != nil {
			out = append(out, definition{mount: mount{m[1], m[2], m[3], m[4]}, source: req.Binary, line: line})
		} else if m := bsdMount.FindStringSubmatch(line); m != nil {
			out = append(out, definition{mount: mount{m[1], m[2], m[3], m[4]}, source: req.Binary, line: line})
		}
	}
	return out, nil
}

// define tells all of a mount; slow says that its size could not be had in time.
func (h *host) define(d definition, uuids map[string]string, req MountRequest) (facts *value.Dict, slow string) {
	var uuid any
	if id, ok := strings.CutPrefix(d.device, "UUID="); ok {
		uuid = id
		for device, known := range uuids {
			if known == id {
				d.device = device
			}
		}
	} else if id := uuids[resolveDevice(d.device)]; id != "" {
		uuid = id
	}
	facts = value.DictOf("mount", d.path, "device", d.device, "fstype", d.kind, "options", d.options)
	if d.dump != nil {
		facts.Set("dump", d.dump)
	}
	if d.passno != nil {
		facts.Set("passno", d.passno)
	}
	facts.Set("ansible_context", value.DictOf("source", d.source, "source_data", d.line))
	facts.Set("uuid", uuid)
	sizes := make(chan *value.Dict, 1)
	go func() { sizes <- sizesOf(d.path) }()
	var late <-chan time.Time
	if req.Timeout > 0 {
		late = time.After(req.Timeout)
	}
	select {
	case s := <-sizes:
		facts.Update(s)
	case <-late:
		return facts, fmt.Sprintf("Timed out getting mount size of %s (%s) after %s seconds", d.path, d.kind, strconv.FormatFloat(req.Timeout.Seconds(), 'f', -1, 64))
	case <-h.ctx.Done():
	}
	return facts, ""
}
