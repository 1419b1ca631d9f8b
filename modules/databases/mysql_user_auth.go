package databases

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"

	"goplay/internal/lazy"
	"goplay/modules"
)

// newAuth is how a new account authenticates.
func (p *userPlan) newAuth() (string, error) {
	if p.UpdatePassword == "on_new_username" {
		rows, err := p.texts("SELECT plugin, authentication_string FROM mysql.user WHERE User = " + literal(p.Name) + " LIMIT 1")
		if err != nil {
			return "", err
		}
		if len(rows) > 0 {
			return "IDENTIFIED WITH " + rows[0][0] + " AS " + literal(rows[0][1]), nil
		}
		p.password = true
	}
	if p.NewPassword != nil && *p.NewPassword != "" {
		return p.passwordAuth()
	}
	return p.pluginAuth(), nil
}

func (p *userPlan) passwordAuth() (string, error) {
	hash, native, err := p.hash()
	if err != nil || !native {
		return "IDENTIFIED BY " + literal(*p.NewPassword), err
	}
	maria, err := p.isMariaDB()
	if maria {
		return "IDENTIFIED BY PASSWORD " + literal(hash), err
	}
	return "IDENTIFIED WITH mysql_native_password AS " + literal(hash), err
}

func (p *userPlan) pluginAuth() string {
	with := "IDENTIFIED WITH " + p.Plugin
	switch {
	case p.Plugin == "":
		return ""
	case p.PluginHash != "":
		return with + " AS " + literal(p.PluginHash)
	case p.PluginAuth != "" && p.Plugin == "pam":
		return with + " USING " + literal(p.PluginAuth)
	case p.PluginAuth != "":
		return with + " BY " + literal(p.PluginAuth)
	}
	return with
}

func (s *server) isMariaDB() (bool, error) {
	version, _, err := s.text("SELECT VERSION()")
	return strings.Contains(strings.ToLower(version), "mariadb"), err
}

var nativeHash = lazy.Regexp(`^\*[0-9A-Fa-f]{40}$`)

// hash is the password as mysql_native_password keeps it; native is false for
// a server that has that plugin no more.
func (p *userPlan) hash() (hash string, native bool, err error) {
	if p.Encrypted {
		return *p.NewPassword, true, nil
	}
	status, _, err := p.text("SELECT PLUGIN_STATUS FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'mysql_native_password'")
	once := sha1.Sum([]byte(*p.NewPassword))
	twice := sha1.Sum(once[:])
	return "*" + strings.ToUpper(hex.EncodeToString(twice[:])), status == "ACTIVE", err
}

func (p *userPlan) repassword(who, host string) error {
	if p.NewPassword != nil && *p.NewPassword != "" {
		if p.Encrypted && !nativeHash.MatchString(*p.NewPassword) {
			return modules.Fail("encrypted was specified however it does not appear to be a valid hash expecting: *SHA1(SHA1(your_password))")
		}
		hash, native, err := p.hash()
		if err != nil {
			return err
		}
		have, err := p.currentHash(host)
		if err != nil {
			return err
		}
		if !native || !strings.EqualFold(hash, have) {
			auth, err := p.passwordAuth()
			if err != nil {
				return err
			}
			p.add(passwordUpdated, "ALTER USER "+who+" "+auth)
			p.password = true
		}
	}
	if p.Plugin == "" {
		return nil
	}
	rows, err := p.texts("SELECT plugin, authentication_string FROM mysql.user WHERE User = " + literal(p.Name) + " AND Host = " + literal(host))
	if err != nil || len(rows) == 0 {
		return err
	}
	if rows[0][0] != p.Plugin || p.PluginHash != "" && rows[0][1] != p.PluginHash || p.PluginAuth != "" && rows[0][1] != p.PluginAuth {
		p.statements = append(p.statements, "ALTER USER "+who+" "+p.pluginAuth())
		p.password = true
	}
	return nil
}

// currentHash looks in the columns that servers have had for it.
func (p *userPlan) currentHash(host string) (string, error) {
	columns, err := p.column("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'user' AND COLUMN_NAME IN ('Password', 'authentication_string')")
	if err != nil {
		return "", err
	}
	for _, column := range columns {
		hash, _, err := p.text("SELECT " + column + " FROM mysql.user WHERE User = " + literal(p.Name) + " AND Host = " + literal(host))
		if err != nil || hash != "" {
			return hash, err
		}
	}
	return "", nil
}
