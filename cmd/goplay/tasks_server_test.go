package main

import (
	"archive/tar"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
)

// taskServer answers the requests of cases about the web.
func taskServer() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/file.txt", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "content\n")
	})
	mux.HandleFunc("/named", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="given.txt"`)
		_, _ = io.WriteString(w, "content\n")
	})
	mux.HandleFunc("/sums", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53  file.txt\n0000 other.txt\n")
	})
	mux.HandleFunc("/sum", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53\n")
	})
	mux.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"a": [1, 2.5, null, true], "ü": "text"}`)
	})
	mux.HandleFunc("/latin", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=iso-8859-1")
		_, _ = w.Write([]byte("gr\xfc\xdfe"))
	})
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		var code int
		_, _ = fmt.Sscan(r.PathValue("code"), &code)
		if to := r.URL.Query().Get("to"); to != "" {
			w.Header().Set("Location", to)
		}
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, "status %d\n", code)
	})
	mux.HandleFunc("/v2/", func(w http.ResponseWriter, r *http.Request) { // a registry, as far as logging in goes
		if user, password, ok := r.BasicAuth(); !ok || user != "me" || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	mux.HandleFunc("/auth", func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "me" || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "welcome\n")
	})
	mux.HandleFunc("/cookies", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "one", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "two", Value: "2"})
	})
	mux.HandleFunc("/file.tar", packed)
	mux.HandleFunc("/echo", echo)
	return mux
}

// echo answers with the request: its method, some headers and its body, a
// multipart body by its parts.
func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = fmt.Fprintf(w, "%s %s\n", r.Method, r.URL)
	for _, name := range []string{"Accept", "Authorization", "Content-Type", "Content-Length", "X-One", "User-Agent", "Cookie", "If-Modified-Since", "Cache-Control"} {
		for _, v := range slices.Sorted(slices.Values(r.Header.Values(name))) {
			v, _, _ = strings.Cut(v, "; boundary=")
			if name != "Content-Length" || !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
				_, _ = fmt.Fprintf(w, "%s: %s\n", name, v)
			}
		}
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !strings.HasPrefix(kind, "multipart/") {
		_, _ = io.Copy(w, r.Body)
		return
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return
		}
		body, _ := io.ReadAll(p)
		_, _ = fmt.Fprintf(w, "part %v %q\n", p.Header, body)
	}
}

// packed answers with an archive of one file.
func packed(w http.ResponseWriter, _ *http.Request) {
	out := tar.NewWriter(w)
	text := "content\n"
	_ = out.WriteHeader(&tar.Header{Name: "file.txt", Mode: 0o644, Size: int64(len(text)), ModTime: time.Unix(1614834367, 0)})
	_, _ = io.WriteString(out, text)
	_ = out.Close()
}
