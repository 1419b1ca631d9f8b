package crypto

import (
	"crypto/rand"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"

	"goplay/modules"
	"goplay/modules/fsys"
)

type dhparamArgs struct {
	State         string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the parameters are to be there."`
	Path          string `arg:"path,required" type:"path" doc:"The file."`
	Size          int    `arg:"size" default:"4096" doc:"Bits of the prime."`
	Force         bool   `arg:"force" default:"false" doc:"Make them anew although they fit."`
	ReturnContent bool   `arg:"return_content" default:"false" doc:"Return what the file holds."`
	Backend       string `arg:"select_crypto_backend" enum:"auto,cryptography,openssl" default:"auto" doc:"Unused: openssl makes the prime where it is there, which is faster."`
	fsys.Attrs
	fsys.Backup
}

type dhparamResult struct {
	Filename string `json:"filename" doc:"The file."`
	Size     int    `json:"size" doc:"Bits of the prime."`
	Backup   string `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Content  string `json:"dhparams,omitempty" doc:"The parameters, with return_content."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_dhparam", Summary: "Make parameters for Diffie-Hellman",
		Example: "- name: Parameters for the exchange of keys\n  community.crypto.openssl_dhparam:\n    path: /etc/ssl/dhparams.pem\n    size: 2048\n",
	}, orNothing(dhparam))
}

func dhparam(c *modules.Context, a dhparamArgs) (dhparamResult, error) {
	r := dhparamResult{Filename: a.Path, Size: a.Size}
	out := output{Path: a.Path, Attrs: a.Attrs, Backup: a.Backup}
	old, err := out.read()
	if err != nil {
		return r, err
	}
	if a.State == "absent" {
		r.Backup, err = out.remove(c)
		return r, err
	}
	if old != nil && !a.Force && dhFits(old, a.Size) {
		if a.ReturnContent {
			r.Content = string(old)
		}
		return r, a.Attrs.Apply(c, a.Path)
	}
	var made []byte
	open := fsys.Update{Path: a.Path, Attrs: &a.Attrs, Backup: a.Backup.Backup}
	// Primes take their time: they are looked for only where they are written.
	err = c.Change(modules.Diff{}, func() error {
		made, err = makeDH(c, a.Size)
		open.Data = made
		return err
	})
	if err != nil {
		return r, err
	}
	done, err := open.Apply(c)
	r.Backup = done.Backup
	if a.ReturnContent {
		r.Content = string(made)
	}
	return r, err
}

// dhParams are the prime and the generator.
type dhParams struct {
	P, G   *big.Int
	Length int `asn1:"optional"`
}

// dhFits reports whether a file has parameters of a size whose prime is safe.
func dhFits(data []byte, size int) bool {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "DH PARAMETERS" {
		return false
	}
	var p dhParams
	if _, err := asn1.Unmarshal(block.Bytes, &p); err != nil || p.P.BitLen() != size {
		return false
	}
	half := new(big.Int).Rsh(p.P, 1)
	return p.P.ProbablyPrime(4) && half.ProbablyPrime(4)
}

// makeDH has openssl find the prime where it is installed.
func makeDH(c *modules.Context, size int) ([]byte, error) {
	if openssl, err := c.Find("openssl"); err == nil {
		text, err := c.Command(openssl, "dhparam", "-outform", "PEM", fmt.Sprint(size))
		return []byte(text), err
	}
	p, err := safePrime(c, size)
	if err != nil {
		return nil, err
	}
	der, err := asn1.Marshal(dhParams{P: p, G: big.NewInt(2)})
	return pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: der}), err
}

// safePrime looks for a prime p of which (p-1)/2 is a prime too, and to which
// 2 is a generator: p mod 24 is 11.
func safePrime(c *modules.Context, bits int) (*big.Int, error) {
	if bits < 16 {
		return nil, modules.Fail("parameters of %d bits are too small", bits)
	}
	step, want := big.NewInt(24), int64(11)
	for c.Err() == nil {
		p, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(bits)))
		if err != nil {
			return nil, err
		}
		p.SetBit(p, bits-1, 1).SetBit(p, bits-2, 1)
		p.Sub(p, new(big.Int).Mod(p, step)).Add(p, big.NewInt(want))
		for range 4096 {
			half := new(big.Int).Rsh(p, 1)
			if p.BitLen() == bits && half.ProbablyPrime(0) && p.ProbablyPrime(0) && half.ProbablyPrime(20) && p.ProbablyPrime(20) {
				return p, nil
			}
			p.Add(p, step)
		}
	}
	return nil, c.Err()
}
