package files

import (
	"testing"

	mt "goplay/modules/modulestest"
)

var fileCases = []mt.Case{
	{Name: "directory with parents", Module: "file", Args: mt.Args{"path": "{dir}/a/b/c", "state": "directory", "mode": "0750"}},
	{Name: "directory there", Module: "file", Files: mt.Files{"a/ 0700"}, Args: mt.Args{"path": "{dir}/a", "state": "directory", "mode": "0755"}},
	{Name: "directory unchanged", Module: "file", Files: mt.Files{"a/ 0700"}, Args: mt.Args{"path": "{dir}/a", "state": "directory"}},
	{Name: "directory through link", Module: "file", Files: mt.Files{"a/ 0700", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "state": "directory", "mode": "0711"}},
	{Name: "directory where a file is", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "state": "directory"}},
	{Name: "directory below a file", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a/b", "state": "directory"}},
	{Name: "recurse", Module: "file", Files: mt.Files{"a/ 0755", "a/f 0600: x", "a/d/g 0777: y", "a/l -> f"}, Args: mt.Args{"path": "{dir}/a", "state": "directory", "recurse": true, "mode": "u=rwX,g=rX,o="}, Root: true},
	{Name: "recurse owner", Module: "file", Files: mt.Files{"a/f: x", "a/d/g: y", "a/l -> f"}, Args: mt.Args{"path": "{dir}/a", "recurse": true, "owner": "daemon", "group": "12", "follow": false}, Root: true},
	{Name: "recurse makes a directory", Module: "file", Args: mt.Args{"path": "{dir}/n", "recurse": true}},
	{Name: "recurse on a file", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "recurse": true}},
	{Name: "mode octal text", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "mode": "0600"}},
	{Name: "mode number from yaml", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "mode": 384}},
	{Name: "mode decimal taken as given", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "mode": 644}},
	{Name: "mode symbolic", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "mode": "u=rwx,g+w,o-r"}},
	{Name: "mode several operators", Module: "file", Files: mt.Files{"a 0640: x"}, Args: mt.Args{"path": "{dir}/a", "mode": "ug+x-w,o=g"}, Always: true},
	{Name: "mode X s t", Module: "file", Files: mt.Files{"a/ 0700"}, Args: mt.Args{"path": "{dir}/a", "mode": "a+X,u+s,g+s,o+t"}},
	{Name: "mode without user", Module: "file", Files: mt.Files{"a 0600: x"}, Args: mt.Args{"path": "{dir}/a", "mode": "+rwx"}},
	{Name: "mode nonsense", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "mode": "u=q"}, Ignore: []string{"details"}},
	{Name: "mode too big", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "mode": "77777"}, Differs: map[string]string{"diff": "bits beyond the permissions are dropped"}},
	{Name: "owner and group", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "owner": "daemon", "group": "daemon"}, Root: true},
	{Name: "owner number without name", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "owner": "54321"}, Root: true},
	{Name: "owner unknown", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "owner": "nosuchuser"}},
	{Name: "group unknown", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "group": "nosuchgroup"}},
	{Name: "setuid kept by chown", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "owner": "daemon", "mode": "4755"}, Root: true},
	{Name: "absent file", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "state": "absent"}},
	{Name: "absent directory", Module: "file", Files: mt.Files{"a/b/c: x", "a/d: y"}, Args: mt.Args{"path": "{dir}/a", "state": "absent"}, Differs: map[string]string{}},
	{Name: "absent link keeps target", Module: "file", Files: mt.Files{"a: x", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "state": "absent"}},
	{Name: "absent already", Module: "file", Args: mt.Args{"path": "{dir}/a", "state": "absent"}},
	{Name: "file missing", Module: "file", Args: mt.Args{"path": "{dir}/a", "state": "file"}},
	{Name: "file missing by default", Module: "file", Args: mt.Args{"path": "{dir}/a", "mode": "0644"}},
	{Name: "file is a directory", Module: "file", Files: mt.Files{"a/"}, Args: mt.Args{"path": "{dir}/a", "state": "file"}},
	{Name: "file through link", Module: "file", Files: mt.Files{"a: x", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "state": "file", "mode": "0640"}},
	{Name: "file link not followed", Module: "file", Files: mt.Files{"a: x", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "state": "file", "follow": false}},
	{Name: "link", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/l", "src": "{dir}/a", "state": "link"}, Ignore: []string{"size"}},
	{Name: "link relative", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link"}},
	{Name: "link there", Module: "file", Files: mt.Files{"a: x", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link"}},
	{Name: "link elsewhere", Module: "file", Files: mt.Files{"a: x", "b: y", "l -> b"}, Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link"}},
	{Name: "link to nothing", Module: "file", Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link"}},
	{Name: "link to nothing forced", Module: "file", Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link", "force": true}},
	{Name: "link to nothing forced without follow", Module: "file", Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link", "force": true, "follow": false}},
	{Name: "link over a file", Module: "file", Files: mt.Files{"a: x", "l: y"}, Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link"}},
	{Name: "link over a file forced", Module: "file", Files: mt.Files{"a: x", "l: y"}, Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link", "force": true}},
	{Name: "link over a full directory", Module: "file", Files: mt.Files{"a: x", "l/f: y"}, Args: mt.Args{"path": "{dir}/l", "src": "{dir}/a", "state": "link", "force": true}},
	{Name: "link over an empty directory", Module: "file", Files: mt.Files{"a: x", "l/"}, Args: mt.Args{"path": "{dir}/l", "src": "{dir}/a", "state": "link", "force": true}, Ignore: []string{"size"}},
	{Name: "link over a directory", Module: "file", Files: mt.Files{"a: x", "l/"}, Args: mt.Args{"path": "{dir}/l", "src": "{dir}/a", "state": "link"}},
	{Name: "link with a mode for its target", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/l", "src": "a", "state": "link", "mode": "0600"}},
	{Name: "link without src", Module: "file", Args: mt.Args{"path": "{dir}/l", "state": "link"}},
	{Name: "link kept without src", Module: "file", Files: mt.Files{"a: x", "l -> a"}, Args: mt.Args{"path": "{dir}/l", "state": "link"}},
	{Name: "src without a link", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "src": "{dir}/b", "state": "file"}},
	{Name: "hard", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/h", "src": "{dir}/a", "state": "hard"}},
	{Name: "hard there", Module: "file", Files: mt.Files{"a: x", "h => a"}, Args: mt.Args{"path": "{dir}/h", "src": "{dir}/a", "state": "hard"}},
	{Name: "hard over a file", Module: "file", Files: mt.Files{"a: x", "h: y"}, Args: mt.Args{"path": "{dir}/h", "src": "{dir}/a", "state": "hard"}},
	{Name: "hard over a file forced", Module: "file", Files: mt.Files{"a: x", "h: y"}, Args: mt.Args{"path": "{dir}/h", "src": "{dir}/a", "state": "hard", "force": true}},
	{Name: "hard of nothing", Module: "file", Args: mt.Args{"path": "{dir}/h", "src": "{dir}/a", "state": "hard"}},
	{Name: "hard without src", Module: "file", Args: mt.Args{"path": "{dir}/h", "state": "hard"}},
	{Name: "touch with times kept", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "state": "touch", "access_time": "preserve", "modification_time": "preserve", "mode": "0600"}},
	{Name: "touch makes a file once", Module: "file", Args: mt.Args{"path": "{dir}/a", "state": "touch", "access_time": "preserve", "modification_time": "preserve"}},
	{Name: "touch with a given time", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "state": "touch", "access_time": "202001020304.05", "modification_time": "202001020304.05"}, Ignore: []string{"diff"}},
	{Name: "times in another format", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "modification_time": "2 Feb 2021 PM 3", "modification_time_format": "%d %b %Y %p %I"}, Ignore: []string{"diff"}},
	{Name: "time in the wrong format", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "modification_time": "yesterday"}},
	{Name: "touch below nothing", Module: "file", Args: mt.Args{"path": "{dir}/no/a", "state": "touch"}},
	{Name: "alias dest and basename of src", Module: "file", Files: mt.Files{"d/a: x", "b: y"}, Args: mt.Args{"dest": "{dir}/d", "src": "{dir}/b", "state": "hard"}},
	{Name: "attributes there already", Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "attributes": "-i"}, Differs: map[string]string{"changed": "flags are compared as a set", "diff": "the same"}},
	{Name: "wrong state", Module: "file", Args: mt.Args{"path": "{dir}/a", "state": "directry"}},
	{Name: "unknown option", Module: "file", Args: mt.Args{"path": "{dir}/a", "stat": "file"}, Differs: map[string]string{"msg": "aliases stand beside their option"}},
	{Name: "path missing", Module: "file", Args: mt.Args{"state": "file"}},
	{Name: "wrong boolean", Module: "file", Args: mt.Args{"path": "{dir}/a", "recurse": "maybe"}, Ignore: []string{"msg"}},
}

func TestFile(t *testing.T)       { mt.Conform(t, fileCases) }
func TestFileOracle(t *testing.T) { mt.Compare(t, fileCases) }

func TestFileTouchAlwaysChanges(t *testing.T) {
	c := mt.Case{Module: "file", Files: mt.Files{"a: x"}, Args: mt.Args{"path": "{dir}/a", "state": "touch"}}
	dir := t.TempDir()
	c.Files.Make(t, dir)
	for range 2 {
		if r := c.Run(t, dir, false); !r.Changed || r.Failed {
			t.Errorf("touch: changed=%v %s", r.Changed, r.Msg)
		}
	}
}
