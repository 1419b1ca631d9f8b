package kubernetes

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"goplay/internal/value"
	"goplay/modules"
)

// waitOptions say whether and how long to wait for an object.
type waitOptions struct {
	Wait      bool           `arg:"wait" default:"false" doc:"Wait until the object is ready, or gone."`
	Sleep     int            `arg:"wait_sleep" default:"5" doc:"Seconds between looks."`
	Timeout   int            `arg:"wait_timeout" default:"120" doc:"Seconds to wait at most."`
	Condition *waitCondition `arg:"wait_condition" doc:"A condition of the object's status to wait for, instead of what is usual for its kind."`
}

type waitCondition struct {
	Type   string `arg:"type" doc:"Type of the condition."`
	Status string `arg:"status" enum:"True,False,Unknown" default:"True" doc:"Its status."`
	Reason string `arg:"reason" doc:"Its reason."`
}

// ready is what an object has to be for the waiting to end.
func (w waitOptions) ready(kind string) func(any) bool {
	if w.Condition != nil && w.Condition.Type != "" {
		return w.Condition.holds
	}
	switch kind {
	case "Deployment":
		return deploymentReady
	case "DaemonSet":
		return daemonSetReady
	case "StatefulSet":
		return statefulSetReady
	case "Pod":
		return podReady
	}
	return exists
}

// exists is true of objects, and of lists with something in them.
func exists(object any) bool {
	d, ok := object.(*value.Dict)
	return ok && d.Len() > 0 && (!strings.HasSuffix(textAt(object, "kind"), "List") || len(itemsAt(object, "items")) > 0)
}

func (w waitCondition) holds(object any) bool {
	for _, c := range itemsAt(object, "status", "conditions") {
		if textAt(c, "type") == w.Type {
			return textAt(c, "status") == w.Status && (w.Reason == "" || textAt(c, "reason") == w.Reason)
		}
	}
	return false
}

func numberAt(object any, path ...string) int64 {
	n, _ := at(object, path...).(int64)
	return n
}

// observed reports whether the status is about the newest definition.
func observed(object any) bool {
	return value.Equal(at(object, "status", "observedGeneration"), at(object, "metadata", "generation"))
}

func deploymentReady(object any) bool {
	status := func(name string) int64 { return numberAt(object, "status", name) }
	return at(object, "status") != nil && numberAt(object, "spec", "replicas") == status("replicas") && status("availableReplicas") == status("replicas") &&
		observed(object) && status("unavailableReplicas") == 0
}

func daemonSetReady(object any) bool {
	status := func(name string) int64 { return numberAt(object, "status", name) }
	return at(object, "status", "desiredNumberScheduled") != nil && status("updatedNumberScheduled") == status("desiredNumberScheduled") &&
		status("numberReady") == status("desiredNumberScheduled") && observed(object) && status("numberUnavailable") == 0
}

func statefulSetReady(object any) bool {
	want := numberAt(object, "spec", "replicas")
	status := func(name string) int64 { return numberAt(object, "status", name) }
	return at(object, "status") != nil && textAt(object, "spec", "updateStrategy", "type") == "RollingUpdate" && observed(object) &&
		textAt(object, "status", "updateRevision") == textAt(object, "status", "currentRevision") &&
		status("updatedReplicas") == want && status("readyReplicas") == want && status("replicas") == want
}

func podReady(object any) bool {
	if at(object, "status", "containerStatuses") == nil {
		return false
	}
	for _, c := range itemsAt(object, "status", "containerStatuses") {
		if at(c, "ready") != true {
			return false
		}
	}
	return true
}

// await looks at a path until what is there is as wanted: whether it became so,
// what was there last, and how many seconds that took.
func (k *client) await(path string, query url.Values, w waitOptions, wanted func(any) bool) (ok bool, object any, seconds int, err error) {
	start := time.Now()
	for {
		object, err = k.get(path, query)
		if errors.Is(missing(err), errNotFound) {
			object, err = nil, nil
		}
		var no *apiError
		if errors.As(err, &no) {
			return false, nil, seconds, err
		}
		if err == nil && wanted(object) {
			return true, object, seconds, nil
		}
		if time.Since(start) >= time.Duration(w.Timeout)*time.Second {
			return false, object, seconds, err
		}
		select {
		case <-k.c.Done():
			return false, object, seconds, context.Cause(k.c)
		case <-time.After(time.Duration(max(w.Sleep, 1)) * time.Second):
		}
		seconds = int(time.Since(start).Seconds())
	}
}

// timedOut is the failure of a wait that was in vain.
func timedOut(kind, name string) *modules.Failure {
	return modules.Fail(`"%s" "%s": Timed out waiting on resource`, kind, name)
}
