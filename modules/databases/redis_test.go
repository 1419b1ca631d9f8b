package databases

import (
	"bufio"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"

	mt "goplay/modules/modulestest"
)

// startRedis starts a server on a port of its own, which it returns.
func startRedis(t *testing.T) string {
	t.Helper()
	server := needProgram(t, "redis-server", "/usr/bin/redis-server")
	for range 10 { // another program may be given the port in between
		if port := freePort(t); startRedisOn(t, server, port) {
			return port
		}
	}
	t.Fatal("the server did not come up")
	return ""
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// startRedisOn waits until the server says that it is ready, or ends.
func startRedisOn(t *testing.T, server, port string) bool {
	t.Helper()
	p := exec.Command(server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(), "--requirepass", "geheim")
	log, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			go io.Copy(io.Discard, log)
			return true
		}
		t.Log(lines.Text())
	}
	return false
}

func TestRedisOracle(t *testing.T) {
	c := func(name string, args mt.Args) mt.Case {
		for k, v := range (mt.Args{"login_host": "127.0.0.1", "login_port": "{port}", "login_password": "geheim"}) {
			if _, given := args[k]; !given {
				args[k] = v
			}
		}
		return mt.Case{Name: name, Module: "community.general.redis", Args: args}
	}
	config := func(name, value string) mt.Args { return mt.Args{"command": "config", "name": name, "value": value} }
	mt.Sequence(t, []mt.Case{
		c("a size", config("maxmemory", "4mb")),
		c("a size again", config("maxmemory", "4194304")),
		checked(c("a size, checked", config("maxmemory", "8M"))),
		c("a word", config("maxmemory-policy", "allkeys-lru")),
		c("not a word it knows", config("maxmemory-policy", "nonsense")),
		c("no parameter", config("nonsense", "1")),
		c("emptied", mt.Args{"command": "flush"}),
		checked(c("one emptied, checked", mt.Args{"command": "flush", "flush_mode": "db", "db": 3})),
		c("one emptied", mt.Args{"command": "flush", "flush_mode": "db", "db": 3}),
		c("none emptied", mt.Args{"command": "flush", "flush_mode": "db"}),
		c("a master", mt.Args{"command": "replica", "replica_mode": "master"}),
		c("a replica", mt.Args{"command": "slave", "master_host": "10.255.255.1", "master_port": 6380}),
		c("a replica again", mt.Args{"command": "replica", "master_host": "10.255.255.1", "master_port": 6380}),
		c("a master again", mt.Args{"command": "replica", "slave_mode": "master"}),
		c("no host", mt.Args{"command": "replica"}),
		c("a wrong password", mt.Args{"command": "flush", "login_password": "wrong"}),
		c("nothing", mt.Args{}),
	}, func(t *testing.T) map[string]string { return map[string]string{"{port}": startRedis(t)} })
}

func FuzzRedisSize(f *testing.F) {
	for _, seed := range []string{"4mb", " 1.5 K", "10", "yes", "", ".", "9E9999", "1Q"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := redisSize(text)
		if again := redisSize(once); again != once {
			t.Errorf("%q became %q and then %q", text, once, again)
		}
	})
}
