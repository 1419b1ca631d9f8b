package databases

import (
	"fmt"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

var requireClause = lazy.Regexp(`(?i) REQUIRE (NONE|SSL|X509|(?:(?:SUBJECT|ISSUER|CIPHER) '(?:[^'\\]|\\.|'')*'\s*(?:AND\s+)?)+)`)

// required is the account's clause REQUIRE, "" for none.
func (p *userPlan) required(who string) (string, error) {
	text, _, err := p.text("SHOW CREATE USER " + who)
	if err != nil {
		return "", err
	}
	m := requireClause.FindStringSubmatch(text)
	if m == nil || strings.EqualFold(m[1], "NONE") {
		return "", nil
	}
	return strings.Join(strings.Fields(m[1]), " "), nil
}

// requirement writes the option as a server prints it: SSL and X509 are part
// of what certificates are asked for.
func requirement(d *value.Dict) string {
	have := map[string]string{}
	for k, v := range d.All() {
		have[strings.ToUpper(value.Str(k))] = value.Str(v)
	}
	var out []string
	for _, name := range []string{"ISSUER", "SUBJECT", "CIPHER"} {
		if text, ok := have[name]; ok {
			out = append(out, name+" "+literal(text))
		}
	}
	if len(out) > 0 {
		return strings.Join(out, " ")
	}
	for _, name := range []string{"X509", "SSL"} {
		if _, ok := have[name]; ok {
			return name
		}
	}
	return ""
}

var limitColumns = map[string]string{"MAX_QUERIES_PER_HOUR": "max_questions", "MAX_UPDATES_PER_HOUR": "max_updates",
	"MAX_CONNECTIONS_PER_HOUR": "max_connections", "MAX_USER_CONNECTIONS": "max_user_connections", "MAX_STATEMENT_TIME": "max_statement_time"}

func (p *userPlan) limiting(host string) error {
	var with []string
	for k, v := range p.ResourceLimits.All() {
		name := strings.ToUpper(value.Str(k))
		column, ok := limitColumns[name]
		if !ok {
			return modules.Fail("resource_limits: %s is not supported", value.Str(k))
		}
		have, _, err := p.text("SELECT " + column + " FROM mysql.user WHERE User = " + literal(p.Name) + " AND Host = " + literal(host))
		if err != nil {
			return err
		}
		n, err := modules.ToInt(v)
		if err != nil {
			return modules.Fail("resource_limits: %s: %w", name, err)
		}
		if strings.TrimSuffix(have, ".000000") != fmt.Sprint(n) {
			with = append(with, fmt.Sprintf("%s %d", name, n))
		}
	}
	if len(with) > 0 {
		p.statements = append(p.statements, "ALTER USER "+account(p.Name, host)+" WITH "+strings.Join(with, " "))
	}
	return nil
}
