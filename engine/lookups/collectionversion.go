package lookups

import (
	"encoding/json"
	"os"
	"path/filepath"

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
		dir := ""
		if find := c.plugins.options.Collection; find != nil {
			dir = find(name)
		}
		if dir == "" {
			out[i] = c.option("result_not_found", nil)
			continue
		}
		version, err := versionIn(dir)
		switch {
		case err != nil:
			return nil, value.Raise("AnsibleLookupError", "Error while loading metadata for %s: %v", name, err)
		case version == nil:
			out[i] = c.option("result_no_version", "*")
		default:
			out[i] = version
		}
	}
	return out, nil
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
