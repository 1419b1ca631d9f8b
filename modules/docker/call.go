package docker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// object is a JSON object of the Engine API. Numbers in it are int64, or
// float64 where they are no whole numbers.
type object = map[string]any

// call makes a request whose body and answer are JSON as the engine has them,
// without going through a type: what the modules compare and return must be
// neither less nor more than what the engine says.
func (e *engine) call(ctx context.Context, method, path string, query url.Values, body any) (any, error) {
	resp, err := e.request(ctx, method, path, query, body, nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNoContent {
		return nil, nil
	}
	return decode(resp.Body)
}

// request is a call whose answer the caller reads, and closes.
func (e *engine) request(ctx context.Context, method, path string, query url.Values, body any, header http.Header) (*http.Response, error) {
	var in io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("encode request for %s: %w", path, err)
		}
		in = bytes.NewReader(data)
	}
	target := (&url.URL{Scheme: "http", Host: "docker.localhost", Path: e.base + "/v" + e.ClientVersion() + path, RawQuery: query.Encode()}).String()
	req, err := http.NewRequestWithContext(ctx, method, target, in)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := e.plain.Do(req)
	if err != nil {
		return nil, explain(e.host, err)
	}
	if resp.StatusCode >= 400 {
		defer resp.Body.Close()
		return nil, refusal(resp)
	}
	return resp, nil
}

// get reads one object.
func (e *engine) get(ctx context.Context, path string, query url.Values) (object, error) {
	v, err := e.call(ctx, http.MethodGet, path, query, nil)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("the engine answers %s with no object", path)
	}
	return o, nil
}

// list reads an array of objects.
func (e *engine) list(ctx context.Context, path string, query url.Values) ([]object, error) {
	v, err := e.call(ctx, http.MethodGet, path, query, nil)
	return objects(v), err
}

func refusal(resp *http.Response) error {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	var said struct{ Message string }
	if json.Unmarshal(data, &said) != nil || said.Message == "" {
		said.Message = strings.TrimSpace(string(data))
	}
	return &statusError{resp.StatusCode, said.Message}
}

func decode(r io.Reader) (any, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		if err == io.EOF {
			return nil, nil
		}
		return nil, fmt.Errorf("read the engine's answer: %w", err)
	}
	return plain(v), nil
}

// plain turns JSON's numbers into Go's.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for k, item := range v {
			v[k] = plain(item)
		}
	case []any:
		for i, item := range v {
			v[i] = plain(item)
		}
	}
	return v
}

// at follows a dotted path through objects; nil when it leads nowhere.
func at(v any, path string) any {
	for _, name := range strings.Split(path, ".") {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// put sets what a dotted path leads to, making the objects on the way.
func put(o object, path string, v any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		next, ok := o[name].(object)
		if !ok {
			next = object{}
			o[name] = next
		}
		o = next
	}
	o[names[len(names)-1]] = v
}

func textAt(v any, path string) string {
	s, _ := at(v, path).(string)
	return s
}

func intAt(v any, path string) int64 {
	n, _ := at(v, path).(int64)
	return n
}

func boolAt(v any, path string) bool {
	b, _ := at(v, path).(bool)
	return b
}

func objectAt(v any, path string) object {
	o, _ := at(v, path).(object)
	return o
}

func textsAt(v any, path string) []string {
	items, _ := at(v, path).([]any)
	out := make([]string, 0, len(items))
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func objects(v any) []object {
	items, _ := v.([]any)
	out := make([]object, 0, len(items))
	for _, item := range items {
		if o, ok := item.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

func anys[T any](items []T) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = item
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
