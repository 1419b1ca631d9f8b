package docker

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"goplay/internal/shlex"
	"goplay/internal/value"
	"goplay/modules"
)

func wantDetach(p *plan) (any, error) {
	if p.args.Detach == nil {
		return nil, nil
	}
	return *p.args.Detach, nil
}

func haveDetach(_ *plan, c object) any {
	return !(boolAt(c, "Config.AttachStdout") && boolAt(c, "Config.AttachStderr"))
}

func wantCommand(p *plan) (any, error) {
	switch v := p.args.Command.(type) {
	case nil:
		return nil, nil
	case *value.List:
		parts := make([]string, len(v.Items))
		for i, item := range v.Items {
			parts[i] = value.Str(item)
		}
		return p.commandLine(parts)
	default:
		parts, err := shlex.Split(value.Str(v))
		return anys(parts), err
	}
}

func wantEntrypoint(p *plan) (any, error) {
	if p.args.Entrypoint == nil {
		return nil, nil
	}
	return p.commandLine(p.args.Entrypoint)
}

func (p *plan) commandLine(parts []string) (any, error) {
	if p.args.CommandHandling == "compatibility" {
		if len(parts) == 0 {
			return nil, nil // as if it were not there
		}
		split, err := shlex.Split(strings.Join(parts, " "))
		return anys(split), err
	}
	return anys(parts), nil
}

func wantCPUs(p *plan) (any, error) {
	if p.args.CPUs == nil {
		return nil, nil
	}
	return int64(math.Round(*p.args.CPUs * 1e9)), nil
}

// strictTexts wants every value to be a text: YAML's idea of true or 1.10 is
// hardly what a label or variable should get.
func strictTexts(option string, field func(*containerArgs) *value.Dict) func(*plan) (any, error) {
	return func(p *plan) (any, error) {
		d := field(p.args)
		if d == nil {
			return nil, nil
		}
		return onlyTexts(option, d)
	}
}

func onlyTexts(option string, d *value.Dict) (object, error) {
	o := object{}
	for k, v := range d.All() {
		switch v.(type) {
		case string, value.Markup:
			o[value.Str(k)] = value.Str(v)
		default:
			return nil, modules.Fail("Non-string value found for %s option. Ambiguous %s options must be wrapped in quotes to avoid them being interpreted. Key: %s",
				option, option, value.Str(k))
		}
	}
	return o, nil
}

func wantEnv(p *plan) (any, error) {
	if p.args.Env == nil && p.args.EnvFile == "" {
		return nil, nil
	}
	env := object{}
	if p.args.EnvFile != "" {
		var err error
		if env, err = readEnvFile(p.c.Abs(p.args.EnvFile)); err != nil {
			return nil, err
		}
	}
	if p.args.Env != nil {
		given, err := onlyTexts("env", p.args.Env)
		if err != nil {
			return nil, err
		}
		for k, v := range given {
			env[k] = v
		}
	}
	out := []any{}
	for _, k := range sortedKeys(env) {
		out = append(out, k+"="+env[k].(string))
	}
	return out, nil
}

func readEnvFile(path string) (object, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read env_file: %w", err)
	}
	defer f.Close()
	env := object{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		k, v, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("An unexpected Docker error occurred: Invalid line in environment file %s:\n%s", path, line)
		}
		env[k] = v
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read env_file %s: %w", path, err)
	}
	return env, nil
}

// expectEnv adds the image's variables, which every container of it has.
func expectEnv(p *plan, want any) any {
	given := items(want)
	named := map[string]bool{}
	for _, v := range given {
		k, _, _ := strings.Cut(v.(string), "=")
		named[k] = true
	}
	out := slices.Clone(given)
	for _, v := range textsAt(p.compared, "Config.Env") {
		if k, _, _ := strings.Cut(v, "="); !named[k] {
			out = append(out, v)
		}
	}
	return out
}

func expectLabels(p *plan, want any) any {
	if want == nil {
		return nil
	}
	out := object{}
	for k, v := range objectAt(p.compared, "Config.Labels") {
		out[k] = v
	}
	for k, v := range want.(object) {
		out[k] = v
	}
	return out
}

func wantHosts(p *plan) (any, error) {
	if p.args.EtcHosts == nil {
		return nil, nil
	}
	out := []any{}
	for name, address := range p.args.EtcHosts.All() {
		out = append(out, value.Str(name)+":"+value.Str(address))
	}
	return out, nil
}

func wantLogOptions(p *plan) (any, error) {
	d := p.args.LogOptions
	if d == nil {
		return nil, nil
	}
	for k, v := range d.All() {
		if _, ok := v.(string); !ok {
			p.c.Warn("Non-string value found for log_options option '%s'. The value is automatically converted to '%s'. If this is not correct, or you want to avoid such warnings, please quote the value.",
				value.Str(k), value.Str(v))
		}
	}
	return texts(d), nil
}

func wantMAC(p *plan) (any, error) {
	if p.args.MacAddress == nil {
		return nil, nil
	}
	return strings.ReplaceAll(*p.args.MacAddress, "-", ":"), nil
}

// haveMAC looks where engines from 25.0 on keep what was asked for, too.
func haveMAC(_ *plan, c object) any {
	if mac := textAt(c, "Config.MacAddress"); mac != "" {
		return mac
	}
	networks := objectAt(c, "NetworkSettings.Networks")
	for _, name := range sortedKeys(networks) {
		if mac := textAt(networks[name], "MacAddress"); mac != "" {
			return mac
		}
	}
	return at(c, "NetworkSettings.MacAddress")
}

func wantPids(p *plan) (any, error) {
	if p.args.PidsLimit == nil {
		return nil, nil
	}
	return *p.args.PidsLimit, nil
}

// havePids: the engine keeps "no limit" as null, however it was said.
func havePids(p *plan, c object) any {
	want, _ := p.want["pids_limit"].(int64)
	if have := intAt(c, "HostConfig.PidsLimit"); have > 0 || want > 0 {
		return at(c, "HostConfig.PidsLimit")
	}
	return want
}

func wantTmpfs(p *plan) (any, error) {
	if p.args.Tmpfs == nil {
		return nil, nil
	}
	out := object{}
	for _, t := range p.args.Tmpfs {
		target, options, _ := strings.Cut(t, ":")
		out[target] = options
	}
	return out, nil
}

func wantUlimits(p *plan) (any, error) {
	if p.args.Ulimits == nil {
		return nil, nil
	}
	out := []any{}
	for _, u := range p.args.Ulimits {
		parts := strings.Split(u, ":")
		if len(parts) < 2 {
			return nil, fmt.Errorf("ulimits: %q is not name:soft or name:soft:hard", u)
		}
		soft, err := strconv.ParseInt(parts[1], 10, 64)
		hard := soft
		if err == nil && len(parts) == 3 {
			hard, err = strconv.ParseInt(parts[2], 10, 64)
		}
		if err != nil || len(parts) > 3 {
			return nil, fmt.Errorf("ulimits: %q is not name:soft or name:soft:hard", u)
		}
		out = append(out, object{"Name": parts[0], "Soft": soft, "Hard": hard})
	}
	return out, nil
}

func wantPlatform(p *plan) (any, error) {
	if p.args.Platform == nil {
		return nil, nil
	}
	return *p.args.Platform, nil
}

// havePlatform is the platform of the container's image, as precisely as the
// task writes its own: the engine says no more than "linux" of a container.
func havePlatform(p *plan, c object) any {
	want, _ := p.want["platform"].(string)
	image, err := p.e.get(p.c, "/images/"+textAt(c, "Image")+"/json", nil)
	if err != nil {
		return at(c, "Platform")
	}
	parts := []string{textAt(image, "Os"), textAt(image, "Architecture"), textAt(image, "Variant")}
	if !strings.Contains(want, "/") && want != parts[0] {
		return parts[1]
	}
	n := min(strings.Count(want, "/")+1, 3)
	return strings.TrimSuffix(strings.Join(parts[:n], "/"), "/")
}
