package lookups

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/tree"
	"goplay/internal/value"
)

var collectionName = lazy.Regexp(`^\w+\.\w+$`)

// collectionVersion gives the version of a collection that is installed. Those
// whose modules are part of the program are not, whatever their version.
func collectionVersion(c *Call) ([]any, error) {
	out := make([]any, len(c.Terms))
	for i, term := range c.Terms {
		name := value.Str(term)
		if !collectionName.MatchString(name) {
			return nil, value.Raise("AnsibleLookupError", "\"%s\" is not a FQCN", name)
		}
		version, found, err := c.installed(name)
		switch {
		case err != nil:
			return nil, value.Raise("AnsibleLookupError", "Error while loading metadata for %s: %v", name, err)
		case !found:
			out[i] = c.option("result_not_found", nil)
		case version == nil:
			out[i] = c.option("result_no_version", "*")
		default:
			out[i] = version
		}
	}
	return out, nil
}

// installed looks for a collection in the folders that collections are kept in.
func (c *Call) installed(name string) (version any, found bool, err error) {
	if c.plugins.options.Settings == nil {
		return nil, false, nil
	}
	paths, _ := c.plugins.options.Settings.Setting("COLLECTIONS_PATHS")
	folders, err := value.Items(paths)
	if err != nil {
		return nil, false, nil
	}
	for _, folder := range folders {
		dir := filepath.Join(value.Str(folder), "ansible_collections", filepath.FromSlash(strings.Replace(name, ".", "/", 1)))
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			version, err := versionIn(dir)
			return version, true, err
		}
	}
	return nil, false, nil
}

// versionIn is the version that a collection's own description names.
func versionIn(dir string) (any, error) {
	if data, err := os.ReadFile(filepath.Join(dir, "MANIFEST.json")); err == nil {
		var manifest struct {
			Info struct {
				Version any `json:"version"`
			} `json:"collection_info"`
		}
		err := json.Unmarshal(data, &manifest)
		return manifest.Info.Version, err
	}
	data, err := os.ReadFile(filepath.Join(dir, "galaxy.yml"))
	if err != nil {
		return nil, nil
	}
	docs, _, err := tree.Parse("galaxy.yml", data, tree.Options{Plain: true})
	if err != nil || len(docs) == 0 || docs[0].Kind != tree.Map {
		return nil, err
	}
	return docs[0].Get("version").Data(), nil
}
