package docker

import (
	"errors"
	"os"
	"strings"

	"github.com/moby/moby/api/types/build"
	"github.com/moby/moby/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"goplay/internal/value"
	"goplay/modules"
)

// builder builds one image.
type builder struct {
	c       *modules.Context
	e       *engine
	name    string
	path    string // the context's folder
	file    string // the Dockerfile; "" for the one in the folder
	options client.ImageBuildOptions

	output strings.Builder
}

// needsBuildKit recognises the classic builder's refusal of a Dockerfile that uses
// what only BuildKit has.
func needsBuildKit(err error) bool {
	text := err.Error()
	return strings.Contains(text, "BuildKit") || strings.Contains(text, "buildkit") ||
		strings.Contains(text, "unknown instruction") || strings.Contains(text, "Unknown flag")
}

// run builds the image, with the classic builder as Ansible does unless first
// names another, and with BuildKit where the Dockerfile or the engine wants it.
func (b *builder) run(first build.BuilderVersion) error {
	if info, err := os.Stat(b.path); err != nil || !info.IsDir() {
		return modules.Fail("Requested build path %s could not be found or you do not have access.", b.path)
	}
	conf, err := readClientConfig(configPath(b.c))
	if err != nil {
		return modules.Fail("Error building %s - %w", b.name, err)
	}
	b.options.AuthConfigs = conf.all()
	err = b.once(first)
	if err != nil && first == build.BuilderV1 && needsBuildKit(err) {
		b.output.Reset()
		if again := b.once(build.BuilderBuildKit); again == nil || !unsupported(again) {
			err = again
		}
	}
	return b.failure(err)
}

func unsupported(err error) bool { return strings.Contains(err.Error(), "buildkit not supported") }

func (b *builder) once(version build.BuilderVersion) error {
	context, err := openContext(b.path, b.file)
	if err != nil {
		return err
	}
	options := b.options
	options.Version, options.Dockerfile = version, context.dockerfile
	options.Tags, options.ForceRemove = []string{b.name}, true
	body := context.stream(b.c)
	defer body.Close()
	said, err := b.e.ImageBuild(b.c, body, options)
	if err != nil {
		return daemonError(err)
	}
	var trace buildkitTrace
	return follow(b.c, said.Body, func(m *message) {
		if text := trace.text(m); text != "" {
			b.c.Output("stdout", []byte(text))
			b.output.WriteString(text)
		}
		b.output.WriteString(m.Stream)
	})
}

// failure says which step of which Dockerfile failed, with what was printed.
func (b *builder) failure(err error) error {
	var during *streamError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &during):
		return modules.Fail("Error building %s - %w", b.name, err)
	}
	code := "None"
	if during.code != 0 {
		code = value.Str(int64(during.code))
	}
	step := ""
	if s := lastStep(b.output.String()); s != "" {
		step = " (in " + s + ")"
	}
	return modules.Fail("Error building %s - code: %s, message: %s%s", b.name, code, strings.TrimSpace(during.msg), step).
		With("stdout", b.output.String())
}

// lastStep is the step that a build was in when it ended.
func lastStep(output string) string {
	step := ""
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "Step ") {
			step = strings.TrimSpace(line)
		}
	}
	return step
}

// stdout is the output as Ansible returns it.
func (b *builder) stdout() string { return strings.TrimSpace(b.output.String()) }

func (b *builder) platform(text string) error {
	if text == "" {
		return nil
	}
	p, err := parsePlatform(text)
	b.options.Platforms = []ocispec.Platform{p}
	return err
}

func (b *builder) arguments(d *value.Dict) {
	if d == nil {
		return
	}
	b.options.BuildArgs = map[string]*string{}
	for k, v := range d.All() {
		text := value.Str(v)
		b.options.BuildArgs[value.Str(k)] = &text
	}
}

// proxies adds the proxy settings of docker's configuration to the build args.
func (b *builder) proxies() error {
	conf, err := readClientConfig(configPath(b.c))
	if err != nil {
		return modules.Fail("Error building %s - %w", b.name, err)
	}
	settings := conf.Proxies[b.e.host]
	if settings == nil {
		settings = conf.Proxies["default"]
	}
	for name, variable := range map[string]string{"httpProxy": "http_proxy", "httpsProxy": "https_proxy", "ftpProxy": "ftp_proxy", "noProxy": "no_proxy"} {
		text := settings[name]
		if text == "" {
			continue
		}
		if b.options.BuildArgs == nil {
			b.options.BuildArgs = map[string]*string{}
		}
		for _, v := range []string{variable, strings.ToUpper(variable)} {
			if b.options.BuildArgs[v] == nil {
				b.options.BuildArgs[v] = &text
			}
		}
	}
	return nil
}

func hosts(d *value.Dict) []string {
	if d == nil {
		return nil
	}
	var out []string
	for k, v := range d.All() {
		out = append(out, value.Str(k)+":"+value.Str(v))
	}
	return out
}

func labelsOf(option string, d *value.Dict) (map[string]string, error) {
	if d == nil {
		return nil, nil
	}
	o, err := onlyTexts(option, d)
	out := map[string]string{}
	for k, v := range o {
		out[k] = v.(string)
	}
	return out, err
}
