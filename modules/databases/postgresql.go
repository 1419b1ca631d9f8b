package databases

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
	"goplay/modules"
)

// postgresLogin are the options of every module of community.postgresql.
type postgresLogin struct {
	LoginUser     string      `arg:"login_user" alias:"login" doc:"User to log in as; PGUSER or postgres by default."`
	LoginPassword string      `arg:"login_password,secret" doc:"The user's password."`
	LoginHost     string      `arg:"login_host" alias:"host" doc:"Server; without it its socket on this host."`
	LoginSocket   string      `arg:"login_unix_socket" alias:"unix_socket" doc:"Folder of the server's socket."`
	Port          int         `arg:"port" alias:"login_port" default:"0" doc:"Port of the server, also in the name of its socket; PGPORT or 5432 by default."`
	SSLMode       string      `arg:"ssl_mode" enum:"allow,disable,prefer,require,verify-ca,verify-full" default:"prefer" doc:"Whether TLS is used, and what is checked."`
	CACert        string      `arg:"ca_cert" alias:"ssl_rootcert" doc:"Certificates that the server's is checked with."`
	SSLCert       string      `arg:"ssl_cert" type:"path" doc:"Client's certificate in PEM."`
	SSLKey        string      `arg:"ssl_key" type:"path" doc:"Key of the client's certificate."`
	ConnectParams *value.Dict `arg:"connect_params" default:"{}" doc:"Further parameters of libpq."`
	SessionRole   string      `arg:"session_role" doc:"Role to switch to after logging in."`
	TrustInput    bool        `arg:"trust_input" default:"true" doc:"Take names and texts as they are; otherwise those that look like an attack are refused. They are quoted in any case."`
}

// postgresSockets are the folders where distributions have the server's socket.
var postgresSockets = []string{"/var/run/postgresql", "/run/postgresql", "/tmp"}

// params are libpq's, for the server's programs and for the driver.
func (l postgresLogin) params(c *modules.Context, database string) map[string]string {
	port := strconv.Itoa(l.Port)
	if l.Port == 0 {
		port = orElse(c.Getenv("PGPORT"), "5432")
	}
	p := map[string]string{"user": orElse(l.LoginUser, orElse(c.Getenv("PGUSER"), "postgres")), "port": port, "dbname": database, "host": l.LoginHost}
	if l.LoginSocket != "" && (l.LoginHost == "" || l.LoginHost == "localhost") {
		p["host"] = l.LoginSocket
	}
	if p["host"] == "" {
		p["host"] = orElse(c.Getenv("PGHOST"), "localhost")
		for _, dir := range postgresSockets {
			if _, err := os.Stat(filepath.Join(dir, ".s.PGSQL."+port)); err == nil && c.Getenv("PGHOST") == "" {
				p["host"] = dir
				break
			}
		}
	}
	for k, v := range l.ConnectParams.All() {
		p[value.Str(k)] = value.Str(v)
	}
	return p
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func (l postgresLogin) connect(c *modules.Context, database string) (*server, error) {
	return l.connectSaying(c, database, "unable to connect to database", "Could not switch role")
}

// connectSaying logs in and says in the given words what does not work.
func (l postgresLogin) connectSaying(c *modules.Context, database, connecting, switching string) (*server, error) {
	p := l.params(c, database)
	for k, v := range map[string]string{"password": l.LoginPassword, "sslrootcert": l.CACert, "sslcert": l.SSLCert, "sslkey": l.SSLKey} {
		if v != "" {
			p[k] = v
		}
	}
	p["sslmode"] = orElse(p["sslmode"], l.SSLMode)
	if strings.HasPrefix(p["host"], "/") {
		p["sslmode"] = "disable"
	}
	connector, err := pq.NewConnector(connString(p))
	if err != nil {
		return nil, modules.Fail("%s: %w", connecting, err)
	}
	s, err := open(c, sql.OpenDB(connector))
	if err != nil {
		return nil, modules.Fail("%s: %s", connecting, connectionError(p["host"], p["port"], err))
	}
	if l.SessionRole != "" {
		if err := s.exec("SET ROLE " + pq.QuoteIdentifier(l.SessionRole)); err != nil {
			s.Close()
			return nil, modules.Fail("%s: %s", switching, libpqError("", err))
		}
	}
	return s, nil
}

func connString(params map[string]string) string {
	var out []string
	for k, v := range params {
		if v != "" {
			out = append(out, fmt.Sprintf("%s='%s'", k, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v)))
		}
	}
	return strings.Join(out, " ")
}

func (s *server) exists(query string, args ...any) (bool, error) {
	_, ok, err := s.text(query, args...)
	return ok, err
}
