package filters

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha3"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"time"

	"goplay/internal/jinja"
	"goplay/internal/value"
)

var certificateFilters = table{
	"split_pem":               splitPEM,
	"x509_certificate_info":   certificateInfo,
	"openssl_privatekey_info": privateKeyInfo,
	"openssl_publickey_info":  publicKeyInfo,
}

// splitPEM cuts text into its PEM blocks.
func splitPEM(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "data")
	if err != nil {
		return nil, err
	}
	text, ok := isText(a.get("data"))
	if !ok {
		return nil, filterError("The community.crypto.split_pem input must be a text type, not %s", class(a.get("data")))
	}
	out := value.NewList()
	var block strings.Builder
	inside := false
	for _, line := range strings.SplitAfter(text, "\n") {
		trimmed := strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(trimmed, "-----BEGIN ") && strings.HasSuffix(trimmed, "-----") {
			inside = true
			block.Reset()
		}
		if !inside {
			continue
		}
		block.WriteString(line)
		if strings.HasPrefix(trimmed, "-----END ") && strings.HasSuffix(trimmed, "-----") {
			inside = false
			out.Append(block.String())
		}
	}
	return out, nil
}

// block reads the first PEM block of a kind from a filter's input.
func block(a *args, name, suffix, what string) (*pem.Block, error) {
	text, ok := isText(a.get(name))
	if !ok {
		return nil, filterError("The %s input must be a text type, not %s", what, class(a.get(name)))
	}
	for b, rest := pem.Decode([]byte(text)); b != nil; b, rest = pem.Decode(rest) {
		if strings.HasSuffix(b.Type, suffix) {
			return b, nil
		}
	}
	return nil, filterError("Unable to load PEM file: the input of %s has no %s", what, suffix)
}

func certificateInfo(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "data name_encoding?")
	if err != nil {
		return nil, err
	}
	b, err := block(a, "data", "CERTIFICATE", "community.crypto.x509_certificate_info")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(b.Bytes)
	if err != nil {
		return nil, filterError("Unable to load certificate: %v", err)
	}
	d := value.DictOf("signature_algorithm", signatureName(cert.SignatureAlgorithm))
	addName(d, "subject", cert.RawSubject)
	addName(d, "issuer", cert.RawIssuer)
	d.Set("version", int64(cert.Version))
	addExtensions(d, cert)
	d.Set("not_before", certTime(cert.NotBefore))
	d.Set("not_after", certTime(cert.NotAfter))
	d.Set("expired", time.Now().After(cert.NotAfter))
	if err := addPublicKey(d, "public_key_type", "public_key_data", cert.PublicKey); err != nil {
		return nil, err
	}
	d.Set("fingerprints", fingerprints(cert.Raw))
	d.Set("serial_number", value.Int(cert.SerialNumber))
	d.Set("subject_key_identifier", keyIdentifier(cert.SubjectKeyId))
	d.Set("authority_key_identifier", keyIdentifier(cert.AuthorityKeyId))
	d.Set("authority_cert_issuer", nil)
	d.Set("authority_cert_serial_number", nil)
	d.Set("ocsp_uri", firstText(cert.OCSPServer))
	d.Set("issuer_uri", firstText(cert.IssuingCertificateURL))
	return d, nil
}

func certTime(t time.Time) string { return t.UTC().Format("20060102150405Z") }

func firstText(texts []string) any {
	if len(texts) == 0 {
		return nil
	}
	return texts[0]
}

func keyIdentifier(id []byte) any {
	if len(id) == 0 {
		return nil
	}
	return colons(id)
}

// colons writes bytes as openssl does: ab:cd:ef.
func colons(raw []byte) string {
	parts := make([]string, len(raw))
	for i, b := range raw {
		parts[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(parts, ":")
}

var signatureNames = map[x509.SignatureAlgorithm]string{
	x509.SHA1WithRSA: "sha1WithRSAEncryption", x509.SHA256WithRSA: "sha256WithRSAEncryption", x509.SHA384WithRSA: "sha384WithRSAEncryption",
	x509.SHA512WithRSA: "sha512WithRSAEncryption", x509.ECDSAWithSHA1: "ecdsa-with-SHA1", x509.ECDSAWithSHA256: "ecdsa-with-SHA256",
	x509.ECDSAWithSHA384: "ecdsa-with-SHA384", x509.ECDSAWithSHA512: "ecdsa-with-SHA512", x509.PureEd25519: "ED25519", x509.MD5WithRSA: "md5WithRSAEncryption",
	x509.SHA256WithRSAPSS: "rsassaPss", x509.SHA384WithRSAPSS: "rsassaPss", x509.SHA512WithRSAPSS: "rsassaPss",
}

func signatureName(a x509.SignatureAlgorithm) string {
	if name := signatureNames[a]; name != "" {
		return name
	}
	return a.String()
}

// nameParts are the parts of a distinguished name by their object identifiers.
var nameParts = map[string]string{
	"2.5.4.3": "commonName", "2.5.4.4": "surname", "2.5.4.5": "serialNumber", "2.5.4.6": "countryName", "2.5.4.7": "localityName",
	"2.5.4.8": "stateOrProvinceName", "2.5.4.9": "streetAddress", "2.5.4.10": "organizationName", "2.5.4.11": "organizationalUnitName",
	"2.5.4.12": "title", "2.5.4.42": "givenName", "2.5.4.17": "postalCode", "1.2.840.113549.1.9.1": "emailAddress",
	"0.9.2342.19200300.100.1.25": "domainComponent", "0.9.2342.19200300.100.1.1": "userId",
}

func addName(d *value.Dict, key string, raw []byte) {
	byName, ordered := value.NewDict(), value.NewList()
	var rdns pkix.RDNSequence
	if _, err := asn1.Unmarshal(raw, &rdns); err == nil {
		for _, set := range rdns {
			for _, part := range set {
				name := nameParts[part.Type.String()]
				if name == "" {
					name = part.Type.String()
				}
				text, _ := part.Value.(string)
				byName.Set(name, text)
				ordered.Append(value.NewList(name, text))
			}
		}
	}
	d.Set(key, byName)
	d.Set(key+"_ordered", ordered)
}

var keyUsages = []struct {
	bit  x509.KeyUsage
	name string
}{
	{x509.KeyUsageCRLSign, "CRL Sign"}, {x509.KeyUsageCertSign, "Certificate Sign"}, {x509.KeyUsageDataEncipherment, "Data Encipherment"},
	{x509.KeyUsageDecipherOnly, "Decipher Only"}, {x509.KeyUsageDigitalSignature, "Digital Signature"}, {x509.KeyUsageEncipherOnly, "Encipher Only"},
	{x509.KeyUsageKeyAgreement, "Key Agreement"}, {x509.KeyUsageKeyEncipherment, "Key Encipherment"}, {x509.KeyUsageContentCommitment, "Non Repudiation"},
}

var extendedUsages = map[x509.ExtKeyUsage]string{
	x509.ExtKeyUsageAny: "Any Extended Key Usage", x509.ExtKeyUsageServerAuth: "TLS Web Server Authentication",
	x509.ExtKeyUsageClientAuth: "TLS Web Client Authentication", x509.ExtKeyUsageCodeSigning: "Code Signing",
	x509.ExtKeyUsageEmailProtection: "E-mail Protection", x509.ExtKeyUsageTimeStamping: "Time Stamping", x509.ExtKeyUsageOCSPSigning: "OCSP Signing",
}

func addExtensions(d *value.Dict, cert *x509.Certificate) {
	critical, present, all := map[string]bool{}, map[string]bool{}, value.NewDict()
	for _, e := range cert.Extensions {
		id := e.Id.String()
		present[id], critical[id] = true, e.Critical
		all.Set(id, value.DictOf("critical", e.Critical, "value", base64.StdEncoding.EncodeToString(e.Value)))
	}
	d.Set("extensions_by_oid", all)
	set := func(key, oid string, items []any) {
		var v any
		if present[oid] {
			v = value.NewList(items...)
		}
		d.Set(key, v)
		d.Set(key+"_critical", critical[oid])
	}
	var usages, extended, names []any
	for _, u := range keyUsages {
		if cert.KeyUsage&u.bit != 0 {
			usages = append(usages, u.name)
		}
	}
	for _, u := range cert.ExtKeyUsage {
		extended = append(extended, extendedUsages[u])
	}
	for _, oid := range cert.UnknownExtKeyUsage {
		extended = append(extended, oid.String())
	}
	constraints := []any{"CA:FALSE"}
	if cert.IsCA {
		constraints = []any{"CA:TRUE"}
		if cert.MaxPathLen > 0 || cert.MaxPathLenZero {
			constraints = append(constraints, "pathlen:"+value.Str(int64(cert.MaxPathLen)))
		}
	}
	set("key_usage", "2.5.29.15", usages)
	set("extended_key_usage", "2.5.29.37", extended)
	set("basic_constraints", "2.5.29.19", constraints)
	const mustStaple = "1.3.6.1.5.5.7.1.24"
	var staple any
	if present[mustStaple] {
		staple = true
	}
	d.Set("ocsp_must_staple", staple)
	d.Set("ocsp_must_staple_critical", critical[mustStaple])
	for _, n := range cert.DNSNames {
		names = append(names, "DNS:"+n)
	}
	for _, n := range cert.EmailAddresses {
		names = append(names, "email:"+n)
	}
	for _, n := range cert.IPAddresses {
		names = append(names, "IP:"+n.String())
	}
	for _, n := range cert.URIs {
		names = append(names, "URI:"+(*url.URL)(n).String())
	}
	set("subject_alt_name", "2.5.29.17", names)
}

// addPublicKey says all about a public key: its PEM text, type, numbers and fingerprints.
func addPublicKey(d *value.Dict, kindKey, dataKey string, key any) error {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return filterError("Unable to write the public key: %v", err)
	}
	kind, data := "unknown", value.NewDict()
	switch k := key.(type) {
	case *rsa.PublicKey:
		kind = "RSA"
		data = value.DictOf("size", int64(k.N.BitLen()), "modulus", value.Int(k.N), "exponent", int64(k.E))
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		if err != nil {
			return filterError("Unable to read the public key: %v", err)
		}
		x, y := point[1:(len(point)+1)/2], point[(len(point)+1)/2:] // after a byte that says they are not compressed
		kind = "ECC"
		data = value.DictOf("curve", curveName(k.Curve), "x", value.Int(new(big.Int).SetBytes(x)), "y", value.Int(new(big.Int).SetBytes(y)),
			"exponent_size", int64(k.Curve.Params().BitSize))
	case ed25519.PublicKey:
		kind = "Ed25519"
	}
	d.Set("public_key", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	d.Set(kindKey, kind)
	d.Set(dataKey, data)
	d.Set("public_key_fingerprints", fingerprints(der))
	return nil
}

func curveName(c elliptic.Curve) string {
	switch name := c.Params().Name; name {
	case "P-256":
		return "secp256r1"
	case "P-224", "P-384", "P-521":
		return "secp" + strings.TrimPrefix(name, "P-") + "r1"
	default:
		return name
	}
}

// fingerprints are the digests of data under every algorithm there is.
func fingerprints(data []byte) *value.Dict {
	d := value.NewDict()
	for _, name := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s"} {
		h := hashes[name]()
		h.Write(data)
		d.Set(name, colons(h.Sum(nil)))
	}
	d.Set("shake_128", colons(sha3.SumSHAKE128(data, 32)))
	d.Set("shake_256", colons(sha3.SumSHAKE256(data, 32)))
	return d
}

func privateKeyInfo(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "content passphrase? return_private_key_data?")
	if err != nil {
		return nil, err
	}
	b, err := block(a, "content", "PRIVATE KEY", "community.crypto.openssl_privatekey_info")
	if err != nil {
		return nil, err
	}
	key, err := parsePrivateKey(b)
	if err != nil {
		return nil, filterError("Unable to load the private key: %v", err)
	}
	d := value.NewDict()
	return d, addPublicKey(d, "type", "public_data", key)
}

// parsePrivateKey gives the public half of a key in any of the usual forms.
func parsePrivateKey(b *pem.Block) (any, error) {
	if key, err := x509.ParsePKCS1PrivateKey(b.Bytes); err == nil {
		return &key.PublicKey, nil
	}
	if key, err := x509.ParseECPrivateKey(b.Bytes); err == nil {
		return &key.PublicKey, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey, err
	case *ecdsa.PrivateKey:
		return &k.PublicKey, err
	case ed25519.PrivateKey:
		return k.Public(), err
	default:
		return nil, err
	}
}

func publicKeyInfo(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "content")
	if err != nil {
		return nil, err
	}
	b, err := block(a, "content", "PUBLIC KEY", "community.crypto.openssl_publickey_info")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(b.Bytes)
	if err != nil {
		return nil, filterError("Unable to load the public key: %v", err)
	}
	d := value.NewDict()
	if err := addPublicKey(d, "type", "public_data", key); err != nil {
		return nil, err
	}
	d.Set("fingerprints", flag(d, "public_key_fingerprints"))
	d.Delete("public_key_fingerprints")
	d.Delete("public_key")
	return d, nil
}
