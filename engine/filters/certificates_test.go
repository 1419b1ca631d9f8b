package filters

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"goplay/internal/value"
)

// TestPrivateKeyInfo reads keys in the forms that tools write.
func TestPrivateKeyInfo(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalECPrivateKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	for _, c := range []struct {
		blocks []*pem.Block
		kind   string
		size   any
	}{
		{[]*pem.Block{{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}}, "RSA", int64(2048)},
		{[]*pem.Block{{Type: "PRIVATE KEY", Bytes: pkcs8(rsaKey)}}, "RSA", int64(2048)},
		{[]*pem.Block{{Type: "EC PARAMETERS", Bytes: []byte{6, 1, 0}}, {Type: "EC PRIVATE KEY", Bytes: ecDER}}, "ECC", nil},
		{[]*pem.Block{{Type: "PRIVATE KEY", Bytes: pkcs8(edKey)}}, "Ed25519", nil},
	} {
		text := ""
		for _, b := range c.blocks {
			text += string(pem.EncodeToMemory(b))
		}
		v, err := run(privateKeyInfo, text)
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		d := v.(*value.Dict)
		data, _ := d.Get("public_data")
		size, _ := data.(*value.Dict).Get("size")
		if d.GetString("type") != c.kind || size != c.size {
			t.Errorf("%s: got %s", c.kind, value.Repr(v))
		}
	}
	if _, err := run(privateKeyInfo, "no key"); err == nil {
		t.Error("text without a key is read")
	}
}
