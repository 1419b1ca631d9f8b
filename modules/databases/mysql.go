package databases

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"

	"goplay/internal/value"
	"goplay/modules"
)

// mysqlLogin are the options of every module of community.mysql.
type mysqlLogin struct {
	User           *string `arg:"login_user" doc:"User to log in as; by default that of config_file, or whoever runs this."`
	Password       *string `arg:"login_password,secret" doc:"The user's password."`
	Host           string  `arg:"login_host" default:"localhost" doc:"Server; localhost is reached through its socket where there is one."`
	Port           int     `arg:"login_port" default:"3306" doc:"Port of the server."`
	Socket         string  `arg:"login_unix_socket" doc:"Unix socket of the server."`
	ConfigFile     string  `arg:"config_file" type:"path" default:"~/.my.cnf" doc:"File with a section client that holds user, password, host, port or socket."`
	ConnectTimeout int     `arg:"connect_timeout" default:"30" doc:"Seconds that connecting may take."`
	ClientCert     string  `arg:"client_cert" type:"path" alias:"ssl_cert" doc:"Client's certificate in PEM."`
	ClientKey      string  `arg:"client_key" type:"path" alias:"ssl_key" doc:"Key of the client's certificate."`
	CACert         string  `arg:"ca_cert" type:"path" alias:"ssl_ca" doc:"Certificates that the server's is checked with."`
	CheckHostname  *bool   `arg:"check_hostname" doc:"Whether the server's certificate has to be for login_host."`
}

// mysqlSockets are where distributions have the server's socket.
var mysqlSockets = []string{"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"}

// connect logs in. implicit tries root without a password first.
func (l mysqlLogin) connect(c *modules.Context, database string, implicit bool) (*server, error) {
	s, err := l.dial(c, database, implicit)
	if err != nil {
		return nil, modules.Fail("unable to connect to database, check login_user and login_password are correct or %s has the credentials. Exception message: %s",
			c.Path(l.ConfigFile), mysqlError(err))
	}
	return s, nil
}

// connectSaying logs in for the modules that name a missing config_file when
// that does not work.
func (l mysqlLogin) connectSaying(c *modules.Context, database string) (*server, error) {
	return l.connectOr(c, database, false)
}

func (l mysqlLogin) connectOr(c *modules.Context, database string, implicit bool) (*server, error) {
	path := c.Path(l.ConfigFile)
	if _, err := os.Stat(path); err == nil {
		return l.connect(c, database, implicit)
	}
	s, err := l.dial(c, database, implicit)
	if err != nil {
		return nil, modules.Fail("unable to find %s. Exception message: %s", path, mysqlError(err))
	}
	return s, nil
}

// mysqlError says an error of the server, or why it cannot be reached, as
// Ansible's driver does, which is what users know and match on.
func mysqlError(err error) string {
	var said *mysql.MySQLError
	if errors.As(err, &said) {
		return fmt.Sprintf("(%d, %s)", said.Number, value.Repr(said.Message))
	}
	var op *net.OpError
	var errno syscall.Errno
	if errors.As(err, &op) && op.Op == "dial" && errors.As(err, &errno) {
		host := "localhost"
		if at := op.Addr.String(); op.Net != "unix" {
			host, _, _ = net.SplitHostPort(at)
		}
		words := errno.Error()
		why := fmt.Sprintf("Can't connect to MySQL server on '%s' ([Errno %d] %s)", host, int(errno), strings.ToUpper(words[:1])+words[1:])
		return fmt.Sprintf("(2003, %s)", value.Repr(why))
	}
	return err.Error()
}

func (l mysqlLogin) dial(c *modules.Context, database string, implicit bool) (*server, error) {
	cfg, err := l.config(c)
	if err != nil {
		return nil, err
	}
	cfg.DBName = database
	if implicit {
		root := cfg.Clone()
		root.User, root.Passwd = "root", ""
		if s, err := dialMySQL(c, root); err == nil {
			return s, nil
		}
	}
	s, err := dialMySQL(c, cfg)
	var refused *mysql.MySQLError
	if err != nil && !errors.As(err, &refused) && cfg.Net == "unix" && l.Socket == "" {
		cfg.Net, cfg.Addr = "tcp", net.JoinHostPort("localhost", strconv.Itoa(l.Port))
		s, err = dialMySQL(c, cfg)
	}
	return s, err
}

func dialMySQL(c *modules.Context, cfg *mysql.Config) (*server, error) {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return open(c, sql.OpenDB(connector))
}

func (l mysqlLogin) config(c *modules.Context) (*mysql.Config, error) {
	file, err := readClientFile(c.Path(l.ConfigFile))
	if err != nil {
		return nil, err
	}
	cfg := mysql.NewConfig()
	cfg.Timeout = time.Duration(l.ConnectTimeout) * time.Second
	cfg.Logger = silent{}
	cfg.User, cfg.Passwd = file["user"], file["password"]
	if l.User != nil {
		cfg.User = *l.User
	}
	if l.Password != nil {
		cfg.Passwd = *l.Password
	}
	if cfg.User == "" {
		if u, err := user.Current(); err == nil {
			cfg.User = u.Username
		}
	}
	cfg.Net, cfg.Addr = l.address(file)
	cfg.TLS, err = l.tls()
	return cfg, err
}

// silent keeps the driver from writing to the module's standard error.
type silent struct{}

func (silent) Print(...any) {}

func (l mysqlLogin) address(file map[string]string) (network, address string) {
	socket := l.Socket
	if socket == "" {
		socket = file["socket"]
	}
	host, port := l.Host, strconv.Itoa(l.Port)
	if host == "localhost" && file["host"] != "" {
		host = file["host"]
	}
	if port == "3306" && file["port"] != "" {
		port = file["port"]
	}
	if socket == "" && host == "localhost" && port == "3306" {
		for _, path := range mysqlSockets {
			if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
				socket = path
				break
			}
		}
	}
	if socket != "" {
		return "unix", socket
	}
	return "tcp", net.JoinHostPort(host, port)
}

func (l mysqlLogin) tls() (*tls.Config, error) {
	if l.ClientCert == "" && l.ClientKey == "" && l.CACert == "" && l.CheckHostname == nil {
		return nil, nil
	}
	return tlsConfig(l.Host, l.CACert, l.ClientCert, l.ClientKey, l.CheckHostname == nil || *l.CheckHostname)
}

// tlsConfig makes the client's side of TLS. Without names the server's
// certificate is checked but may be for another host.
func tlsConfig(host, ca, cert, key string, names bool) (*tls.Config, error) {
	cfg := &tls.Config{ServerName: host}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, modules.Fail("read the certificates of ca_cert: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, modules.Fail("%s holds no certificate in PEM", ca)
		}
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, modules.Fail("load the client's certificate: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	if !names {
		cfg.InsecureSkipVerify = true
		cfg.VerifyConnection = func(state tls.ConnectionState) error {
			opts := x509.VerifyOptions{Roots: cfg.RootCAs, Intermediates: x509.NewCertPool()}
			for _, c := range state.PeerCertificates[1:] {
				opts.Intermediates.AddCert(c)
			}
			_, err := state.PeerCertificates[0].Verify(opts)
			return err
		}
	}
	return cfg, nil
}

// readClientFile reads the section client of an option file; a file that is
// not there says nothing.
func readClientFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, modules.Fail("read %s: %w", path, err)
	}
	return clientSection(string(text)), nil
}

func clientSection(text string) map[string]string {
	out, in := map[string]string{}, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			in = line == "[client]"
			continue
		}
		name, v, _ := strings.Cut(line, "=")
		name, v = strings.TrimSpace(name), strings.TrimSpace(v)
		if !in || name == "" || strings.HasPrefix(name, "#") || strings.HasPrefix(name, ";") {
			continue
		}
		if n := len(v); n > 1 && (v[0] == '"' || v[0] == '\'') && v[n-1] == v[0] {
			v = v[1 : n-1]
		}
		out[name] = v
	}
	return out
}

// literal writes a text as MySQL reads it.
func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", `\0`).Replace(text) + "'"
}

// backtick writes the name of a database.
func backtick(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
