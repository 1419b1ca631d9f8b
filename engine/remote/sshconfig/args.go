package sshconfig

import (
	"fmt"
	"strings"

	"goplay/internal/shlex"
)

// letters are the options of ssh's command line that say what -o can say too.
var letters = map[byte]string{
	'p': "Port", 'l': "User", 'i': "IdentityFile", 'J': "ProxyJump", 'b': "BindAddress", 'c': "Ciphers", 'm': "MACs", 'F': "config",
}

// switches are those without a value; "" means nothing to a caller who only
// runs commands.
var switches = map[byte]string{
	'A': "ForwardAgent=yes", 'a': "ForwardAgent=no", '4': "AddressFamily=inet", '6': "AddressFamily=inet6",
	'C': "", 'q': "", 'v': "", 't': "", 'T': "", 'x': "", 'X': "", 'Y': "", 'n': "", 'k': "", 'K': "", 'g': "", 'y': "",
}

// ignored are options that tune the ssh program itself.
var ignored = map[string]bool{
	"controlmaster": true, "controlpath": true, "controlpersist": true, "compression": true, "loglevel": true,
	"batchmode": true, "requesttty": true, "escapechar": true, "visualhostkey": true, "forwardx11": true,
	"tcpkeepalive": true, "gssapiauthentication": true, "gssapidelegatecredentials": true, "ipqos": true,
}

// SetArgs takes the options of an ssh command line, as in ansible_ssh_common_args.
// Options that have no meaning here without a loss are left out silently;
// others are returned in unsupported, as they were written. A word that is no
// option is an error. config is the file named with -F, "none" for no file at
// all, or "".
func (c *Config) SetArgs(line string) (config string, unsupported []string, err error) {
	args, err := shlex.Split(line)
	if err != nil {
		return "", nil, fmt.Errorf("read the ssh arguments %q: %w", line, err)
	}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if len(arg) < 2 || arg[0] != '-' {
			return "", nil, fmt.Errorf("the ssh arguments %q have the word %q, which is no option: ssh would take it for the host", line, arg)
		}
		// -4A is -4 -A, and -p22 is -p 22.
		for at := 1; at < len(arg); at++ {
			if set, ok := switches[arg[at]]; ok {
				if name, value, ok := strings.Cut(set, "="); ok {
					c.Set(name, value)
				}
				continue
			}
			value := arg[at+1:]
			if value == "" && i+1 < len(args) {
				i++
				value = args[i]
			}
			switch name := letters[arg[at]]; {
			case arg[at] == 'o':
				if !c.setOption(value) {
					unsupported = append(unsupported, "-o "+value)
				}
			case name == "config":
				config = value
			case name != "":
				c.Set(name, value)
			case strings.IndexByte("SO", arg[at]) >= 0: // the control master's
			default:
				unsupported = append(unsupported, strings.TrimSpace("-"+arg[at:at+1]+" "+value))
			}
			break
		}
	}
	return config, unsupported, nil
}

// setOption takes the value of -o; it reports whether it can be honoured.
func (c *Config) setOption(option string) bool {
	name, rest := keyword(option)
	if ignored[name] {
		return true
	}
	if strings.HasSuffix(name, "forward") || rest == "" {
		return false
	}
	if unsplit[name] {
		c.Set(name, rest)
		return true
	}
	args, err := words(rest)
	if err != nil || len(args) == 0 {
		return false
	}
	c.Set(name, strings.Join(args, " "))
	return true
}
