package facts

import (
	"context"
	"slices"
	"strings"
	"time"

	"goplay/internal/value"
)

// mount is a line of the kernel's list of mounts.
type mount struct{ device, path, kind, options string }

// mounts reports file systems on devices and servers. Each is asked for its
// size on its own, so that a server which is down delays and hides no other.
func (h *host) mounts() {
	uuids := h.uuids()
	bound := boundMounts(h.read("/proc/self/mountinfo"))
	var pending []func(context.Context) *value.Dict
	for _, m := range parseMounts(h.read("/proc/mounts")) {
		if !strings.HasPrefix(m.device, "/") && !strings.HasPrefix(m.device, `\`) && !strings.Contains(m.device, ":/") || m.kind == "none" {
			continue
		}
		if bound[m.path] && !slices.Contains(strings.Split(m.options, ","), "bind") {
			m.options += ",bind"
		}
		pending = append(pending, h.describeMount(m, uuids[resolveDevice(h.path(m.device))]))
	}
	ctx, cancel := context.WithTimeout(h.ctx, max(h.req.Timeout, time.Millisecond))
	defer cancel()
	out := value.NewList()
	for _, wait := range pending {
		out.Append(wait(ctx))
	}
	h.facts.add("mounts", out)
}

// describeMount starts asking for a mount's size; the function that is
// returned waits for the answer.
func (h *host) describeMount(m mount, uuid string) func(context.Context) *value.Dict {
	if uuid == "" {
		uuid = "N/A"
	}
	d := value.DictOf("mount", m.path, "device", m.device, "fstype", m.kind, "options", m.options)
	sizes := make(chan *value.Dict, 1)
	go func() { sizes <- sizesOf(h.path(m.path)) }()
	return func(ctx context.Context) *value.Dict {
		select {
		case s := <-sizes:
			d.Update(s)
		case <-ctx.Done():
			d.Set("note", "Timed out while attempting to get extra information.")
		}
		d.Set("uuid", uuid)
		return d
	}
}

func parseMounts(text string) []mount {
	var out []mount
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) >= 4 {
			out = append(out, mount{unescape(f[0]), unescape(f[1]), f[2], f[3]})
		}
	}
	return out
}

// unescape resolves the octal codes that the kernel writes for white space.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\043`, "#", `\134`, `\`).Replace(s)
}

// boundMounts are the mount points that show a part of a file system only.
func boundMounts(mountinfo string) map[string]bool {
	bound := map[string]bool{}
	for line := range strings.Lines(mountinfo) {
		if f := strings.Fields(line); len(f) > 4 && f[3] != "/" && strings.HasPrefix(f[3], "/") {
			bound[unescape(f[4])] = true
		}
	}
	return bound
}
