package main

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"goplay/modules/modulestest"
)

// passingValues differ from run to run, or are Ansible's own: its Python and its callback.
var passingValues = []string{"invocation", "_ansible_no_log", "_ansible_verbose_always", "_ansible_verbose_override", "exception",
	"discovered_interpreter_python", "deprecations", "warnings", "atime", "mtime", "ctime", "inode", "dev", "start", "end", "delta",
	"block_size", "version", "device_type", "stop", "_ansible_item_label"}

// passingText is what is written instead of what a pattern finds.
type passingText struct {
	pattern *regexp.Regexp
	instead string
}

// passingTexts are parts of texts that differ from run to run.
var passingTexts = []passingText{
	{regexp.MustCompile(`\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~`), ".BACKUP~"},
	{regexp.MustCompile(`(Valid booleans include: ).*`), "$1..."},     // a set of Python's has no order
	{regexp.MustCompile(`(?s)\n\nThe error appears to be in .*`), ""}, // an excerpt of the play
	{regexp.MustCompile(`\.ansible_tmp\w+`), ".ansible_tmp"},
	{regexp.MustCompile(` \(_ssl\.c:\d+\)`), ""},            // a line of Python's own
	{regexp.MustCompile(` for http\+docker://\S+: `), ": "}, // the client's address, which goplay leaves out
	{regexp.MustCompile(`/[^ "]*/ansible-(module)?tmp-[^/ "]*/`), "TMP/"},
	{regexp.MustCompile(`/[^ "]*/ansible-local-[^/ "]*/[^/ "]*`), "TMP"},
}

// traceback is what Ansible's answer says where its module had a Python exception.
const traceback = "(a Python traceback)"

// normalizer writes what differs from run to run in one way.
type normalizer struct {
	dir, root, host string
	servers         taskServers
	drop            []string
	texts           []passingText // of the case
}

// passing adds a case's own patterns.
func (n *normalizer) passing(patterns map[string]string) {
	for _, pattern := range slices.Sorted(maps.Keys(patterns)) {
		n.texts = append(n.texts, passingText{regexp.MustCompile(pattern), patterns[pattern]})
	}
}

func (n normalizer) text(s string) string {
	for _, name := range []struct{ text, instead string }{
		{n.dir, "{dir}"}, {n.root, "{root}"}, {n.servers.url, "{url}"}, {strings.TrimPrefix(n.servers.url, "http://"), "{server}"},
		{n.servers.tls, "{tls}"}, {strings.TrimPrefix(n.servers.tls, "https://127.0.0.1:"), "{tls port}"},
		{n.servers.mutual, "{mutual}"}, {strings.TrimPrefix(n.servers.mutual, "https://127.0.0.1:"), "{mutual port}"},
		{n.servers.socket, "{socket}"}, {n.host, "{host}"},
	} {
		if name.text != "" {
			s = strings.ReplaceAll(s, name.text, name.instead)
		}
	}
	for _, p := range slices.Concat(passingTexts, n.texts) {
		s = p.pattern.ReplaceAllString(s, p.instead)
	}
	return s
}

func (n normalizer) value(v any) any {
	switch v := v.(type) {
	case string:
		return n.text(v)
	case []any:
		for i := range v {
			v[i] = n.value(v[i])
		}
		return v
	case map[string]any:
		out := map[string]any{}
		for k, item := range v {
			if !slices.Contains(n.drop, k) {
				out[n.text(k)] = n.value(item)
			}
		}
		for _, key := range []string{"failed", "skipped", "changed"} {
			if out[key] == false {
				delete(out, key)
			}
		}
		if msg, ok := out["msg"].(string); ok && strings.HasPrefix(msg, "MODULE FAILURE") {
			return map[string]any{"failed": true, "msg": traceback}
		}
		if d, ok := out["diff"]; ok {
			if out["diff"] = shownDiffs(d); len(shownDiffs(d)) == 0 {
				delete(out, "diff")
			}
		}
		return out
	default:
		return v
	}
}

// shownDiffs are the diffs that show something, as a list.
func shownDiffs(v any) []any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := []any{}
	for _, d := range list {
		if m, ok := d.(map[string]any); ok && (m["prepared"] != nil && m["prepared"] != "" || !reflect.DeepEqual(m["before"], m["after"]) || m["src_binary"] != nil || m["dst_binary"] != nil) {
			for _, key := range []string{"src_binary", "dst_binary"} {
				if m[key] == float64(1) {
					m[key] = true
				}
			}
			out = append(out, m)
		}
	}
	return out
}

// withoutTemporary leaves out what names a file that Ansible made for the while,
// in both results.
func withoutTemporary(got, want any) {
	g, isMap := got.(map[string]any)
	w, both := want.(map[string]any)
	if isMap && both {
		for k, v := range w {
			if s, ok := v.(string); ok && strings.HasPrefix(s, "TMP") {
				delete(g, k)
				delete(w, k)
			}
			withoutTemporary(g[k], w[k])
		}
	}
	gl, isList := got.([]any)
	wl, both := want.([]any)
	if isList && both {
		for i := range min(len(gl), len(wl)) {
			withoutTemporary(gl[i], wl[i])
		}
	}
}

// ordered puts lists whose order means nothing in order, in dicts and a loop's results too.
func (c *taskCase) ordered(key string, v any) any {
	if slices.Contains(c.Unordered, key) {
		return modulestest.Ordered(v)
	}
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			v[k] = c.ordered(k, item)
		}
	case []any:
		for i := range v {
			if key == "results" {
				v[i] = c.ordered("", v[i])
			}
		}
	}
	return v
}
