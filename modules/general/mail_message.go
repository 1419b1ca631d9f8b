package general

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"goplay/modules"
	"goplay/modules/fsys"
)

// localName is what this host calls itself to a mail server.
func localName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "localhost"
	}
	return name
}

// splitAddress takes an address apart into a name and what stands in <>.
func splitAddress(text string) (name, address string) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '<')
	if at < 0 || !strings.HasSuffix(text, ">") {
		return "", text
	}
	name = strings.TrimSpace(text[:at])
	if len(name) > 1 && strings.HasPrefix(name, `"`) && strings.HasSuffix(name, `"`) {
		name = strings.ReplaceAll(strings.ReplaceAll(name[1:len(name)-1], `\"`, `"`), `\\`, `\`)
	}
	return name, strings.TrimSpace(text[at+1 : len(text)-1])
}

// writtenAddress is an address as a header has it.
func writtenAddress(text string) string {
	name, address := splitAddress(text)
	switch {
	case name == "":
		return address
	case !isASCII(name):
		return mime.BEncoding.Encode("utf-8", name) + " <" + address + ">"
	case strings.ContainsAny(name, `()<>@,;:".[]\`):
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name + " <" + address + ">"
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 126 || r < 32 })
}

// mailText is a mail as it is sent.
type mailText struct {
	bytes.Buffer
	charset string
}

// header adds a header; a line break in it would begin another one.
func (m *mailText) header(name, text string) {
	fmt.Fprintf(m, "%s: %s\r\n", name, strings.NewReplacer("\r", "", "\n", " ").Replace(text))
}

// word is the text of a header in the mail's character set.
func (m *mailText) word(text string) string {
	data, err := inCharset(text, m.charset)
	if err != nil {
		return mime.BEncoding.Encode("utf-8", text)
	}
	return mime.BEncoding.Encode(m.charset, string(data))
}

// encoded writes bytes in Base64, in lines that mails may have.
func (m *mailText) encoded(data []byte) {
	text := base64.StdEncoding.EncodeToString(data)
	for len(text) > 0 {
		n := min(76, len(text))
		m.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
}

// compose writes the mail, and lists whom it goes to.
func (a mailArgs) compose(c *modules.Context, now time.Time) (text []byte, to []string, err error) {
	body, err := inCharset(cmp.Or(a.Body, a.Subject), a.Charset)
	if err != nil {
		return nil, nil, err
	}
	boundary := fmt.Sprintf("===============%019d==", now.UnixNano())
	m := &mailText{charset: strings.ToLower(a.Charset)}
	m.header("Content-Type", fmt.Sprintf("multipart/mixed; charset=%q; boundary=%q", a.Charset, boundary))
	m.header("MIME-Version", "1.0")
	m.header("From", writtenAddress(a.Sender))
	m.header("Date", now.Format(time.RFC1123Z))
	m.header("Subject", m.word(a.Subject))
	m.header("Message-ID", fmt.Sprintf("<%d.goplay@%s>", now.UnixNano(), localName()))
	a.more(c, m)
	named := func(list []string) string {
		var written []string
		for _, one := range list {
			_, address := splitAddress(one)
			if !slices.Contains(to, address) {
				to = append(to, address)
			}
			written = append(written, writtenAddress(one))
		}
		return strings.Join(written, ", ")
	}
	m.header("To", named(a.To))
	m.header("Cc", named(a.CC))
	named(a.BCC)
	m.WriteString("\r\nMultipart message\r\n--" + boundary + "\r\n")
	m.header("Content-Type", fmt.Sprintf("text/%s; charset=%q", a.Subtype, a.Charset))
	m.header("MIME-Version", "1.0")
	m.header("Content-Transfer-Encoding", "base64")
	m.WriteString("\r\n")
	m.encoded(append(body, "\n\n"...))
	for _, path := range a.Attach {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, mailFailure("Failed to send community.general.mail: can't attach file %s: %s: '%s'", path, fsys.OSError(errors.Unwrap(err)), path)
		}
		m.WriteString("\r\n--" + boundary + "\r\n")
		m.header("Content-Type", "application/octet-stream")
		m.header("MIME-Version", "1.0")
		m.header("Content-Transfer-Encoding", "base64")
		m.header("Content-disposition", mime.FormatMediaType("attachment", map[string]string{"filename": filepath.Base(path)}))
		m.WriteString("\r\n")
		m.encoded(data)
	}
	m.WriteString("\r\n--" + boundary + "--\r\n")
	return m.Bytes(), to, nil
}

// more adds the user's own headers, which may stand with a bar between them.
func (a mailArgs) more(c *modules.Context, m *mailText) {
	mailer := "Ansible mail module"
	for _, given := range a.Headers {
		for one := range strings.SplitSeq(given, "|") {
			one = strings.TrimSpace(one)
			parts := strings.Split(one, "=")
			if len(parts) != 2 || strings.ContainsAny(parts[0], ": \r\n") || parts[0] == "" {
				c.Warn("Skipping header '%s', unable to parse", one)
				continue
			}
			if strings.EqualFold(parts[0], "X-Mailer") {
				mailer = ""
			}
			m.header(parts[0], m.word(parts[1]))
		}
	}
	if mailer != "" {
		m.header("X-Mailer", mailer)
	}
}

// inCharset is a text in a character set.
func inCharset(text, charset string) ([]byte, error) {
	limit := rune(0)
	switch strings.ToLower(charset) {
	case "utf-8", "utf8":
		return []byte(text), nil
	case "us-ascii", "ascii":
		limit = 127
	case "iso-8859-1", "latin-1", "latin1":
		limit = 255
	default:
		return nil, mailFailure("the character set %s is not known: use utf-8, us-ascii or iso-8859-1", charset)
	}
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r > limit {
			return nil, mailFailure("the character set %s has no %q: use utf-8", charset, r)
		}
		out = append(out, byte(r))
	}
	return out, nil
}
