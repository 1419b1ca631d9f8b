package databases

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

type postgresHBAArgs struct {
	Dest         string        `arg:"dest,required" type:"path" doc:"The file, pg_hba.conf."`
	Contype      *string       `arg:"contype" enum:"local,host,hostnossl,hostssl,hostgssenc,hostnogssenc" doc:"Kind of connection that the rule is for; without it, and without rules, the file is only read."`
	Databases    string        `arg:"databases" default:"all" doc:"Databases, by commas: a rule is made for each."`
	Users        string        `arg:"users" default:"all" doc:"Users, by commas: a rule is made for each."`
	Address      string        `arg:"address" alias:"source,src" default:"samehost" doc:"Address, network, all, samehost or samenet that connections come from; unused with local."`
	Netmask      *string       `arg:"netmask" doc:"Mask of an address that has no length of a prefix."`
	Method       string        `arg:"method" enum:"cert,gss,ident,krb5,ldap,md5,pam,password,peer,radius,reject,scram-sha-256,sspi,trust" default:"md5" doc:"How users prove who they are."`
	Options      *string       `arg:"options" doc:"Options of the method."`
	Comment      *string       `arg:"comment" doc:"Comment behind the rule."`
	State        string        `arg:"state" enum:"absent,present" default:"present" doc:"Whether the rule is to be there."`
	Rules        []*value.Dict `arg:"rules" doc:"Several rules, each a dict of these options."`
	Behavior     string        `arg:"rules_behavior" enum:"combine,conflict" default:"conflict" doc:"With combine the options beside rules are defaults for them; otherwise they may not be given."`
	Overwrite    bool          `arg:"overwrite" default:"false" doc:"Remove all other rules."`
	KeepComments bool          `arg:"keep_comments_at_rules" default:"false" doc:"Leave comments behind their rules; otherwise they go to the top of the file."`
	Order        string        `arg:"order" enum:"sdu,sud,dsu,dus,usd,uds" default:"sdu" doc:"Unused: rules are sorted by source, database and user."`
	Create       bool          `arg:"create" default:"false" doc:"Make a file that is not there."`
	Backup       bool          `arg:"backup" default:"false" doc:"Keep a copy of the file."`
	BackupFile   string        `arg:"backup_file" doc:"Path of the copy; by default a temporary file."`
	fsys.Attrs
}

type postgresHBAResult struct {
	Rules  *value.List `json:"pg_hba" doc:"The rules of the file, each a dict of type, db, usr, src, method, options and comment."`
	Msgs   []string    `json:"msgs" doc:"What was done."`
	Backup string      `json:"backup_file,omitempty" doc:"The copy that was kept."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.postgresql.postgresql_pg_hba", Summary: "Add, change and remove the rules of pg_hba.conf",
		Example: `- name: The application comes from its network
  community.postgresql.postgresql_pg_hba:
    dest: /etc/postgresql/15/main/pg_hba.conf
    contype: hostssl
    databases: app
    users: app
    address: 10.1.0.0/16
    method: scram-sha-256
`,
		Notes: []string{"A file that changes is sorted: the more special rules come first."},
	}, bare(postgresHBA))
}

// hbaFile is a file's rules by their keys, and the comments at its top.
type hbaFile struct {
	rules         map[string]hbaRule
	comments      []string
	there         bool
	before, after *value.List // lines that go and come
}

func postgresHBA(c *modules.Context, a postgresHBAArgs) (postgresHBAResult, error) {
	r := postgresHBAResult{Msgs: []string{}, Rules: value.NewList()}
	f, err := a.read()
	if err != nil {
		return r, modules.Fail("Error reading file:\n%w", err)
	}
	had := maps.Clone(f.rules)
	if a.Overwrite {
		f.rules = map[string]hbaRule{}
	}
	wanted, err := a.wanted()
	if err != nil {
		return r, err
	}
	for _, w := range wanted {
		if err := r.enter(f, w); err != nil {
			return r, modules.Fail("Error modifying rules:\n%w", err)
		}
	}
	for _, rule := range f.sorted() {
		r.Rules.Append(rule.dict())
	}
	if maps.EqualFunc(had, f.rules, func(a, b hbaRule) bool { return value.Equal(a.dict(), b.dict()) }) {
		return r, nil
	}
	r.Msgs = append(r.Msgs, "Changed")
	return r, a.write(c, f, &r)
}

func (a postgresHBAArgs) read() (*hbaFile, error) {
	f := &hbaFile{rules: map[string]hbaRule{}, before: value.NewList(), after: value.NewList()}
	data, err := os.ReadFile(a.Dest)
	if err != nil {
		return f, nil // what cannot be read has no rules; writing tells
	}
	f.there = true
	for line := range strings.Lines(string(data)) {
		line, comment, _ := strings.Cut(strings.TrimSpace(line), "#")
		line = strings.TrimSpace(line)
		if comment != "" && (line == "" || !a.KeepComments) {
			f.comments = append(f.comments, "#"+comment)
		}
		if line == "" {
			continue
		}
		rule, err := parseHBA(line)
		var wrong *hbaError
		if errors.As(err, &wrong) {
			return nil, err
		}
		if err == nil {
			if a.KeepComments {
				rule["comment"] = comment
			}
			f.rules[rule.key()] = rule
		}
	}
	return f, nil
}

func (f *hbaFile) sorted() []hbaRule {
	return slices.SortedFunc(maps.Values(f.rules), compareHBA)
}

func (f *hbaFile) text() string {
	lines := []string{strings.Join(f.comments, "\n")}
	for _, rule := range f.sorted() {
		line := rule.line()
		if rule["comment"] != "" {
			line += "\t#" + rule["comment"]
		}
		lines = append(lines, line)
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

// hbaKeys are the options that make a rule, with what they are by default.
var hbaKeys = []struct {
	name string
	def  any
}{{"address", "samehost"}, {"comment", nil}, {"contype", nil}, {"databases", "all"}, {"method", "md5"}, {"netmask", nil}, {"options", nil}, {"state", "present"}, {"users", "all"}}

// own are the options beside rules.
func (a postgresHBAArgs) own() *value.Dict {
	d := value.NewDict()
	for name, v := range map[string]*string{"address": &a.Address, "comment": a.Comment, "contype": a.Contype, "databases": &a.Databases,
		"method": &a.Method, "netmask": a.Netmask, "options": a.Options, "state": &a.State, "users": &a.Users} {
		if v == nil {
			d.Set(name, nil)
		} else {
			d.Set(name, *v)
		}
	}
	return d
}

// wanted are the rules of the task, each with all of its options.
func (a postgresHBAArgs) wanted() ([]*value.Dict, error) {
	own := a.own()
	if a.Rules == nil {
		return []*value.Dict{own}, nil
	}
	var used []string
	for _, key := range hbaKeys {
		if v, _ := own.Get(key.name); !value.Equal(v, key.def) {
			used = append(used, key.name)
		}
	}
	if a.Behavior == "conflict" && len(used) > 0 {
		return nil, modules.Fail(`conflict: either argument "rules_behavior" needs to be changed or "rules" must not be set or %s must not be set`, value.Repr(value.Strings(used)))
	}
	var out []*value.Dict
	for i, rule := range a.Rules {
		filled := rule.Copy()
		var addresses []string
		for _, name := range rule.Keys() {
			if name == "address" || name == "source" || name == "src" {
				addresses = append(addresses, value.Str(name))
			}
		}
		if len(addresses) > 1 {
			return nil, modules.Fail(`rule number %d of the "rules" argument (%s) uses ambiguous settings: %s are aliases, only one is allowed`,
				i, value.Repr(value.Strings(addresses)), value.Repr(rule))
		}
		if len(addresses) == 1 {
			v, _ := rule.Get(addresses[0])
			filled.Delete(addresses[0])
			filled.Set("address", v)
		}
		for _, key := range hbaKeys {
			if _, given := filled.Get(key.name); !given {
				v := key.def
				if a.Behavior == "combine" {
					v, _ = own.Get(key.name)
				}
				filled.Set(key.name, v)
			}
		}
		out = append(out, filled)
	}
	return out, nil
}

// enter adds or removes the rules that a wanted one comes to: one for each of
// its databases and users.
func (r *postgresHBAResult) enter(f *hbaFile, w *value.Dict) error {
	get := func(name string) string {
		if v, _ := w.Get(name); v != nil {
			return value.Str(v)
		}
		return ""
	}
	if get("contype") == "" {
		return nil
	}
	for _, db := range strings.Split(get("databases"), ",") {
		for _, user := range strings.Split(get("users"), ",") {
			rule := hbaRule{"type": get("contype"), "db": db, "usr": user, "src": get("address"), "mask": get("netmask"),
				"method": get("method"), "options": get("options"), "comment": get("comment")}
			if err := rule.settle(); err != nil {
				return err
			}
			if get("state") == "present" {
				r.Msgs = append(r.Msgs, "Adding rule "+value.Repr(rule.dict()))
				f.add(rule)
			} else {
				r.Msgs = append(r.Msgs, "Removing rule "+value.Repr(rule.dict()))
				f.remove(rule)
			}
		}
	}
	return nil
}

func (f *hbaFile) add(rule hbaRule) {
	if have, ok := f.rules[rule.key()]; ok && value.Equal(have.dict(), rule.dict()) {
		return
	}
	f.rules[rule.key()] = rule
	f.after.Append(rule.line())
}

func (f *hbaFile) remove(rule hbaRule) {
	if _, ok := f.rules[rule.key()]; ok {
		delete(f.rules, rule.key())
		f.before.Append(rule.line())
	}
}

func (a postgresHBAArgs) write(c *modules.Context, f *hbaFile, r *postgresHBAResult) error {
	diff := modules.Diff{Before: value.DictOf("file", a.Dest, "pg_hba", f.before), After: value.DictOf("file", a.Dest, "pg_hba", f.after)}
	if !f.there && !a.Create {
		return c.Change(diff, func() error {
			return modules.Fail("Error writing file:\npg_hba file '%s' doesn't exist. Use create option to autocreate.", a.Dest)
		})
	}
	update := fsys.Update{Path: fsys.Resolve(a.Dest), Data: []byte(f.text()), Attrs: &a.Attrs, Diff: diff, HideAttrs: true,
		Check: func(string) error { return a.keep(f, r) }}
	_, err := update.Apply(c)
	return err
}

// keep copies the file before it is replaced.
func (a postgresHBAArgs) keep(f *hbaFile, r *postgresHBAResult) error {
	r.Msgs = append(r.Msgs, "Writing")
	if !a.Backup || !f.there {
		return nil
	}
	old, err := os.Open(a.Dest)
	if err != nil {
		return err
	}
	defer old.Close()
	var to *os.File
	if a.BackupFile != "" {
		to, err = os.OpenFile(a.BackupFile, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	} else {
		to, err = os.CreateTemp("", "pg_hba")
	}
	if err != nil {
		return fmt.Errorf("keep a copy of %s: %w", a.Dest, err)
	}
	if _, err := io.Copy(to, old); err != nil {
		_ = to.Close()
		return err
	}
	r.Backup = to.Name()
	return to.Close()
}
