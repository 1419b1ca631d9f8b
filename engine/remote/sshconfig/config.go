// Package sshconfig reads OpenSSH's client configuration: what a command line,
// ~/.ssh/config and /etc/ssh/ssh_config say for one host, with Host, Match,
// Include and the tokens of values. It knows the form of the files and leaves
// the meaning of each option to its caller.
package sshconfig

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Config is what holds for one host. The first value that is set for an option
// wins, except for those that gather. Names of options are case-insensitive.
type Config struct {
	host   string // as the user named it
	user   string // who runs this program
	home   string
	values map[string][]string
}

// New makes the configuration of a host that nothing is set for yet. user and
// home are those of whoever runs this program.
func New(host, user, home string) *Config {
	return &Config{host: host, user: user, home: home, values: map[string][]string{}}
}

// gathered are the options that every mention adds to.
var gathered = map[string]bool{
	"identityfile": true, "certificatefile": true, "sendenv": true, "setenv": true,
	"localforward": true, "remoteforward": true, "dynamicforward": true,
}

// unsplit are the options whose value is the rest of the line.
var unsplit = map[string]bool{"proxycommand": true, "localcommand": true, "remotecommand": true, "knownhostscommand": true}

// Set gives an option a value, unless it has one.
func (c *Config) Set(name, value string) {
	name = strings.ToLower(name)
	if gathered[name] || len(c.values[name]) == 0 {
		c.values[name] = append(c.values[name], value)
	}
}

// Get is an option's value, "" when it has none.
func (c *Config) Get(name string) string {
	if v := c.values[strings.ToLower(name)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// All is every value of an option that gathers.
func (c *Config) All(name string) []string { return c.values[strings.ToLower(name)] }

// Yes reports whether an option is on; otherwise is for one that is not set.
func (c *Config) Yes(name string, otherwise bool) bool {
	switch strings.ToLower(c.Get(name)) {
	case "yes", "true":
		return true
	case "no", "false":
		return false
	}
	return otherwise
}

// Int is an option's number; otherwise is for one that is not set or no number.
func (c *Config) Int(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// Seconds is an option's duration: "30", "5m", "1h30m" as OpenSSH takes them.
func (c *Config) Seconds(name string) time.Duration {
	var total time.Duration
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	for rest := strings.ToLower(c.Get(name)); rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		if err != nil {
			return 0
		}
		unit := time.Second
		if rest = rest[digits:]; rest != "" {
			if unit = units[rest[0]]; unit == 0 {
				return 0
			}
			rest = rest[1:]
		}
		total += time.Duration(n) * unit
	}
	return total
}

// HostName is the name to connect to.
func (c *Config) HostName() string {
	name := c.Get("HostName")
	if name == "" {
		return c.host
	}
	return strings.NewReplacer("%%", "%", "%h", c.host).Replace(name)
}

// User is whom to log in as.
func (c *Config) User() string {
	if u := c.Get("User"); u != "" {
		return u
	}
	return c.user
}

// Port is the port to connect to, 22 when nothing says otherwise.
func (c *Config) Port() int { return c.Int("Port", 22) }

// Expand puts in what the tokens of a value stand for: %h the name to connect
// to, %n as the user named it, %p the port, %r the login, %u the user here,
// %d the home here, %i the user's id here, %j the jumps, %k the alias of the key, %l and %L
// this machine's name.
func (c *Config) Expand(value string) string {
	if !strings.Contains(value, "%") {
		return value
	}
	here, _ := os.Hostname()
	short, _, _ := strings.Cut(here, ".")
	alias := c.Get("HostKeyAlias")
	if alias == "" {
		alias = c.host
	}
	return strings.NewReplacer("%%", "%", "%h", c.HostName(), "%n", c.host, "%p", strconv.Itoa(c.Port()), "%r", c.User(),
		"%u", c.user, "%d", c.home, "%i", strconv.Itoa(os.Getuid()), "%j", c.Get("ProxyJump"), "%k", alias,
		"%l", here, "%L", short).Replace(value)
}

// Path is a value that is a file: ~, ${VARIABLES} and tokens are put in.
func (c *Config) Path(value string) string {
	if value == "~" || strings.HasPrefix(value, "~/") {
		value = filepath.Join(c.home, value[1:])
	}
	for {
		before, rest, ok := strings.Cut(value, "${")
		if !ok {
			break
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			break
		}
		value = before + os.Getenv(name) + after
	}
	return c.Expand(value)
}

// Fault is a line that cannot be understood.
type Fault struct {
	File string
	Line int
	Msg  string
}

func (f *Fault) Error() string { return fmt.Sprintf("%s line %d: %s", f.File, f.Line, f.Msg) }
