package docker

import (
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Podman's engine speaks Docker's API, and describes some of what it was asked
// for in words of its own. They are taken back to what was asked.

// haveUlimits has limits by the names that they are asked for with.
func haveUlimits(_ *plan, c object) any {
	out := []any{}
	for _, u := range objects(at(c, "HostConfig.Ulimits")) {
		own := object{}
		for k, v := range u {
			own[k] = v
		}
		if name, of := strings.CutPrefix(textAt(u, "Name"), "RLIMIT_"); of {
			own["Name"] = strings.ToLower(name)
		}
		out = append(out, own)
	}
	return out
}

// podmanModes are what Podman mounts a volume with without being asked.
var podmanModes = []string{"rprivate", "nosuid", "nodev", "rbind"}

// haveVolumes has volumes without the modes that only Podman says, and that the
// task did not ask for. Docker has no rbind, by which Podman is known.
func haveVolumes(p *plan, c object) any {
	want, out := textList(p.want["volumes"]), []any{}
	for _, bind := range textsAt(c, "HostConfig.Binds") {
		parts := strings.Split(bind, ":")
		if len(parts) == 3 && slices.Contains(strings.Split(parts[2], ","), "rbind") && !slices.Contains(want, bind) {
			parts[2] = strings.Join(slices.DeleteFunc(strings.Split(parts[2], ","), func(mode string) bool { return slices.Contains(podmanModes, mode) }), ",")
			bind = strings.Join(parts, ":")
		}
		out = append(out, bind)
	}
	return out
}

// haveTmpfs has the options of temporary file systems, without those that Podman
// adds where none are asked for.
func haveTmpfs(p *plan, c object) any {
	wanted, _ := p.want["tmpfs"].(object)
	out := object{}
	for path, options := range objectAt(c, "HostConfig.Tmpfs") {
		asked, _ := wanted[path].(string)
		text, _ := options.(string)
		if words := strings.Split(text, ","); slices.Contains(words, "tmpcopyup") && text != asked {
			options = strings.Join(slices.DeleteFunc(words, func(word string) bool {
				return word == "rw" || word == "tmpcopyup" || slices.Contains(podmanModes, word)
			}), ",")
		}
		out[path] = options
	}
	return out
}

// haveStopSignal has the signal by its name, of which Podman keeps the number.
func haveStopSignal(p *plan, c object) any {
	signal := at(c, "Config.StopSignal")
	text, _ := signal.(string)
	asked, _ := p.want["stop_signal"].(string)
	if n, err := strconv.Atoi(text); err == nil && strings.HasPrefix(asked, "SIG") {
		return unix.SignalName(syscall.Signal(n))
	}
	return signal
}

func textList(v any) []string {
	var out []string
	for _, item := range items(v) {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
