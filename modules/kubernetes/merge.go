package kubernetes

import (
	"encoding/base64"
	"slices"

	"goplay/internal/value"
)

// merged is a with b on top: dicts are merged, anything else of b's replaces a's.
func merged(a, b *value.Dict) *value.Dict {
	out := value.DeepCopy(a).(*value.Dict)
	for k, v := range b.All() {
		have, _ := out.Get(k)
		inner, isDict := have.(*value.Dict)
		more, alsoDict := v.(*value.Dict)
		if isDict && alsoDict {
			out.Set(k, merged(inner, more))
		} else {
			out.Set(k, value.DeepCopy(v))
		}
	}
	return out
}

// difference tells two objects apart: what only the first has or has
// otherwise, and the same of the second. Both are nil where nothing differs.
func difference(a, b *value.Dict, position string) (left, right *value.Dict) {
	if position == "" && textAt(a, "kind") == textAt(b, "kind") {
		position = textAt(a, "kind")
	}
	left, right = value.NewDict(), value.NewDict()
	for k, v := range a.All() {
		other, there := b.Get(k)
		if !there {
			left.Set(k, v)
			continue
		}
		if l, r, differ := differing(v, other, below(position, k)); differ {
			left.Set(k, l)
			right.Set(k, r)
		}
	}
	for k, v := range b.All() {
		if _, there := a.Get(k); !there {
			right.Set(k, v)
		}
	}
	if left.Len()+right.Len() == 0 {
		return nil, nil
	}
	return left, right
}

func differing(a, b any, position string) (left, right any, differ bool) {
	if x, ok := a.(*value.Dict); ok {
		if y, ok := b.(*value.Dict); ok {
			l, r := difference(x, y, position)
			return l, r, l != nil
		}
	}
	if x, ok := a.(*value.List); ok {
		if y, ok := b.(*value.List); ok && mergeKeys[position] != "" {
			return listDifference(x, y, position)
		}
	}
	return a, b, !value.Equal(a, b)
}

// listDifference compares lists whose items have a key, whatever their order.
func listDifference(a, b *value.List, position string) (left, right any, differ bool) {
	key := mergeKeys[position]
	first, second := keyed(a, key), keyed(b, key)
	l, r := value.NewList(), value.NewList()
	for _, id := range first.Keys() {
		item, _ := first.Get(id)
		other, there := second.Get(id)
		if !there {
			l.Append(item)
			continue
		}
		if x, y := difference(item.(*value.Dict), other.(*value.Dict), position); x != nil {
			x.Set(key, id)
			y.Set(key, id)
			l.Append(x)
			r.Append(y)
		}
	}
	for _, id := range second.Keys() {
		if _, there := first.Get(id); !there {
			item, _ := second.Get(id)
			r.Append(item)
		}
	}
	return l, r, len(l.Items)+len(r.Items) > 0
}

func keyed(l *value.List, key string) *value.Dict {
	out := value.NewDict()
	for _, item := range l.Items {
		if id := at(item, key); id != nil {
			out.Set(id, item)
		}
	}
	return out
}

func below(position string, key any) string {
	if position == "" {
		return ""
	}
	return position + "." + value.Str(key)
}

// mergeKeys are the lists of well-known kinds whose items have a key.
var mergeKeys = func() map[string]string {
	keys := map[string]string{"Service.spec.ports": "port", "ServiceAccount.secrets": "name",
		"ValidatingWebhookConfiguration.webhooks": "name", "MutatingWebhookConfiguration.webhooks": "name"}
	for _, kind := range []string{"Pod.spec", "Deployment.spec.template.spec", "DaemonSet.spec.template.spec", "StatefulSet.spec.template.spec",
		"Job.spec.template.spec", "CronJob.spec.jobTemplate.spec.template.spec"} {
		for _, list := range []string{"volumes", "imagePullSecrets"} {
			keys[kind+"."+list] = "name"
		}
		for _, containers := range []string{"containers", "initContainers", "ephemeralContainers"} {
			at := kind + "." + containers
			keys[at], keys[at+".env"], keys[at+".ports"] = "name", "name", "containerPort"
			keys[at+".volumeMounts"], keys[at+".volumeDevices"] = "mountPath", "devicePath"
		}
	}
	return keys
}()

// onlyCounted reports whether all that differs is what the server counts up by
// itself.
func onlyCounted(left, right *value.Dict) bool {
	for _, side := range []*value.Dict{left, right} {
		metadata, ok := at(side, "metadata").(*value.Dict)
		if !ok || side.Len() != 1 {
			return false
		}
		for _, k := range metadata.Keys() {
			if !slices.Contains([]any{"generation", "resourceVersion"}, k) {
				return false
			}
		}
	}
	return true
}

// encoded is a definition as the server keeps it: a secret's stringData goes to data.
func encoded(object *value.Dict) *value.Dict {
	plain, ok := at(object, "stringData").(*value.Dict)
	if !ok || textAt(object, "kind") != "Secret" {
		return object
	}
	out := value.DeepCopy(object).(*value.Dict)
	out.Delete("stringData")
	data, ok := at(out, "data").(*value.Dict)
	if !ok {
		data = value.NewDict()
		out.Set("data", data)
	}
	for k, v := range plain.All() {
		data.Set(k, base64.StdEncoding.EncodeToString([]byte(value.Str(v))))
	}
	return out
}
