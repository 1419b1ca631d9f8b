package kubernetes

import (
	"fmt"
	"os"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type helmArgs struct {
	Name            string      `arg:"release_name,required" alias:"name" doc:"The release."`
	Namespace       string      `arg:"release_namespace,required" alias:"namespace" doc:"Its namespace."`
	State           string      `arg:"release_state" alias:"state" enum:"present,absent" default:"present" doc:"Whether it is to be there."`
	Chart           string      `arg:"chart_ref" type:"path" doc:"The chart: repository/name, a path or a URL."`
	ChartRepo       string      `arg:"chart_repo_url" doc:"URL of the chart's repository."`
	ChartVersion    string      `arg:"chart_version" doc:"The chart's version; the newest by default."`
	Values          *value.Dict `arg:"release_values" alias:"values" default:"{}" doc:"Values for the chart."`
	ValuesFiles     []string    `arg:"values_files" default:"" doc:"Files with values, on the target."`
	SetValues       []setValue  `arg:"set_values" doc:"Single values, as helm's --set takes them."`
	UpdateRepos     bool        `arg:"update_repo_cache" default:"false" doc:"Run helm repo update first."`
	Dependencies    bool        `arg:"dependency_update" alias:"dep_up" default:"false" doc:"Fetch the charts that the chart needs first."`
	CreateNamespace bool        `arg:"create_namespace" default:"false" doc:"Make the namespace if it is missing."`
	Atomic          bool        `arg:"atomic" default:"false" doc:"Undo what fails."`
	Force           bool        `arg:"force" default:"false" doc:"Upgrade in any case, and replace objects that cannot be changed."`
	Replace         bool        `arg:"replace" default:"false" doc:"Install under the name of a release that was removed and is still in the history."`
	DisableHook     bool        `arg:"disable_hook" default:"false" doc:"Run no hooks."`
	SkipCRDs        bool        `arg:"skip_crds" default:"false" doc:"Leave the kinds of the chart alone."`
	PostRenderer    string      `arg:"post_renderer" doc:"Program that the rendered objects pass through."`
	HistoryMax      *int        `arg:"history_max" doc:"Revisions to keep."`
	Purge           bool        `arg:"purge" default:"true" doc:"With absent, forget the history too."`
	Wait            bool        `arg:"wait" default:"false" doc:"Wait until everything is ready, or gone."`
	WaitTimeout     string      `arg:"wait_timeout" doc:"The old name of timeout, for wait alone."`
	Timeout         string      `arg:"timeout" doc:"How long helm may wait, such as 5m0s."`
	helmOptions
}

type setValue struct {
	Value string `arg:"value,required" doc:"The value: phase=prod."`
	Type  string `arg:"value_type" enum:"raw,string,json,file" default:"raw" doc:"How it is written."`
}

type helmResult struct {
	Changed bool   `json:"changed" doc:"Whether the release was or would be changed."`
	Status  any    `json:"status" doc:"The release as helm list tells it, with its values." type:"dict"`
	Stdout  string `json:"stdout" doc:"What helm printed."`
	Stderr  string `json:"stderr" doc:"What helm said beside it."`
	Command string `json:"command" doc:"The command."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "kubernetes.core.helm", Aliases: []string{"community.kubernetes.helm"}, Summary: "Install, upgrade and remove releases with Helm",
		Exclusive:  [][]string{{"context", "ca_cert"}, {"replace", "history_max"}, {"wait_timeout", "timeout"}},
		RequiredIf: []modules.RequiredIf{{Option: "release_state", Is: "present", Needs: []string{"release_name", "chart_ref"}}},
		Example: `- name: The web server
  kubernetes.core.helm:
    name: web
    release_namespace: app
    chart_ref: bitnami/nginx
    values:
      replicaCount: 2
`,
		Notes: []string{"It runs helm on the target; the plugin diff is used where it is installed."},
		Differs: []string{
			"With several values_files and without the plugin diff, and with values_files and values both, the files and values are compared as helm merges them.",
			"post_renderer is added to the command; Ansible's takes its place.",
			"What is told where nothing is to be done is told in check mode too.",
		},
	}, helmRelease)
}

// helmPlan is the work on one release.
type helmPlan struct {
	*helm
	helmArgs
	have    *value.Dict
	args    []string // of the command that changes
	files   []string // temporary
	inline  bool     // let helm install fetch what the chart needs
	changed bool
	diff    modules.Diff
}

func helmRelease(c *modules.Context, a helmArgs) (r helmResult, err error) {
	h, err := a.helm(c, a.Namespace)
	if err != nil {
		return r, err
	}
	defer h.close()
	p := &helmPlan{helm: h, helmArgs: a, inline: a.Dependencies}
	defer func() {
		for _, path := range p.files {
			_ = os.Remove(path)
		}
	}()
	if err := p.plan(); err != nil {
		return r, err
	}
	r.Changed, r.Command = p.changed, h.command(p.args)
	if !p.changed {
		r.Status = p.have
		if p.have == nil {
			r.Status = nil
		}
		return r, nil
	}
	r.Status = predicted(p.have)
	return r, c.Change(p.diff, func() error {
		out, err := h.run(p.args...)
		if err != nil {
			r = helmResult{}
			return err
		}
		r.Stdout, r.Stderr = out.Stdout, out.Stderr
		now, err := h.status(a.Name)
		if r.Status = now; now == nil {
			r.Status = nil
		}
		return err
	})
}

// predicted is the status of a release that is only going to change.
func predicted(have *value.Dict) any {
	current, declared := any(value.NewDict()), any(value.NewDict())
	if have != nil {
		current, declared = at(have, "values"), have
	}
	return value.DictOf("values", value.DictOf("current", current, "declared", declared))
}

func (h *helm) status(name string) (*value.Dict, error) {
	release, err := h.release(name)
	if err != nil || release == nil {
		return nil, err
	}
	values, err := h.values(name, false)
	release.Set("values", values)
	return release, err
}

func (p *helmPlan) plan() (err error) {
	if p.UpdateRepos {
		if err := p.c.Change(modules.Diff{}, func() error { _, err := p.run("repo", "update"); return err }); err != nil {
			return err
		}
	}
	if p.have, err = p.status(p.Name); err != nil {
		return err
	}
	if p.State == "absent" {
		return p.removing()
	}
	if p.ChartVersion != "" {
		p.args = append(p.args, "--version="+p.ChartVersion)
	}
	if p.ChartRepo != "" {
		p.args = append(p.args, "--repo="+p.ChartRepo)
	}
	chart, err := p.one(append(append([]string{}, p.args...), "show", "chart", p.Chart)...)
	if err != nil {
		return err
	}
	if err := p.needs(chart); err != nil {
		return err
	}
	p.changed = p.have == nil || p.Force
	if p.have != nil {
		would, err := p.differs(chart)
		if err != nil {
			return err
		}
		p.changed = p.changed || would
	}
	if !p.changed {
		return nil
	}
	return p.deploying()
}

func (p *helmPlan) removing() error {
	if p.have == nil {
		return nil
	}
	if p.Replace {
		return modules.Fail("replace is not applicable when state is absent")
	}
	p.changed, p.args = true, []string{"uninstall"}
	if !p.Purge {
		p.args = append(p.args, "--keep-history")
	}
	if p.DisableHook {
		p.args = append(p.args, "--no-hooks")
	}
	if p.Wait {
		version, err := p.version()
		if err != nil {
			return err
		}
		if older(version, 3, 7) {
			p.c.Warn("helm uninstall support option --wait for helm release >= 3.7.0")
		} else {
			p.args = append(p.args, "--wait")
		}
	}
	if p.WaitTimeout != "" {
		p.args = append(p.args, "--timeout", p.WaitTimeout)
	}
	p.args = append(p.args, p.Name)
	return nil
}

var webChart = lazy.Regexp(`^https*://[\w.:/?&=-]+$`)

// needs fetches what a chart on disk depends on.
func (p *helmPlan) needs(chart any) error {
	switch {
	case !p.Dependencies:
		return nil
	case len(itemsAt(chart, "dependencies")) == 0:
		p.c.Warn("There is no dependencies block defined in Chart.yaml. Dependency update will not be performed. Please consider add dependencies block or disable dependency_update to remove this warning.")
		return nil
	case p.ChartRepo == "" && !webChart.MatchString(p.Chart):
		p.inline = false
		_, err := p.run("dependency", "update", p.Chart)
		return err
	}
	p.c.Warn("This is a not stable feature with 'chart_repo_url'. Please consider to use dependency update with on-disk charts")
	if !p.Replace {
		return modules.Fail("'--dependency-update' hasn't been supported yet with 'helm upgrade'. Please use 'helm install' instead by adding 'replace' option")
	}
	return nil
}

// valuesFile writes the task's values for helm to read.
func (p *helmPlan) valuesFile() (flag []string, err error) {
	if p.Values.Len() == 0 {
		return nil, nil
	}
	path, err := temporary("goplay-values-*.yml", p.Values)
	p.files = append(p.files, path)
	return []string{"-f=" + path}, err
}

// differs asks the plugin diff whether an upgrade changes something, or
// compares what there is to compare without it.
func (p *helmPlan) differs(chart any) (bool, error) {
	version, err := p.diffPlugin()
	if err != nil {
		return false, err
	}
	if version == "" || p.ChartRepo != "" && older(version, 3, 4, 1) {
		p.c.Warn("The default idempotency check can fail to report changes in certain cases. Install helm diff >= 3.4.1 for better results.")
		return p.compared(chart)
	}
	args := []string{"diff", "upgrade", p.Name, p.Chart}
	if p.ChartRepo != "" {
		args = append(args, "--repo="+p.ChartRepo)
	}
	if p.ChartVersion != "" {
		args = append(args, "--version="+p.ChartVersion)
	}
	if !p.Replace {
		args = append(args, "--reset-values")
	}
	flag, err := p.valuesFile()
	if err != nil {
		return false, err
	}
	args = append(args, flag...)
	for _, path := range p.ValuesFiles {
		args = append(args, "-f="+path)
	}
	out, err := p.run(args...)
	prepared := strings.TrimSpace(out.Stdout)
	if prepared != "" {
		p.diff = modules.Diff{Prepared: prepared}
	}
	return prepared != "", err
}

func (p *helmPlan) diffPlugin() (string, error) {
	args := []string{"plugin", "list"}
	out, err := p.run(args...)
	if err == nil && out.Stdout == "" && out.Stderr == "" {
		err = modules.Fail("Failed to get Helm plugin info").With("command", p.command(args)).With("stdout", "").With("stderr", "").With("rc", out.RC)
	}
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(out.Stdout) {
		if columns := strings.Split(line, "\t"); len(columns) > 1 && strings.TrimSpace(columns[0]) == "diff" {
			return strings.TrimSpace(columns[1]), nil
		}
	}
	return "", nil
}

// compared holds values and versions against those of the release.
func (p *helmPlan) compared(chart any) (bool, error) {
	want := value.NewDict()
	for _, path := range p.ValuesFiles {
		data, err := os.ReadFile(p.c.Abs(path))
		if err != nil {
			return false, err
		}
		docs, err := parseYAML(path, data)
		if err != nil {
			return false, err
		}
		if len(docs) > 0 {
			if d, ok := docs[0].(*value.Dict); ok {
				want = merged(want, d)
			}
		}
	}
	want = merged(want, orEmpty(p.Values))
	app := at(chart, "appVersion")
	have := at(p.have, "app_version")
	sameApp := value.Equal(app, have) || app == nil && have == ""
	name := fmt.Sprintf("%s-%s", value.Str(at(chart, "name")), value.Str(at(chart, "version")))
	return !value.Equal(at(p.have, "values"), want) || name != textAt(p.have, "chart") || !sameApp, nil
}

// deploying is the command that installs or upgrades.
func (p *helmPlan) deploying() error {
	add := func(on bool, args ...string) {
		if on {
			p.args = append(p.args, args...)
		}
	}
	add(p.Replace, "install")
	add(p.Replace && p.inline, "--dependency-update")
	add(!p.Replace, "upgrade", "-i", "--reset-values")
	add(p.Wait, "--wait")
	add(p.Wait && p.WaitTimeout != "", "--timeout", p.WaitTimeout)
	add(p.Atomic, "--atomic")
	add(p.Timeout != "", "--timeout", p.Timeout)
	add(p.Force && p.have != nil, "--force")
	add(p.Replace, "--replace")
	add(p.DisableHook, "--no-hooks")
	add(p.CreateNamespace, "--create-namespace")
	for _, path := range p.ValuesFiles {
		add(true, "--values="+path)
	}
	flag, err := p.valuesFile()
	if err != nil {
		return err
	}
	add(true, flag...)
	add(p.PostRenderer != "", "--post-renderer="+p.PostRenderer)
	add(p.SkipCRDs, "--skip-crds")
	if p.HistoryMax != nil {
		add(true, fmt.Sprintf("--history-max=%d", *p.HistoryMax))
	}
	for _, v := range p.SetValues {
		if v.Type == "json" {
			version, err := p.version()
			if err != nil {
				return err
			}
			if older(version, 3, 10) {
				return modules.Fail("This module requires helm >= 3.10.0, to use set_values parameter with value type set to 'json'. current version is %s", version)
			}
		}
		add(v.Type == "raw", "--set", v.Value)
		add(v.Type != "raw", "--set-"+v.Type, v.Value)
	}
	add(true, p.Name, p.Chart)
	return nil
}
