package rabbitmq

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type userArgs struct {
	User           string        `arg:"user,required" alias:"username,name" doc:"The user."`
	Password       string        `arg:"password,secret" doc:"The user's password; without one nobody can log in with a password."`
	UpdatePassword string        `arg:"update_password" enum:"on_create,always" default:"on_create" doc:"Whether the password of a user who is there is set too."`
	Tags           string        `arg:"tags" doc:"The user's tags, by commas, such as administrator."`
	Permissions    []*value.Dict `arg:"permissions" default:"" doc:"All of the user's permissions: dicts of vhost, configure_priv, write_priv and read_priv."`
	VHost          string        `arg:"vhost" default:"/" doc:"Virtual host that the permissions are for; others are left alone."`
	ConfigurePriv  string        `arg:"configure_priv" default:"^$" doc:"Regular expression for what the user may configure."`
	WritePriv      string        `arg:"write_priv" default:"^$" doc:"Regular expression for what the user may write."`
	ReadPriv       string        `arg:"read_priv" default:"^$" doc:"Regular expression for what the user may read."`
	Topics         []*value.Dict `arg:"topic_permissions" default:"" doc:"All of the user's permissions on topics: dicts of vhost, exchange, write_priv and read_priv."`
	Force          bool          `arg:"force" default:"false" doc:"Remove the user and make a new one."`
	State          string        `arg:"state" enum:"present,absent" default:"present" doc:"Whether the user is to be there."`
	nodeOption
}

type userResult struct {
	User  string `json:"user" doc:"The user."`
	State string `json:"state" doc:"The wanted state."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.rabbitmq.rabbitmq_user", Summary: "Make, change or remove RabbitMQ's users",
		Example: `- name: The application's user
  community.rabbitmq.rabbitmq_user:
    user: app
    password: "{{ app_rabbit_password }}"
    vhost: /app
    configure_priv: .*
    read_priv: .*
    write_priv: .*
`,
		Differs: []string{
			"Check mode predicts; Ansible's module is skipped.",
			"A permission that leaves something out means ^$, and the virtual host / where it names none.",
		},
	}, modules.Bare(user))
}

// permission is what a user may do on a virtual host, or there on an exchange.
type permission struct{ vhost, exchange, configure, write, read string }

// place is what there is one permission for.
type place struct{ vhost, exchange string }

func (p permission) place() place { return place{p.vhost, p.exchange} }

// account is a user as the broker has it.
type account struct {
	there       bool
	tags        []string
	permissions []permission
	topics      []permission
}

// userPlan collects the commands that make a user what the task says.
type userPlan struct {
	userArgs
	ctl
	commands [][]string
}

func (p *userPlan) add(command ...string) { p.commands = append(p.commands, command) }

func user(c *modules.Context, a userArgs) (userResult, error) {
	r := userResult{a.User, a.State}
	permissions, topics, err := a.wanted()
	if err != nil {
		return r, err
	}
	p := &userPlan{userArgs: a, ctl: a.ctl(c)}
	p.fail = userFailed
	have, err := p.look()
	if err != nil {
		return r, err
	}
	switch {
	case a.State == "absent" && have.there:
		p.add("delete_user", a.User)
	case a.State == "absent":
	default:
		if err := p.making(&have); err != nil {
			return r, err
		}
		if want := a.tags(); !sameSet(want, have.tags) {
			p.add(append([]string{"set_user_tags", a.User}, want...)...)
		}
		p.permit(permissions, have.permissions, len(a.Permissions) > 0, "permissions")
		p.permit(topics, have.topics, true, "topic_permissions")
	}
	return r, p.change(p.commands...)
}

var wrongUser = lazy.Regexp(`Only root or .* .* run rabbitmqctl`)

func userFailed(_ *modules.Context, out modules.Output, argv []string) error {
	if said := wrongUser.FindString(out.Stdout); said != "" {
		return modules.Fail("Wrong user used to run the `rabbitmqctl` utility: %s", said)
	}
	return modules.Fail("rabbitmqctl exited with non-zero code: %s", out.Stderr).With("rc", out.RC).With("stdout", out.Stdout)
}

func (a userArgs) tags() []string {
	if a.Tags == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(a.Tags, " ", ""), ",")
}

func sameSet(a, b []string) bool {
	within := func(a, b []string) bool {
		return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
	}
	return within(a, b) && within(b, a)
}

// wanted are the permissions of the task, one for each place.
func (a userArgs) wanted() (permissions, topics []permission, err error) {
	permissions = []permission{{a.VHost, "", a.ConfigurePriv, a.WritePriv, a.ReadPriv}}
	if len(a.Permissions) > 0 {
		permissions = nil
		for _, d := range a.Permissions {
			permissions = append(permissions, permission{field(d, "/", "vhost"), "", field(d, "^$", "configure_priv", "configure"), field(d, "^$", "write_priv", "write"), field(d, "^$", "read_priv", "read")})
		}
	}
	for _, d := range a.Topics {
		topics = append(topics, permission{field(d, "/", "vhost"), field(d, "amq.topic", "exchange"), "", field(d, "^$", "write_priv", "write"), field(d, "^$", "read_priv", "read")})
	}
	if twice(permissions) {
		return nil, nil, modules.Fail("Error parsing vhost permissions: You can't have two permission dicts for the same vhost")
	}
	if twice(topics) {
		return nil, nil, modules.Fail("Error parsing vhost topic_permissions: You can't have two topic permission dicts for the same vhost and the same exchange")
	}
	for _, p := range permissions {
		if p.vhost == "" {
			return nil, nil, modules.Fail("Error parsing vhost permissions: You can'thave an empty vhost when setting permissions")
		}
	}
	return permissions, topics, nil
}

func field(d *value.Dict, otherwise string, names ...string) string {
	for _, name := range names {
		if v, ok := d.Get(name); ok {
			return value.Str(v)
		}
	}
	return otherwise
}

func twice(permissions []permission) bool {
	seen := map[place]bool{}
	for _, p := range permissions {
		if seen[p.place()] {
			return true
		}
		seen[p.place()] = true
	}
	return false
}

func (p *userPlan) look() (account, error) {
	var have account
	rows, err := p.list("list_users")
	if err != nil {
		return have, err
	}
	for _, row := range rows {
		if text(row, "user") == p.User {
			have.there, have.tags = true, tagsOf(row["tags"])
		}
	}
	if !have.there {
		return have, nil
	}
	if have.permissions, err = p.permissions("list_user_permissions"); err == nil {
		have.topics, err = p.permissions("list_user_topic_permissions")
	}
	return have, err
}

// tagsOf reads tags as a list, or as older servers write one.
func tagsOf(v any) []string {
	var out []string
	if list, ok := v.([]any); ok {
		for _, tag := range list {
			out = append(out, value.Str(value.Of(tag)))
		}
		return out
	}
	said, _ := v.(string)
	return strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune("[], ", r) })
}

func (p *userPlan) permissions(command string) ([]permission, error) {
	rows, err := p.list(command, p.User)
	var out []permission
	for _, row := range rows {
		out = append(out, permission{text(row, "vhost"), text(row, "exchange"), text(row, "configure"), text(row, "write"), text(row, "read")})
	}
	return out, err
}

// making makes the user, or sets a password that is another.
func (p *userPlan) making(have *account) error {
	switch {
	case have.there && p.Force:
		p.add("delete_user", p.User)
		*have = account{}
	case have.there && p.UpdatePassword == "always":
		out, err := p.try("authenticate_user", p.User, p.Password)
		if err != nil || out.RC == 0 {
			return err
		}
		if p.Password == "" {
			p.add("clear_password", p.User)
		} else {
			p.add("change_password", p.User, p.Password)
		}
		return nil
	case have.there:
		return nil
	}
	p.add("add_user", p.User, p.Password)
	if p.Password == "" {
		p.add("clear_password", p.User)
	}
	return nil
}

// permit sets what differs; what is not wanted is cleared where the task names
// all there is to be.
func (p *userPlan) permit(want, have []permission, all bool, kind string) {
	wanted, there := map[place]bool{}, map[place]permission{}
	for _, w := range want {
		wanted[w.place()] = true
	}
	for _, h := range have {
		there[h.place()] = h
		if all && !wanted[h.place()] {
			clear := []string{"clear_" + kind, "-p", h.vhost, p.User}
			if h.exchange != "" {
				clear = append(clear, h.exchange)
			}
			p.add(clear...)
		}
	}
	for _, w := range want {
		if h, ok := there[w.place()]; ok && h == w {
			continue
		}
		set := []string{"set_" + kind, "-p", w.vhost, p.User}
		if w.exchange != "" {
			p.add(append(set, w.exchange, w.write, w.read)...)
		} else {
			p.add(append(set, w.configure, w.write, w.read)...)
		}
	}
}
