package hosttest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// image is the name of the image of hosts: GOPLAY_HOST_IMAGE, or the lab's newest.
func image(t *testing.T) string {
	if image := os.Getenv("GOPLAY_HOST_IMAGE"); image != "" {
		return image
	}
	out, err := exec.Command("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}").Output()
	if err != nil {
		t.Skip("no Docker daemon answers: modules that change the system are only tested in containers")
	}
	for _, name := range strings.Fields(string(out)) {
		if strings.Contains(name, "host:") && !strings.Contains(name, "<none>") {
			return name
		}
	}
	t.Skip("no image of a lab host is here; set GOPLAY_HOST_IMAGE")
	return ""
}

// making lets images be made one after the other: the second may be the first.
var making sync.Mutex

// imageWith is an image of hosts that have more packages of the release's own
// archive. It is made once, on a host that for that has a network, and kept
// under the name of what is in it. No service is started while it is made.
func imageWith(t *testing.T, packages []string) string {
	base := image(t)
	if len(packages) == 0 {
		return base
	}
	making.Lock()
	defer making.Unlock()
	id := strings.TrimSpace(docker(t, "image", "inspect", "-f", "{{.Id}}", base))
	tag := fmt.Sprintf("goplay-with:%.12x", sha256.Sum256([]byte(id+installing+strings.Join(packages, " "))))
	if exec.Command("docker", "image", "inspect", tag).Run() == nil {
		return tag
	}
	name := strings.TrimSpace(docker(t, "run", "-d", "--label", "goplay.test", "--init", base, "sleep", "3600"))
	defer func() { _ = exec.Command("docker", "rm", "-f", "-v", name).Run() }()
	docker(t, append([]string{"exec", name, "sh", "-ec", installing, "sh"}, packages...)...)
	docker(t, "commit", name, tag)
	return tag
}

const installing = `
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "$@"
apt-get clean
rm /usr/sbin/policy-rc.d`
