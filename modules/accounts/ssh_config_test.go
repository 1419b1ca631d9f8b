package accounts

import (
	"testing"

	mt "goplay/modules/modulestest"
)

const someSSHConfig = "config 0600: # mine\nServerAliveInterval 30\n\nHost web\n  # the first\n  HostName web.example.com\n  Port=22\n  User joe\n\nHost a b\n\tIdentityFile one\n\tIdentityFile two\n\tSetEnv X Y\n\n# last\nHost none\n"

func sshConfigCase(name string, args mt.Args) mt.Case {
	args["ssh_config_file"] = "{dir}/config"
	return mt.Case{Name: name, Module: "community.general.ssh_config", Python: "python3",
		Files: mt.Files{someSSHConfig, "one: ", "two: ", "key 0600: "}, Args: args}
}

func TestSSHConfig(t *testing.T) {
	shown := func(name string, args mt.Args) mt.Case {
		return sshConfigCase(name, args).Differing("Ansible shows no diff", "diff")
	}
	rewritten := func(name string, args mt.Args) mt.Case {
		return shown(name, args).Differing("Ansible's old values are the new ones", "hosts_change_diff")
	}
	web := func(more mt.Args) mt.Args {
		args := mt.Args{"host": "web", "hostname": "web.example.com", "port": "22", "remote_user": "joe"}
		for k, v := range more {
			args[k] = v
		}
		return args
	}
	missing := shown("missing file", mt.Args{"host": "new", "hostname": "x"})
	missing.Files = mt.Files{"other: "}
	match := sshConfigCase("sections", web(nil))
	match.Files = mt.Files{"config: Host web\n    user joe\nMatch user x\n    port 1\n"}
	cases := []mt.Case{
		sshConfigCase("there", web(nil)),
		rewritten("changed", web(mt.Args{"port": "2222"})),
		rewritten("more options", web(mt.Args{"strict_host_key_checking": "no", "user_known_hosts_file": "/dev/null",
			"proxyjump": "gate", "host_key_algorithms": "ssh-ed25519", "forward_agent": true, "identity_file": "key"})),
		shown("fewer options", mt.Args{"host": "web", "hostname": "web.example.com"}).Changing(),
		rewritten("checked", web(mt.Args{"proxycommand": "nc %h %p"})).Checked(),
		sshConfigCase("one of several keys", mt.Args{"host": "a b", "identity_file": "{dir}/two"}).
			Differing("Ansible's old values are the new ones", "hosts_change_diff").Differing("Ansible shows no diff", "diff"),
		shown("added", mt.Args{"host": "new", "hostname": "new.example.com", "forward_agent": false}),
		sshConfigCase("added without options", mt.Args{"host": "new"}),
		sshConfigCase("a part of a name", mt.Args{"host": "we", "state": "absent"}),
		shown("removed", mt.Args{"host": "web", "state": "absent"}),
		shown("several patterns removed", mt.Args{"host": "a b", "state": "absent"}),
		sshConfigCase("no such key", web(mt.Args{"identity_file": "lost"})),
		sshConfigCase("two proxies", web(mt.Args{"proxyjump": "a", "proxycommand": "b"})),
		missing,
	}
	mt.Conform(t, append(cases, match))
	mt.Compare(t, cases)
}
