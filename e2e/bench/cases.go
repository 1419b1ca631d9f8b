package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// uploadSize is that of a container image.
const uploadSize = 300 << 20

func (b *bench) cases() ([]test, error) {
	start, err := b.write("start.yaml", "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n    - debug: msg=hello\n")
	if err != nil {
		return nil, err
	}
	tasks, script := mixed(100)
	hundred, err := b.write("hundred.yaml", tasks)
	if err != nil {
		return nil, err
	}
	if _, err := b.write("motd.j2", "Welcome to {{ inventory_hostname }}\n"); err != nil {
		return nil, err
	}
	checks, err := b.write("checks.sh", script)
	if err != nil {
		return nil, err
	}
	image, err := b.noise("image.tar", uploadSize)
	if err != nil {
		return nil, err
	}
	upload, err := b.write("upload.yaml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: {src: "+image+", dest: /var/tmp/image.tar}\n")
	if err != nil {
		return nil, err
	}
	sh := append(slices.Clone(b.ssh), "sh")
	return []test{
		{name: "start: one debug task, no host", playbook: start, runs: 5},
		{name: "100 tasks, nothing to change", playbook: hundred, floor: sh, input: checks, runs: 5},
		{name: "the deploy's second run", playbook: "playbooks/deploy.yaml", runs: 3},
		{name: "copy 300 MB", playbook: upload, reset: "rm -f /var/tmp/image.tar",
			floor: append(slices.Clone(b.ssh), "cat >/var/tmp/image.tar"), input: image, runs: 3},
		{name: "copy 300 MB, there already", playbook: upload,
			floor: append(slices.Clone(b.ssh), "sha1sum /var/tmp/image.tar"), runs: 3},
	}, nil
}

func (b *bench) write(name, text string) (string, error) {
	path := filepath.Join(b.dir, name)
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// mixed is a playbook of n tasks of six kinds, and a script that asks the same
// of a host.
func mixed(n int) (playbook, script string) {
	var tasks, checks strings.Builder
	tasks.WriteString("- hosts: all\n  gather_facts: false\n  tasks:\n    - file: {path: /tmp/bench, state: directory}\n")
	for i := range n - 1 {
		path := fmt.Sprintf("/tmp/bench/%d", i-i%6)
		switch i % 6 {
		case 0:
			fmt.Fprintf(&tasks, "    - copy: {content: \"a line\\n\", dest: %s.copy}\n", path)
			fmt.Fprintf(&checks, "sha1sum %s.copy\n", path)
		case 1:
			fmt.Fprintf(&tasks, "    - lineinfile: {path: %s.copy.lines, line: enabled=1, create: true}\n", path)
			fmt.Fprintf(&checks, "grep -qx enabled=1 %s.copy.lines\n", path)
		case 2:
			fmt.Fprintf(&tasks, "    - file: {path: %s.dir, state: directory, mode: '0750'}\n", path)
			fmt.Fprintf(&checks, "stat -c %%a %s.dir\n", path)
		case 3:
			fmt.Fprintf(&tasks, "    - stat: {path: %s.copy}\n", path)
			fmt.Fprintf(&checks, "stat %s.copy\n", path)
		case 4:
			fmt.Fprintf(&tasks, "    - command: cat %s.copy\n      changed_when: false\n", path)
			fmt.Fprintf(&checks, "cat %s.copy\n", path)
		case 5:
			fmt.Fprintf(&tasks, "    - template: {src: motd.j2, dest: %s.motd}\n", path)
			fmt.Fprintf(&checks, "sha1sum %s.motd\n", path)
		}
	}
	return tasks.String(), checks.String()
}
