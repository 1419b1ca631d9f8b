package playbook

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"goplay/internal/homedir"
	"goplay/internal/source"
	"goplay/internal/tree"
)

// playbook reads the plays of a file and of those it imports. above are the
// files that import it, outermost first.
func (p *pass) playbook(path string, from source.Pos, above []string) []*Play {
	for _, one := range above {
		if one == path {
			p.fault(from, "%s is imported by itself", path)
			return nil
		}
	}
	root, ok := p.file(path, from)
	switch {
	case !ok:
		return nil
	case root.IsNull():
		p.fault(source.Pos{File: path}, "Empty playbook, nothing to do: %s", path)
		return nil
	case root.Kind != tree.List:
		p.fault(root.Pos, "A playbook must be a list of plays, got a %s instead: %s", kindName(root), path).
			WithHint("each play starts with a dash: - hosts: ...")
		return nil
	case len(root.Items) == 0:
		p.fault(source.Pos{File: path}, "A playbook must contain at least one play")
		return nil
	}
	var plays []*Play
	for _, item := range root.Items {
		if item.Kind != tree.Map {
			at := item.Pos
			p.fault(at, "playbook entries must be either valid plays or 'import_playbook' statements")
			continue
		}
		if name := importKey(item); name != "" {
			plays = append(plays, p.importPlaybook(item, name, path, append(above[:len(above):len(above)], path))...)
			continue
		}
		plays = append(plays, p.play(item, filepath.Dir(path)))
	}
	return plays
}

func importKey(n *tree.Node) string {
	for _, pair := range n.Pairs {
		if builtin(pair.Name()) == "import_playbook" {
			return pair.Name()
		}
	}
	return ""
}

// importPlaybook reads the plays of another file and gives them what the
// import says: variables, tags and conditions.
func (p *pass) importPlaybook(n *tree.Node, key, path string, above []string) []*Play {
	var own Keywords
	for _, pair := range n.Pairs {
		name := pair.Name()
		switch {
		case name == key, name == "name":
		case name == "collections", !p.keyword(&own, "PlaybookInclude", name, pair.Value):
			p.notAttribute(pair.Key, "PlaybookInclude", importWords)
		}
	}
	target := n.Get(key)
	switch {
	case target.IsNull():
		p.fault(n.Pos, "playbook import parameter is missing")
		return nil
	case target.Kind != tree.Text:
		p.fault(target.Pos, "playbook import parameter must be a string indicating a file path, got %s instead", kindName(target))
		return nil
	}
	pieces, ok := splitArgs(target.Text)
	if !ok || len(pieces) == 0 {
		p.fault(target.Pos, "import_playbook statements must specify the file name to import")
		return nil
	}
	if len(pieces) > 1 {
		p.warn(target.Pos, "parameters beside the file name of import_playbook have no effect: write tags and vars as keywords")
	}
	name := *target
	name.Text = strings.TrimSpace(pieces[0])
	text, ok := p.playbookName(&name, &scope{play: &Play{Dir: filepath.Dir(path), Keywords: Keywords{Vars: own.Vars}}})
	if !ok {
		return nil
	}
	file := p.collectionPlaybook(text, filepath.Dir(path))
	if file == "" {
		file = relative(filepath.Dir(path), text)
	}
	if c := collectionAround(filepath.Dir(file)); c != "" {
		p.collection = c
	}
	before := p.imported
	p.imported = &importedBy{own, before}
	defer func() { p.imported = before }()
	return p.playbook(file, target.Pos, above)
}

// playbookName is the evaluated name of a playbook to import.
func (p *pass) playbookName(n *tree.Node, s *scope) (string, bool) {
	if n.Opaque || !isTemplate(n.String()) || p.options.Expand == nil {
		return p.expand(n, s)
	}
	text, err := p.options.Expand(n, s.layers(p))
	if err == nil {
		return text, true
	}
	msg := err.Error()
	var fault *source.Error
	if errors.As(err, &fault) {
		msg = fault.Msg
	}
	p.fault(n.Pos, "%s", msg).Plainly()
	return "", false
}

// importedBy is what imports of playbooks around the file being read say.
type importedBy struct {
	Keywords
	outer *importedBy
}

// apply gives a play what its imports say, the innermost first, so that outer
// variables win and outer conditions come first.
func (i *importedBy) apply(play *Play) {
	for ; i != nil; i = i.outer {
		play.Vars = join(play.Vars, i.Vars)
		play.Tags = union(play.Tags, i.Tags)
		play.ImportConditions = join(i.When, play.ImportConditions)
	}
}

func relative(dir, path string) string {
	if strings.HasPrefix(path, "~") {
		return homedir.Expand(path)
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// play reads one play: its own keywords first, since static imports may use
// its variables, then its tasks.
func (p *pass) play(n *tree.Node, dir string) *Play {
	play := &Play{Pos: n.Pos, Dir: dir}
	before := len(p.faults)
	for _, pair := range n.Pairs {
		p.playKeyword(n, play, pair)
	}
	p.imported.apply(play)
	if c := p.collection; c != "" && !slices.Contains(play.Collections, c) {
		play.Collections = append([]string{c}, play.Collections...)
	}
	if n.Get("hosts") == nil && len(p.faults) == before {
		p.fault(n.Pos, "the field 'hosts' is required but was not set").WithHint("say which hosts the play is for: hosts: all")
	}
	s := &scope{Keywords: play.Keywords, play: play}
	s.Vars = nil
	s.When = join(play.ImportConditions, s.When)

	p.roles(n.Get("roles"), s)
	play.PreTasks = p.list(n.Get("pre_tasks"), s, "pre_tasks")
	play.Tasks = p.list(n.Get("tasks"), s, "tasks")
	play.PostTasks = p.list(n.Get("post_tasks"), s, "post_tasks")
	handlers := *s
	handlers.handlers = true
	imported := play.Handlers
	play.Handlers = nil
	for _, r := range play.Roles[:play.entries] {
		play.Handlers = append(play.Handlers, r.CompiledHandlers()...)
	}
	play.Handlers = append(play.Handlers, p.list(n.Get("handlers"), &handlers, "handlers")...)
	play.Handlers = append(play.Handlers, imported...)
	return play
}

func (p *pass) playKeyword(n *tree.Node, play *Play, pair tree.Pair) {
	v := pair.Value
	switch name := pair.Name(); name {
	case "roles", "pre_tasks", "tasks", "post_tasks", "handlers":
	case "name":
		play.Name = p.text("name", v)
	case "hosts":
		play.Hosts = p.hosts(v)
	case "gather_facts":
		play.GatherFacts = given(v)
	case "gather_subset":
		play.GatherSubset = given(v)
	case "gather_timeout":
		play.GatherTimeout = given(v)
	case "fact_path":
		play.FactPath = given(v)
	case "serial":
		play.Serial = given(v)
	case "strategy":
		play.Strategy = given(v)
	case "order":
		play.Order = given(v)
	case "max_fail_percentage":
		play.MaxFailPercent = given(v)
	case "force_handlers":
		play.ForceHandlers = given(v)
	case "vars_files":
		play.VarsFiles = listOf(v)
	case "vars_prompt":
		play.VarsPrompt = p.prompts(v)
	case "user":
		if n.Get("remote_user") != nil {
			p.fault(pair.Key.Pos, "both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated, and should be removed")
		}
		play.RemoteUser = given(v)
	default:
		if name == "when" || !p.keyword(&play.Keywords, "Play", name, v) {
			p.notAttribute(pair.Key, "Play", playWords)
		}
	}
}

func (p *pass) hosts(n *tree.Node) *tree.Node {
	switch {
	case n.IsNull(), n.Kind == tree.Text && n.Text == "", n.Kind == tree.List && len(n.Items) == 0:
		p.fault(n.Pos, "Hosts list cannot be empty. Please check your playbook")
	case n.Kind == tree.List:
		for _, item := range n.Items {
			if item.IsNull() {
				p.fault(item.Pos, "Hosts list cannot contain values of 'None'. Please check your playbook")
			} else if item.Kind != tree.Text {
				p.fault(item.Pos, "Hosts list contains an invalid host value: '%s'", item.String())
			}
		}
	case n.Kind != tree.Text:
		p.fault(n.Pos, "Hosts list must be a sequence or string. Please check your playbook.")
	}
	return n
}

func (p *pass) prompts(n *tree.Node) []*Prompt {
	var out []*Prompt
	for _, one := range listOf(n) {
		if one.Kind != tree.Map {
			p.fault(one.Pos, "Invalid vars_prompt data structure, it should be a dictionary with a 'name' key")
			continue
		}
		if one.Get("name") == nil {
			p.fault(one.Pos, "Invalid vars_prompt data structure, missing 'name' key")
			continue
		}
		out = append(out, p.prompt(one))
	}
	return out
}

func (p *pass) prompt(n *tree.Node) *Prompt {
	out := &Prompt{Pos: n.Pos, Private: true}
	for _, pair := range n.Pairs {
		v := pair.Value
		switch name := pair.Name(); name {
		case "name":
			out.Name = v.String()
		case "prompt":
			out.Text, out.HasPrompt = given(v), !v.IsNull()
		case "default":
			out.Default = given(v)
		case "encrypt":
			out.Encrypt = given(v)
		case "salt":
			out.Salt = given(v)
		case "salt_size":
			out.SaltSize = p.number(v)
		case "private":
			out.Private = p.flag(v)
		case "confirm":
			out.Confirm = p.flag(v)
		case "unsafe":
			out.Unsafe = p.flag(v)
		default:
			fault := p.fault(pair.Key.Pos, "Invalid vars_prompt data structure, found unsupported key '%s'", name)
			if near := source.Near(name, promptWords); near != "" {
				fault.WithHint("did you mean %s?", near)
			}
		}
	}
	return out
}
