package docker

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// archivedImage is one image in an archive as docker save writes it. It has
// more than one ID: engines differ in what they call an image's ID.
type archivedImage struct {
	ids  []string
	tags []string
}

func (a *archivedImage) is(id string) bool { return slices.Contains(a.ids, id) }

type saveManifest []struct {
	Config   string
	RepoTags []string
}

type ociIndex struct {
	Manifests []struct {
		Digest string `json:"digest"`
	} `json:"manifests"`
}

// readArchive lists the images of an archive without reading their layers.
func readArchive(name string) ([]archivedImage, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var manifest saveManifest
	var index ociIndex
	found := false
	for t := tar.NewReader(f); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read archive %s: %w", name, err)
		}
		switch path.Clean(h.Name) {
		case "manifest.json":
			found = true
			err = json.NewDecoder(io.LimitReader(t, 1<<24)).Decode(&manifest)
		case "index.json":
			err = json.NewDecoder(io.LimitReader(t, 1<<24)).Decode(&index)
		}
		if err != nil {
			return nil, fmt.Errorf("read archive %s: %s: %w", name, h.Name, err)
		}
	}
	if !found {
		return nil, fmt.Errorf("read archive %s: it has no manifest.json", name)
	}
	images := make([]archivedImage, len(manifest))
	for i, m := range manifest {
		id := strings.TrimSuffix(path.Base(m.Config), ".json")
		images[i] = archivedImage{ids: []string{"sha256:" + id}, tags: m.RepoTags}
	}
	if len(images) == 1 && len(index.Manifests) == 1 {
		images[0].ids = append(images[0].ids, index.Manifests[0].Digest)
	}
	return images, nil
}

// holdsOnly reports whether an archive is that of one image under one name.
func holdsOnly(images []archivedImage, id, name string) bool {
	return len(images) == 1 && images[0].is(id) && len(images[0].tags) == 1 && sameName(images[0].tags[0], name)
}
