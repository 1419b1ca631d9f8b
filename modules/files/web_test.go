package files

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	mt "goplay/modules/modulestest"
)

// service answers what the cases ask.
func service(t *testing.T) map[string]string {
	mux := http.NewServeMux()
	mux.HandleFunc("/file.txt", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "file.txt", time.Date(2021, 1, 2, 3, 4, 5, 0, time.UTC), strings.NewReader("hello\n"))
	})
	mux.HandleFunc("/named", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="given.txt"`)
		_, _ = io.WriteString(w, "hello\n")
	})
	mux.HandleFunc("/SUMS", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "0000000000000000000000000000000000000000  other.txt\n"+helloSum+"  ./file.txt\n")
	})
	mux.HandleFunc("/to", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/file.txt", http.StatusFound) })
	mux.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Add("X-Many-Words", "a")
		http.SetCookie(w, &http.Cookie{Name: "k", Value: "v", Path: "/"})
		_, _ = io.WriteString(w, `{"b": [1, 2.5, null], "a": "é"}`)
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s %s\n%s", r.Method, r.Header.Get("Content-Type"), r.Header.Get("X-Given"), r.UserAgent(), body)
	})
	mux.HandleFunc("/basic", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "ann" || password != "pw" {
			w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "come in")
	})
	mux.HandleFunc("/digest", digestGate)
	mux.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"error": "no"}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return map[string]string{"{url}": server.URL}
}

// digestGate lets ann in by RFC 2617.
func digestGate(w http.ResponseWriter, r *http.Request) {
	hash := func(s string) string { sum := md5.Sum([]byte(s)); return hex.EncodeToString(sum[:]) }
	get := func(name string) string {
		_, rest, _ := strings.Cut(r.Header.Get("Authorization"), " "+name+"=")
		v, _, _ := strings.Cut(strings.TrimPrefix(rest, `"`), `"`)
		return strings.TrimSuffix(strings.Fields(v + " ")[0], ",")
	}
	if strings.HasPrefix(r.Header.Get("Authorization"), "Digest ") {
		want := hash(hash("ann:r:pw") + ":n:" + get("nc") + ":" + get("cnonce") + ":auth:" + hash("GET:/digest"))
		if get("response") == want {
			_, _ = io.WriteString(w, "come in")
			return
		}
	}
	w.Header().Set("WWW-Authenticate", `Digest realm="r", nonce="n", qop="auth"`)
	http.Error(w, "who are you?", http.StatusUnauthorized)
}

func get(name string, args mt.Args) mt.Case {
	if args["dest"] == nil {
		args["dest"] = "{dir}/d"
	}
	return mt.Case{Name: name, Module: "get_url", Args: args, Ignore: []string{"src", "elapsed"}}
}

func getURLCases(vars map[string]string) []mt.Case {
	sum := "sha1:" + helloSum
	old := func(c mt.Case, files ...string) mt.Case { c.Files = files; return c }
	cases := []mt.Case{
		get("new", mt.Args{"url": "{url}/file.txt"}),
		get("with attributes", mt.Args{"url": "{url}/file.txt", "mode": "0600"}),
		get("with checksum", mt.Args{"url": "{url}/file.txt", "checksum": sum}),
		get("checksum from a list", mt.Args{"url": "{url}/file.txt", "checksum": "sha1:{url}/SUMS"}),
		get("checksum not in the list", mt.Args{"url": "{url}/json", "checksum": "sha1:{url}/SUMS"}).Differing("what every other failure returns", "dest", "url"),
		get("checksum wrong", mt.Args{"url": "{url}/file.txt", "checksum": "sha1:00"}).Differing("the file never appears", "changed"),
		get("checksum without algorithm", mt.Args{"url": "{url}/file.txt", "checksum": helloSum}),
		get("checksum no number", mt.Args{"url": "{url}/file.txt", "checksum": "sha1:xyz"}),
		old(get("there with checksum", mt.Args{"url": "{url}/file.txt", "checksum": sum}), "d: hello\n"),
		old(get("there with checksum and other mode", mt.Args{"url": "{url}/file.txt", "checksum": sum, "mode": "0600"}), "d: hello\n"),
		old(get("there with another checksum", mt.Args{"url": "{url}/file.txt", "checksum": sum}), "d: old\n"),
		old(get("there and older", mt.Args{"url": "{url}/file.txt"}), "d 0640: old\n"),
		old(get("there and the same", mt.Args{"url": "{url}/named"}), "d: hello\n"),
		old(get("forced with backup", mt.Args{"url": "{url}/file.txt", "force": true, "backup": true}), "d: old\n"),
		old(get("into a folder", mt.Args{"url": "{url}/file.txt"}), "d/"),
		old(get("into a folder under the server's name", mt.Args{"url": "{url}/named"}), "d/"),
		old(get("into a folder after a redirect", mt.Args{"url": "{url}/to"}), "d/"),
		get("not found", mt.Args{"url": "{url}/none"}),
		get("nobody there", mt.Args{"url": "http://127.0.0.1:1/x"}),
		get("no scheme", mt.Args{"url": "file.txt"}),
		get("missing folder", mt.Args{"url": "{url}/file.txt", "dest": "{dir}/no/d"}).Differing("nothing is downloaded for a folder that is not there", "checksum_src"),
		old(get("file", mt.Args{"url": "file://{dir}/s"}), "s: hello\n"),
		get("credentials", mt.Args{"url": "{url}/basic", "url_username": "ann", "url_password": "pw"}),
		get("credentials sent first", mt.Args{"url": "{url}/basic", "username": "ann", "password": "pw", "force_basic_auth": true}),
		get("wrong credentials", mt.Args{"url": "{url}/basic", "url_username": "ann", "url_password": "no"}),
		get("digest", mt.Args{"url": "{url}/digest", "url_username": "ann", "url_password": "pw"}),
		get("headers", mt.Args{"url": "{url}/echo", "headers": map[string]any{"X-Given": "yes"}}),
	}
	for i := range cases {
		cases[i].Vars = vars
	}
	return cases
}

func TestGetURL(t *testing.T)       { mt.Conform(t, getURLCases(service(t))) }
func TestGetURLOracle(t *testing.T) { mt.Compare(t, getURLCases(service(t))) }

func TestGetURLNotModified(t *testing.T) {
	c := get("", mt.Args{"url": "{url}/file.txt"})
	c.Vars = service(t)
	dir := t.TempDir()
	if r := c.Run(t, dir, false); !r.Changed {
		t.Fatalf("the first download: %s", r.Msg)
	}
	r := c.Run(t, dir, false)
	if code, _ := r.Data.Get("status_code"); r.Changed || code != int64(304) || r.Msg != "HTTP Error 304: Not Modified" {
		t.Errorf("the second download: changed=%v status=%v %s", r.Changed, code, r.Msg)
	}
}

func ask(name string, args mt.Args) mt.Case {
	return mt.Case{Name: name, Module: "uri", Args: args, Ignore: []string{"elapsed", "date", "server", "content_type", "connection"}}.Changing()
}

func uriCases(vars map[string]string) []mt.Case {
	cases := []mt.Case{
		ask("plain", mt.Args{"url": "{url}/file.txt"}),
		ask("content", mt.Args{"url": "{url}/file.txt", "return_content": true}),
		ask("json", mt.Args{"url": "{url}/json"}),
		ask("json with content", mt.Args{"url": "{url}/json", "return_content": true}),
		ask("redirect", mt.Args{"url": "{url}/to"}),
		ask("redirect not followed", mt.Args{"url": "{url}/to", "follow_redirects": "none", "status_code": 302}),
		ask("redirect of a post", mt.Args{"url": "{url}/to", "method": "POST", "status_code": 302}),
		ask("not found", mt.Args{"url": "{url}/none"}),
		ask("not found expected", mt.Args{"url": "{url}/none", "status_code": []any{200, 404}}),
		ask("broken", mt.Args{"url": "{url}/broken", "status_code": "200,201"}),
		ask("broken with content", mt.Args{"url": "{url}/broken", "return_content": true}),
		ask("nobody there", mt.Args{"url": "http://127.0.0.1:1/x"}),
		ask("nobody there expected", mt.Args{"url": "http://127.0.0.1:1/x", "status_code": -1}),
		ask("post raw", mt.Args{"url": "{url}/echo", "method": "POST", "body": "text", "return_content": true}),
		ask("post json", mt.Args{"url": "{url}/echo", "method": "POST", "body": map[string]any{"a": []any{1, "é"}}, "body_format": "json", "return_content": true}),
		ask("post json text", mt.Args{"url": "{url}/echo", "method": "post", "body": `{"a":1}`, "body_format": "json", "return_content": true}),
		ask("post form", mt.Args{"url": "{url}/echo", "method": "POST", "body": map[string]any{"a": []any{"1 2", "3&4"}}, "body_format": "form-urlencoded", "return_content": true}),
		ask("post form pairs", mt.Args{"url": "{url}/echo", "method": "POST", "body": []any{[]any{"a", "1"}, []any{"b", "é"}}, "body_format": "form-urlencoded", "return_content": true}),
		ask("put with own type", mt.Args{"url": "{url}/echo", "method": "PUT", "body": map[string]any{"a": 1}, "body_format": "json", "headers": map[string]any{"Content-Type": "text/x", "X-Given": "1"}, "return_content": true}),
		ask("basic", mt.Args{"url": "{url}/basic", "user": "ann", "password": "pw", "return_content": true}),
		ask("basic sent first", mt.Args{"url": "{url}/basic", "url_username": "ann", "url_password": "pw", "force_basic_auth": true, "return_content": true}),
		ask("basic refused", mt.Args{"url": "{url}/basic"}),
		ask("digest", mt.Args{"url": "{url}/digest", "user": "ann", "password": "pw", "return_content": true}),
		ask("dest", mt.Args{"url": "{url}/file.txt", "dest": "{dir}/d", "mode": "0600"}),
		ask("creates", mt.Args{"url": "{url}/file.txt", "creates": "{dir}"}),
		ask("removes", mt.Args{"url": "{url}/file.txt", "removes": "{dir}/none"}),
		ask("method of two words", mt.Args{"url": "{url}/file.txt", "method": "GET IT"}),
		ask("src", mt.Args{"url": "{url}/echo", "method": "POST", "src": "{dir}/s", "remote_src": true, "return_content": true}),
		ask("checked", mt.Args{"url": "{url}/file.txt"}).Differing("the module's own name", "msg"),
	}
	for i := range cases {
		cases[i].Vars, cases[i].Files = vars, mt.Files{"s: sent"}
	}
	cases[len(cases)-1].Check = true
	return cases
}

func TestURI(t *testing.T)       { mt.Conform(t, uriCases(service(t))) }
func TestURIOracle(t *testing.T) { mt.Compare(t, uriCases(service(t))) }
