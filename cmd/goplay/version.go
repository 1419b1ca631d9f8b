package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the build; a plain `go build` names the commit instead.
var version = ""

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "devel-" + s.Value[:12]
			}
		}
	}
	return "devel"
}

func versionCommand([]string) int {
	fmt.Printf("goplay %s (%s, %s/%s)\nplaybook language: ansible-core %s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH, languageVersion)
	return exitOK
}

// languageVersion is the ansible_version that playbooks see.
const languageVersion = "2.14.18"
