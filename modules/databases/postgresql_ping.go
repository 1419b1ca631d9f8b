package databases

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type postgresPingArgs struct {
	DB string `arg:"db" alias:"login_db" doc:"Database to connect to."`
	postgresLogin
}

type postgresPingResult struct {
	Available bool        `json:"is_available" doc:"Whether the server answers."`
	Version   *value.Dict `json:"server_version" doc:"The server's version: full, major, minor, patch where there is one, raw."`
	Message   string      `json:"conn_err_msg" doc:"Why it cannot be reached."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_ping", Summary: "Look whether a PostgreSQL server answers",
		Example: "- name: The database answers\n  community.postgresql.postgresql_ping:\n    db: app\n  register: ping\n",
	}, bare(postgresPing))
}

var postgresVersion = lazy.Regexp(`^\S+ ((\d+)\.(\d+)(?:\.(\d+))?\S*)`)

func postgresPing(c *modules.Context, a postgresPingArgs) (postgresPingResult, error) {
	r := postgresPingResult{Version: value.NewDict()}
	if err := a.vet(); err != nil {
		return r, err
	}
	s, err := a.connect(c, a.DB)
	if err != nil && strings.HasPrefix(err.Error(), "Could not switch role") {
		return r, err
	}
	if err != nil {
		r.Message = strings.TrimPrefix(err.Error(), "unable to connect to database: ")
		c.Warn("PostgreSQL server is unavailable: %s", r.Message)
		return r, nil
	}
	defer s.Close()
	raw, _, err := s.text("SELECT version()")
	if err != nil {
		return r, err
	}
	r.Available, r.Version = true, versionOf(raw)
	return r, nil
}

// versionOf reads what SELECT version() says.
func versionOf(raw string) *value.Dict {
	d := value.NewDict()
	m := postgresVersion.FindStringSubmatch(raw)
	if m == nil {
		return value.DictOf("raw", raw)
	}
	for i, name := range []string{"major", "minor", "patch"} {
		if n, err := strconv.ParseInt(m[i+2], 10, 64); err == nil {
			d.Set(name, n)
		}
	}
	d.Set("full", m[1])
	d.Set("raw", raw)
	return d
}
