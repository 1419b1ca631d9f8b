package main

// untested are the modules that no test runs, each with the reason: what they
// drive cannot be had where tests run. A module that a test names is struck out.
var untested = map[string]string{
	"ansible.builtin.dnf5": "Debian has no DNF 5; it shares all but the program's name with dnf",
}
