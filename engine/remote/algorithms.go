package remote

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"goplay/engine/remote/sshconfig"
)

// algorithms is a list in OpenSSH's form applied to the defaults: a list of its
// own, +more, -fewer or ^first, each with wildcards. What there is no support
// for is left out.
func algorithms(option string, defaults, legacy []string) []string {
	if option == "" {
		return defaults
	}
	pick := func(list string, from []string) []string {
		var out []string
		for _, p := range strings.Split(list, ",") {
			for _, a := range from {
				if sshconfig.Glob(strings.TrimSpace(p), a) {
					out = append(out, a)
				}
			}
		}
		return out
	}
	all := append(slices.Clone(defaults), legacy...)
	switch option[0] {
	case '+':
		return unique(append(slices.Clone(defaults), pick(option[1:], all)...))
	case '^':
		return unique(append(pick(option[1:], all), defaults...))
	case '-':
		gone := pick(option[1:], defaults)
		return slices.DeleteFunc(slices.Clone(defaults), func(a string) bool { return slices.Contains(gone, a) })
	}
	return unique(pick(option, all))
}

// setAlgorithms puts the configured algorithms into a client's configuration.
// One of which nothing is left keeps its defaults: the host then decides.
func setAlgorithms(c *ssh.ClientConfig, from *sshconfig.Config) {
	safe, legacy := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	set := func(into *[]string, option string, defaults, legacy []string) {
		if value := from.Get(option); value != "" {
			*into = algorithms(value, defaults, legacy)
		}
	}
	set(&c.KeyExchanges, "KexAlgorithms", safe.KeyExchanges, legacy.KeyExchanges)
	set(&c.Ciphers, "Ciphers", safe.Ciphers, legacy.Ciphers)
	set(&c.MACs, "MACs", safe.MACs, legacy.MACs)
	c.HostKeyAlgorithms = algorithms(from.Get("HostKeyAlgorithms"), safe.HostKeys, legacy.HostKeys)
}

// keyAlgorithms are the signatures that a user's key may make.
func keyAlgorithms(from *sshconfig.Config) []string {
	option := from.Get("PubkeyAcceptedAlgorithms")
	if option == "" {
		option = from.Get("PubkeyAcceptedKeyTypes")
	}
	// A host with only old algorithms may still be logged in to with an RSA
	// key: the server says which signatures it takes.
	safe, legacy := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	if option == "" {
		return nil
	}
	return algorithms(option, safe.PublicKeyAuths, legacy.PublicKeyAuths)
}
