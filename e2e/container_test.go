//go:build e2e

package e2e

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const throughDocker = `- hosts: box:gone
  gather_facts: false
  tasks:
    - name: Who
      command: id -un
      changed_when: false
      register: who
    - name: Root
      command: id -un
      become: true
      changed_when: false
      register: root
    - name: Facts
      setup: {gather_subset: '!all'}
    - name: Upload
      copy: {src: SRC, dest: /home/elspeth/DEST, mode: '0640'}
    - name: Root's file
      copy: {content: "mine\n", dest: /root/DEST, mode: '0600'}
      become: true
    - name: Right
      assert: {that: [who.stdout == 'elspeth', root.stdout == 'root', ansible_user_id == 'elspeth']}
`

// TestContainerConnection reaches a host through docker exec, as another user
// and as root, by the variables that Ansible's connection has.
func TestContainerConnection(t *testing.T) {
	for program, host := range map[string]string{goplay: staging, "ansible-playbook": twin} {
		t.Run(filepath.Base(program), func(t *testing.T) {
			path, err := exec.LookPath(program)
			if err != nil {
				t.Skip(program + " is not installed")
			}
			large := fileOf(t, "large", strings.Repeat("0123456789abcdef", 4<<16))
			name := "through-" + filepath.Base(program)
			t.Cleanup(func() { onHost(t, host, "rm -rf /root/"+name+" /home/elspeth/"+name) })
			hosts := "[all:vars]\nansible_connection=community.docker.docker\nansible_docker_user=elspeth\nansible_python_interpreter=/usr/bin/python3\n" +
				"ansible_docker_extra_args='--log-level error'\n[all]\nbox ansible_docker_host=" + cmp.Or(os.Getenv("LAB_PREFIX"), "goplay-") + host + "\ngone ansible_host=goplay-nosuch\n"
			args := []string{"-i", inventoryOf(t, hosts), playbookOf(t, strings.NewReplacer("SRC", large, "DEST", name).Replace(throughDocker))}
			run := func(limit string) *run {
				return command(t, path, append(args, "--limit", limit)...).start(t).end(t)
			}
			run("box").want(t, 0).wantStatuses(t, "Who: ok\nRoot: ok\nFacts: ok\nUpload: changed\nRoot's file: changed\nRight: ok\n"+
				"ok=6 changed=2 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
			run("box").want(t, 0).wantStatuses(t, "Who: ok\nRoot: ok\nFacts: ok\nUpload: ok\nRoot's file: ok\nRight: ok\n"+
				"ok=6 changed=0 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0")
			gone := run("gone").want(t, 4)
			gone.wantStatuses(t, "Who: fatal\nok=0 changed=0 unreachable=1 failed=0 skipped=0 rescued=0 ignored=0")
			if program == goplay && !strings.Contains(gone.stdout.String(), "No such container: goplay-nosuch") {
				t.Errorf("it does not say why:\n%s", &gone.stdout)
			}
			if got := onHost(t, host, "stat -c '%U %a %s' /home/elspeth/"+name+" /root/"+name); got != "elspeth 640 4194304\nroot 600 5" {
				t.Errorf("on the host: %s", got)
			}
		})
	}
}
