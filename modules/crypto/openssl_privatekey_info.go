package crypto

import (
	"encoding/pem"
	"errors"
	"io/fs"
	"os"

	"goplay/internal/value"
	"goplay/modules"
)

// inspected is where a module takes from what it tells about.
type inspected struct {
	inspectedFile
	Backend string `arg:"select_crypto_backend" enum:"auto,cryptography" default:"auto" doc:"Unused: there is one way."`
}

// inspectedFile is that without a choice of backends.
type inspectedFile struct {
	Path    string `arg:"path" type:"path" doc:"The file."`
	Content string `arg:"content" doc:"What such a file would hold."`
}

// read is what to look at; kind names it in errors.
func (i inspectedFile) read(kind string) ([]byte, error) {
	if i.Content != "" {
		return []byte(i.Content), nil
	}
	data, err := os.ReadFile(i.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, modules.Fail("Error while reading %s file from disk: [Errno 2] No such file or directory: '%s'", kind, i.Path)
	}
	if err != nil {
		return nil, modules.Fail("Error while reading %s file from disk: %w", kind, err)
	}
	return data, nil
}

type privatekeyInfoArgs struct {
	inspected
	Passphrase  string `arg:"passphrase,secret" doc:"Passphrase of the key."`
	ReturnData  bool   `arg:"return_private_key_data" default:"false" doc:"Return the secret numbers, too."`
	Consistency bool   `arg:"check_consistency" default:"false" doc:"See whether the numbers of the key belong together."`
}

type publicFactsResult struct {
	Type       string      `json:"type" doc:"Kind of key: RSA, DSA, ECC, Ed25519 or X25519."`
	PublicData *value.Dict `json:"public_data" doc:"The numbers of the public key, by the kind of key."`
}

type privatekeyInfoResult struct {
	CanLoad     bool              `json:"can_load_key" doc:"Whether the file could be read."`
	CanParse    bool              `json:"can_parse_key" doc:"Whether the key could be."`
	Consistent  any               `json:"key_is_consistent" type:"bool" doc:"With check_consistency, whether the numbers belong together."`
	PublicKey   string            `json:"public_key,omitempty" doc:"The public key, in PEM."`
	Prints      map[string]string `json:"public_key_fingerprints,omitempty" doc:"Digests of the public key."`
	PrivateData *value.Dict       `json:"private_data,omitempty" doc:"The secret numbers, with return_private_key_data."`
	publicFactsResult
}

type publickeyInfoResult struct {
	Prints map[string]string `json:"fingerprints" doc:"Digests of the key."`
	publicFactsResult
}

func init() {
	oneOf := [][]string{{"path", "content"}}
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_privatekey_info", Summary: "Tell about a private key",
		OneOf: oneOf, Exclusive: oneOf,
		Example: "- name: What a key is\n  community.crypto.openssl_privatekey_info:\n    path: /etc/ssl/private/site.key\n  register: key\n",
	}, privatekeyInfo)
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_publickey_info", Summary: "Tell about a public key",
		OneOf: oneOf, Exclusive: oneOf,
		Example: "- name: What a public key is\n  community.crypto.openssl_publickey_info:\n    path: /etc/ssl/site.pub\n  register: key\n",
	}, publickeyInfo)
}

func privatekeyInfo(_ *modules.Context, a privatekeyInfoArgs) (privatekeyInfoResult, error) {
	var r privatekeyInfoResult
	failed := func(err error) error {
		return modules.Fail("%w", err).With("can_load_key", r.CanLoad).With("can_parse_key", r.CanParse).With("key_is_consistent", r.Consistent)
	}
	data, err := a.read("private key")
	if err != nil {
		return r, failed(err)
	}
	r.CanLoad = true
	key, err := parseKey(data, a.Passphrase)
	if err != nil {
		return r, failed(err)
	}
	r.CanParse = true
	r.Type, r.PublicData = publicFacts(key.Public())
	r.PublicKey, r.Prints = publicPEM(key.Public()), fingerprint(key.Public())
	if a.ReturnData {
		r.PrivateData = privateFacts(key)
	}
	if a.Consistency {
		if r.Consistent = consistent(key); r.Consistent == false {
			return r, failed(modules.Fail("Private key is not consistent! (See https://blog.hboeck.de/archives/888-How-I-tricked-Symantec-with-a-Fake-Private-Key.html)"))
		}
	}
	return r, nil
}

func publickeyInfo(_ *modules.Context, a inspected) (publickeyInfoResult, error) {
	var r publickeyInfoResult
	data, err := a.read("public key")
	if err != nil {
		return r, err
	}
	pub, err := parsePublic(data)
	if err != nil {
		return r, modules.Fail("Error while deserializing key: %w", err).With("can_load_key", false).With("can_parse_key", false).With("key_is_consistent", nil)
	}
	r.Type, r.PublicData = publicFacts(pub)
	r.Prints = fingerprint(pub)
	return r, nil
}

// blockOf is what a file holds, in PEM or as it is.
func blockOf(data []byte) []byte {
	if block, _ := pem.Decode(data); block != nil {
		return block.Bytes
	}
	return data
}
