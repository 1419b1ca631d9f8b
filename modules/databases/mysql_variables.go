package databases

import (
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type mysqlVariablesArgs struct {
	Variable string  `arg:"variable" doc:"The variable."`
	Value    *string `arg:"value" doc:"What it is set to; without it the module only tells the variable."`
	Mode     string  `arg:"mode" enum:"global,persist,persist_only" default:"global" doc:"global sets it until the server ends, persist also for later, persist_only only for later. MariaDB knows global alone."`
	mysqlLogin
}

type mysqlVariablesResult struct {
	Msg     string   `json:"msg" doc:"The variable's value where it is only told, or what was done."`
	Queries []string `json:"queries,omitempty" doc:"The statement that was run."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_variables", Aliases: []string{"ansible.mysql.mysql_variables"}, Summary: "Tell or set a variable of MySQL or MariaDB",
		Example: `- name: More connections
  community.mysql.mysql_variables:
    variable: max_connections
    value: "500"
`,
		Differs: []string{"Under check mode the change is predicted; Ansible's module is skipped."},
	}, mysqlVariables)
}

var mysqlVariableName = lazy.Regexp(`^[0-9A-Za-z_.]+$`)

func mysqlVariables(c *modules.Context, a mysqlVariablesArgs) (r mysqlVariablesResult, err error) {
	if a.Variable == "" {
		return r, modules.Fail("Cannot run without variable to operate with")
	}
	if !mysqlVariableName.MatchString(a.Variable) {
		return r, modules.Fail(`invalid variable name "%s"`, a.Variable)
	}
	s, err := a.connectSaying(c, "mysql")
	if err != nil {
		return r, err
	}
	defer s.Close()
	rows, err := s.texts("SHOW VARIABLES WHERE Variable_name = " + literal(a.Variable))
	if err != nil {
		return r, err
	}
	if len(rows) != 1 {
		return r, modules.Fail(`Variable not available "%s"`, a.Variable)
	}
	if a.Value == nil {
		r.Msg = rows[0][1]
		return r, nil
	}
	have, done, err := a.settled(s, rows[0][1])
	if done != "" || err != nil {
		r.Msg = done
		return r, err
	}
	return a.set(s, have)
}

// settled says what there is already, and in done that nothing is left to do.
func (a mysqlVariablesArgs) settled(s *server, have string) (actual, done string, err error) {
	if a.Mode == "global" {
		if sameTyped(have, *a.Value) {
			done = "Variable is already set to requested value."
		}
		return have, done, nil
	}
	kept, there, err := s.text("SELECT VARIABLE_VALUE FROM performance_schema.persisted_variables WHERE VARIABLE_NAME = " + literal(a.Variable))
	switch {
	case err != nil && strings.Contains(err.Error(), "persisted_variables' doesn't exist"):
		return have, "", modules.Fail("Server version must be 8.0 or greater.")
	case err != nil:
		return have, "", err
	}
	same := there && sameTyped(kept, *a.Value)
	switch {
	case a.Mode == "persist" && same && sameTyped(have, *a.Value):
		done = "Variable is already set to requested value globallyand stored into mysqld-auto.cnf file."
	case a.Mode == "persist_only" && same:
		done = "Variable is already stored into mysqld-auto.cnf with requested value."
	case a.Mode == "persist_only" && !there:
		kept = "0" // what Ansible says of a variable that is not stored
	}
	if a.Mode == "persist_only" {
		have = kept
	}
	return have, done, nil
}

func (a mysqlVariablesArgs) set(s *server, have string) (r mysqlVariablesResult, err error) {
	statement := "SET " + strings.ToUpper(a.Mode) + " " + variablePath(a.Variable) + " = "
	want := typed(*a.Value)
	if err := s.change(statement + mysqlLiteral(want)); err != nil {
		return r, err
	}
	r.Msg = "Variable change succeeded prev_value=" + value.Str(typed(have))
	r.Queries = []string{statement + value.Str(want)}
	return r, nil
}

// variablePath quotes each part of a name with dots, as key caches have.
func variablePath(name string) string {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		parts[i] = backtick(part)
	}
	return strings.Join(parts, ".")
}

// typed makes a number of a text that is one: servers refuse numbers in quotes.
func typed(text string) any {
	trimmed := strings.TrimSpace(text)
	if n, err := strconv.ParseInt(trimmed, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(trimmed, 64); err == nil && strings.Trim(trimmed, "+-.0123456789eE") == "" {
		return f
	}
	return text
}

func sameTyped(a, b string) bool { return value.Equal(typed(a), typed(b)) }
