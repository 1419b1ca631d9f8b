package crypto

import (
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"goplay/modules"
)

// Tags of the kinds of general names.
const (
	tagOther = iota
	tagEmail
	tagDNS
	_
	tagDirectory
	_
	tagURI
	tagIP
	tagRID
)

// parseGeneralName reads a name as users write it: DNS:, IP:, email:, URI:,
// RID:, dirName: or otherName: and the name. what names it in errors.
func parseGeneralName(name, what string) (asn1.RawValue, error) {
	kind, text, ok := strings.Cut(name, ":")
	if !ok {
		return asn1.RawValue{}, modules.Fail("Cannot parse %s %q (forgot \"DNS:\" prefix?)", what, name)
	}
	v := asn1.RawValue{Class: asn1.ClassContextSpecific}
	var err error
	switch kind {
	case "DNS":
		v.Tag, v.Bytes = tagDNS, []byte(toIDNA(text))
	case "email":
		v.Tag, v.Bytes = tagEmail, []byte(toIDNA(text))
	case "URI":
		v.Tag, v.Bytes = tagURI, []byte(text)
	case "IP":
		v.Tag = tagIP
		v.Bytes, err = parseAddress(text)
	case "RID":
		v.Tag = tagRID
		v.Bytes, err = contentOf(parseOID(text))
	case "dirName":
		var parts []attribute
		if parts, err = parseDN(text); err == nil {
			v.Tag, v.IsCompound = tagDirectory, true
			v.Bytes, err = rawName(parts)
		}
	case "otherName":
		v.Tag, v.IsCompound = tagOther, true
		v.Bytes, err = parseOther(text)
	default:
		return v, modules.Fail("Cannot parse %s %q (potentially unsupported by cryptography backend)", what, name)
	}
	if err != nil {
		return v, modules.Fail("Cannot parse %s %q: %w", what, name, err)
	}
	return v, nil
}

func contentOf(oid asn1.ObjectIdentifier) ([]byte, error) {
	if oid == nil {
		return nil, errors.New("this is no object identifier")
	}
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil, err
	}
	return der[2:], nil
}

// parseAddress reads an address, or with a slash a network, which is what
// constraints are about.
func parseAddress(text string) ([]byte, error) {
	if strings.Contains(text, "/") {
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			return nil, fmt.Errorf("'%s' does not appear to be an IPv4 or IPv6 network", text)
		}
		return append(network.IP, network.Mask...), nil
	}
	ip := net.ParseIP(text)
	if ip == nil {
		return nil, fmt.Errorf("'%s' does not appear to be an IPv4 or IPv6 address", text)
	}
	if v4 := ip.To4(); v4 != nil {
		return v4, nil
	}
	return ip, nil
}

// parseDN reads a distinguished name: parts as KEY=VALUE, each after a slash
// where the name begins with one, and else with commas between and the last one
// first, as RFC 4514 has it. A backslash takes the next character as it is, or two hexadecimal digits as a byte.
func parseDN(text string) ([]attribute, error) {
	sep := byte(',')
	if strings.HasPrefix(text, "/") {
		sep, text = '/', text[1:]
	}
	var out []attribute
	for text != "" {
		part, rest, err := cutPart(text, sep)
		if err != nil {
			return nil, err
		}
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return nil, fmt.Errorf("no '=' in %q", part)
		}
		out, text = append(out, attribute{strings.TrimSpace(name), strings.TrimLeft(value, " ")}), rest
	}
	if sep == ',' {
		slices.Reverse(out)
	}
	return out, nil
}

func cutPart(text string, sep byte) (part, rest string, err error) {
	var b []byte
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == sep:
			return string(b), strings.TrimLeft(text[i+1:], " "), nil
		case ch == '\\' && i+1 == len(text):
			return "", "", errors.New("unexpected end of string")
		case ch == '\\':
			if two, err := hex.DecodeString(text[i+1 : min(i+3, len(text))]); err == nil && len(two) == 1 {
				b, i = append(b, two[0]), i+2
			} else {
				b, i = append(b, text[i+1]), i+1
			}
		default:
			b = append(b, ch)
		}
	}
	return string(b), "", nil
}

type otherName struct {
	OID   asn1.ObjectIdentifier
	Value asn1.RawValue `asn1:"tag:0,explicit"`
}

// parseOther reads OID;UTF8:text or OID;bytes in hexadecimal.
func parseOther(text string) ([]byte, error) {
	id, content, ok := strings.Cut(text, ";")
	oid := parseOID(id)
	if !ok || oid == nil {
		return nil, errors.New("it must be in the format <OID>;<ASN.1 OpenSSL Encoded String> or <OID>;<hex string>")
	}
	var raw []byte
	var err error
	if utf8, ok := strings.CutPrefix(content, "UTF8:"); ok {
		raw, err = asn1.Marshal(asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(utf8)})
	} else {
		raw, err = unhex(content)
	}
	if err != nil {
		return nil, err
	}
	der, err := asn1.Marshal(otherName{oid, asn1.RawValue{Class: asn1.ClassContextSpecific, IsCompound: true, Bytes: raw}})
	if err != nil {
		return nil, err
	}
	var whole asn1.RawValue
	_, err = asn1.Unmarshal(der, &whole)
	return whole.Bytes, err
}

// unhex reads bytes in hexadecimal, with colons between or without.
func unhex(text string) ([]byte, error) { return hex.DecodeString(strings.ReplaceAll(text, ":", "")) }

// formatGeneralName writes a name as parseGeneralName reads it. encoding says
// what becomes of names that are not ASCII: ignore, idna or unicode.
func formatGeneralName(v asn1.RawValue, encoding string) string {
	switch v.Tag {
	case tagDNS:
		return "DNS:" + adjustIDN(string(v.Bytes), encoding)
	case tagEmail:
		return "email:" + adjustIDN(string(v.Bytes), encoding)
	case tagURI:
		return "URI:" + adjustURI(string(v.Bytes), encoding)
	case tagIP:
		return "IP:" + formatAddress(v.Bytes)
	case tagRID:
		var oid asn1.ObjectIdentifier
		der, _ := asn1.Marshal(asn1.RawValue{Tag: asn1.TagOID, Bytes: v.Bytes})
		_, _ = asn1.Unmarshal(der, &oid)
		return "RID:" + oid.String()
	case tagDirectory:
		return "dirName:" + formatDN(readName(v.Bytes))
	case tagOther:
		var oid asn1.ObjectIdentifier
		var content asn1.RawValue
		if rest, err := asn1.Unmarshal(v.Bytes, &oid); err == nil {
			_, _ = asn1.Unmarshal(rest, &content)
		}
		return "otherName:" + oid.String() + ";" + colons(content.Bytes)
	}
	return fmt.Sprintf("unknown:%d", v.Tag)
}

func formatAddress(b []byte) string {
	if len(b) == 8 || len(b) == 32 {
		network := net.IPNet{IP: b[:len(b)/2], Mask: b[len(b)/2:]}
		return network.String()
	}
	return net.IP(b).String()
}

// shortNames are the names that RFC 4514 gives to parts; others keep theirs.
var shortNames = map[string]string{"commonName": "CN", "countryName": "C", "stateOrProvinceName": "ST", "localityName": "L",
	"organizationName": "O", "organizationalUnitName": "OU", "domainComponent": "DC", "userId": "UID", "streetAddress": "STREET"}

// formatDN writes a name by RFC 4514, the last part first.
func formatDN(parts []attribute) string {
	var out []string
	for i := len(parts) - 1; i >= 0; i-- {
		name := parts[i].name
		if s, ok := shortNames[name]; ok {
			name = s
		}
		out = append(out, name+"="+escapeDN.Replace(parts[i].text))
	}
	return strings.Join(out, ",")
}

var escapeDN = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `+`, `\+`, `"`, `\"`, `;`, `\;`, `<`, `\<`, `>`, `\>`)
