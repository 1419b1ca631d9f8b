package crypto

import (
	"goplay/modules"
	"goplay/modules/fsys"
)

type publickeyArgs struct {
	State  string `arg:"state" enum:"absent,present" default:"present" doc:"Whether the public key is to be there."`
	Format string `arg:"format" enum:"OpenSSH,PEM" default:"PEM" doc:"Form of the file."`
	keySource
	output
}

type publickeyResult struct {
	PrivateKey  any               `json:"privatekey" type:"path" doc:"File of the private key."`
	Format      string            `json:"format" doc:"Form of the file."`
	Filename    string            `json:"filename" doc:"The file."`
	Fingerprint map[string]string `json:"fingerprint" doc:"Digests of the public key."`
	Backup      string            `json:"backup_file,omitempty" doc:"The copy that was kept of the previous file."`
	Content     any               `json:"publickey,omitempty" type:"str" doc:"The public key, with return_content."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.crypto.openssl_publickey", Summary: "Write the public key of a private key",
		Exclusive:  [][]string{{"privatekey_path", "privatekey_content"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"privatekey_path", "privatekey_content"}, AnyOf: true}},
		Example:    "- name: The public half of a key\n  community.crypto.openssl_publickey:\n    path: /etc/ssl/site.pub\n    privatekey_path: /etc/ssl/private/site.key\n",
	}, orNothing(publickey))
}

func publickey(c *modules.Context, a publickeyArgs) (publickeyResult, error) {
	r := publickeyResult{PrivateKey: orNone(a.KeyPath), Format: a.Format, Filename: a.Path, Fingerprint: map[string]string{}}
	old, err := a.read()
	if err != nil {
		return r, err
	}
	if a.State == "absent" {
		c.AddDiff(nothingTold())
		r.Backup, err = a.remove(c)
		return r, err
	}
	key, err := a.load()
	if err != nil {
		return publickeyResult{}, err
	}
	wanted, err := encodePublic(key.Public(), a.Format)
	if err != nil {
		return r, err
	}
	if string(old) == string(wanted) && !a.Force {
		wanted = nil
	}
	data, backup, err := a.settle(c, old, wanted, 0o666&^fsys.Umask(), publicDiff)
	r.Backup, r.Fingerprint = backup, fingerprint(key.Public())
	if a.ReturnContent {
		r.Content = content(data)
	}
	return r, err
}

// orNone is a text that is none where it is empty.
func orNone(text string) any {
	if text == "" {
		return nil
	}
	return text
}
