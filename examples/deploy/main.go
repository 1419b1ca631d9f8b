// Command web is the application that playbooks/deploy.yaml deploys when it is
// given no other: a guest book in one file, with a migration to run before the
// first visit.
//
//	web            serves on $LISTEN (":8888")
//	web migrate    brings the database file to the present version
package main

import (
	"bufio"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// header is the first line of a migrated database file.
const header = "guestbook 2"

var page = template.Must(template.New("page").Parse(`<!doctype html>
<title>{{.Title}}</title>
<h1>{{.Title}}</h1>
<form method="post"><input name="entry" autofocus><button>sign</button></form>
<ul>{{range .Entries}}<li>{{.}}</li>{{end}}</ul>
`))

func main() {
	db := &book{path: env("DB_PATH", "db.sqlite3")}
	if len(os.Args) > 1 && os.Args[1] == "migrate" {
		changed, err := db.migrate()
		if err != nil {
			log.Fatal(err)
		}
		if changed {
			fmt.Println("Migrated to " + header)
		} else {
			fmt.Println("No migrations to apply.")
		}
		return
	}
	if os.Getenv("SECRET_KEY") == "" {
		log.Fatal("SECRET_KEY is not set")
	}
	http.Handle("/", db)
	address := env("LISTEN", ":8888")
	log.Printf("serving on %s", address)
	log.Fatal(http.ListenAndServe(address, nil))
}

func env(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// book is a file with a header and an entry on each line.
type book struct {
	path string
	mu   sync.Mutex
}

// migrate writes the header of the present version, and reports whether it
// was another one.
func (b *book) migrate() (changed bool, err error) {
	entries, version, err := b.read()
	if err != nil || version == header {
		return false, err
	}
	text := header + "\n"
	for _, e := range entries {
		text += e + "\n"
	}
	return true, os.WriteFile(b.path, []byte(text), 0o600)
}

func (b *book) read() (entries []string, version string, err error) {
	f, err := os.Open(b.path)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if version == "" && strings.HasPrefix(lines.Text(), "guestbook ") {
			version = lines.Text()
			continue
		}
		entries = append(entries, lines.Text())
	}
	return entries, version, lines.Err()
}

func (b *book) sign(entry string) (err error) {
	f, err := os.OpenFile(b.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = fmt.Fprintf(f, "%s %s\n", time.Now().UTC().Format(time.DateTime), strings.ReplaceAll(entry, "\n", " "))
	return err
}

func (b *book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method == http.MethodPost {
		if err := b.sign(r.FormValue("entry")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	entries, version, err := b.read()
	if err != nil || version != header {
		http.Error(w, "the database is not migrated", http.StatusServiceUnavailable)
		return
	}
	if err := page.Execute(w, map[string]any{"Title": env("TITLE", "Guest book"), "Entries": entries}); err != nil {
		log.Print(err)
	}
}
