package packages

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type yumRepositoryArgs struct {
	Name          string   `arg:"name,required" doc:"Id of the source."`
	Description   string   `arg:"description" doc:"What the source is for; it becomes its name."`
	State         string   `arg:"state" default:"present" enum:"present,absent" doc:"Whether the source is there."`
	File          string   `arg:"file" doc:"File in reposdir, without .repo; the id by default."`
	Dir           string   `arg:"reposdir" type:"path" default:"/etc/yum.repos.d" doc:"Folder of the files."`
	BaseURL       []string `arg:"baseurl" doc:"Addresses of the source."`
	MetaLink      string   `arg:"metalink" doc:"Address of a metalink file."`
	MirrorList    string   `arg:"mirrorlist" doc:"Address of a list of mirrors."`
	GPGKey        []string `arg:"gpgkey" doc:"Addresses of keys."`
	Exclude       []string `arg:"exclude" alias:"excludepkgs" doc:"Packages to leave out."`
	IncludePkgs   []string `arg:"includepkgs" doc:"Packages to take, no others."`
	Enabled       *bool    `arg:"enabled" doc:"Whether the source is used."`
	GPGCheck      *bool    `arg:"gpgcheck" doc:"Check signatures of packages."`
	RepoGPGCheck  *bool    `arg:"repo_gpgcheck" doc:"Check signatures of the lists."`
	GPGCACert     string   `arg:"gpgcakey" doc:"Address of the key that signs gpgkey."`
	SSLVerify     *bool    `arg:"sslverify" alias:"validate_certs" doc:"Check the server's certificate."`
	SSLCACert     string   `arg:"sslcacert" alias:"ca_cert" doc:"Certificate authorities of the server."`
	SSLCert       string   `arg:"sslclientcert" alias:"client_cert" doc:"Certificate to show to the server."`
	SSLKey        string   `arg:"sslclientkey" alias:"client_key" doc:"Key of sslclientcert."`
	Username      string   `arg:"username" doc:"User for the server."`
	Password      string   `arg:"password,secret" doc:"Password for the server."`
	Proxy         string   `arg:"proxy" doc:"Proxy for this source; _none_ for none."`
	ProxyUser     string   `arg:"proxy_username" doc:"User for the proxy."`
	ProxyPassword string   `arg:"proxy_password,secret" doc:"Password for the proxy."`
	Priority      string   `arg:"priority" doc:"From 1 to 99, the lower the sooner."`
	Cost          string   `arg:"cost" doc:"Cost against other sources."`
	Async         *bool    `arg:"async" doc:"Fetch in the background."`
	Bandwidth     string   `arg:"bandwidth" doc:"Bandwidth that throttle is a part of."`
	Throttle      string   `arg:"throttle" doc:"Limit of the speed."`
	Countme       *bool    `arg:"countme" doc:"Let the source count hosts."`
	DeltaPercent  string   `arg:"deltarpm_percentage" doc:"When to use deltas of packages."`
	DeltaMeta     string   `arg:"deltarpm_metadata_percentage" doc:"When to use deltas, against the size of the lists."`
	Groups        *bool    `arg:"enablegroups" doc:"Use groups of the source."`
	Failover      string   `arg:"failovermethod" enum:"roundrobin,priority" doc:"Order of several addresses."`
	HTTPCaching   string   `arg:"http_caching" enum:"all,packages,none" doc:"What servers on the way may keep."`
	Include       string   `arg:"include" doc:"Address of further configuration."`
	IPResolve     string   `arg:"ip_resolve" enum:"4,6,IPv4,IPv6,whatever" doc:"Kind of addresses to resolve to."`
	KeepAlive     *bool    `arg:"keepalive" doc:"Keep connections."`
	KeepCache     string   `arg:"keepcache" enum:"0,1" doc:"Keep fetched packages."`
	MetaExpire    string   `arg:"metadata_expire" doc:"Age in seconds at which the lists are fetched again."`
	MetaFilter    string   `arg:"metadata_expire_filter" enum:"never,read-only:past,read-only:present,read-only:future" doc:"Commands that may use older lists."`
	MirrorExpire  string   `arg:"mirrorlist_expire" doc:"Age in seconds at which the list of mirrors is fetched again."`
	ModuleHotfix  *bool    `arg:"module_hotfixes" doc:"Take packages although a module has others."`
	Protect       *bool    `arg:"protect" doc:"Protect packages of this source from others."`
	Retries       string   `arg:"retries" doc:"How often fetching is tried."`
	S3            *bool    `arg:"s3_enabled" doc:"Use S3's credentials."`
	SkipUnavail   *bool    `arg:"skip_if_unavailable" doc:"Go on without the source if it cannot be reached."`
	SSLCheckPerm  *bool    `arg:"ssl_check_cert_permissions" doc:"Check permissions of the certificates' files."`
	Timeout       string   `arg:"timeout" doc:"Seconds to wait for a connection."`
	UICopy        string   `arg:"ui_repoid_vars" doc:"Variables to show with the id."`
	fsys.Attrs
}

type yumRepositoryResult struct {
	Repo  string `json:"repo" doc:"Id of the source."`
	State string `json:"state" doc:"The state that was asked for."`
}

func init() {
	modules.Register(modules.Spec{
		Name:      "ansible.builtin.yum_repository",
		Summary:   "Add and remove sources of packages for dnf and yum",
		KeepsDiff: true,
		Example: `- name: A repository of packages
  ansible.builtin.yum_repository:
    name: epel
    description: Extra packages
    baseurl: https://download.example.com/pub/epel/$releasever/$basearch/
    gpgkey: https://download.example.com/key
`,
	}, yumRepository)
}

func yumRepository(c *modules.Context, a yumRepositoryArgs) (yumRepositoryResult, error) {
	r := yumRepositoryResult{Repo: a.Name, State: a.State}
	switch {
	case a.State != "present":
	case len(a.BaseURL) == 0 && a.MirrorList == "" && a.MetaLink == "":
		return yumRepositoryResult{}, modules.Fail("Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.")
	case a.Description == "":
		return yumRepositoryResult{}, modules.Fail("Parameter 'description' is required.")
	}
	if !fsys.IsDir(a.Dir) {
		return yumRepositoryResult{}, modules.Fail("Repo directory '%s' does not exist.", a.Dir)
	}
	if a.File == "" {
		a.File = a.Name
	}
	path := filepath.Join(a.Dir, a.File+".repo")
	e, err := fsys.OpenEdit(path, &a.Attrs)
	if err != nil {
		return r, err
	}
	sections := parseRepoFile(string(e.Old))
	before := dumpRepoFile(sections)
	sections.Delete(a.Name)
	if a.State == "present" {
		sections.Set(a.Name, a.settings())
	}
	after := dumpRepoFile(sections)
	diff := modules.Diff{Before: before, After: after, BeforeHeader: path, AfterHeader: path}
	switch {
	case before == after && !e.Exists:
		return r, nil
	case before == after:
		_, err = e.Save(c, e.Old)
	case sections.Len() == 0:
		err = c.Change(diff, func() error { return os.Remove(path) })
	default:
		e.Diff, e.HideAttrs = &diff, true
		_, err = e.Save(c, []byte(writeRepoFile(sections)))
	}
	return r, err
}

// settings are the options as the file has them, by name.
func (a yumRepositoryArgs) settings() *value.Dict {
	s := map[string]string{}
	text := map[string]string{
		"name": a.Description, "metalink": a.MetaLink, "mirrorlist": a.MirrorList, "gpgcakey": a.GPGCACert, "sslcacert": a.SSLCACert,
		"sslclientcert": a.SSLCert, "sslclientkey": a.SSLKey, "username": a.Username, "password": a.Password, "proxy": a.Proxy,
		"proxy_username": a.ProxyUser, "proxy_password": a.ProxyPassword, "priority": a.Priority, "cost": a.Cost, "bandwidth": a.Bandwidth,
		"throttle": a.Throttle, "deltarpm_percentage": a.DeltaPercent, "deltarpm_metadata_percentage": a.DeltaMeta, "failovermethod": a.Failover,
		"http_caching": a.HTTPCaching, "include": a.Include, "ip_resolve": a.IPResolve, "keepcache": a.KeepCache, "metadata_expire": a.MetaExpire,
		"metadata_expire_filter": a.MetaFilter, "mirrorlist_expire": a.MirrorExpire, "retries": a.Retries, "timeout": a.Timeout, "ui_repoid_vars": a.UICopy,
		"baseurl": strings.Join(a.BaseURL, "\n"), "gpgkey": strings.Join(a.GPGKey, "\n"),
		"exclude": strings.Join(a.Exclude, " "), "includepkgs": strings.Join(a.IncludePkgs, " "),
	}
	switches := map[string]*bool{
		"enabled": a.Enabled, "gpgcheck": a.GPGCheck, "repo_gpgcheck": a.RepoGPGCheck, "sslverify": a.SSLVerify, "async": a.Async, "countme": a.Countme,
		"enablegroups": a.Groups, "keepalive": a.KeepAlive, "module_hotfixes": a.ModuleHotfix, "protect": a.Protect, "s3_enabled": a.S3,
		"skip_if_unavailable": a.SkipUnavail, "ssl_check_cert_permissions": a.SSLCheckPerm,
	}
	for k, v := range text {
		if v != "" {
			s[k] = v
		}
	}
	for k, v := range switches {
		if v != nil {
			s[k] = map[bool]string{true: "1", false: "0"}[*v]
		}
	}
	d := value.NewDict()
	for _, k := range sorted(s) {
		d.Set(k, s[k])
	}
	return d
}

// parseRepoFile reads an INI file whose values may go on in indented lines. The
// order of sections and keys is kept.
func parseRepoFile(text string) *value.Dict {
	sections := value.NewDict()
	var section *value.Dict
	key := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "", trimmed[0] == '#', trimmed[0] == ';':
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			section, key = value.NewDict(), ""
			sections.Set(trimmed[1:len(trimmed)-1], section)
		case section != nil && key != "" && line[0] <= ' ':
			section.Set(key, section.GetString(key)+"\n"+trimmed)
		case section != nil:
			k, v, _ := strings.Cut(trimmed, "=")
			key = strings.TrimSpace(k)
			section.Set(key, strings.TrimSpace(v))
		}
	}
	return sections
}

// writeRepoFile is the text of a file, in its order.
func writeRepoFile(sections *value.Dict) string {
	var b strings.Builder
	for name, section := range sections.All() {
		b.WriteString("[" + value.Str(name) + "]\n")
		for k, v := range section.(*value.Dict).All() {
			b.WriteString(value.Str(k) + " = " + strings.ReplaceAll(value.Str(v), "\n", "\n\t") + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// dumpRepoFile is the file's content to compare: sections and keys sorted.
func dumpRepoFile(sections *value.Dict) string {
	all := map[string]*value.Dict{}
	for name, section := range sections.All() {
		all[value.Str(name)] = section.(*value.Dict)
	}
	var b strings.Builder
	for _, name := range sorted(all) {
		values := map[string]string{}
		for k, v := range all[name].All() {
			values[value.Str(k)] = value.Str(v)
		}
		b.WriteString("[" + name + "]\n")
		for _, k := range sorted(values) {
			b.WriteString(k + " = " + values[k] + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
