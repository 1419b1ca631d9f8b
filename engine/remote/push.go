package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"goplay/engine/agent"
)

// starting is the start of one user's agent.
type starting struct {
	h      *host
	conn   conn
	become *Become
	pty    bool
	tried  []string // folders that could not hold the agent, with reasons
}

// agent starts the agent that the host keeps, or puts it there first. Which one
// it needs is guessed; the host is asked only if it has no such agent.
func (st *starting) agent(ctx context.Context) (*agent.Client, *started, error) {
	guess := st.h.pool.likelyHash(st.h)
	client, s, err := st.try(ctx, guess)
	if client != nil || err != nil {
		return client, s, err
	}
	bin, packing, err := st.needs(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	if bin.Hash != guess {
		if client, s, err = st.try(ctx, bin.Hash); client != nil || err != nil {
			return client, s, err
		}
		s.leave(ctx)
	}
	if err := st.push(ctx, bin, packing); err != nil {
		return nil, nil, err
	}
	client, s, err = st.try(ctx, bin.Hash)
	if err == nil && client == nil {
		s.leave(ctx)
		err = errors.New("the agent that was just put on the host does not start")
	}
	return client, s, err
}

// try starts the agent of a hash. Without one that runs, there is no client and
// no error, and s holds what the host needs.
func (st *starting) try(ctx context.Context, hash string) (*agent.Client, *started, error) {
	s, err := st.run(ctx, func(token string) string {
		return startScript(token, hash, st.h.target.RemoteTmp, st.pty)
	}, st.pty)
	if err != nil || s.answer != "run" {
		return nil, s, err
	}
	client, err := greet(ctx, s)
	if err == nil || ctx.Err() != nil {
		return client, s, err
	}
	// What is kept does not run, or no longer: as if it were not there.
	s, again := st.run(ctx, func(token string) string {
		return startScript(token, "none", st.h.target.RemoteTmp, st.pty)
	}, st.pty)
	if again != nil {
		return nil, nil, errors.Join(err, again)
	}
	return nil, s, nil
}

func (st *starting) run(ctx context.Context, script func(token string) string, pty bool) (*started, error) {
	return run(ctx, st.conn, st.become, pty, st.h.target.timeout(), script)
}

// needs finds the agent for the host that has answered "need SYSTEM MACHINE
// [DECOMPRESSOR...]", and how to send it.
func (st *starting) needs(ctx context.Context, s *started) (bin *Binary, packing string, err error) {
	words := strings.Fields(s.answer)
	s.leave(ctx)
	if len(words) < 3 || words[0] != "need" {
		return nil, "", fmt.Errorf("the host answered %q", s.answer)
	}
	goos, goarch, err := platform(words[1], words[2])
	if err != nil {
		return nil, "", err
	}
	if bin, err = st.h.pool.agents(goos, goarch); err != nil {
		return nil, "", err
	}
	st.h.pool.learn(st.h, bin.Hash)
	return bin, bin.packingFor(words[3:]), nil
}

// push puts the agent into the first folder that can hold it.
func (st *starting) push(ctx context.Context, bin *Binary, packing string) error {
	for skip := 0; ; {
		bad, err := st.send(ctx, bin, packing, skip)
		if err != nil || bad == 0 {
			return err
		}
		skip = bad
	}
}

// send makes one attempt; bad is the number of a folder that could not hold the agent.
func (st *starting) send(ctx context.Context, bin *Binary, packing string, skip int) (bad int, err error) {
	var packed bytes.Buffer
	if st.pty { // which has no end of input: the length is said beforehand
		if err := bin.copyTo(&packed, packing); err != nil {
			return 0, err
		}
	}
	s, err := st.run(ctx, func(token string) string {
		return pushScript(token, bin.Hash, st.h.target.RemoteTmp, bin.Size, packing, skip, packed.Len(), st.bySFTP())
	}, st.pty)
	if err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, s.kill)
	defer stop()
	told := false // the script has said its last line
	defer func() {
		if told {
			s.leave(ctx)
		} else {
			s.discard()
		}
	}()
	file, ready := strings.CutPrefix(s.answer, "send")
	if !ready {
		reasons := st.tried
		if more := strings.Trim(strings.TrimPrefix(s.answer, "none"), "; "); more != "" {
			reasons = append(reasons, more)
		}
		return 0, fmt.Errorf("no folder on the host can hold goplay's agent: %s", strings.Join(reasons, "; "))
	}
	var sent error
	switch {
	case st.bySFTP():
		if err := st.upload(ctx, bin, packing, strings.TrimSpace(file)); err != nil {
			return 0, err
		}
		_, sent = io.WriteString(s.stdin, "\n")
	case st.pty:
		_, sent = io.Copy(s.stdin, &packed)
	default:
		sent = errors.Join(bin.copyTo(s.stdin, packing), s.stdin.Close())
	}
	answer, _, err := firstLine(s.out, s.token, func([]byte) {})
	told = err == nil
	words := strings.Fields(answer)
	switch {
	case ctx.Err() != nil:
		return 0, context.Cause(ctx)
	case err != nil:
		return 0, fmt.Errorf("the connection was lost while the agent was sent: %w", errors.Join(sent, noEOF(err)))
	case len(words) > 2 && words[0] == "bad":
		st.tried = append(st.tried, badFolder(words[2:]))
		return strconv.Atoi(words[1])
	case len(words) > 0 && words[0] == "ok":
		return 0, nil
	}
	return 0, fmt.Errorf("the host answered %q to the agent", answer)
}

// badFolder says why a folder does not do, from "FOLDER (N of M bytes)".
func badFolder(words []string) string {
	said := strings.Join(words, " ")
	if n := len(words); n > 4 && words[n-4] == "("+words[n-2] {
		return strings.Join(words[:n-4], " ") + " has the whole agent, which does not start there"
	}
	return said + " could be kept"
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// platform is what Go calls a system and machine of uname.
func platform(system, machine string) (goos, goarch string, err error) {
	goos = strings.ToLower(system)
	switch machine {
	case "x86_64", "amd64":
		return goos, "amd64", nil
	case "aarch64", "arm64":
		return goos, "arm64", nil
	case "i386", "i486", "i586", "i686":
		return goos, "386", nil
	case "armv5l", "armv5tel", "armv6l", "armv7l", "armv8l":
		return goos, "arm", nil
	case "riscv64", "s390x", "ppc64le", "ppc64", "loong64", "mips64":
		return goos, machine, nil
	}
	return "", "", fmt.Errorf("goplay does not run on %s %s", system, machine)
}
