package databases

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"goplay/internal/value"
)

var (
	hbaMethods = []string{"trust", "reject", "md5", "password", "gss", "sspi", "krb5", "ident", "peer", "ldap", "radius", "cert", "pam", "scram-sha-256"}
	hbaTypes   = []string{"local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"}
	hbaColumns = []string{"type", "db", "usr", "src", "mask", "method", "options"}
)

// hbaRule is a line of pg_hba.conf: its columns by name, "" for one that it
// lacks, and the comment behind it.
type hbaRule map[string]string

// hbaError is a line whose kind or columns make no sense; a rule whose values
// do not is left out of the file instead.
type hbaError struct{ msg string }

func (e *hbaError) Error() string { return e.msg }

// parseHBA reads a line without its comment.
func parseHBA(line string) (hbaRule, error) {
	columns := strings.Fields(line)
	if len(columns) < 4 {
		return nil, &hbaError{fmt.Sprintf("Rule %s has too few columns.", line)}
	}
	if !slices.Contains(hbaTypes, columns[0]) {
		return nil, &hbaError{fmt.Sprintf("Rule %s has unknown type: %s.", line, columns[0])}
	}
	if columns[0] == "local" {
		columns = slices.Insert(columns, 3, "", "")
	}
	if len(columns) < 6 || !slices.Contains(hbaMethods, columns[5]) {
		columns = slices.Insert(columns, 4, "")
	}
	if len(columns) < 6 || !slices.Contains(hbaMethods, columns[5]) {
		return nil, &hbaError{fmt.Sprintf("Rule %s of '%s' type has invalid auth-method '%s'", line, columns[0], columns[min(5, len(columns)-1)])}
	}
	r := hbaRule{}
	for i, name := range hbaColumns[:6] {
		r[name] = columns[i]
	}
	r["options"] = strings.Join(columns[6:], " ")
	return r, r.settle()
}

// settle checks a rule, and brings its source to one form.
func (r hbaRule) settle() error {
	if !slices.Contains(hbaMethods, r["method"]) {
		return fmt.Errorf("invalid method %s (should be one of '%s').", r["method"], strings.Join(hbaMethods, "', '"))
	}
	if !slices.Contains(hbaTypes, r["type"]) {
		return fmt.Errorf("invalid connection type %s (should be one of '%s').", r["type"], strings.Join(hbaTypes, "', '"))
	}
	switch {
	case r["type"] == "local":
		r["src"] = ""
	case r["src"] == "":
		return fmt.Errorf("Missing src in rule %s", value.Repr(r.dict()))
	case !strings.Contains(r["src"], "/"):
		source, err := r.source()
		if err != nil {
			return err
		}
		r["src"] = source
	}
	r["mask"] = ""
	return nil
}

// source is the network of a rule where it is one, and otherwise its text.
func (r hbaRule) source() (string, error) {
	if r["mask"] != "" {
		addr, err := netip.ParseAddr(r["src"])
		if err != nil {
			return "", &hbaError{fmt.Sprintf("Mask was specified, but source %q is not valid ip", r["src"])}
		}
		mask, err := netip.ParseAddr(r["mask"])
		if err != nil {
			return "", &hbaError{fmt.Sprintf("Mask %s seems to be invalid", r["mask"])}
		}
		bits, ok := maskBits(mask)
		if !ok {
			return "", &hbaError{fmt.Sprintf("IP mask %s seems invalid (binary value has 1 after 0)", r["mask"])}
		}
		prefix, err := addr.Prefix(bits)
		if err != nil {
			return "", &hbaError{fmt.Sprintf("%s/%d is not valid address range", r["src"], bits)}
		}
		return prefix.String(), nil
	}
	if prefix, ok := network(r["src"]); ok {
		return prefix.String(), nil
	}
	return r["src"], nil
}

func maskBits(mask netip.Addr) (bits int, ok bool) {
	ended := false
	for _, b := range mask.AsSlice() {
		for i := 7; i >= 0; i-- {
			switch on := b>>i&1 == 1; {
			case on && ended:
				return 0, false
			case on:
				bits++
			default:
				ended = true
			}
		}
	}
	return bits, true
}

// network reads an address with or without the length of its prefix.
func network(text string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	head, mask, _ := strings.Cut(text, "/")
	if addr, err := netip.ParseAddr(head); err == nil {
		if m, err := netip.ParseAddr(mask); err == nil {
			if bits, ok := maskBits(m); ok && addr.Is4() {
				p, err := addr.Prefix(bits)
				return p, err == nil
			}
		}
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err == nil
}

// key is what only one rule of a file may be for.
func (r hbaRule) key() string {
	source := "local"
	if r["type"] != "local" {
		source, _ = r.source()
	}
	return source + "\x00" + r["db"] + "\x00" + r["usr"]
}

func (r hbaRule) line() string {
	var out []string
	for _, name := range hbaColumns {
		if r[name] != "" {
			out = append(out, r[name])
		}
	}
	return strings.Join(out, "\t")
}

// dict is the rule as it is returned.
func (r hbaRule) dict() *value.Dict {
	d := value.NewDict()
	for _, name := range append([]string{"comment"}, hbaColumns...) {
		if r[name] != "" {
			d.Set(name, r[name])
		}
	}
	return d
}

// compareHBA orders rules so that the more special ones come first: by source,
// then by database, then by user.
func compareHBA(a, b hbaRule) int {
	return cmp.Or(
		cmp.Compare(b.sourceWeight(), a.sourceWeight()),
		cmp.Compare(a.dbWeight(), b.dbWeight()),
		cmp.Compare(a.userWeight(), b.userWeight()),
		strings.Compare(a["src"], b["src"]),
		strings.Compare(a.line(), b.line()),
	)
}

// sourceWeight counts the fixed bits of a network, those of IPv4 as if they
// were IPv6's.
func (r hbaRule) sourceWeight() int {
	if r["type"] == "local" {
		return 130
	}
	if prefix, ok := network(r["src"]); ok {
		return prefix.Bits() * 128 / prefix.Addr().BitLen()
	}
	switch source := r["src"]; {
	case source == "all":
		return 0
	case source == "samehost":
		return 129
	case source == "samenet":
		return 96
	case strings.HasPrefix(source, "."):
		return 64
	}
	return 128
}

func (r hbaRule) dbWeight() int {
	switch r["db"] {
	case "all":
		return 100000
	case "replication":
		return 0
	case "samerole", "samegroup":
		return 1
	}
	return 1 + strings.Count(r["db"], ",")
}

func (r hbaRule) userWeight() int {
	if r["usr"] == "all" {
		return 1000000
	}
	return 1
}
