package databases

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"goplay/modules"
)

// redisClient speaks Redis' protocol, of which the module needs little: a
// request is a list of texts, an answer a text, a number or a list.
type redisClient struct {
	conn net.Conn
	r    *bufio.Reader
}

// redisLogin are the options that say how to reach the server.
type redisLogin struct {
	Host          string  `arg:"login_host" default:"localhost" doc:"Host of the server."`
	Port          int     `arg:"login_port" default:"6379" doc:"Its port."`
	User          string  `arg:"login_user" doc:"User to log in as."`
	Password      *string `arg:"login_password,secret" doc:"The user's password."`
	TLS           bool    `arg:"tls" default:"false" doc:"Use TLS."`
	ValidateCerts bool    `arg:"validate_certs" default:"true" doc:"Check the server's certificate."`
	CACerts       string  `arg:"ca_certs" doc:"Certificates that the server's is checked with; the system's by default."`
}

func (l redisLogin) connect(c *modules.Context, db *int) (*redisClient, error) {
	client, err := l.dial(c)
	if err == nil {
		err = l.greet(client, db)
	}
	if err != nil {
		return nil, modules.Fail("unable to connect to database: %w", err)
	}
	return client, nil
}

func (l redisLogin) dial(c *modules.Context) (*redisClient, error) {
	address := net.JoinHostPort(l.Host, strconv.Itoa(l.Port))
	var dialer interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if l.TLS {
		config, err := tlsConfig(l.Host, l.CACerts, "", "", true)
		if err != nil {
			return nil, err
		}
		if !l.ValidateCerts {
			config = &tls.Config{InsecureSkipVerify: true}
		}
		dialer = &tls.Dialer{Config: config}
	}
	conn, err := dialer.DialContext(c, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &redisClient{conn, bufio.NewReader(conn)}, nil
}

// greet logs in, chooses the database and looks whether the server answers.
func (l redisLogin) greet(client *redisClient, db *int) error {
	var requests [][]string
	if l.Password != nil && l.User != "" {
		requests = append(requests, []string{"AUTH", l.User, *l.Password})
	} else if l.Password != nil {
		requests = append(requests, []string{"AUTH", *l.Password})
	}
	if db != nil && *db != 0 {
		requests = append(requests, []string{"SELECT", strconv.Itoa(*db)})
	}
	for _, request := range append(requests, []string{"PING"}) {
		if _, err := client.do(request...); err != nil {
			client.Close()
			return err
		}
	}
	return nil
}

func (r *redisClient) Close() { _ = r.conn.Close() }

// do sends a request and reads its answer.
func (r *redisClient) do(words ...string) (any, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&out, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(r.conn, out.String()); err != nil {
		return nil, err
	}
	return r.answer(0)
}

// maxAnswer is more than any answer that the module asks for.
const maxAnswer = 1 << 20

func (r *redisClient) answer(depth int) (any, error) {
	line, err := r.r.ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if err != nil || line == "" || depth > 4 {
		return nil, errors.Join(errors.New("the server's answer makes no sense"), err)
	}
	rest := line[1:]
	switch line[0] {
	case '+':
		return rest, nil
	case '-':
		return nil, errors.New(strings.TrimPrefix(rest, "ERR "))
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n > maxAnswer {
		return nil, fmt.Errorf("the server's answer %q makes no sense", line)
	}
	switch line[0] {
	case ':':
		return int64(n), nil
	case '$':
		if n < 0 {
			return nil, nil
		}
		text := make([]byte, n+2)
		_, err := io.ReadFull(r.r, text)
		return string(text[:n]), err
	case '*':
		var out []any
		for range n {
			item, err := r.answer(depth + 1)
			if err != nil {
				return nil, err
			}
			out = append(out, item)
		}
		return out, nil
	}
	return nil, fmt.Errorf("the server's answer %q makes no sense", line)
}

// info is what the server tells of itself.
func (r *redisClient) info() (map[string]string, error) {
	answer, err := r.do("INFO")
	text, _ := answer.(string)
	out := map[string]string{}
	for line := range strings.Lines(text) {
		if name, v, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); ok {
			out[name] = v
		}
	}
	return out, err
}
