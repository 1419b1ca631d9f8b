package databases

import (
	"slices"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

// grants are privileges by what they are on, as SHOW GRANTS names it: *.*,
// `db`.*, `db`.`table`, FUNCTION `db`.`name`.
type grants struct {
	on   []string
	priv map[string][]string
}

func (g *grants) add(on string, privs ...string) {
	if g.priv == nil {
		g.priv = map[string][]string{}
	}
	if _, ok := g.priv[on]; !ok {
		g.on = append(g.on, on)
	}
	for _, p := range privs {
		if !slices.Contains(g.priv[on], p) {
			g.priv[on] = append(g.priv[on], p)
		}
	}
}

// wantedGrants reads the option priv: db.table:PRIV,PRIV/db.table:PRIV, or a
// dict of the same.
func wantedGrants(option any, ansi, caseSensitive, usage bool) (grants, error) {
	var items []string
	switch v := option.(type) {
	case string:
		items = strings.Split(strings.TrimSpace(v), "/")
	case *value.Dict:
		for on, privs := range v.All() {
			items = append(items, value.Str(on)+":"+value.Str(privs))
		}
	default:
		return grants{}, modules.Fail("priv parameter must be str or dict but %s was passed", value.TypeName(option))
	}
	var g grants
	for _, item := range items {
		at := strings.LastIndexByte(item, ':')
		if at < 0 {
			return g, modules.Fail("invalid privileges string: %s: a colon between what they are on and the privileges is missing", item)
		}
		g.add(quotedObject(strings.TrimSpace(item[:at]), ansi), splitPrivileges(item[at+1:], caseSensitive)...)
	}
	if usage && !slices.Contains(g.on, "*.*") {
		g.add("*.*", "USAGE")
	}
	return g, nil
}

func quotedObject(name string, ansi bool) string {
	kind := ""
	for _, k := range []string{"FUNCTION ", "PROCEDURE "} {
		if rest, ok := strings.CutPrefix(name, k); ok {
			kind, name = k, rest
		}
	}
	quote := "`"
	if ansi {
		quote = `"`
	}
	var sides []string
	if at := strings.LastIndexByte(name, '.'); at >= 0 {
		sides = []string{name[:at], name[at+1:]}
	} else {
		sides = []string{name}
	}
	for i, side := range sides {
		if side = strings.Trim(side, "`"); side != "*" {
			sides[i] = quote + side + quote
		}
	}
	return kind + strings.Join(sides, ".")
}

// splitPrivileges splits at the commas outside of lists of columns, which are
// brought into one order: servers keep their own.
func splitPrivileges(text string, caseSensitive bool) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || text[i] == ',' && depth == 0:
			if p := strings.TrimSpace(text[from:i]); p != "" {
				out = append(out, onePrivilege(p, caseSensitive))
			}
			from = i + 1
		case text[i] == '(':
			depth++
		case text[i] == ')':
			depth--
		}
	}
	return out
}

func onePrivilege(text string, caseSensitive bool) string {
	name, columns, listed := strings.Cut(text, "(")
	name = strings.ToUpper(strings.TrimSpace(name))
	if name == "ALL PRIVILEGES" {
		name = "ALL"
	}
	if !listed {
		return name
	}
	if !caseSensitive {
		columns = strings.ToUpper(columns)
	}
	var names []string
	for _, column := range strings.Split(strings.TrimSuffix(strings.TrimSpace(columns), ")"), ",") {
		names = append(names, strings.Trim(strings.TrimSpace(column), "`"))
	}
	slices.Sort(names)
	return name + " (" + strings.Join(names, ", ") + ")"
}

var grantLine = lazy.Regexp("^GRANT (.+) ON (.+) TO (?:'[^']*'|`[^`]*`|\"[^\"]*\")(?:@(?:'[^']*'|`[^`]*`|\"[^\"]*\"))?(.*)$")

// parseGrants reads the lines of SHOW GRANTS; those that give roles are left
// out, as roles are no privileges of the user's own.
func parseGrants(lines []string, caseSensitive bool) (grants, error) {
	var g grants
	for _, line := range lines {
		m := grantLine.FindStringSubmatch(line)
		if m == nil {
			if strings.HasPrefix(line, "GRANT ") || strings.HasPrefix(line, "SET DEFAULT ROLE") {
				continue
			}
			return g, modules.Fail("unable to parse the MySQL grant string: %s", line)
		}
		g.add(m[2], splitPrivileges(m[1], caseSensitive)...)
		if strings.Contains(m[3], "WITH GRANT OPTION") {
			g.add(m[2], "GRANT")
		}
	}
	if listsAll(g.priv["*.*"]) {
		granting := slices.Contains(g.priv["*.*"], "GRANT")
		g.priv["*.*"] = []string{"ALL"}
		if granting {
			g.priv["*.*"] = append(g.priv["*.*"], "GRANT")
		}
	}
	return g, nil
}

// staticPrivileges are those that MySQL 8 lists for a user with ALL.
var staticPrivileges = strings.Split("SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,RELOAD,SHUTDOWN,PROCESS,FILE,REFERENCES,INDEX,ALTER,SHOW DATABASES,SUPER,"+
	"CREATE TEMPORARY TABLES,LOCK TABLES,EXECUTE,REPLICATION SLAVE,REPLICATION CLIENT,CREATE VIEW,SHOW VIEW,CREATE ROUTINE,ALTER ROUTINE,"+
	"CREATE USER,EVENT,TRIGGER,CREATE TABLESPACE,CREATE ROLE,DROP ROLE", ",")

func listsAll(privs []string) bool {
	for _, p := range staticPrivileges {
		if !slices.Contains(privs, p) {
			return false
		}
	}
	return true
}

// way is how wanted privileges relate to those that are there.
type way int

const (
	replaceGrants way = iota
	appendGrants
	subtractGrants
)

func wayOf(appending, subtracting bool) way {
	switch {
	case appending:
		return appendGrants
	case subtracting:
		return subtractGrants
	}
	return replaceGrants
}

// wanted reads the option priv as this server quotes.
func (s *server) wanted(priv any, caseSensitive, usage bool) (grants, error) {
	mode, _, err := s.text("SELECT @@sql_mode")
	if err != nil {
		return grants{}, err
	}
	return wantedGrants(priv, strings.Contains(mode, "ANSI"), caseSensitive, usage)
}

// regranting lists the statements that bring the privileges of an account or
// role to what the option priv says.
func (s *server) regranting(priv any, who string, caseSensitive, root bool, how way) (statements []string, msg string, err error) {
	want, err := s.wanted(priv, caseSensitive, how != subtractGrants)
	if err != nil {
		return nil, "", err
	}
	lines, err := s.column("SHOW GRANTS FOR " + who)
	if err != nil {
		return nil, "", err
	}
	have, err := parseGrants(lines, caseSensitive)
	if err != nil {
		return nil, "", err
	}
	statements, msg = have.plan(want, who, root, how)
	return statements, msg, nil
}

// plan lists the statements that bring an account's privileges to what is wanted.
func (have grants) plan(want grants, account string, root bool, how way) (statements []string, msg string) {
	if how == replaceGrants {
		for _, on := range have.on {
			if _, wanted := want.priv[on]; !wanted && !root && !slices.Contains(have.priv[on], "PROXY") && !onlyUsage(have.priv[on]) {
				statements, msg = append(statements, revoking(have.priv[on], on, account)...), "Privileges updated"
			}
		}
	}
	for _, on := range want.on {
		privs, there := have.priv[on]
		grant, revoke := missingFrom(want.priv[on], privs), missingFrom(privs, want.priv[on])
		switch {
		case how == subtractGrants:
			grant, revoke = nil, missingFrom(privs, missingFrom(privs, want.priv[on]))
		case how == appendGrants:
			revoke = nil
		case slices.Contains(grant, "ALL"):
			revoke = missingFrom(revoke, missingFrom(revoke, []string{"GRANT", "PROXY"}))
		}
		if !there && how != subtractGrants {
			if !onlyUsage(want.priv[on]) {
				statements, msg = append(statements, granting(grant, on, account)), "New privileges granted"
			}
			continue
		}
		// USAGE stands for no privilege: it is told, and neither given nor taken.
		told := [2][]string{grant, revoke}
		grant, revoke = without(grant, "USAGE"), without(revoke, "USAGE")
		if slices.Contains(privs, "ALL") && !slices.Contains(want.priv[on], "ALL") && how == appendGrants {
			grant = missingFrom(grant, without(grant, "GRANT"))
		}
		if len(grant)+len(revoke) == 0 {
			continue
		}
		msg = "Privileges updated: granted " + value.Repr(value.Strings(told[0])) + ", revoked " + value.Repr(value.Strings(told[1]))
		statements = append(statements, revoking(revoke, on, account)...)
		if len(grant) > 0 {
			statements = append(statements, granting(grant, on, account))
		}
	}
	return statements, msg
}

func onlyUsage(privs []string) bool { return len(privs) == 1 && privs[0] == "USAGE" }

// missingFrom are the elements of a that b lacks, sorted.
func missingFrom(a, b []string) []string {
	var out []string
	for _, p := range a {
		if !slices.Contains(b, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

func without(privs []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(privs), func(p string) bool { return p == name })
}

func granting(privs []string, on, account string) string {
	names := without(privs, "GRANT")
	if len(names) == 0 {
		names = []string{"USAGE"}
	}
	statement := "GRANT " + strings.Join(names, ",") + " ON " + on + " TO " + account
	if slices.Contains(privs, "GRANT") {
		statement += " WITH GRANT OPTION"
	}
	return statement
}

func revoking(privs []string, on, account string) []string {
	var out []string
	if slices.Contains(privs, "GRANT") {
		out = append(out, "REVOKE GRANT OPTION ON "+on+" FROM "+account)
	}
	if names := without(without(privs, "GRANT"), "USAGE"); len(names) > 0 {
		out = append(out, "REVOKE "+strings.Join(names, ",")+" ON "+on+" FROM "+account)
	}
	return out
}
