package docker

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"goplay/internal/value"
	"goplay/modules"
	"goplay/modules/fsys"
)

// storedArgs are the options that configs and secrets of a swarm share.
type storedArgs struct {
	Name     string      `arg:"name,required" doc:"Its name."`
	State    string      `arg:"state" enum:"absent,present" default:"present" doc:"Whether it is to be there."`
	DataSrc  *string     `arg:"data_src" type:"path" doc:"File on the target with what it holds."`
	Base64   bool        `arg:"data_is_b64" default:"false" doc:"Whether data is in base64."`
	Labels   *value.Dict `arg:"labels" doc:"Labels."`
	Force    bool        `arg:"force" default:"false" doc:"Make it anew even if it is as wanted."`
	Rolling  bool        `arg:"rolling_versions" default:"false" doc:"Make a new one under the next version of the name, instead of replacing the old."`
	Versions int64       `arg:"versions_to_keep" default:"5" doc:"How many versions to keep; -1 keeps all."`
}

// Labels by which a config or secret is known again: the engine does not tell
// what a secret holds.
const (
	keyLabel     = "ansible_key"
	versionLabel = "ansible_version"
)

// stored brings one config or secret to what a task wants.
type stored struct {
	c      *modules.Context
	e      *engine
	kind   string // "config" or "secret"
	a      storedArgs
	given  *string
	driver string // of templates

	data []byte
	have []object // the versions that there are, oldest first
	id   any      // nil in check mode, of one that is not there yet
	name string
}

func (s *stored) run(o Connection) (id any, name string, err error) {
	if err := s.read(); err != nil {
		return "", "", err
	}
	if s.e, err = o.connect(s.c); err != nil {
		return "", "", err
	}
	defer s.e.Close()
	if err := s.find(); err != nil {
		return "", "", err
	}
	if s.a.State == "absent" {
		return "", "", s.absent()
	}
	if err := s.present(); err != nil {
		return "", "", err
	}
	return s.id, s.name, s.removeOld()
}

// read finds out what it is to hold.
func (s *stored) read() (err error) {
	switch {
	case s.a.DataSrc != nil:
		if s.data, err = os.ReadFile(s.c.Abs(*s.a.DataSrc)); err != nil {
			return modules.Fail("Error while reading %s: %s", *s.a.DataSrc, fsys.OSErrorOfText(err))
		}
	case s.given != nil && s.a.Base64:
		if s.data, err = base64.StdEncoding.DecodeString(onlyBase64(*s.given)); err != nil {
			return modules.Fail("data is no base64: %w", err)
		}
	case s.given != nil:
		s.data = []byte(*s.given)
	}
	return nil
}

// onlyBase64 leaves out of a text what base64 does not have, as Python does.
func onlyBase64(text string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("+/=", r)) {
			return r
		}
		return -1
	}, text)
}

// find lists the thing, or with rolling versions all of its versions.
func (s *stored) find() error {
	all, err := s.e.list(s.c, "/"+s.kind+"s", filters(value.DictOf("name", s.a.Name)))
	if err != nil {
		return modules.Fail("Error accessing %s %s: %w", s.kind, s.a.Name, err)
	}
	for _, one := range all {
		name := textAt(one, "Spec.Name")
		if name == s.a.Name && !s.a.Rolling || s.a.Rolling && strings.HasPrefix(name, s.a.Name+"_v") {
			s.have = append(s.have, one)
		}
	}
	slices.SortStableFunc(s.have, func(a, b object) int { return version(a) - version(b) })
	return nil
}

func version(one object) int {
	n, _ := strconv.Atoi(textAt(one["Spec"], "Labels."+versionLabel))
	return n
}

func (s *stored) key() string {
	sum := sha256.Sum224(s.data)
	return hex.EncodeToString(sum[:])
}

func (s *stored) present() error {
	if len(s.have) == 0 {
		return s.create(1)
	}
	last := s.have[len(s.have)-1]
	s.id, s.name = textAt(last, "ID"), textAt(last, "Spec.Name")
	if !s.differs(last) {
		return nil
	}
	if !s.a.Rolling {
		if err := s.absent(); err != nil {
			return err
		}
	}
	return s.create(version(last) + 1)
}

func (s *stored) differs(last object) bool {
	labels := objectAt(last, "Spec.Labels")
	key, _ := labels[keyLabel].(string)
	if key == "" && !s.a.Force {
		s.c.Warn("'%s' label not found. %s will not be changed unless the force parameter is set to 'true'", keyLabel, strings.ToUpper(s.kind[:1])+s.kind[1:])
	}
	if key != "" && key != s.key() || textAt(last, "Spec.Templating.Name") != s.driver || s.a.Force {
		return true
	}
	for name, want := range s.labels() {
		if !reflect.DeepEqual(labels[name], want) {
			return true
		}
	}
	return false
}

func (s *stored) labels() object {
	if s.a.Labels == nil {
		return object{}
	}
	return asGiven(s.a.Labels)
}

func (s *stored) create(version int) error {
	labels := object{keyLabel: s.key()}
	s.id, s.name = nil, s.a.Name
	if s.a.Rolling {
		labels[versionLabel] = strconv.Itoa(version)
		s.name += "_v" + strconv.Itoa(version)
	}
	for name, text := range s.labels() {
		labels[name] = text
	}
	body := object{"Name": s.name, "Labels": labels, "Data": base64.StdEncoding.EncodeToString(s.data)}
	if s.driver != "" {
		body["Templating"] = object{"Name": s.driver}
	}
	return s.c.Change(modules.Diff{}, func() error {
		said, err := s.e.call(s.c, http.MethodPost, "/"+s.kind+"s/create", nil, body)
		if err != nil {
			return modules.Fail("Error creating %s: %w", s.kind, err)
		}
		s.id = textAt(said, "ID")
		s.have = append(s.have, object{"ID": s.id, "Spec": object{"Name": s.name}})
		return nil
	})
}

func (s *stored) absent() error {
	for len(s.have) > 0 {
		if err := s.removeFirst(); err != nil {
			return err
		}
	}
	return nil
}

// removeOld removes the versions that are too many.
func (s *stored) removeOld() error {
	if !s.a.Rolling || s.a.Versions < 0 {
		return nil
	}
	for len(s.have) > int(max(s.a.Versions, 1)) {
		if err := s.removeFirst(); err != nil {
			return err
		}
	}
	return nil
}

func (s *stored) removeFirst() error {
	one := s.have[0]
	s.have = s.have[1:]
	return s.c.Change(modules.Diff{}, func() error {
		_, err := s.e.call(s.c, http.MethodDelete, "/"+s.kind+"s/"+url.PathEscape(textAt(one, "ID")), nil, nil)
		if err != nil {
			return modules.Fail("Error removing %s %s: %w", s.kind, textAt(one, "Spec.Name"), err)
		}
		return nil
	})
}
