package homedir_test

import (
	"os/user"
	"testing"

	"goplay/internal/homedir"
)

func TestExpand(t *testing.T) {
	t.Setenv("HOME", "/home/me/")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"~": "/home/me", "~/a/b": "/home/me/a/b", "a/~": "a/~", "/~/x": "/~/x", "~nobodyatall/x": "~nobodyatall/x",
		"~" + me.Username + "/x": me.HomeDir + "/x", "": "",
	} {
		if got := homedir.Expand(path); got != want {
			t.Errorf("Expand(%q) = %q, want %q", path, got, want)
		}
	}
	t.Setenv("HOME", "/")
	if got := homedir.Expand("~"); got != "/" {
		t.Errorf("Expand(~) = %q", got)
	}
}
