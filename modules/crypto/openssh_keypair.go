package crypto

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type keypairArgs struct {
	State      string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether the keys are to be there."`
	Path       string  `arg:"path,required" type:"path" doc:"File of the private key; the public one has .pub behind it."`
	Type       string  `arg:"type" enum:"rsa,dsa,rsa1,ecdsa,ed25519" default:"rsa" doc:"Kind of key: rsa, ecdsa or ed25519."`
	Size       *int    `arg:"size" doc:"Bits of the key: 4096 for rsa; 256, 384 or 521 for ecdsa."`
	Comment    *string `arg:"comment" doc:"Comment of the public key."`
	Passphrase string  `arg:"passphrase,secret" doc:"Passphrase of the private key."`
	Format     string  `arg:"private_key_format" enum:"auto,pkcs1,pkcs8,ssh" default:"auto" doc:"Form of the private key; auto is OpenSSH's own."`
	Backend    string  `arg:"backend" enum:"auto,cryptography,opensshbin" default:"auto" doc:"Unused: there is one way."`
	Force      bool    `arg:"force" default:"false" doc:"Make the keys anew although they fit."`
	Regenerate string  `arg:"regenerate" enum:"never,fail,partial_idempotence,full_idempotence,always" default:"partial_idempotence" doc:"When keys that are there are replaced: never, not but fail, when they do not fit (partial), also when they cannot be read (full), always."`
	fsys.Attrs
}

type keypairResult struct {
	Filename    string `json:"filename" doc:"File of the private key."`
	Type        string `json:"type" doc:"Kind of key."`
	Size        int    `json:"size" doc:"Bits of the key."`
	Fingerprint string `json:"fingerprint" doc:"SHA-256 of the public key, as OpenSSH writes it."`
	PublicKey   string `json:"public_key" doc:"The public key, without its comment."`
	Comment     string `json:"comment" doc:"Comment of the public key."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssh_keypair", Summary: "Make pairs of keys for SSH",
		Example: "- name: The key that deploys\n  community.crypto.openssh_keypair:\n    path: /home/deploy/.ssh/id_ed25519\n    type: ed25519\n    owner: deploy\n",
		Differs: []string{"Keys of dsa and rsa1, which OpenSSH takes no longer, are not made."},
	}, orNothing(keypair))
}

// pair is a private key and the comment of its public half.
type pair struct {
	key     private
	comment string
}

func keypair(c *modules.Context, a keypairArgs) (keypairResult, error) {
	r := keypairResult{Filename: a.Path, Type: a.Type}
	var err error
	if r.Size, err = a.size(); err != nil {
		return r, err
	}
	if dir := filepath.Dir(a.Path); !fsys.IsDir(dir) {
		return r, modules.Fail("The directory '%s' does not exist or the file is not a directory", dir).With("name", dir)
	}
	text, err := os.ReadFile(a.Path)
	if err != nil && !os.IsNotExist(err) {
		return r, err
	}
	public, _ := os.ReadFile(a.Path + ".pub")
	have, broken := a.read(text, public)
	if a.State == "absent" {
		if have != nil {
			r.fill(*have)
			r.Size, _ = a.size()
		}
		r.Type = a.Type
		return r, a.remove(c, have)
	}
	replace := have == nil || a.Force || a.Regenerate == "always" || a.Regenerate != "never" && !a.fits(have.key)
	if replace && text != nil && !a.Force {
		if err := a.mayReplace(broken); err != nil {
			return r, err
		}
	}
	if !replace && (a.Comment == nil || have.comment == *a.Comment || !isOpenSSH(text)) {
		wanted := a.commented(*have)
		r.fill(wanted)
		return r, a.write(c, have, wanted, text, public, modules.Diff{Before: have.facts(), After: wanted.facts()})
	}
	// A key is known when it has been made: until then the result tells of the one that is there.
	if have != nil {
		size := r.Size
		r.fill(*have)
		r.Type, r.Size = a.Type, size
	}
	after := have.facts()
	err = c.Change(modules.Diff{Before: have.facts(), After: after}, func() error {
		next, err := have, error(nil)
		if replace {
			if next, err = a.generate(r.Size); err != nil {
				return err
			}
		}
		wanted := a.commented(*next)
		r.fill(wanted)
		for k, v := range wanted.facts().All() {
			after.Set(k, v)
		}
		return a.write(c, have, wanted, text, public, modules.Diff{})
	})
	return r, err
}

func (a keypairArgs) commented(p pair) pair {
	if a.Comment != nil {
		p.comment = *a.Comment
	}
	return p
}

// mayReplace refuses to replace a key that is there where the options say so.
func (a keypairArgs) mayReplace(broken error) error {
	switch {
	case broken != nil && a.Regenerate != "full_idempotence" && a.Regenerate != "always":
		return modules.Fail("Unable to read the key. The key is protected with a passphrase or broken." +
			" Will not proceed. To force regeneration, call the module with `generate` set to `full_idempotence` or `always`, or with `force=true`.")
	case a.Regenerate == "fail":
		return modules.Fail("Key has wrong type and/or size." + willNotProceed)
	}
	return nil
}

var keypairCurves = map[int]elliptic.Curve{256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521()}

// size is how many bits the key has to have.
func (a keypairArgs) size() (int, error) {
	given := 0
	if a.Size != nil {
		given = *a.Size
	}
	switch a.Type {
	case "rsa":
		if a.Size == nil {
			given = 4096
		}
		if given < 1024 {
			return 0, modules.Fail("For RSA keys, the minimum size is 1024 bits and the default is 4096 bits. Attempting to use bit lengths under 1024 will cause the module to fail.")
		}
	case "ecdsa":
		if a.Size == nil {
			given = 256
		}
		if keypairCurves[given] == nil {
			return 0, modules.Fail("For ECDSA keys, size determines the key length by selecting from one of three elliptic curve sizes: 256, 384 or 521 bits. Attempting to use bit lengths other than these three values for ECDSA keys will cause this module to fail.")
		}
	case "ed25519":
		return 256, nil
	default:
		return 0, modules.Fail("%s keys are not made: OpenSSH takes them no longer", a.Type)
	}
	return given, nil
}

func (a keypairArgs) generate(size int) (*pair, error) {
	var key private
	var err error
	switch a.Type {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, size)
	case "ecdsa":
		key, err = ecdsa.GenerateKey(keypairCurves[size], rand.Reader)
	default:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	}
	return &pair{key: key}, err
}

// read reads the keys that are there; nil where there are none that can be read.
func (a keypairArgs) read(text, public []byte) (*pair, error) {
	if text == nil {
		return nil, nil
	}
	key, err := parseKey(text, a.Passphrase)
	if err != nil {
		return nil, err
	}
	p := &pair{key: key}
	if _, comment, _, _, err := ssh.ParseAuthorizedKey(public); err == nil {
		p.comment = comment
	}
	return p, nil
}

// measure is the kind and size of a key in OpenSSH's words.
func measure(key private) (kind string, bits int) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return "rsa", k.N.BitLen()
	case *ecdsa.PrivateKey:
		return "ecdsa", k.Curve.Params().BitSize
	case ed25519.PrivateKey:
		return "ed25519", 256
	}
	return "unknown", 0
}

func (a keypairArgs) fits(key private) bool {
	kind, bits := measure(key)
	size, err := a.size()
	return err == nil && kind == a.Type && bits == size
}

func (r *keypairResult) fill(p pair) {
	r.Type, r.Size = measure(p.key)
	r.Comment = p.comment
	if pub, err := ssh.NewPublicKey(p.key.Public()); err == nil {
		r.Fingerprint = ssh.FingerprintSHA256(pub)
		r.PublicKey = pub.Type() + " " + base64.StdEncoding.EncodeToString(pub.Marshal())
	}
}

// line is the public key as its file has it.
func (p pair) line() []byte {
	var r keypairResult
	r.fill(p)
	return []byte(strings.TrimRight(r.PublicKey+" "+p.comment, " ") + "\n")
}

func (p *pair) facts() *value.Dict {
	d := value.NewDict()
	if p == nil {
		return d
	}
	var r keypairResult
	r.fill(*p)
	_, data, _ := strings.Cut(r.PublicKey, " ")
	for _, kv := range [][2]any{{"comment", r.Comment}, {"fingerprint", r.Fingerprint}, {"format", ""}, {"public_key", data}, {"size", r.Size}, {"type", r.Type}} {
		d.Set(kv[0], value.Of(kv[1]))
	}
	return d
}

// write brings both files to what they are to hold.
func (a keypairArgs) write(c *modules.Context, have *pair, wanted pair, text, public []byte, diff modules.Diff) error {
	same := have != nil && sameKey(have.key, wanted.key)
	if !same || a.Comment != nil && have.comment != wanted.comment && isOpenSSH(text) {
		data, err := a.encode(wanted)
		if err != nil {
			return err
		}
		if _, err := (fsys.Update{Path: a.Path, Data: data, Mode: 0o600, Attrs: &a.Attrs, Diff: diff}).Apply(c); err != nil {
			return err
		}
		diff = modules.Diff{}
	} else if err := a.Attrs.Apply(c, a.Path); err != nil {
		return err
	}
	if same && a.matches(public, wanted) {
		return a.Attrs.Apply(c, a.Path+".pub")
	}
	if same && a.Regenerate == "fail" {
		return modules.Fail("The public key is missing or does not match the private key. Unable to regenerate the public key.")
	}
	_, err := fsys.Update{Path: a.Path + ".pub", Data: wanted.line(), Mode: 0o644, Attrs: &a.Attrs, Diff: diff}.Apply(c)
	return err
}

// matches reports whether a file has the public half of a pair.
func (a keypairArgs) matches(public []byte, p pair) bool {
	key, comment, _, _, err := ssh.ParseAuthorizedKey(public)
	if err != nil || comment != p.comment {
		return false
	}
	pub, err := ssh.NewPublicKey(p.key.Public())
	return err == nil && bytes.Equal(pub.Marshal(), key.Marshal())
}

func isOpenSSH(text []byte) bool {
	block, _ := pem.Decode(text)
	return block != nil && block.Type == "OPENSSH PRIVATE KEY"
}

func (a keypairArgs) encode(p pair) ([]byte, error) {
	if a.Format == "pkcs1" || a.Format == "pkcs8" {
		return keyOptions{Format: a.Format, Passphrase: a.Passphrase}.encode(p.key)
	}
	var block *pem.Block
	var err error
	if a.Passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(p.key, p.comment, []byte(a.Passphrase))
	} else {
		block, err = ssh.MarshalPrivateKey(p.key, p.comment)
	}
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(block), nil
}

// remove takes both files away.
func (a keypairArgs) remove(c *modules.Context, have *pair) error {
	diff := modules.Diff{Before: have.facts(), After: value.NewDict()}
	for _, path := range []string{a.Path, a.Path + ".pub"} {
		if !fsys.Exists(path) {
			continue
		}
		if err := c.Change(diff, func() error { return os.Remove(path) }); err != nil {
			return err
		}
		diff = modules.Diff{}
	}
	return nil
}
