package report

import (
	"os"
	"path/filepath"

	"goplay/engine"
	"goplay/internal/value"
)

// Tree keeps each host's last result in a file of JSON that has the host's name,
// for nobody's eyes but the user's.
type Tree struct {
	Next engine.Reporter
	Dir  string
	Warn func(text string)
}

var _ engine.Reporter = (*Tree)(nil)

// Report passes an event on and keeps results.
func (t *Tree) Report(e engine.Event) {
	t.Next.Report(e)
	done, ok := e.(engine.HostDone)
	if !ok || done.Status == engine.Skipped {
		return
	}
	text, err := value.EncodeJSON((&Default{}).shown(done.Outcome), value.JSONOptions{SortKeys: true, Unicode: true})
	if err != nil {
		t.Warn("Unable to write " + done.Host + "'s file: " + err.Error())
		return
	}
	if err := os.MkdirAll(t.Dir, 0o700); err != nil {
		t.Warn("Unable to access or create the configured directory (" + t.Dir + "): " + err.Error())
		return
	}
	if err := os.WriteFile(filepath.Join(t.Dir, filepath.Base(done.Host)), []byte(text), 0o600); err != nil {
		t.Warn("Unable to write to " + done.Host + "'s file: " + err.Error())
	}
}
