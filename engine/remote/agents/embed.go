//go:build agents

package agents

import "embed"

//go:embed bin
var files embed.FS

func find(name string) ([]byte, bool) {
	packed, err := files.ReadFile("bin/" + name)
	return packed, err == nil
}
