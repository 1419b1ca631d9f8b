package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"goplay/modules"
)

// Ways in which a module is tested, in the order of the table.
const (
	fourPasses = "four passes"
	ownHost    = "a host of its own"
	pretended  = "a pretended tool"
	compared   = "tasks run by both"
	playbooks  = "playbooks"
	ownTests   = "tests of its own"
)

// proof is what a declaration of a test file holds.
type proof struct {
	ways   map[string]bool
	texts  map[string]bool
	uses   map[string]bool // other declarations of the package
	passed map[string]bool // modules that a method of that name takes through four passes
}

func newProof() *proof {
	return &proof{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// waysOf are the names of the test harness that stand for a way to test.
var waysOf = map[string]string{
	"modulestest.Conform": fourPasses, "hosttest.Step": ownHost, "hosttest.Start": ownHost, "hosttest.Story": ownHost,
	"tooltest.New": pretended,
}

// readTests reads the tests of a folder: what each of them uses, with all that
// it calls, is proof for the modules that it names.
func readTests(dir string) ([]proof, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	declared := map[string]*proof{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			for name, node := range namesOf(d) {
				declared[name] = read(node, imports(f))
			}
		}
	}
	var out []proof
	for name := range declared {
		if strings.HasPrefix(name, "Test") {
			all := newProof()
			all.take(name, declared)
			out = append(out, *all)
		}
	}
	return out, nil
}

// namesOf are the names that a declaration makes, with what stands behind each.
func namesOf(d ast.Decl) map[string]ast.Node {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return map[string]ast.Node{d.Name.Name: d}
	case *ast.GenDecl:
		out := map[string]ast.Node{}
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, name := range v.Names {
					out[name.Name] = v
				}
			}
		}
		return out
	}
	return nil
}

// imports maps the names of a file's imports to the packages' own.
func imports(f *ast.File) map[string]string {
	out := map[string]string{}
	for _, i := range f.Imports {
		full, _ := strconv.Unquote(i.Path.Value)
		own := full[strings.LastIndexByte(full, '/')+1:]
		name := own
		if i.Name != nil {
			name = i.Name.Name
		}
		out[name] = own
	}
	return out
}

func read(node ast.Node, imported map[string]string) *proof {
	p := newProof()
	loops := false
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				p.texts[text] = true
			}
		case *ast.Ident:
			p.uses[n.Name] = true
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(strings.ToLower(f.Sel.Name), "passes") && len(n.Args) > 1 {
				if lit, ok := n.Args[1].(*ast.BasicLit); ok {
					name, _ := strconv.Unquote(lit.Value)
					p.passed[name] = true
				} else {
					loops = true
				}
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imported[x.Name] != "" {
				if way := waysOf[imported[x.Name]+"."+n.Sel.Name]; way != "" {
					p.ways[way] = true
				}
			}
			if n.Sel.Name == "WithTool" {
				p.ways[pretended] = true
			}
		}
		return true
	})
	for first := range p.texts {
		for rest := range p.texts {
			if loops && strings.HasSuffix(first, "_") { // a loop over modules whose names begin alike
				p.passed[first+rest] = true
			}
		}
	}
	if p.ways[ownHost] {
		p.ways[fourPasses] = true // a story is told in four passes
	}
	return p
}

// take adds a declaration and all that it uses.
func (p *proof) take(name string, declared map[string]*proof) {
	from := declared[name]
	if from == nil || p.uses[name] {
		return
	}
	p.uses[name] = true
	for way := range from.ways {
		p.ways[way] = true
	}
	for text := range from.texts {
		p.texts[text] = true
	}
	for name := range from.passed {
		p.passed[name] = true
	}
	for other := range from.uses {
		p.take(other, declared)
	}
}

// names reports whether a test names a module of its folder: in full, by its
// own name, or as the rest of a name whose beginning the folder's tests share.
func (p *proof) names(m *modules.Module) bool {
	if p.texts[m.Name] || p.texts[m.Short()] {
		return true
	}
	for text := range p.texts {
		if strings.HasSuffix(text, "_") && strings.HasPrefix(m.Name, text) && p.texts[m.Name[len(text):]] {
			return true
		}
	}
	return slices.ContainsFunc(m.Aliases, func(alias string) bool { return p.texts[alias] || p.texts[alias[strings.LastIndexByte(alias, '.')+1:]] })
}

// folders are those below root with code that registers modules, each with the
// modules that it names.
func folders(root string) (map[string][]*modules.Module, error) {
	out := map[string][]*modules.Module{}
	for _, below := range []string{"modules", "engine/actions"} {
		err := filepath.WalkDir(filepath.Join(root, below), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil || !registers.Match(data) {
				return err
			}
			for _, m := range modules.All() {
				if strings.Contains(string(data), strconv.Quote(m.Name)) && !slices.Contains(out[filepath.Dir(path)], m) {
					out[filepath.Dir(path)] = append(out[filepath.Dir(path)], m)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

var registers = regexp.MustCompile(`modules\.(Register|Describe)\b|\bregister\(|Name:\s+"`)

// ways finds out how each module is tested.
func ways(root string) (map[string][]string, error) {
	found := map[string]map[string]bool{}
	add := func(m *modules.Module, way string) {
		if found[m.Name] == nil {
			found[m.Name] = map[string]bool{}
		}
		found[m.Name][way] = true
	}
	in, err := folders(root)
	if err != nil {
		return nil, err
	}
	for dir, here := range in {
		tests, err := readTests(dir)
		if err != nil {
			return nil, err
		}
		for _, test := range tests {
			for _, m := range modules.All() {
				// A name may be put together where the module is registered.
				if slices.Contains(here, m) && test.names(m) || test.texts[m.Name] {
					for way := range test.ways {
						add(m, way)
					}
					if test.passed[m.Short()] || test.passed[m.Name] {
						add(m, fourPasses)
					}
					add(m, ownTests)
				}
			}
		}
	}
	if err := inPlaybooks(root, add); err != nil {
		return nil, err
	}
	both, err := answers(root, tasks...)
	if err != nil {
		return nil, err
	}
	for _, m := range modules.All() {
		if both[m.Name] > 0 {
			add(m, compared)
		}
	}
	asked, err := ansiblesPasses(root)
	if err != nil {
		return nil, err
	}
	for _, m := range modules.All() {
		if _, ok := asked[m.Name]; ok {
			add(m, asAnsible)
		}
	}
	out := map[string][]string{}
	for name, set := range found {
		for _, way := range []string{fourPasses, asAnsible, ownHost, pretended, compared, ownTests, playbooks} {
			if !set[way] || way == ownTests && (set[fourPasses] || set[asAnsible] || set[pretended] || set[compared]) {
				continue
			}
			if odd := asked[name]; way == asAnsible && len(odd) > 0 {
				way += " (" + strings.Join(odd, ", ") + ")"
			}
			out[name] = append(out[name], way)
		}
	}
	return out, nil
}
