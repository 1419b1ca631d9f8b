package modulestest

import (
	"io"
	"testing"

	"goplay/engine/agent"
	"goplay/modules"
)

// Conform holds cases to the contract in four passes, in this process and
// through an agent: check predicts and touches nothing; apply does it; check
// then predicts nothing; apply then changes nothing. A case whose module fails
// has to fail in the same words when it only checks.
func Conform(t *testing.T, cases []Case) {
	for i := range cases {
		c := &cases[i]
		t.Run(c.Name, func(t *testing.T) {
			c.skip(t)
			t.Run("in process", func(t *testing.T) { c.fourPasses(t, modules.InProcess{}) })
			t.Run("through an agent", func(t *testing.T) { c.fourPasses(t, agentRunner(t)) })
		})
	}
}

func (c *Case) fourPasses(t *testing.T, r modules.Runner) {
	dir := t.TempDir()
	c.Files.Make(t, dir)
	before := Tree(t, dir, true)
	predicted := runOn(t, r, c.Call(dir, true))
	if diff := sameTree(before, Tree(t, dir, true)); diff != "" {
		t.Fatalf("check mode changed the tree:\n%s", diff)
	}
	done := runOn(t, r, c.Call(dir, false))
	if done.Failed {
		if diff := sameTree(before, Tree(t, dir, true)); diff != "" {
			t.Errorf("the module failed (%s) and left a change:\n%s", done.Msg, diff)
		}
		return
	}
	if predicted.Failed || predicted.Changed != done.Changed && !predicted.Skipped {
		t.Errorf("check predicted changed=%v failed=%v (%s), apply gave changed=%v", predicted.Changed, predicted.Failed, predicted.Msg, done.Changed)
	}
	applied := Tree(t, dir, true)
	if !done.Changed && sameTree(before, applied) != "" {
		t.Errorf("changed is false, but:\n%s", sameTree(before, applied))
	}
	if c.Always {
		return
	}
	if again := runOn(t, r, c.Call(dir, true)); again.Changed || again.Failed {
		t.Errorf("after apply, check still predicts: changed=%v failed=%v %s %v", again.Changed, again.Failed, again.Msg, again.Diff)
	}
	if again := runOn(t, r, c.Call(dir, false)); again.Changed || again.Failed {
		t.Errorf("the second apply: changed=%v failed=%v %s", again.Changed, again.Failed, again.Msg)
	}
	if diff := sameTree(applied, Tree(t, dir, true)); diff != "" {
		t.Errorf("the second apply changed the tree:\n%s", diff)
	}
}

// agentRunner is an agent that serves in this process over pipes.
func agentRunner(t *testing.T) modules.Runner {
	toAgent, fromClient := io.Pipe()
	toClient, fromAgent := io.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = agent.Serve(t.Context(), toAgent, fromAgent, modules.InProcess{})
		_ = fromAgent.Close()
	}()
	client, err := agent.NewClient(toClient, fromClient)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = client.Close()
		<-served
	})
	return client
}
