package docker

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type buildSecret struct {
	ID    string  `arg:"id,required" doc:"Name that the Dockerfile knows it by."`
	Type  string  `arg:"type,required" enum:"env,file,value" doc:"Whether it is in an environment variable of the target, in a file of the target, or given as value."`
	Src   string  `arg:"src" type:"path" doc:"The file, for type file."`
	Env   string  `arg:"env" doc:"The variable, for type env."`
	Value *string `arg:"value,secret" doc:"The secret itself, for type value."`
}

// Validate wants of secrets and outputs what their types say.
func (a *buildArgs) Validate() error {
	for _, s := range a.Secrets {
		if err := s.fault(); err != nil {
			return err
		}
	}
	for _, o := range a.Outputs {
		if o.Dest == "" && slices.Contains([]string{"local", "tar", "oci"}, o.Type) {
			return &modules.ArgError{Arg: "outputs", Msg: fmt.Sprintf("type is %s but all of the following are missing: dest found in outputs", o.Type)}
		}
	}
	return nil
}

func (s *buildSecret) fault() error {
	for _, o := range []struct {
		kind, option string
		given        bool
	}{{"env", "env", s.Env != ""}, {"file", "src", s.Src != ""}, {"value", "value", s.Value != nil}} {
		if s.Type == o.kind && !o.given {
			return &modules.ArgError{Arg: "secrets", Msg: fmt.Sprintf("type is %s but all of the following are missing: %s found in secrets", o.kind, o.option)}
		}
		if s.Type != o.kind && o.given {
			return &modules.ArgError{Arg: "secrets", Msg: fmt.Sprintf("%s is not allowed for type %s found in secrets", o.option, s.Type)}
		}
	}
	return nil
}

type buildOutput struct {
	Type    string   `arg:"type,required" enum:"local,tar,oci,docker,image" doc:"Files in a folder or an archive, an archive of the image, or an image of the engine or the builder."`
	Dest    string   `arg:"dest" type:"path" doc:"Folder or archive; not for type image."`
	Context string   `arg:"context" doc:"Docker context that the image is loaded into, for type docker."`
	Name    []string `arg:"name" doc:"Names of the image, for type image; name and tag when not given."`
	Push    bool     `arg:"push" default:"false" doc:"Push the image to its registry, for type image."`
}

// text is the output as buildx takes it.
func (o *buildOutput) text(c *modules.Context, image string) string {
	words := []string{"type=" + o.Type}
	if o.Dest != "" && o.Type != "image" {
		words = append(words, "dest="+c.Abs(o.Dest))
	}
	switch o.Type {
	case "docker":
		if o.Context != "" {
			words = append(words, "context="+o.Context)
		}
	case "image":
		names := o.Name
		if len(names) == 0 {
			names = []string{image}
		}
		words = append(words, "name="+strings.Join(names, ","))
		if o.Push {
			words = append(words, "push=true")
		}
	}
	return commaSeparated(words)
}

// commaSeparated is a line of CSV, which buildx reads such options as.
func commaSeparated(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if strings.ContainsAny(w, ",\"\r\n") {
			w = `"` + strings.ReplaceAll(w, `"`, `""`) + `"`
		}
		quoted[i] = w
	}
	return strings.Join(quoted, ",")
}

// needsBuildx reports whether the task wants what the engine's API does not have.
func (a *buildArgs) needsBuildx() bool {
	return len(a.Secrets) > 0 || len(a.Outputs) > 0 || len(a.Platform) > 1
}

// runBuildx builds with buildx's program. A secret's value reaches it in its
// environment, which other users do not see.
func (a *buildArgs) runBuildx(c *modules.Context, e *engine, name string, before object) (imageResult, error) {
	out := imageResult{Actions: []string{"Built image " + name + " from " + a.Path}, Image: object{}}
	program, err := findPlugin(c, buildxPlugin)
	if err != nil {
		return out, err
	}
	env, err := a.buildxEngine(c)
	if err != nil {
		return out, err
	}
	argv, secrets := a.buildxLine(c, name)
	argv = append([]string{program}, argv...)
	ran, err := attempt(c, func() error {
		r, err := c.Exec(modules.Cmd{Argv: argv, Env: append(env, secrets...), Stream: true})
		out.Stdout = strings.TrimSpace(r.Stdout)
		switch {
		case err != nil:
			return modules.Fail("Error running buildx: %w", err)
		case r.RC != 0:
			return modules.Fail("Building %s failed", name).With("rc", r.RC).With("stdout", r.Stdout).With("stderr", r.Stderr).With("command", argv)
		}
		if image, err := e.image(c, name); err != nil || image != nil {
			out.Image = image
			return err
		}
		return nil
	})
	elsewhere := len(a.Outputs) > 0
	out.Changed = err == nil && (!ran || elsewhere || before == nil || textAt(before, "Id") != textAt(out.Image, "Id"))
	return out, err
}

// buildxLine is buildx's command line, and the variables that its secrets are in.
func (a *buildArgs) buildxLine(c *modules.Context, name string) (argv, env []string) {
	argv = []string{"build", "--progress", "plain", "--tag", name}
	option := func(flag, v string) {
		if v != "" {
			argv = append(argv, flag, v)
		}
	}
	pairs := func(flag, between string, d *value.Dict) {
		if d != nil {
			for k, v := range d.All() {
				argv = append(argv, flag, value.Str(k)+between+value.Str(v))
			}
		}
	}
	if a.Pull {
		argv = append(argv, "--pull")
	}
	if a.NoCache {
		argv = append(argv, "--no-cache")
	}
	if a.Dockerfile != "" {
		option("--file", filepath.Join(c.Abs(a.Path), a.Dockerfile))
	}
	for _, v := range a.CacheFrom {
		option("--cache-from", v)
	}
	option("--network", a.Network)
	pairs("--add-host", ":", a.EtcHosts)
	pairs("--build-arg", "=", a.Args)
	option("--target", a.Target)
	for _, v := range a.Platform {
		option("--platform", v)
	}
	option("--shm-size", a.ShmSize)
	pairs("--label", "=", a.Labels)
	for i, s := range a.Secrets {
		words := []string{"id=" + s.ID, "type=" + s.Type}
		switch s.Type {
		case "file":
			words = append(words, "src="+c.Abs(s.Src))
		case "env":
			words = append(words, "env="+s.Env)
		case "value":
			variable := fmt.Sprintf("GOPLAY_BUILD_SECRET_%d", i)
			words[1] = "type=env"
			words = append(words, "env="+variable)
			env = append(env, variable+"="+*s.Value)
		}
		option("--secret", commaSeparated(words))
	}
	for _, o := range a.Outputs {
		option("--output", o.text(c, name))
	}
	return append(argv, "--", c.Abs(a.Path)), env
}

// buildxEngine is the environment that leads buildx to the engine of the task:
// without the docker command it has no options for that.
func (a *buildArgs) buildxEngine(c *modules.Context) ([]string, error) {
	var env []string
	if a.Context != "" {
		return []string{"DOCKER_CONTEXT=" + a.Context}, nil
	}
	if a.DockerHost != "" {
		host, err := normalHost(a.DockerHost, a.secure(c))
		if err != nil {
			return nil, err
		}
		env = append(env, "DOCKER_HOST="+host)
	}
	if a.ValidateCert != nil && *a.ValidateCert {
		env = append(env, "DOCKER_TLS_VERIFY=1")
	}
	if a.TLS != nil && *a.TLS {
		env = append(env, "DOCKER_TLS=1")
	}
	return a.certificates(env)
}

// certificates adds the folder that buildx finds the TLS files in, by their names.
func (a *buildArgs) certificates(env []string) ([]string, error) {
	folder := ""
	for _, file := range []struct{ name, path string }{{"ca.pem", a.CACert}, {"cert.pem", a.ClientCert}, {"key.pem", a.ClientKey}} {
		if file.path == "" {
			continue
		}
		dir, name := filepath.Split(file.path)
		if name != file.name || folder != "" && dir != folder {
			return nil, modules.Fail("buildx wants ca.pem, cert.pem and key.pem in one folder: %s cannot be %s", file.path, file.name)
		}
		if _, err := os.Stat(file.path); err != nil {
			return nil, modules.Fail("Error reading %s: %w", file.path, err)
		}
		folder = dir
	}
	if folder != "" {
		env = append(env, "DOCKER_CERT_PATH="+folder)
	}
	return env, nil
}
