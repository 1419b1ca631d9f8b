package crypto

import (
	"bytes"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/fsys"
)

type javaKeystoreArgs struct {
	Name        string `arg:"name,required" doc:"Name of the key and its certificate in the keystore."`
	Dest        string `arg:"dest,required" type:"path" doc:"The keystore."`
	Certificate string `arg:"certificate,secret" doc:"The certificate itself, in PEM."`
	CertPath    string `arg:"certificate_path" type:"path" doc:"File of the certificate, with those of its chain behind it."`
	Key         string `arg:"private_key,secret" doc:"The private key itself, in PEM."`
	KeyPath     string `arg:"private_key_path" type:"path" doc:"File of the private key."`
	Passphrase  string `arg:"private_key_passphrase,secret" doc:"Passphrase of the private key."`
	Password    string `arg:"password,required,secret" doc:"Password of the keystore. One with another password is made anew."`
	Backend     string `arg:"ssl_backend" enum:"openssl,cryptography" default:"openssl" doc:"Unused: there is one way."`
	Type        string `arg:"keystore_type" enum:"jks,pkcs12" doc:"Type of the keystore; keytool chooses where not given."`
	Force       bool   `arg:"force" default:"false" doc:"Make it anew although it fits."`
	fsys.Attrs
}

type javaKeystoreResult struct {
	Msg *string  `json:"msg,omitempty" doc:"What keytool said."`
	RC  *int     `json:"rc,omitempty" doc:"How it ended."`
	Cmd []string `json:"cmd,omitempty" doc:"How it was called; passwords are handed to it otherwise."`
}

func init() {
	pairs := [][]string{{"certificate", "certificate_path"}, {"private_key", "private_key_path"}}
	modules.Register(modules.Spec{
		Name: "community.general.java_keystore", Summary: "Keep a Java keystore with a key and its certificate",
		Example: "- name: The site's key for a program in Java\n  community.general.java_keystore:\n    name: site\n    certificate_path: /etc/ssl/site.crt\n    private_key_path: /etc/ssl/private/site.key\n    password: \"{{ keystore_password }}\"\n    dest: /etc/app/site.jks\n",
		Notes:   []string{"The target needs keytool. Passwords are handed to it on its standard input; the key as a file in a folder that only the user can enter, sealed with the keystore's password and removed at once."},
		Differs: []string{
			"openssl is not needed, and ssl_backend makes no difference.",
			"keytool makes the keystore in a temporary folder of the user's own, which cmd names, and it is moved to its place when it is whole.",
		},
		OneOf: pairs, Exclusive: pairs,
	}, javaKeystore)
}

func javaKeystore(c *modules.Context, a javaKeystoreArgs) (r javaKeystoreResult, err error) {
	if _, err := c.Find("keytool"); err != nil {
		return r, err
	}
	bundle, err := a.bundle()
	if err != nil {
		return r, err
	}
	if fsys.Exists(a.Dest) && !a.Force {
		fits, err := a.fits(c, bundle.cert)
		if err != nil {
			return r, err
		}
		if fits {
			return r, a.Attrs.Apply(c, a.Dest)
		}
	}
	update := fsys.Update{Path: a.Dest, Attrs: &a.Attrs}
	if a.Type == "pkcs12" {
		update.Data, err = bundle.encode(sealing{a.Password, false, defaultP12Rounds})
		if err == nil {
			_, err = update.Apply(c)
		}
		return r, err
	}
	err = c.Change(modules.Diff{}, func() error {
		if r, update.Data, err = a.convert(c, bundle); err != nil {
			return err
		}
		_, err := update.Apply(c)
		return err
	})
	return r, err
}

// bundle is the key, its certificate and the rest of the chain.
func (a javaKeystoreArgs) bundle() (archive, error) {
	b := archive{name: a.Name}
	text := []byte(a.Certificate)
	var err error
	if a.CertPath != "" {
		if text, err = os.ReadFile(a.CertPath); err != nil {
			return b, modules.Fail("Unable to read the provided certificate: %w", err)
		}
	}
	certs, err := certificatesOf(text)
	if err == nil && len(certs) == 0 {
		err = errors.New("it is not in PEM")
	}
	if err != nil {
		return b, modules.Fail("Unable to read the provided certificate: %w", err)
	}
	source := keySource{KeyPath: a.KeyPath, KeyContent: a.Key, KeyPassphrase: a.Passphrase}
	b.key, err = source.load()
	if err != nil && a.Passphrase != "" {
		// A passphrase that is not needed is no fault here.
		source.KeyPassphrase = ""
		if key, plain := source.load(); plain == nil {
			b.key, err = key, nil
		}
	}
	if err != nil {
		return b, modules.Fail("The following error occurred while loading the provided private_key: %w", err)
	}
	for _, cert := range certs {
		if b.cert == nil && publicPEM(cert.PublicKey) == publicPEM(b.key.Public()) {
			b.cert = cert
		} else {
			b.others = append(b.others, cert)
		}
	}
	if b.cert == nil {
		return b, modules.Fail("none of the certificates belongs to the private key")
	}
	return b, nil
}

var storedPrint = lazy.Regexp(`SHA256: ([\w:]+)`)

// wrongPassword is keytool's complaint of old and new releases.
var wrongPassword = lazy.Regexp(`^keytool error: java\.io\.IOException: [Kk]eystore( was tampered with, or)? password was incorrect`)

// fits tells whether the keystore has the certificate, the password and the
// type that are asked for.
func (a javaKeystoreArgs) fits(c *modules.Context, cert *x509.Certificate) (bool, error) {
	argv := []string{"keytool", "-list", "-alias", a.Name, "-keystore", a.Dest, "-v"}
	out, err := c.Exec(modules.Cmd{Argv: argv, Stdin: strings.NewReader(a.Password + "\n")})
	if err != nil {
		return false, err
	}
	switch {
	case out.RC == 0:
	case strings.Contains(out.Stdout, "keytool error: java.lang.Exception: Alias <"+a.Name+"> does not exist"), wrongPassword.MatchString(out.Stdout):
		return false, nil
	default:
		return false, modules.Fail("%s", out.Stdout).With("err", out.Stderr).With("cmd", argv).With("rc", out.RC)
	}
	data, err := os.ReadFile(a.Dest)
	if err != nil {
		return false, err
	}
	kind := "pkcs12"
	if bytes.HasPrefix(data, []byte("\xfe\xed\xfe\xed")) {
		kind = "jks"
	}
	found := storedPrint.FindStringSubmatch(out.Stdout)
	if found == nil {
		return false, modules.Fail("Unable to find the stored certificate fingerprint in %s", out.Stdout).With("cmd", argv).With("rc", out.RC)
	}
	return (a.Type == "" || a.Type == kind) && strings.EqualFold(found[1], colons(sum256(cert.Raw))), nil
}

// convert has keytool make the keystore, in a folder that nobody else sees.
func (a javaKeystoreArgs) convert(c *modules.Context, b archive) (r javaKeystoreResult, data []byte, err error) {
	dir, err := os.MkdirTemp("", "goplay-")
	if err != nil {
		return r, nil, err
	}
	defer os.RemoveAll(dir)
	from, to := filepath.Join(dir, "bundle.p12"), filepath.Join(dir, filepath.Base(a.Dest))
	// Every release of Java reads the old kind of archive.
	sealed, err := b.encode(sealing{a.Password, true, defaultP12Rounds})
	if err == nil {
		err = os.WriteFile(from, sealed, 0o600)
	}
	if err != nil {
		return r, nil, err
	}
	argv := []string{"keytool", "-importkeystore", "-destkeystore", to}
	if a.Type != "" {
		argv = append(argv, "-deststoretype", a.Type)
	}
	argv = append(argv, "-srckeystore", from, "-srcstoretype", "pkcs12", "-alias", a.Name, "-noprompt")
	out, err := c.Exec(modules.Cmd{Argv: argv, Stdin: strings.NewReader(strings.Repeat(a.Password+"\n", 3))})
	if err != nil {
		return r, nil, err
	}
	data, err = os.ReadFile(to)
	if out.RC != 0 || err != nil {
		return r, nil, modules.Fail("%s", out.Stdout).With("err", out.Stderr).With("cmd", argv).With("rc", out.RC)
	}
	return javaKeystoreResult{&out.Stdout, &out.RC, argv}, data, nil
}
