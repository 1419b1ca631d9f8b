package remote

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"goplay/engine/remote/sshconfig"
)

// knownKey is one line of a known_hosts file that is about a host.
type knownKey struct {
	marker string // "", "@cert-authority" or "@revoked"
	key    ssh.PublicKey
	file   string
	line   int
}

// knownName is how known_hosts names a host: [host]:port unless the port is 22.
func knownName(host string, port int) string {
	if port == 22 {
		return host
	}
	return "[" + host + "]:" + strconv.Itoa(port)
}

// knownKeys reads what files say about any of the names. Files that are not
// there and lines that are not right say nothing, as in OpenSSH.
func knownKeys(files []string, names ...string) []knownKey {
	var keys []knownKey
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(data))
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			if k, ok := knownLine(lines.Text(), names); ok {
				k.file, k.line = file, n
				keys = append(keys, k)
			}
		}
	}
	return keys
}

func knownLine(line string, names []string) (knownKey, bool) {
	fields := strings.Fields(line)
	var k knownKey
	if len(fields) > 0 && strings.HasPrefix(fields[0], "@") {
		k.marker, fields = fields[0], fields[1:]
	}
	if len(fields) < 3 || strings.HasPrefix(fields[0], "#") || !knownMatch(fields[0], names) {
		return k, false
	}
	blob, err := base64.StdEncoding.DecodeString(fields[2])
	if err == nil {
		k.key, err = ssh.ParsePublicKey(blob)
	}
	return k, err == nil
}

func knownMatch(hosts string, names []string) bool {
	for _, name := range names {
		name = strings.ToLower(name)
		if rest, ok := strings.CutPrefix(hosts, "|1|"); ok {
			if hashMatch(rest, name) {
				return true
			}
			continue
		}
		found := false
		for _, p := range strings.Split(hosts, ",") {
			negated := strings.HasPrefix(p, "!")
			if !sshconfig.Glob(strings.TrimPrefix(p, "!"), name) {
				continue
			}
			if negated {
				found = false
				break
			}
			found = true
		}
		if found {
			return true
		}
	}
	return false
}

func hashMatch(hashed, name string) bool {
	salt, hash, _ := strings.Cut(hashed, "|")
	s, err := base64.StdEncoding.DecodeString(salt)
	if err != nil {
		return false
	}
	mac := hmac.New(sha1.New, s)
	mac.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)) == hash
}

// remember adds a host's key to a known_hosts file.
func remember(file, name string, key ssh.PublicKey, hashed bool) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("remember the host's key: %w", err)
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("remember the host's key: %w", err)
	}
	defer f.Close()
	if hashed {
		name = knownhosts.HashHostname(name)
	}
	line := name + " " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + "\n"
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		last := make([]byte, 1)
		// A last line without its end would swallow ours.
		if _, err := f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			line = "\n" + line
		}
	}
	_, err = f.WriteString(line)
	return err
}
