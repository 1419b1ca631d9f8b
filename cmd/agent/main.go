// Command agent is what goplay puts on a target: the modules and the protocol,
// and nothing else. It takes the arguments "agent ..." as goplay itself does.
package main

import (
	"os"

	"goplay/engine/agent"
	_ "goplay/modules/all"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "agent" {
		args = args[1:]
	}
	os.Exit(agent.Main(args))
}
