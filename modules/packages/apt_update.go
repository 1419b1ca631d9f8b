package packages

import (
	"math/rand/v2"
	"strings"
	"time"

	"goplay/modules"
)

// refresh fetches the lists of packages if that is asked for and they are old.
func (j *aptJob) refresh() error {
	j.before = listsFetched()
	updated, at := false, j.before.Unix()
	j.r.CacheUpdated, j.r.CacheUpdateTime = &updated, &at
	if (j.UpdateCache == nil || !*j.UpdateCache) && j.CacheValid == 0 {
		return nil
	}
	if !j.before.Add(time.Duration(j.CacheValid) * time.Second).Before(time.Now()) {
		return nil
	}
	fetched := false
	err := j.c.Change(modules.Diff{}, func() error {
		fetched = true
		return fetchLists(j.c, j.UpdateRetries, j.UpdateDelay, j.LockTimeout)
	})
	if err != nil {
		return err
	}
	now := listsFetched()
	updated, at = !fetched || now.Unix() != j.before.Unix(), now.Unix()
	return nil
}

// fetchLists runs apt-get update until it succeeds, at most so many times;
// waits double up to maxDelay seconds.
func fetchLists(c *modules.Context, retries, maxDelay, lockTimeout int) error {
	argv := []string{"apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any"}
	said := "unknown reason"
	jitter := time.Duration(rand.IntN(1000)) * time.Millisecond
	for try := range retries {
		out, err := execLocked(c, modules.Cmd{Argv: argv, Env: aptEnv, UTF8: true, Stream: true}, lockTimeout)
		if err != nil {
			return err
		}
		if out.RC == 0 {
			return nil
		}
		said = complaints(out.Stderr)
		if strings.Contains(out.Stderr, "Unable to lock directory "+aptLists) {
			first, _, _ := strings.Cut(said, ", ")
			return modules.Fail("Failed to lock apt for exclusive operation: Failed to lock directory %s/: %s", aptLists, first)
		}
		if try == retries-1 {
			break
		}
		if err := pause(c, min(time.Second<<min(try, 10), time.Duration(maxDelay)*time.Second)+jitter); err != nil {
			return err
		}
	}
	return modules.Fail("Failed to update apt cache: %s", said)
}

// complaints joins apt's warnings and errors as its library does.
func complaints(stderr string) string {
	var parts []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if kind, text, ok := strings.Cut(line, ": "); ok && (kind == "W" || kind == "E") {
			parts = append(parts, kind+":"+text)
		}
	}
	if len(parts) == 0 {
		return strings.TrimSpace(stderr)
	}
	return strings.Join(parts, ", ")
}

// pause waits, but not longer than the task lasts.
func pause(c *modules.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-c.Done():
		return c.Err()
	}
}
