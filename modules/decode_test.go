package modules_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"goplay/internal/value"
	"goplay/modules"
)

type everything struct {
	Name   string      `arg:"name,required" alias:"title" doc:"A name."`
	Text   *string     `arg:"text" doc:"Text or none."`
	Flag   bool        `arg:"flag" default:"true" doc:"A flag."`
	Maybe  *bool       `arg:"maybe" doc:"A flag or none."`
	Count  int         `arg:"count" default:"3" doc:"A number."`
	Ratio  *float64    `arg:"ratio" doc:"A fraction."`
	Raw    any         `arg:"raw" doc:"Anything."`
	Words  []string    `arg:"words" doc:"Words."`
	Ports  []int       `arg:"ports" doc:"Numbers."`
	State  string      `arg:"state" enum:"present,absent" default:"present" doc:"A choice."`
	Kinds  []string    `arg:"kinds" enum:"a,b" doc:"Choices."`
	Pairs  *value.Dict `arg:"pairs" doc:"A dict."`
	Path   string      `arg:"path" type:"path" doc:"A path."`
	Json   string      `arg:"json" type:"jsonarg" doc:"JSON."`
	Secret string      `arg:"secret,secret" doc:"Not shown."`
	Sub    *inner      `arg:"sub" doc:"Options of its own."`
	Subs   []inner     `arg:"subs" doc:"A list of them."`
	First  string      `arg:"first" doc:"Not with second."`
	Second string      `arg:"second" doc:"Not with first."`
	User   string      `arg:"user" doc:"With password only."`
	Pass   string      `arg:"pass" doc:"With user only."`
	Needs  string      `arg:"needs" doc:"Needs text."`
}

type inner struct {
	Key  string `arg:"key,required" doc:"A key."`
	Size int    `arg:"size" default:"1" doc:"A size."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "test.contract.everything", Summary: "Takes every kind of option",
		Exclusive:  [][]string{{"first", "second"}},
		Together:   [][]string{{"user", "pass"}},
		RequiredIf: []modules.RequiredIf{{Option: "state", Is: "absent", Needs: []string{"text", "path"}, AnyOf: true}},
		RequiredBy: map[string][]string{"needs": {"text"}},
	}, func(*modules.Context, everything) (struct{}, error) { return struct{}{}, nil })
}

// oracle validates the same options with Ansible's own code.
const oracle = `
import json, sys
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
inner = dict(key=dict(type='str', required=True), size=dict(type='int', default=1))
spec = dict(
    name=dict(type='str', required=True, aliases=['title']), text=dict(type='str'), flag=dict(type='bool', default=True),
    maybe=dict(type='bool'), count=dict(type='int', default=3), ratio=dict(type='float'), raw=dict(type='raw'),
    words=dict(type='list', elements='str'), ports=dict(type='list', elements='int'),
    state=dict(type='str', choices=['present', 'absent'], default='present'), kinds=dict(type='list', elements='str', choices=['a', 'b']),
    pairs=dict(type='dict'), path=dict(type='path'), json=dict(type='jsonarg'), secret=dict(type='str', no_log=True),
    sub=dict(type='dict', options=inner), subs=dict(type='list', elements='dict', options=inner),
    first=dict(type='str'), second=dict(type='str'), user=dict(type='str'), **{'pass': dict(type='str', no_log=False)}, needs=dict(type='str'))
v = ArgumentSpecValidator(spec, mutually_exclusive=[['first', 'second']], required_together=[['user', 'pass']],
    required_if=[('state', 'absent', ['text', 'path'], True)], required_by={'needs': ['text']})
out = []
for params in json.load(sys.stdin):
    r = v.validate(params)
    if r.error_messages: out.append({'error': r.error_messages[0]})
    else: out.append({'values': {k: v for k, v in r.validated_parameters.items() if k not in ('title', 'secret')}})
json.dump(out, sys.stdout)
`

var given = []string{
	`{"name": "n"}`, `{"title": "n"}`, `{}`, `{"name": null}`,
	`{"name": 1}`, `{"name": 1.50}`, `{"name": true}`, `{"name": ["a", 1]}`, `{"name": {"a": null}}`,
	`{"name": "n", "flag": "no"}`, `{"name": "n", "flag": "Off"}`, `{"name": "n", "flag": 0}`, `{"name": "n", "flag": 1.0}`,
	`{"name": "n", "maybe": "y"}`, `{"name": "n", "maybe": "t"}`,
	`{"name": "n", "count": "7"}`, `{"name": "n", "count": " 8 "}`, `{"name": "n", "count": "x"}`, `{"name": "n", "count": "1.5"}`, `{"name": "n", "count": [1]}`,
	`{"name": "n", "ratio": "1.5"}`, `{"name": "n", "ratio": 2}`, `{"name": "n", "ratio": "x"}`,
	`{"name": "n", "raw": {"a": [1, null]}}`, `{"name": "n", "raw": "1"}`,
	`{"name": "n", "words": "a, b,c"}`, `{"name": "n", "words": ["a", 2, true]}`, `{"name": "n", "words": 5}`, `{"name": "n", "words": ""}`, `{"name": "n", "words": {"a": 1}}`, `{"name": "n", "words": []}`,
	`{"name": "n", "ports": "80,443"}`, `{"name": "n", "ports": [80, "x"]}`, `{"name": "n", "ports": 80}`,
	`{"name": "n", "state": "gone"}`, `{"name": "n", "state": "Present"}`, `{"name": "n", "kinds": ["a", "c"]}`, `{"name": "n", "kinds": "a,b"}`, `{"name": "n", "kinds": "c,d"}`,
	`{"name": "n", "pairs": {"a": 1}}`, `{"name": "n", "pairs": "a=1,b=2"}`, `{"name": "n", "pairs": "a=1 b='2 3'"}`, `{"name": "n", "pairs": "{\"a\": 1}"}`, `{"name": "n", "pairs": "{'a': 1}"}`, `{"name": "n", "pairs": "text"}`, `{"name": "n", "pairs": [1]}`, `{"name": "n", "pairs": "{bad"}`,
	`{"name": "n", "path": "$GOPLAY_TEST/x"}`, `{"name": "n", "path": "${GOPLAY_TEST}/$GOPLAY_NONE/${GOPLAY_NONE}"}`, `{"name": "n", "path": "a~"}`, `{"name": "n", "path": "~root/x"}`, `{"name": "n", "path": "a//b/../c/"}`,
	`{"name": "n", "json": {"a": [1, "é"]}}`, `{"name": "n", "json": "[1]"}`, `{"name": "n", "json": [1, null, true]}`,
	`{"name": "n", "sub": {"key": "k"}}`, `{"name": "n", "sub": {"size": 2}}`, `{"name": "n", "sub": {"key": "k", "siz": 2}}`, `{"name": "n", "sub": {"key": "k", "size": "x"}}`, `{"name": "n", "sub": "key=k"}`,
	`{"name": "n", "subs": [{"key": "k"}, {"key": "l", "size": "5"}]}`, `{"name": "n", "subs": [{"key": "k"}, {"size": 1}]}`, `{"name": "n", "subs": {"key": "k"}}`, `{"name": "n", "subs": [1]}`,
	`{"name": "n", "first": "1", "second": "2"}`, `{"name": "n", "first": "1", "second": null}`, `{"first": "1", "second": "2"}`,
	`{"name": "n", "user": "u"}`, `{"name": "n", "user": "u", "pass": "p"}`, `{"name": "n", "pass": "p"}`,
	`{"name": "n", "state": "absent"}`, `{"name": "n", "state": "absent", "path": "/x"}`,
	`{"name": "n", "needs": "x"}`, `{"name": "n", "needs": "x", "text": ""}`,
	`{"nme": 1}`, `{"name": "n", "count": "x", "nme": 1}`, `{"name": "n", "state": "gone", "nme": 1}`, `{"name": "n", "sub": {"siz": 2}}`,
	`{"name": "n", "user": "u", "nme": 1}`, `{"name": "n", "needs": "x", "nme": 1, "other": 2}`,
}

// TestOptionsAgainstAnsible gives the same options to Ansible's validator: the
// values in effect and the words of the first fault have to be the same.
func TestOptionsAgainstAnsible(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import ansible.module_utils.common.arg_spec").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI installs ansible-core, but it is not here")
		}
		t.Skip("ansible-core is not installed")
	}
	t.Setenv("GOPLAY_TEST", "/set")
	cmd := exec.Command(python, "-c", oracle)
	cmd.Stdin = strings.NewReader("[" + strings.Join(given, ",") + "]")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	data, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var want []struct {
		Error  string
		Values map[string]any
	}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for i, text := range given {
		r := decode(t, text)
		if want[i].Error != "" {
			if strings.Contains(want[i].Error, ". Supported parameters include") {
				want[i].Error = "Unsupported parameters for (everything) module: " + want[i].Error // as AnsibleModule completes it
			}
			if !r.Failed || !sameWords(r.Msg, want[i].Error) {
				t.Errorf("%s\n says %q\n Ansible says %q", text, r.Msg, want[i].Error)
			}
			continue
		}
		if r.Failed {
			t.Errorf("%s\n says %q\n Ansible takes %v", text, r.Msg, want[i].Values)
			continue
		}
		got := asMap(t, r.Invocation)
		delete(got, "secret")
		if !reflect.DeepEqual(got, want[i].Values) {
			for k, v := range want[i].Values {
				if !reflect.DeepEqual(got[k], v) {
					t.Errorf("%s\n %s is %#v, for Ansible %#v", text, k, got[k], v)
				}
			}
		}
	}
}

// sameWords compares messages up to what Ansible writes in the order of a set.
func sameWords(got, want string) bool {
	if at := strings.Index(want, "Valid booleans include"); at >= 0 {
		return strings.HasPrefix(got, want[:at])
	}
	return got == want
}

func decode(t *testing.T, text string) modules.Result {
	t.Helper()
	v, err := value.DecodeJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	args := map[string]any{}
	for k, item := range v.(*value.Dict).All() {
		args[k.(string)] = item
	}
	r, err := modules.InProcess{}.Run(context.Background(), modules.Call{Module: "test.contract.everything", Args: args})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func asMap(t *testing.T, d *value.Dict) map[string]any {
	t.Helper()
	text, err := value.EncodeJSON(d, value.JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

type tells struct {
	Whole string `json:"whole" doc:"All of it."`
	Part  string `json:"part" doc:"A part."`
	List  []any  `json:"list" doc:"A list."`
	Other string `json:"other" doc:"What is no secret."`
}

func TestSecretIsCovered(t *testing.T) {
	modules.Register(modules.Spec{Name: "test.contract.tells", Summary: "Tells what it is given"}, func(c *modules.Context, a everything) (tells, error) {
		c.Warn("it is %s", a.Secret)
		err := c.Change(modules.Diff{Before: "x", After: "p = " + a.Secret}, func() error { return nil })
		return tells{Whole: a.Secret, Part: "is " + a.Secret + ".", List: []any{a.Secret, "other"}, Other: a.Name}, err
	})
	told, err := modules.InProcess{}.Run(context.Background(), modules.Call{Module: "test.contract.tells", Args: map[string]any{"name": "n", "secret": "s3"}, Diff: true})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"whole": modules.Hidden, "part": "is ********.", "list": []any{modules.Hidden, "other"}, "other": "n"}
	if got := asMap(t, told.Data); !reflect.DeepEqual(got, want) {
		t.Errorf("it tells %v", got)
	}
	if told.Diff[0].After != "p = ********" || told.Warnings[0] != "it is ********" {
		t.Errorf("it shows %v, and warns %q", told.Diff, told.Warnings)
	}
	r := decode(t, `{"name": "n", "secret": "s3"}`)
	if got := r.Invocation.GetString("secret"); got != modules.Hidden {
		t.Errorf("the invocation shows %q", got)
	}
}

// Where Ansible's option would be None our modules have a plain Go value: null is the default.
func TestLenience(t *testing.T) {
	for text, want := range map[string]any{
		`{"name": "n", "flag": null}`: true, `{"name": "n", "count": null}`: 3.0,
	} {
		got := asMap(t, decode(t, text).Invocation)
		if got["flag"] != want && got["count"] != want {
			t.Errorf("%s gave %v and %v", text, got["flag"], got["count"])
		}
	}
}

func TestUnknownOptions(t *testing.T) {
	r := decode(t, `{"name": "n", "nme": 1, "b": 2}`)
	if !strings.HasPrefix(r.Msg, "Unsupported parameters for (everything) module: b, nme. Supported parameters include: count, first,") ||
		!strings.Contains(r.Msg, "title") || !strings.HasSuffix(r.Msg, ").") {
		t.Errorf("says %q", r.Msg)
	}
}
