package docker

import (
	"encoding/json"
	"net/http"
	"net/url"

	"goplay/internal/value"
	"goplay/modules"
)

func init() {
	modules.Register(modules.Spec{
		Name:    "community.docker.docker_prune",
		Summary: "remove what Docker does not use any more",
		Example: `- name: Remove stopped containers and dangling images
  community.docker.docker_prune:
    containers: true
    images: true
`,
		NoCheck: true,
	}, runPrune)
}

type pruneArgs struct {
	Containers              bool        `arg:"containers" default:"false" doc:"Remove stopped containers."`
	ContainersFilters       *value.Dict `arg:"containers_filters" doc:"Only those that match, as label or until."`
	Images                  bool        `arg:"images" default:"false" doc:"Remove images; only dangling ones unless images_filters has dangling false."`
	ImagesFilters           *value.Dict `arg:"images_filters" doc:"Only those that match, as label, until or dangling."`
	Networks                bool        `arg:"networks" default:"false" doc:"Remove networks without containers."`
	NetworksFilters         *value.Dict `arg:"networks_filters" doc:"Only those that match."`
	Volumes                 bool        `arg:"volumes" default:"false" doc:"Remove volumes without containers."`
	VolumesFilters          *value.Dict `arg:"volumes_filters" doc:"Only those that match."`
	BuilderCache            bool        `arg:"builder_cache" default:"false" doc:"Remove the builder's cache."`
	BuilderCacheAll         bool        `arg:"builder_cache_all" default:"false" doc:"Remove all of it, not only dangling parts."`
	BuilderCacheFilters     *value.Dict `arg:"builder_cache_filters" doc:"Only what matches."`
	BuilderCacheKeepStorage *string     `arg:"builder_cache_keep_storage" doc:"How much of it to keep, as 10G."`
	Connection
}

type pruneResult struct {
	Changed             bool   `json:"changed" doc:"Whether something was removed."`
	Containers          *[]any `json:"containers,omitempty" doc:"IDs of removed containers."`
	ContainersReclaimed *int64 `json:"containers_space_reclaimed,omitempty" doc:"Bytes that they took."`
	Images              *[]any `json:"images,omitempty" doc:"What was removed of images."`
	ImagesReclaimed     *int64 `json:"images_space_reclaimed,omitempty" doc:"Bytes that it took."`
	Networks            *[]any `json:"networks,omitempty" doc:"Names of removed networks."`
	Volumes             *[]any `json:"volumes,omitempty" doc:"Names of removed volumes."`
	VolumesReclaimed    *int64 `json:"volumes_space_reclaimed,omitempty" doc:"Bytes that they took."`
	CacheReclaimed      *int64 `json:"builder_cache_space_reclaimed,omitempty" doc:"Bytes that the removed cache took."`
	CachesDeleted       *[]any `json:"builder_cache_caches_deleted,omitempty" doc:"IDs of removed cache entries."`
}

func runPrune(c *modules.Context, a pruneArgs) (out pruneResult, err error) {
	e, err := a.connect(c)
	if err != nil {
		return out, err
	}
	defer e.Close()
	err = c.Change(modules.Diff{}, func() error { return a.prune(c, e, &out) })
	return out, err
}

func (a *pruneArgs) prune(c *modules.Context, e *engine, out *pruneResult) error {
	cache := filters(a.BuilderCacheFilters)
	if a.BuilderCacheAll {
		cache.Set("all", "true")
	}
	if a.BuilderCacheKeepStorage != nil {
		n, err := sizeOf("builder_cache_keep_storage", *a.BuilderCacheKeepStorage)
		if err != nil {
			return modules.Fail("Error while parsing value of builder_cache_keep_storage: %w", err)
		}
		cache.Set("keep-storage", value.Str(n))
	}
	for _, one := range []struct {
		wanted    bool
		path      string
		query     url.Values
		removed   string
		list      **[]any
		reclaimed **int64
	}{
		{a.Containers, "/containers/prune", filters(a.ContainersFilters), "ContainersDeleted", &out.Containers, &out.ContainersReclaimed},
		{a.Images, "/images/prune", filters(a.ImagesFilters), "ImagesDeleted", &out.Images, &out.ImagesReclaimed},
		{a.Networks, "/networks/prune", filters(a.NetworksFilters), "NetworksDeleted", &out.Networks, nil},
		{a.Volumes, "/volumes/prune", filters(a.VolumesFilters), "VolumesDeleted", &out.Volumes, &out.VolumesReclaimed},
		{a.BuilderCache, "/build/prune", cache, "CachesDeleted", &out.CachesDeleted, &out.CacheReclaimed},
	} {
		if !one.wanted {
			continue
		}
		said, err := e.call(c, http.MethodPost, one.path, one.query, nil)
		if err != nil {
			return modules.Fail("An unexpected Docker error occurred: %w", err)
		}
		removed := append([]any{}, items(at(said, one.removed))...)
		*one.list = &removed
		reclaimed := intAt(said, "SpaceReclaimed")
		if one.reclaimed != nil {
			*one.reclaimed = &reclaimed
		}
		out.Changed = out.Changed || len(removed) > 0 || reclaimed > 0
	}
	return nil
}

// filters are a task's filters as the API takes them: lists of texts by name.
func filters(d *value.Dict) url.Values {
	q := url.Values{}
	if d == nil {
		return q
	}
	out := map[string][]string{}
	for k, v := range d.All() {
		name := value.Str(k)
		many, ok := v.(*value.List)
		if !ok {
			many = value.NewList(v)
		}
		for _, one := range many.Items {
			text := value.Str(one)
			if b, ok := one.(bool); ok {
				text = map[bool]string{true: "true", false: "false"}[b]
			}
			out[name] = append(out[name], text)
		}
	}
	data, _ := json.Marshal(out)
	q.Set("filters", string(data))
	return q
}
