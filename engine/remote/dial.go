package remote

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"goplay/engine/remote/sshconfig"
)

// busyRetries is how often a host is tried again that closes a connection
// before its first word: sshd does that when too many log in at once.
const busyRetries = 6

// dialer opens ssh connections to one host.
type dialer struct {
	pool    *Pool
	cfg     *sshconfig.Config
	files   []string // the configuration files in effect
	pass    string   // the login password
	keyPass string
	noCheck bool
	timeout time.Duration
	depth   int // of jumps
}

// maxJumps bounds a chain of jumps, which may be a ring.
const maxJumps = 8

// newDialer puts together what the inventory, the ssh arguments and the
// configuration files say, in that order, as ansible hands them to ssh.
func (p *Pool) newDialer(t *Target) (*dialer, error) {
	d := &dialer{pool: p, pass: t.Password, keyPass: t.PrivateKeyPassphrase, noCheck: t.NoHostKeyChecking, timeout: t.timeout()}
	d.cfg = newConfig(t.Host)
	files := p.options.SSHConfig
	if files == nil {
		files = []string{filepath.Join(homeDir(), ".ssh", "config"), "/etc/ssh/ssh_config"}
	}
	take := func(line string) error {
		file, unsupported, err := d.cfg.SetArgs(line)
		switch {
		case file == "none":
			files = []string{}
		case file != "":
			files = []string{d.cfg.Path(file)}
		}
		for _, u := range unsupported {
			p.warn(fmt.Sprintf("ssh argument %s is not supported and has no effect", u))
		}
		return err
	}
	if err := take(t.SSHArgs); err != nil {
		return nil, &Unreachable{Msg: err.Error(), Err: err}
	}
	set := func(name, value string) {
		if value != "" && value != "0" {
			d.cfg.Set(name, value)
		}
	}
	if t.NoHostKeyChecking {
		set("StrictHostKeyChecking", "no")
	}
	set("Port", strconv.Itoa(t.Port))
	set("IdentityFile", t.PrivateKeyFile)
	set("User", t.User)
	set("ConnectTimeout", strconv.Itoa(int(t.Timeout.Round(time.Second).Seconds())))
	if err := errors.Join(take(t.SSHCommonArgs), take(t.SSHExtraArgs)); err != nil {
		return nil, &Unreachable{Msg: err.Error(), Err: err}
	}
	d.files = files
	return d, d.load()
}

func newConfig(host string) *sshconfig.Config {
	name := os.Getenv("USER")
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return sshconfig.New(host, name, homeDir())
}

func homeDir() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return "/"
	}
	return home
}

func (d *dialer) load() error {
	if err := d.cfg.Load(d.files...); err != nil {
		return unreachable(err, "%s", err)
	}
	return nil
}

// dial opens a connection, again if the host is busy or Retries allow it.
func (d *dialer) dial(ctx context.Context) (*ssh.Client, error) {
	for try := 0; ; try++ {
		c, err := d.once(ctx)
		var busy *busyError
		var denied *deniedError
		again := errors.As(err, &busy) && try < busyRetries || err != nil && try < d.pool.options.Retries
		if !again || ctx.Err() != nil || errors.As(err, &denied) {
			return c, err
		}
		pause := time.Duration(1<<min(try, 4)) * 150 * time.Millisecond
		select {
		case <-time.After(pause + rand.N(pause)):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// once makes one attempt. A watchdog closes the connection of a host that does
// not go on; questions to the user stop its clock.
func (d *dialer) once(ctx context.Context) (*ssh.Client, error) {
	conn, err := d.connect(ctx)
	if err != nil {
		return nil, err
	}
	dog := watch(conn, d.connectTimeout())
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	login := d.login(ctx, dog)
	defer login.ids.close()
	c, chans, reqs, err := ssh.NewClientConn(conn, net.JoinHostPort(d.cfg.HostName(), strconv.Itoa(d.cfg.Port())), &login.config)
	late := !dog.stop()
	if err != nil {
		conn.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, d.explain(err, login, conn, late)
	}
	client := ssh.NewClient(c, chans, reqs)
	d.keepAlive(client)
	d.forward(client)
	return client, nil
}

func (d *dialer) connectTimeout() time.Duration {
	if t := d.cfg.Seconds("ConnectTimeout"); t > 0 {
		return t
	}
	return d.timeout
}

// connect reaches the host's port: through jumps, a command, or directly.
func (d *dialer) connect(ctx context.Context) (net.Conn, error) {
	if jumps := d.cfg.Get("ProxyJump"); jumps != "" && !strings.EqualFold(jumps, "none") && d.cfg.Get("ProxyCommand") == "" {
		return d.jump(ctx, jumps)
	}
	if command := d.cfg.Get("ProxyCommand"); command != "" && !strings.EqualFold(command, "none") {
		conn, err := dialCommand(d.cfg.Expand(command))
		if err != nil {
			return nil, unreachable(err, "%s", err)
		}
		return conn, nil
	}
	return dialTCP(ctx, d.cfg.HostName(), d.cfg.Port(), d.cfg.Get("AddressFamily"), d.cfg.Get("BindAddress"), d.connectTimeout())
}

// jump reaches the host from the last of a chain of others, whose connections
// are shared by all hosts that are behind them.
func (d *dialer) jump(ctx context.Context, chain string) (net.Conn, error) {
	if d.depth >= maxJumps {
		return nil, unreachable(nil, "the ProxyJump of %s leads in a circle", d.cfg.HostName())
	}
	before, last := "", chain
	if at := strings.LastIndexByte(chain, ','); at >= 0 {
		before, last = chain[:at], strings.TrimSpace(chain[at+1:])
	}
	name, host, port := splitHop(d.cfg.Expand(last))
	hop := &dialer{pool: d.pool, files: d.files, noCheck: d.noCheck, timeout: d.timeout, depth: d.depth + 1, cfg: newConfig(host)}
	if name != "" {
		hop.cfg.Set("User", name)
	}
	if port != "" {
		hop.cfg.Set("Port", port)
	}
	if before != "" {
		hop.cfg.Set("ProxyJump", before)
	}
	if d.noCheck {
		hop.cfg.Set("StrictHostKeyChecking", "no")
	}
	if err := hop.load(); err != nil {
		return nil, err
	}
	client, err := d.pool.jumpHost(ctx, fmt.Sprintf("%s|%q|%v", chain, d.files, d.noCheck), hop)
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort(d.cfg.HostName(), strconv.Itoa(d.cfg.Port()))
	conn, err := client.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, unreachable(err, "%s cannot reach %s: %s", host, addr, strings.TrimPrefix(err.Error(), "ssh: "))
	}
	return conn, nil
}

// splitHop takes apart user@host:port, with or without ssh:// before it.
func splitHop(hop string) (name, host, port string) {
	host = strings.TrimSuffix(strings.TrimPrefix(hop, "ssh://"), "/")
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		name, host = host[:at], host[at+1:]
	}
	if h, p, err := net.SplitHostPort(host); err == nil {
		return name, h, p
	}
	return name, strings.Trim(host, "[]"), ""
}

// keepAlive asks after a host that says nothing, as ServerAliveInterval has it.
func (d *dialer) keepAlive(c *ssh.Client) {
	every := d.cfg.Seconds("ServerAliveInterval")
	if every <= 0 {
		return
	}
	allowed := d.cfg.Int("ServerAliveCountMax", 3)
	gone := make(chan struct{})
	go func() { _ = c.Wait(); close(gone) }()
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		answers, missed := make(chan struct{}, 1), 0
		for {
			select {
			case <-gone:
				return
			case <-answers:
				missed = 0
			case <-tick.C:
				if missed++; missed > allowed {
					_ = c.Close()
					return
				}
				go func() {
					if _, _, err := c.SendRequest("keepalive@openssh.com", true, nil); err == nil {
						select {
						case answers <- struct{}{}:
						default:
						}
					}
				}()
			}
		}
	}()
}

// watchdog closes a connection when its time is over.
type watchdog struct {
	mu    sync.Mutex
	timer *time.Timer
	limit time.Duration
	bit   bool
}

func watch(c net.Conn, limit time.Duration) *watchdog {
	w := &watchdog{limit: limit}
	w.timer = time.AfterFunc(limit, func() {
		w.mu.Lock()
		w.bit = true
		w.mu.Unlock()
		_ = c.Close()
	})
	return w
}

// asking stops the clock while the user thinks.
func (w *watchdog) asking(ask func(string) (string, error)) func(string) (string, error) {
	if ask == nil {
		return nil
	}
	return func(prompt string) (string, error) {
		w.timer.Stop()
		defer w.timer.Reset(w.limit)
		return ask(prompt)
	}
}

// stop reports whether the connection was left alone.
func (w *watchdog) stop() bool {
	w.timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.bit
}
