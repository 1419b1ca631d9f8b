package systems

import (
	"os"
	"path/filepath"
	"strings"

	"goplay/modules"
	"goplay/modules/packages/tool"
)

// readFile takes what is wanted from a .repo file, here or on a server.
func (j *repositoryJob) readFile() error {
	path := j.Repo
	if strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://") {
		dir, err := os.MkdirTemp("", "goplay-repo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path = filepath.Join(dir, "repo")
		if err := tool.Download(j.c, j.Repo, path, true); err != nil {
			return modules.Fail("Error downloading .repo file from provided URL")
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return modules.Fail("Error opening .repo file from provided path")
	}
	names, settings, err := parseRepoFile(string(data))
	switch {
	case err != nil:
		return err
	case len(names) != 1:
		return modules.Fail("Invalid format, .repo file contains %d repositories, expected 1", len(names))
	case settings["baseurl"] == "":
		return modules.Fail("No baseurl found in .repo file")
	}
	j.want.Set("alias", names[0])
	j.want.Set("url", settings["baseurl"])
	j.AutoImportKeys = j.AutoImportKeys || settings["gpgkey"] != ""
	for _, key := range []string{"name", "enabled", "autorefresh", "gpgcheck"} {
		if v, ok := settings[key]; ok {
			j.want.Set(key, v)
		}
	}
	return nil
}

// parseRepoFile reads the sections' names, and the settings of the last one.
func parseRepoFile(text string) (names []string, settings map[string]string, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			names, settings = append(names, line[1:len(line)-1]), map[string]string{}
		default:
			at := strings.IndexAny(line, "=:")
			if settings == nil || at < 0 {
				return nil, nil, modules.Fail("Invalid format, .repo file could not be parsed")
			}
			settings[strings.ToLower(strings.TrimSpace(line[:at]))] = strings.TrimSpace(line[at+1:])
		}
	}
	return names, settings, nil
}
