package docker

import (
	"strconv"
	"strings"

	"goplay/modules"
)

// newOptions are options that came with a version of the Engine API. An older
// engine does not refuse what it does not know: the container would be made
// without it, and made anew in every run because it is missing.
var newOptions = []struct {
	option, api string
	given       func(*containerArgs) bool
}{
	{"annotations", "1.43", func(a *containerArgs) bool { return a.Annotations != nil }},
	{"cgroupns_mode", "1.41", func(a *containerArgs) bool { return a.CgroupnsMode != nil }},
	{"device_requests", "1.40", func(a *containerArgs) bool { return a.DeviceRequests != nil }},
	{"platform", "1.41", func(a *containerArgs) bool { return a.Platform != nil }},
	{"healthcheck.start_interval", "1.44", func(a *containerArgs) bool { return a.HealthCheck != nil && a.HealthCheck.StartInterval != nil }},
	{"mounts.subpath", "1.45", func(a *containerArgs) bool {
		for _, m := range a.Mounts {
			if m.Subpath != nil {
				return true
			}
		}
		return false
	}},
}

// checkVersion fails for an option that an engine of this API version does not
// know, in the words of community.docker.
func checkVersion(have string, a *containerArgs) error {
	for _, o := range newOptions {
		if o.given(a) && apiBefore(have, o.api) {
			return modules.Fail("Docker API version is %s. Minimum version required is %s to set %s option.", have, o.api, o.option)
		}
	}
	return nil
}

// apiBefore tells whether an API version is older than another.
func apiBefore(a, b string) bool {
	majorA, minorA := apiVersion(a)
	majorB, minorB := apiVersion(b)
	return majorA < majorB || majorA == majorB && minorA < minorB
}

func apiVersion(s string) (major, minor int) {
	first, second, _ := strings.Cut(s, ".")
	major, _ = strconv.Atoi(first)
	minor, _ = strconv.Atoi(second)
	return major, minor
}
