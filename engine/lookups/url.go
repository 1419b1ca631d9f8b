package lookups

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"goplay/internal/pyurl"
	"goplay/internal/value"
)

// maxBody is the largest answer that url takes.
const maxBody = 64 << 20

// fetchURL gives what URLs answer, a line an item.
func fetchURL(c *Call) ([]any, error) {
	client, err := c.httpClient()
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	var out []any
	for _, term := range c.Terms {
		body, err := c.get(client, value.Str(term))
		if err != nil {
			return nil, err
		}
		if !c.truth("split_lines", true) {
			out = append(out, body)
			continue
		}
		for _, line := range splitLines(body) {
			out = append(out, line)
		}
	}
	return out, nil
}

func (c *Call) httpClient() (*http.Client, error) {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	if !c.truth("use_proxy", true) {
		transport.Proxy = nil
	}
	if !c.truth("validate_certs", true) {
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	}
	seconds := 10.0
	switch t := c.option("timeout", nil).(type) {
	case int64:
		seconds = float64(t)
	case float64:
		seconds = t
	}
	client := &http.Client{Transport: transport, Timeout: time.Duration(seconds * float64(time.Second))}
	if follow := strings.ToLower(c.text("follow_redirects", "urllib2")); follow == "no" || follow == "none" || follow == "false" {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return client, nil
}

func (c *Call) get(client *http.Client, url string) (string, error) {
	request, err := http.NewRequestWithContext(c.Ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", failure("Failed lookup url for %s : %v", url, err)
	}
	request.Header.Set("User-Agent", c.text("http_agent", "ansible-httpget"))
	if headers, ok := c.option("headers", nil).(*value.Dict); ok {
		for k, v := range headers.All() {
			request.Header.Set(value.Str(k), value.Str(v))
		}
	}
	if user := c.text("username", ""); user != "" {
		request.SetBasicAuth(user, c.text("password", ""))
	}
	if c.truth("force", false) {
		request.Header.Set("Cache-Control", "no-cache")
	}
	response, err := client.Do(request)
	if err != nil {
		return "", failure("Failed lookup url for %s : %s", url, pyurl.NoAnswer(err))
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		return "", failure("Received HTTP error for %s : HTTP Error %s", url, strings.Replace(response.Status, " ", ": ", 1))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", url, err)
	}
	if len(body) > maxBody {
		return "", failure("Failed lookup url for %s : the answer is larger than %d bytes", url, maxBody)
	}
	return string(body), nil
}
