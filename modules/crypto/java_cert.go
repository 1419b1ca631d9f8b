package crypto

import (
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"os"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
	"goplay/modules/fsys"
)

type javaCertArgs struct {
	URL          string  `arg:"cert_url" doc:"Host whose certificate is imported, with all of its chain."`
	Port         int     `arg:"cert_port" default:"443" doc:"Port of that host."`
	Path         string  `arg:"cert_path" type:"path" doc:"File of the certificate."`
	Alias        string  `arg:"cert_alias" doc:"Name of the certificate in the keystore; cert_url where not given."`
	Trust        bool    `arg:"trust_cacert" default:"false" doc:"Trust it as the certificate of an authority."`
	Archive      string  `arg:"pkcs12_path" type:"path" doc:"PKCS#12 archive that a key and its certificate are imported from."`
	ArchivePass  string  `arg:"pkcs12_password,secret" doc:"Password of the archive."`
	ArchiveAlias *string `arg:"pkcs12_alias" doc:"Name in the archive; 1 where not given."`
	Keystore     *string `arg:"keystore_path" type:"path" doc:"The keystore."`
	KeystorePass string  `arg:"keystore_pass,required,secret" doc:"Its password."`
	Create       bool    `arg:"keystore_create" default:"false" doc:"Make the keystore where there is none."`
	KeystoreType string  `arg:"keystore_type" doc:"Its type: JKS, JCEKS, PKCS12."`
	Executable   string  `arg:"executable" default:"keytool" doc:"The program keytool, where it is not in the PATH."`
	State        string  `arg:"state" enum:"absent,present" default:"present" doc:"Whether the certificate is to be in the keystore. One of that name that is another is replaced."`
}

type javaCertResult struct {
	Msg    *string  `json:"msg,omitempty" doc:"What keytool said."`
	RC     *int     `json:"rc,omitempty" doc:"How it ended."`
	Cmd    []string `json:"cmd,omitempty" doc:"How it was called; passwords are handed to it otherwise."`
	Stdout *string  `json:"stdout,omitempty" doc:"What it said."`
	Error  *string  `json:"error,omitempty" doc:"What it complained about."`
}

func init() {
	sources := []string{"cert_url", "cert_path", "pkcs12_path"}
	modules.Register(modules.Spec{
		Name: "community.general.java_cert", Summary: "Keep certificates in Java's keystores",
		Example: "- name: Programs in Java trust our authority\n  community.general.java_cert:\n    cert_path: /etc/ssl/certs/company.pem\n    cert_alias: company\n    keystore_path: /etc/ssl/certs/java/cacerts\n    keystore_pass: changeit\n",
		Notes:   []string{"The target needs keytool. Passwords are handed to it on its standard input."},
		Differs: []string{
			"openssl is not needed.",
			"Check mode shows the diff too.",
			"A PKCS#12 archive needs cert_alias; its own alias is 1 where not given.",
		},
		RequiredIf: []modules.RequiredIf{
			{Option: "state", Is: "present", Needs: []string{"cert_path", "cert_url", "pkcs12_path"}, AnyOf: true},
			{Option: "state", Is: "absent", Needs: []string{"cert_url", "cert_alias"}, AnyOf: true},
		},
		Together:  [][]string{{"keystore_path", "keystore_pass"}},
		Exclusive: [][]string{sources},
	}, javaCert)
}

// keystore is a keystore of Java, worked on through keytool.
type keystore struct {
	c     *modules.Context
	a     javaCertArgs
	path  string
	there bool
}

func javaCert(c *modules.Context, a javaCertArgs) (javaCertResult, error) {
	k := &keystore{c: c, a: a}
	if a.Keystore != nil {
		k.path = *a.Keystore
		k.there = fsys.Exists(k.path)
	}
	if k.a.Alias == "" {
		k.a.Alias = a.URL
	}
	switch {
	case a.Path != "" && k.a.Alias == "":
		return javaCertResult{}, modules.Fail("Using local path import from %s requires alias argument.", k.path)
	case k.a.Alias == "":
		return javaCertResult{}, modules.Fail("Using the archive %s requires the option cert_alias.", a.Archive)
	}
	if _, err := c.Find(a.Executable); err != nil {
		return javaCertResult{}, err
	}
	if !a.Create && !k.there {
		return javaCertResult{}, modules.Fail("Module require existing keystore at keystore_path '%s'", k.path)
	}
	old, err := k.list()
	if err != nil {
		return javaCertResult{}, err
	}
	if a.State == "absent" {
		if old == "" {
			return javaCertResult{}, nil
		}
		return k.change(modules.Diff{Before: k.a.Alias + "\n", After: ""}, k.delete)
	}
	return k.enroll(old)
}

func (k *keystore) enroll(old string) (javaCertResult, error) {
	given, wanted, err := k.wanted()
	if err != nil {
		return javaCertResult{}, err
	}
	if old != "" {
		have, err := firstCertificate(old)
		if err != nil {
			return javaCertResult{}, err
		}
		if have.Equal(wanted) {
			return javaCertResult{}, nil
		}
	}
	return k.change(modules.Diff{Before: "\n", After: k.a.Alias + "\n"}, func() (javaCertResult, error) {
		if old != "" {
			if r, err := k.delete(); err != nil {
				return r, err
			}
		}
		if k.a.Archive != "" {
			return k.importArchive()
		}
		return k.importCertificate(given)
	})
}

func (k *keystore) change(d modules.Diff, do func() (javaCertResult, error)) (r javaCertResult, err error) {
	err = k.c.Change(d, func() error {
		r, err = do()
		return err
	})
	return r, err
}

// keytool runs keytool, which asks for passwords on its standard input.
func (k *keystore) keytool(input []string, argv ...string) (modules.Output, []string, error) {
	argv = append([]string{k.a.Executable}, argv...)
	out, err := k.c.Exec(modules.Cmd{Argv: argv, Stdin: strings.NewReader(strings.Join(input, "\n") + "\n")})
	return out, argv, err
}

func (k *keystore) storeType() []string {
	if k.a.KeystoreType == "" {
		return nil
	}
	return []string{"-storetype", k.a.KeystoreType}
}

// list is the certificate of the alias as it is in the keystore, "" without one.
func (k *keystore) list() (string, error) {
	argv := append([]string{"-list", "-keystore", k.path, "-alias", k.a.Alias, "-rfc"}, k.storeType()...)
	out, _, err := k.keytool([]string{k.a.KeystorePass}, argv...)
	if err != nil || out.RC != 0 {
		return "", err
	}
	return out.Stdout, nil
}

// wanted is what is to be imported, and its first certificate.
func (k *keystore) wanted() (text string, cert *x509.Certificate, err error) {
	switch {
	case k.a.Archive != "":
		out, _, err := k.keytool([]string{k.a.ArchivePass}, "-list", "-noprompt", "-keystore", k.a.Archive, "-alias", k.archiveAlias(), "-storetype", "pkcs12", "-rfc")
		if err != nil {
			return "", nil, err
		}
		if out.RC != 0 {
			return "", nil, modules.Fail("Internal module failure, cannot extract public certificate from PKCS12, message: %s", out.Stdout).
				With("stderr", out.Stderr).With("rc", out.RC)
		}
		text = out.Stdout
	case k.a.Path != "":
		data, err := os.ReadFile(k.a.Path)
		if err != nil {
			return "", nil, modules.Fail("Internal module failure, cannot extract certificate, error: %w", err)
		}
		text = string(data)
	default:
		argv := append([]string{"-printcert", "-rfc", "-sslserver"}, k.proxies()...)
		out, argv, err := k.keytool(nil, append(argv, k.a.URL+":"+strconv.Itoa(k.a.Port))...)
		if err != nil {
			return "", nil, err
		}
		if out.RC != 0 {
			return "", nil, modules.Fail("Internal module failure, cannot download certificate, error: %s", out.Stderr).With("rc", out.RC).With("cmd", argv)
		}
		text = out.Stdout
	}
	cert, err = firstCertificate(text)
	return text, cert, err
}

func (k *keystore) archiveAlias() string {
	if k.a.ArchiveAlias == nil {
		return "1"
	}
	return *k.a.ArchiveAlias
}

// firstCertificate reads the first certificate of a text in PEM, or one in DER.
func firstCertificate(text string) (*x509.Certificate, error) {
	der := []byte(text)
	for rest := der; ; {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		if block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE" || block.Type == "TRUSTED CERTIFICATE" {
			der = block.Bytes
			break
		}
		rest = after
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, modules.Fail("Internal module failure, cannot extract certificate, error: %w", err)
	}
	return cert, nil
}

// subdomain is the beginning of a domain in no_proxy that stands for all below it.
var subdomain = lazy.Regexp(`(^|\|)\.`)

// proxies are the proxy of the environment in Java's words.
func (k *keystore) proxies() []string {
	proxy := k.c.Getenv("https_proxy")
	if proxy == "" {
		proxy = k.c.Getenv("HTTPS_PROXY")
	}
	if proxy == "" {
		return nil
	}
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	options := []string{"-J-Dhttps.proxyHost=" + u.Hostname(), "-J-Dhttps.proxyPort=" + u.Port()}
	if no := k.c.Getenv("no_proxy"); no != "" {
		options = append(options, "-J-Dhttp.nonProxyHosts="+subdomain.ReplaceAllString(strings.ReplaceAll(no, ",", "|"), "${1}*."))
	}
	return options
}

func (k *keystore) delete() (javaCertResult, error) {
	argv := append([]string{"-delete", "-noprompt", "-keystore", k.path, "-alias", k.a.Alias}, k.storeType()...)
	out, argv, err := k.keytool([]string{k.a.KeystorePass}, argv...)
	if err != nil {
		return javaCertResult{}, err
	}
	if out.RC != 0 {
		return javaCertResult{}, out.Failure(argv)
	}
	return told(out, argv), nil
}

func (k *keystore) importArchive() (javaCertResult, error) {
	argv := append([]string{"-importkeystore", "-noprompt", "-srcstoretype", "pkcs12", "-srckeystore", k.a.Archive, "-srcalias", k.archiveAlias(),
		"-destkeystore", k.path, "-destalias", k.a.Alias}, k.storeType()...)
	input := []string{k.a.KeystorePass, k.a.ArchivePass}
	if !k.there {
		input = append([]string{k.a.KeystorePass}, input...) // of a new keystore it asks twice
	}
	out, argv, err := k.keytool(input, argv...)
	if err == nil && (out.RC != 0 || !fsys.Exists(k.path)) {
		err = modules.Fail("%s", out.Stdout).With("rc", out.RC).With("cmd", argv).With("error", out.Stderr)
	}
	return told(out, argv), err
}

func (k *keystore) importCertificate(text string) (javaCertResult, error) {
	path := k.a.Path
	if path == "" {
		f, err := os.CreateTemp("", "goplay-")
		if err != nil {
			return javaCertResult{}, err
		}
		path = f.Name()
		defer os.Remove(path)
		_, err = f.WriteString(text)
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return javaCertResult{}, err
		}
	}
	argv := append([]string{"-importcert", "-noprompt", "-keystore", k.path, "-file", path, "-alias", k.a.Alias}, k.storeType()...)
	if k.a.Trust {
		argv = append(argv, "-trustcacerts")
	}
	out, argv, err := k.keytool([]string{k.a.KeystorePass, k.a.KeystorePass}, argv...)
	if err == nil && out.RC != 0 {
		err = modules.Fail("%s", out.Stdout).With("rc", out.RC).With("cmd", argv)
	}
	return told(out, argv), err
}

func told(out modules.Output, argv []string) javaCertResult {
	return javaCertResult{&out.Stdout, &out.RC, argv, &out.Stdout, &out.Stderr}
}
