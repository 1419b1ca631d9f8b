package databases

import (
	"math"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type redisArgs struct {
	Command     string  `arg:"command" enum:"config,flush,replica,slave" doc:"config sets a parameter, flush empties databases, replica makes the server a replica or a master."`
	Name        string  `arg:"name" doc:"With config, the parameter."`
	Value       *string `arg:"value" doc:"With config, its value; sizes may have units, such as 4MB."`
	FlushMode   string  `arg:"flush_mode" enum:"all,db" default:"all" doc:"With flush, what is emptied."`
	DB          *int    `arg:"db" doc:"With flush_mode db, the database."`
	ReplicaMode string  `arg:"replica_mode" enum:"master,replica,slave" default:"replica" alias:"slave_mode" doc:"With replica, what the server is to be."`
	MasterHost  string  `arg:"master_host" doc:"With replica, the host of its master."`
	MasterPort  int     `arg:"master_port" doc:"With replica, the port of its master."`
	redisLogin
}

type redisResult struct {
	Name    string `json:"name,omitempty" doc:"With config, the parameter."`
	Value   string `json:"value,omitempty" doc:"With config, its value."`
	Flushed bool   `json:"flushed,omitempty" doc:"With flush, that databases were emptied."`
	DB      *int   `json:"db,omitempty" doc:"With flush_mode db, the database."`
	Mode    any    `json:"mode,omitempty" doc:"With replica, what the server is; of a replica a dict with its master."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.redis", Summary: "Configure, empty and replicate Redis",
		Example: `- name: It keeps to its memory
  community.general.redis:
    command: config
    name: maxmemory
    value: 512MB
`,
	}, redisModule)
}

func redisModule(c *modules.Context, a redisArgs) (redisResult, error) {
	switch a.Command {
	case "config":
		return a.config(c)
	case "flush":
		return a.flush(c)
	case "replica", "slave":
		return a.replica(c)
	}
	return redisResult{}, modules.Fail("A valid command must be provided")
}

func (a redisArgs) config(c *modules.Context) (r redisResult, err error) {
	if a.Name == "" || a.Value == nil {
		return r, modules.Fail("config needs a name and a value")
	}
	client, err := a.connect(c, nil)
	if err != nil {
		return r, err
	}
	defer client.Close()
	answer, err := client.do("CONFIG", "GET", a.Name)
	pairs, _ := answer.([]any)
	have, known := "", false
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == a.Name {
			have, known = value.Str(pairs[i+1]), true
		}
	}
	if err != nil {
		return r, modules.Fail("unable to read config: %w", err)
	}
	if !known {
		return r, modules.Fail("unable to read config: '%s'", a.Name)
	}
	want := redisSize(*a.Value)
	r = redisResult{Name: a.Name, Value: want}
	if have == want {
		return r, nil
	}
	err = c.Change(modules.Diff{}, func() error {
		if _, err := client.do("CONFIG", "SET", a.Name, want); err != nil {
			return modules.Fail("unable to write config: %w", err)
		}
		return nil
	})
	if err != nil {
		return redisResult{}, err
	}
	return r, nil
}

var sizeWithUnit = lazy.Regexp(`^\s*(\d*\.?\d*)\s*([A-Z]?)B?\s*$`)

// redisSize is a size in bytes, where a value is one.
func redisSize(text string) string {
	m := sizeWithUnit.FindStringSubmatch(strings.ToUpper(text))
	if m == nil {
		return text
	}
	power := strings.Index("BKMGTPEZY", m[2])
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil || power < 0 {
		return text
	}
	return strconv.FormatFloat(math.RoundToEven(n*math.Pow(1024, float64(power))), 'f', -1, 64)
}

func (a redisArgs) flush(c *modules.Context) (r redisResult, err error) {
	if a.FlushMode == "db" && a.DB == nil {
		return r, modules.Fail("In db mode the db number must be provided")
	}
	client, err := a.connect(c, a.DB)
	if err != nil {
		return r, err
	}
	defer client.Close()
	command, failed := "FLUSHALL", "Unable to flush all databases"
	if a.FlushMode == "db" {
		command, failed = "FLUSHDB", "Unable to flush '"+strconv.Itoa(*a.DB)+"' database"
		r.DB = a.DB
	}
	err = c.Change(modules.Diff{}, func() error {
		if _, err := client.do(command); err != nil {
			return modules.Fail("%s", failed)
		}
		return nil
	})
	r.Flushed = err == nil
	return r, err
}

func (a redisArgs) replica(c *modules.Context) (r redisResult, err error) {
	master := a.ReplicaMode == "master"
	switch {
	case !master && a.MasterHost == "":
		return r, modules.Fail("In replica mode master host must be provided")
	case !master && a.MasterPort == 0:
		return r, modules.Fail("In replica mode master port must be provided")
	}
	client, err := a.connect(c, nil)
	if err != nil {
		return r, err
	}
	defer client.Close()
	info, err := client.info()
	if err != nil {
		return r, err
	}
	port := strconv.Itoa(a.MasterPort)
	request, failed := []string{"SLAVEOF", a.MasterHost, port}, "Unable to set replica mode"
	done := info["role"] == "slave" && info["master_host"] == a.MasterHost && info["master_port"] == port
	mode := any(value.DictOf("status", "replica", "master_host", a.MasterHost, "master_port", int64(a.MasterPort)))
	if master {
		request, failed = []string{"SLAVEOF", "NO", "ONE"}, "Unable to set master mode"
		done, mode = info["role"] == "master", "master"
	}
	if !done {
		err = c.Change(modules.Diff{}, func() error {
			if _, err := client.do(request...); err != nil {
				return modules.Fail("%s", failed)
			}
			return nil
		})
	}
	if err == nil {
		r.Mode = mode
	}
	return r, err
}
