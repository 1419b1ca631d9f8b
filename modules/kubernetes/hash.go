package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"goplay/internal/value"
)

// contentHash is the hash that kubectl kustomize appends to the names of
// ConfigMaps and Secrets.
func contentHash(object *value.Dict) (string, error) {
	sorted := func(key string) any {
		if v := at(object, key); v != nil {
			return v
		}
		return ""
	}
	name := "name"
	if textAt(object, "metadata", "name") == "" && textAt(object, "metadata", "generateName") != "" {
		name = "generateName"
	}
	d := value.DictOf("data", sorted("data"), "kind", textAt(object, "kind"), name, textAt(object, "metadata", name))
	if textAt(object, "kind") == "Secret" {
		d.Set("type", sorted("type"))
	}
	text, err := value.EncodeJSON(d, value.JSONOptions{SortKeys: true, Separators: [2]string{",", ":"}})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	return strings.NewReplacer("0", "g", "1", "h", "3", "k", "a", "m", "e", "t").Replace(hex.EncodeToString(sum[:])[:10]), nil
}
