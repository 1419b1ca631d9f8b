package web

import (
	"crypto/tls"
	"slices"
	"strings"

	"goplay/modules"
)

// strong are the words of OpenSSL's lists that stand for many suites: here for
// those that Go offers unasked.
var strong = []string{"DEFAULT", "ALL", "HIGH", "COMPLEMENTOFDEFAULT"}

// Suites reads a cipher list as OpenSSL does: names joined with colons, "!" or
// "-" before what is taken out again. It decides about TLS up to 1.2; the suites
// of TLS 1.3 are always offered.
func Suites(list []string) ([]uint16, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var chosen []uint16
	for _, word := range strings.FieldsFunc(strings.Join(list, ":"), func(r rune) bool { return strings.ContainsRune(":, ", r) }) {
		name := strings.TrimLeft(word, "!-")
		ids := suitesNamed(name)
		if name != word {
			chosen = slices.DeleteFunc(chosen, func(id uint16) bool { return slices.Contains(ids, id) })
			continue
		}
		for _, id := range ids {
			if !slices.Contains(chosen, id) {
				chosen = append(chosen, id)
			}
		}
	}
	if len(chosen) == 0 {
		return nil, modules.Fail("No cipher can be selected.")
	}
	return chosen, nil
}

// suitesNamed are the suites that a word of a list stands for.
func suitesNamed(name string) []uint16 {
	var ids []uint16
	if slices.Contains(strong, name) {
		for _, s := range tls.CipherSuites() {
			if s.ID>>8 != 0x13 {
				ids = append(ids, s.ID)
			}
		}
		return ids
	}
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if s.ID>>8 != 0x13 && (s.Name == name || openSSLName(s.Name) == name) { // not those of TLS 1.3
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// openSSLName is OpenSSL's name of a suite: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
// is ECDHE-RSA-AES128-SHA256 there.
func openSSLName(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "TLS_"), "RSA_WITH_")
	return strings.NewReplacer("_WITH_", "-", "3DES_EDE_CBC", "DES-CBC3", "RC4_128", "RC4", "AES_128", "AES128", "AES_256", "AES256",
		"_CBC", "", "CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305", "_", "-").Replace(name)
}
