package docker

import "goplay/modules"

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_config",
		Summary: "manage configs of a swarm",
		Example: `- name: Have the proxy's settings in the swarm
  community.docker.docker_config:
    name: proxy_settings
    data_src: /etc/proxy.conf
`,
		Exclusive:  [][]string{{"data", "data_src"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"data", "data_src"}, AnyOf: true}},
		Notes:      []string{"The engine cannot change a config: one that differs is removed and made anew, unless it has rolling_versions."},
		Differs:    []string{storedDiffers},
	}, modules.Bare(runConfig))
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_secret",
		Summary: "manage secrets of a swarm",
		Example: `- name: Have the password in the swarm
  community.docker.docker_secret:
    name: db_password
    data: "{{ db_password }}"
`,
		Exclusive:  [][]string{{"data", "data_src"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "present", Needs: []string{"data", "data_src"}, AnyOf: true}},
		Notes:      []string{"The engine cannot change a secret, nor tell its value: a label has a hash of it."},
		Differs:    []string{storedDiffers},
	}, modules.Bare(runSecret))
}

const storedDiffers = "Removing versions beyond versions_to_keep counts as a change, for it is one."

type configArgs struct {
	Data           *string `arg:"data" doc:"What it holds."`
	TemplateDriver *string `arg:"template_driver" enum:"golang" doc:"Which template language the data is in."`
	storedArgs
	Connection
}

type configResult struct {
	ID   *any   `json:"config_id,omitempty" doc:"The config's ID; none in check mode of one that is not there yet."`
	Name string `json:"config_name,omitempty" doc:"Its name, with the version."`
}

func runConfig(c *modules.Context, a configArgs) (out configResult, err error) {
	driver := ""
	if a.TemplateDriver != nil {
		driver = *a.TemplateDriver
	}
	id, name, err := (&stored{c: c, kind: "config", a: a.storedArgs, given: a.Data, driver: driver}).run(a.Connection)
	if a.State == "present" {
		out.ID, out.Name = &id, name
	}
	return out, err
}

type secretArgs struct {
	Data *string `arg:"data,secret" doc:"What it holds."`
	storedArgs
	Connection
}

type secretResult struct {
	ID   any    `json:"secret_id" doc:"The secret's ID; none in check mode of one that is not there yet."`
	Name string `json:"secret_name" doc:"Its name, with the version."`
}

func runSecret(c *modules.Context, a secretArgs) (out secretResult, err error) {
	out.ID, out.Name, err = (&stored{c: c, kind: "secret", a: a.storedArgs, given: a.Data}).run(a.Connection)
	return out, err
}
