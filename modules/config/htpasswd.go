package config

import (
	"os"
	"strings"

	"goplay/internal/passlib"
	"goplay/modules"
	"goplay/modules/fsys"
)

type htpasswdArgs struct {
	Path     string  `arg:"path,required" alias:"dest,destfile" type:"path" doc:"The file."`
	Name     string  `arg:"name,required" alias:"username" doc:"The user."`
	Password *string `arg:"password,secret" doc:"The user's password."`
	Scheme   string  `arg:"crypt_scheme" default:"apr_md5_crypt" doc:"How the password is hashed: apr_md5_crypt, bcrypt, md5_crypt, sha256_crypt, sha512_crypt, ldap_sha1, ldap_salted_sha1 or plaintext."`
	State    string  `arg:"state" enum:"present,absent" default:"present" doc:"Whether the user is to be there."`
	Create   bool    `arg:"create" default:"true" doc:"Make a missing file."`
	fsys.Attrs
}

type htpasswdResult struct {
	Msg string `json:"msg" doc:"What was done."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.htpasswd", Summary: "Keep users in a file of a web server's basic authentication",
		Example: "- name: Who may see the site\n  community.general.htpasswd:\n    path: /etc/nginx/passwd\n    name: janedoe\n    password: \"{{ jane_password }}\"\n    owner: root\n    group: www-data\n    mode: \"0640\"\n",
		Differs: []string{"Of passlib's schemes those are there that web servers know, except des_crypt, which is not safe."},
	}, htpasswd)
}

func htpasswd(c *modules.Context, a htpasswdArgs) (htpasswdResult, error) {
	e, err := fsys.OpenEdit(a.Path, &a.Attrs)
	if err != nil {
		return htpasswdResult{}, err
	}
	e.HideAttrs = true
	if a.State == "absent" {
		return a.remove(c, e)
	}
	if a.Password == nil {
		return htpasswdResult{}, modules.Fail("password is required to add a user")
	}
	if !e.Exists && !a.Create {
		return htpasswdResult{}, modules.Fail("Destination %s does not exist", a.Path)
	}
	if !passlib.Known(a.Scheme) {
		return htpasswdResult{}, modules.Fail(`"no crypt handler found for algorithm: '%s'"`, a.Scheme)
	}
	lines, at := a.find(string(e.Old))
	if at >= 0 && passlib.Verify(*a.Password, strings.TrimRight(lines[at][len(a.Name)+1:], "\r\n")) {
		_, err := e.Save(c, e.Old)
		return htpasswdResult{a.Name + " already present"}, err
	}
	hash, err := passlib.Hash(*a.Password, a.Scheme, passlib.Options{})
	if err != nil {
		return htpasswdResult{}, err
	}
	line := a.Name + ":" + hash + "\n"
	if at >= 0 {
		lines[at] = line
	} else {
		if n := len(lines); n > 0 && !strings.HasSuffix(lines[n-1], "\n") {
			lines[n-1] += "\n"
		}
		lines = append(lines, line)
	}
	msg := "Add/update " + a.Name
	if !e.Exists {
		msg = "Created " + a.Path + " and added " + a.Name
	}
	return htpasswdResult{msg}, a.save(c, e, lines)
}

// save writes the file without showing it: hashes are secrets too.
func (a htpasswdArgs) save(c *modules.Context, e *fsys.Edit, lines []string) error {
	e.Diff = &modules.Diff{}
	_, err := e.Save(c, []byte(strings.Join(lines, "")))
	return err
}

// find is the file's lines and the place of the user's, -1 where there is none.
func (a htpasswdArgs) find(text string) (lines []string, at int) {
	at = -1
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, a.Name+":") {
			at = len(lines)
		}
		lines = append(lines, line)
	}
	return lines, at
}

func (a htpasswdArgs) remove(c *modules.Context, e *fsys.Edit) (htpasswdResult, error) {
	if !e.Exists {
		if _, err := os.Stat(a.Path); err != nil {
			c.Warn("%s does not exist", a.Path)
		}
		return htpasswdResult{a.Name + " not present"}, nil
	}
	lines, at := a.find(string(e.Old))
	if at < 0 {
		_, err := e.Save(c, e.Old)
		return htpasswdResult{a.Name + " not present"}, err
	}
	return htpasswdResult{"Remove " + a.Name}, a.save(c, e, append(lines[:at], lines[at+1:]...))
}
