package engine

import (
	"cmp"
	"context"
	"os/user"
	"slices"
	"strings"
	"time"

	"goplay/engine/playbook"
	"goplay/engine/remote"
	"goplay/engine/vars"
	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/tree"
	"goplay/internal/value"
	"goplay/inventory"
	"goplay/modules"
)

// Defaults are how hosts are reached where no variable and no keyword says:
// from the command line and the configuration.
type Defaults struct {
	User, Connection, PrivateKey, Password string
	Port                                   int
	Timeout                                time.Duration
	HostKeyChecking                        bool
	SSHArgs, SSHCommonArgs, SSHExtraArgs   string
	Become                                 bool
	BecomeUser, BecomeMethod, BecomeFlags  string
	BecomeExe, BecomePassword              string
	Becomes                                map[string]BecomeDefaults // by method; what they leave empty the others say
	BecomeSameUser                         bool                      // who is that user already becomes it all the same
	RemoteTmp, TransferMethod              string
	Shell                                  string // what shell and raw give their lines to; "" for /bin/sh
	Python                                 string // what runs modules in Python; "" leaves it to the target
	NoTerminal                             bool
	Containers                             ContainerDefaults
}

// BecomeDefaults are what the settings of one way of becoming say.
type BecomeDefaults struct{ User, Flags, Exe, Password string }

// target says how to reach the place where a step runs: variables win over
// keywords, keywords over the defaults. Of several variables for one thing the
// more special wins.
func (w *walk) target(ctx context.Context, s *Step) (remote.Target, error) {
	d := w.opts.Defaults
	name, scope := s.Host.Name, s.Scope
	if s.Delegate != "" {
		name = s.Delegate
		scope = w.delegateScope(s)
	}
	c := &connection{walk: w, ctx: ctx, scope: scope, task: s.Scope, delegated: s.Delegate != ""}
	t := remote.Target{Name: name, Timeout: d.Timeout}
	k := w.keywords(ctx, s)
	if err := w.reachable(ctx, s, &k); err != nil {
		return t, err
	}
	t.Connection = c.text(c.own(k.Connection), d.Connection, "ansible_connection")
	if isLocalName(name) && !c.said("ansible_connection") && unlisted(w.opts.Inventory.Host(name)) {
		t.Connection = "local"
	}
	t.Host = c.text(nil, name, "ansible_ssh_host", "ansible_host")
	t.Port = c.int(c.own(k.Port), d.Port, "ansible_ssh_port", "ansible_port")
	t.User = c.text(c.own(k.RemoteUser), d.User, "ansible_ssh_user", "ansible_user")
	t.Password = c.text(nil, d.Password, "ansible_ssh_password", "ansible_ssh_pass", "ansible_password")
	t.PrivateKeyFile = c.text(nil, d.PrivateKey, "ansible_ssh_private_key_file", "ansible_private_key_file")
	t.PrivateKeyPassphrase = c.text(nil, "", "ansible_ssh_private_key_passphrase")
	t.SSHArgs = c.text(nil, d.SSHArgs, "ansible_ssh_args")
	t.SSHCommonArgs = c.text(nil, d.SSHCommonArgs, "ansible_ssh_common_args")
	t.SSHExtraArgs = c.text(nil, d.SSHExtraArgs, "ansible_ssh_extra_args")
	t.TransferMethod = c.text(nil, d.TransferMethod, "ansible_ssh_transfer_method")
	t.NoTerminal = !c.flag(nil, !d.NoTerminal, "ansible_ssh_use_tty")
	t.RemoteTmp = c.text(nil, d.RemoteTmp, "ansible_remote_tmp")
	t.NoHostKeyChecking = !c.flag(nil, d.HostKeyChecking, "ansible_ssh_host_key_checking", "ansible_host_key_checking")
	w.warnUnchecked(t)
	if n := c.int(nil, 0, "ansible_ssh_timeout", "ansible_timeout"); n > 0 {
		t.Timeout = time.Duration(n) * time.Second
	}
	if on := c.flag(k.Become, d.Become, "ansible_become"); on {
		method := c.text(k.BecomeMethod, d.BecomeMethod, "ansible_become_method")
		own := d.Becomes[method[strings.LastIndexByte(method, '.')+1:]]
		t.Become = &remote.Become{
			Method:   method,
			User:     c.text(k.BecomeUser, cmp.Or(own.User, d.BecomeUser), "ansible_become_user"),
			Flags:    c.text(k.BecomeFlags, cmp.Or(own.Flags, d.BecomeFlags), "ansible_become_flags"),
			Exe:      c.text(k.BecomeExe, cmp.Or(own.Exe, d.BecomeExe), "ansible_become_exe"),
			Password: c.text(nil, cmp.Or(d.BecomePassword, own.Password), "ansible_become_pass", "ansible_become_password"),
		}
		c.methodVars(t.Become)
		if !d.BecomeSameUser && isAlready(t) && remote.IsBecomeMethod(method) {
			t.Become = nil
		}
	}
	c.container(&t)
	return t, c.err
}

// isAlready reports whether a target is reached as the user to become: there
// is nothing to do then, and often no sudo to do it with.
func isAlready(t remote.Target) bool {
	as := t.User
	if way, _ := remote.Connection(t.Connection); way == "local" {
		as = ""
		if u, err := user.Current(); err == nil {
			as = u.Username
		}
	}
	return as != "" && as == cmp.Or(t.Become.User, "root")
}

// keywords are those of a task that tell how it reaches its host; where one
// comes to omit, what stands around the task says it.
func (w *walk) keywords(ctx context.Context, s *Step) playbook.Keywords {
	k, outer := s.Task.Keywords, s.Task.Around()
	for _, f := range []struct{ own, outer **tree.Node }{
		{&k.Become, &outer.Become}, {&k.BecomeUser, &outer.BecomeUser}, {&k.BecomeMethod, &outer.BecomeMethod},
		{&k.BecomeFlags, &outer.BecomeFlags}, {&k.BecomeExe, &outer.BecomeExe},
		{&k.RemoteUser, &outer.RemoteUser}, {&k.Connection, &outer.Connection}, {&k.Port, &outer.Port},
	} {
		if *f.own != *f.outer && w.omits(ctx, *f.own, s.Scope) {
			*f.own = *f.outer
		}
	}
	return k
}

// reaching are the keywords that tell how a host is reached, with the variables
// that say so instead.
func reaching(k *playbook.Keywords) []reach {
	return []reach{
		{"connection", k.Connection, []string{"ansible_connection"}}, {"remote_user", k.RemoteUser, []string{"ansible_ssh_user", "ansible_user"}},
		{"become", k.Become, []string{"ansible_become"}}, {"become_method", k.BecomeMethod, []string{"ansible_become_method"}},
		{"become_user", k.BecomeUser, []string{"ansible_become_user"}}, {"become_flags", k.BecomeFlags, []string{"ansible_become_flags"}},
		{"become_exe", k.BecomeExe, nil}, {"port", k.Port, nil},
	}
}

type reach struct {
	name string
	n    *tree.Node
	vars []string // nil: Ansible looks at it later
}

// reachable finds what is undefined in the keywords that tell how a host is
// reached, whether anything needs them or not. Ansible looks at those first that
// no variable replaces.
func (w *walk) reachable(ctx context.Context, s *Step, k *playbook.Keywords) error {
	var later error
	for _, r := range reaching(k) {
		if r.n == nil || r.n.Kind != tree.Text || !isTemplate(r.n.Text) {
			continue
		}
		_, err := w.opts.Template.Eval(ctx, r.n, s.Scope)
		if !template.IsUndefined(err) {
			continue
		}
		replaced := r.vars == nil || slices.ContainsFunc(r.vars, func(name string) bool {
			v, ok := s.Scope.Lookup(name)
			_, itself := v.(template.Lazy) // magic variables say what the keyword says
			return ok && !itself && v != any(r.n)
		})
		if !replaced {
			return inContext(r.name, err)
		}
		if later == nil {
			later = inField(r.name, err)
		}
	}
	if isInclude[s.Module] { // what it brings in looks
		return nil
	}
	return later
}

// warnUnchecked says once that hosts are taken at their word.
func (w *walk) warnUnchecked(t remote.Target) {
	if way, _ := remote.Connection(t.Connection); t.NoHostKeyChecking && way == "ssh" {
		w.warn("host keys are not checked: whoever answers at an address is believed. Set host_key_checking to true, or leave it out, to check them.")
	}
}

// delegateScope are the variables that tell how to reach a delegate: its own,
// and those of the task.
func (w *walk) delegateScope(s *Step) *vars.Scope {
	h := &Host{Name: s.Delegate}
	return w.source.Scope(s.Delegate, w.vars, s.Task, w.hostMagic(h, s.Task))
}

// unlisted reports whether the inventory says nothing of a host.
func unlisted(h *inventory.Host) bool { return h == nil || h.Implicit }

func isLocalName(name string) bool {
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}

// connection reads connection settings; the first error is kept.
type connection struct {
	*walk
	ctx       context.Context
	scope     *vars.Scope // variables of the place to reach
	task      *vars.Scope // variables of the task, for its keywords
	delegated bool
	err       error
}

// own drops keywords that are about the task's host, not about a delegate.
func (c *connection) own(n *tree.Node) *tree.Node {
	if c.delegated {
		return nil
	}
	return n
}

func (c *connection) said(name string) bool {
	_, ok := c.scope.Lookup(name)
	return ok
}

func (c *connection) get(keyword *tree.Node, names []string) any {
	for _, name := range names {
		v, ok, err := c.lookup(c.ctx, c.scope, name)
		if err != nil {
			c.fail(err)
			return nil
		}
		if ok && v != nil && v != c.omit {
			return v
		}
	}
	if keyword.IsNull() {
		return nil
	}
	v, err := c.opts.Template.Eval(c.ctx, keyword, c.task)
	if err != nil {
		c.fail(err)
		return nil
	}
	if v == c.omit {
		return nil
	}
	return v
}

func (c *connection) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *connection) text(keyword *tree.Node, def string, names ...string) string {
	if v := c.get(keyword, names); v != nil {
		return value.Str(v)
	}
	return def
}

func (c *connection) int(keyword *tree.Node, def int, names ...string) int {
	v := c.get(keyword, names)
	if v == nil || v == "" {
		return def
	}
	n, err := modules.ToInt(v)
	if err != nil {
		c.fail(source.Errorf(source.Pos{}, "%s: %w", names[0], err))
		return def
	}
	return int(n)
}

func (c *connection) flag(keyword *tree.Node, def bool, names ...string) bool {
	v := c.get(keyword, names)
	if v == nil {
		return def
	}
	b, err := modules.ToBool(v)
	if err != nil {
		c.fail(err)
	}
	return b
}

// methodVars reads the variables that belong to one way of becoming:
// ansible_sudo_pass, ansible_su_user and so on.
func (c *connection) methodVars(b *remote.Become) {
	prefix := "ansible_" + b.Method + "_"
	b.Password = c.text(nil, b.Password, prefix+"pass", prefix+"password")
	b.User = c.text(nil, b.User, prefix+"user")
	b.Flags = c.text(nil, b.Flags, prefix+"flags")
	b.Exe = c.text(nil, b.Exe, prefix+"exe")
}

// connectionVars are the variables that tell how a host is reached where
// nothing else gives them a value: from keywords and from the defaults.
func (p *playRun) connectionVars(h *Host, t *playbook.Task, scope *vars.Scope) vars.Layer {
	d := p.opts.Defaults
	k := p.play.Keywords
	if t != nil {
		k = t.Keywords
	}
	l := vars.Layer{"ansible_host": h.Name}
	if listed := p.opts.Inventory.Host(h.Name); listed != nil && listed.Implicit {
		l["ansible_host"] = "127.0.0.1"
	}
	add := func(keyword *tree.Node, def string, names ...string) {
		var v any
		switch {
		case !keyword.IsNull() && t != nil && !t.Loop.IsNull():
			v = keyword // it may name the item
		case !keyword.IsNull():
			v = template.Lazy(func(ctx context.Context) (any, error) { return p.opts.Template.Eval(ctx, keyword, scope) })
		case def != "":
			v = def
		default:
			return
		}
		for _, name := range names {
			if _, said := scope.Lookup(name); said {
				return
			}
		}
		for _, name := range names {
			l[name] = v
		}
	}
	add(k.RemoteUser, d.User, "ansible_user", "ansible_ssh_user")
	add(k.Connection, strings.Replace(d.Connection, "smart", "ssh", 1), "ansible_connection")
	if d.Become || !k.Become.IsNull() {
		add(k.BecomeMethod, d.BecomeMethod, "ansible_become_method")
		add(k.BecomeUser, d.BecomeUser, "ansible_become_user")
	}
	add(nil, d.PrivateKey, "ansible_ssh_private_key_file", "ansible_private_key_file")
	if d.Port > 0 && k.Port.IsNull() {
		l["ansible_port"] = int64(d.Port)
	}
	return l
}
