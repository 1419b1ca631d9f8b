package main

import (
	"goplay/engine/agent"
)

// agentCommand serves calls on standard input and output: what goplay starts
// of itself on a target, and as another user here.
func agentCommand(args []string) int { return agent.Main(args) }
