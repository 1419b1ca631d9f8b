package kubernetes

import (
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

type helmRepositoryArgs struct {
	Name            string `arg:"repo_name,required" alias:"name" doc:"The repository."`
	URL             string `arg:"repo_url" alias:"url" doc:"Its URL."`
	Username        string `arg:"repo_username" alias:"username" doc:"User to log in as."`
	Password        string `arg:"repo_password,secret" alias:"password" doc:"That user's password."`
	State           string `arg:"repo_state" alias:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	PassCredentials bool   `arg:"pass_credentials" default:"false" doc:"Show the password to other hosts too."`
	Force           bool   `arg:"force_update" alias:"force" default:"false" doc:"Replace a repository of that name."`
	helmOptions
}

type helmRepositoryResult struct {
	Name    string  `json:"repo_name,omitempty" doc:"The repository, where nothing was to be done."`
	URL     string  `json:"repo_url,omitempty" doc:"Its URL, where nothing was to be done."`
	Stdout  *string `json:"stdout,omitempty" doc:"What helm printed."`
	Stderr  *string `json:"stderr,omitempty" doc:"What helm said beside it."`
	Command string  `json:"command,omitempty" doc:"The command, its password covered."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "kubernetes.core.helm_repository", Aliases: []string{"community.kubernetes.helm_repository"}, Summary: "Add and remove repositories of Helm's",
		Differs:    []string{"What is told where nothing is to be done is told in check mode too."},
		Exclusive:  [][]string{{"context", "ca_cert"}, {"context", "validate_certs"}},
		Together:   [][]string{{"repo_username", "repo_password"}},
		RequiredIf: []modules.RequiredIf{{Option: "repo_state", Is: "present", Needs: []string{"repo_url"}}},
		Example:    "- name: Where charts come from\n  kubernetes.core.helm_repository:\n    name: bitnami\n    repo_url: https://charts.bitnami.com/bitnami\n",
		Notes:      []string{"It runs helm on the target."},
	}, helmRepository)
}

func helmRepository(c *modules.Context, a helmRepositoryArgs) (r helmRepositoryResult, err error) {
	h, err := a.helm(c, "")
	if err != nil {
		return r, err
	}
	defer h.close()
	have, err := h.repository(a.Name)
	if err != nil {
		return r, err
	}
	var args []string
	switch {
	case a.State == "absent" && have != nil:
		args = []string{"repo", "rm", a.Name}
	case a.State == "absent":
	case have == nil || a.Force:
		args = a.adding()
	case textAt(have, "url") != a.URL:
		return r, modules.Fail("Repository already have a repository named %s", a.Name)
	}
	if args == nil {
		return helmRepositoryResult{Name: a.Name, URL: a.URL}, nil
	}
	return r, c.Change(modules.Diff{}, func() error {
		out, err := h.run(args...)
		if err != nil {
			return covered(err, a.Password)
		}
		r.Stdout, r.Stderr, r.Command = &out.Stdout, &out.Stderr, cover(h.command(args), a.Password)
		return nil
	})
}

func (a helmRepositoryArgs) adding() []string {
	args := []string{"repo", "add", a.Name, a.URL}
	if a.Username != "" {
		args = append(args, "--username="+a.Username, "--password="+a.Password)
	}
	if a.PassCredentials {
		args = append(args, "--pass-credentials")
	}
	if a.Force {
		args = append(args, "--force-update")
	}
	return args
}

func cover(text, secret string) string {
	if secret == "" {
		return text
	}
	return strings.ReplaceAll(text, secret, "******")
}

// covered strikes a password out of the command that a failure tells.
func covered(err error, secret string) error {
	if f, ok := err.(*modules.Failure); ok {
		return f.With("command", cover(f.Data.GetString("command"), secret))
	}
	return err
}

// repository is a repository as helm has it; nil when there is none. Without
// any helm ends badly.
func (h *helm) repository(name string) (*value.Dict, error) {
	args := []string{"repo", "list", "--output=yaml"}
	out, err := h.c.Exec(modules.Cmd{Argv: append([]string{h.binary}, args...), Env: h.env})
	if err != nil {
		return nil, err
	}
	if out.RC == 1 && strings.Contains(out.Stderr, "no repositories to show") {
		return nil, nil
	}
	if out.RC != 0 {
		return nil, h.failed(out, args)
	}
	docs, err := parseYAML("the output of helm", []byte(out.Stdout))
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	list, _ := docs[0].(*value.List)
	if list == nil {
		return nil, nil
	}
	for _, item := range list.Items {
		if textAt(item, "name") == name {
			return item.(*value.Dict), nil
		}
	}
	return nil, nil
}
