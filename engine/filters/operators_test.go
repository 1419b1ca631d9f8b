package filters_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"goplay/internal/source"
	"goplay/internal/template"
	"goplay/internal/template/templatetest"
)

const operatorsTable = "testdata/operators.tsv"

// operands are an expression for each type of value, and how errors name it.
var operands = [][2]string{
	{"none", "NoneType"}, {"true", "bool"}, {"5", "int"}, {"-7", "int"}, {"2.5", "float"},
	{"123456789012345678901234567890", "int"}, {"'abc'", "str"}, {"'a%s'", "str"}, {"[]", "list"}, {"[1, 'a']", "list"},
	{"{}", "dict"}, {"{'a': 1}", "dict"}, {"(1, 'a')", "tuple"}, {"range(3)", "range"}, {"nope", "AnsibleUndefined"},
	{"'x'.encode()", "bytes"}, {"('2020-01-02 03:04:05' | to_datetime)", "datetime.datetime"},
	{"('2020-01-02' | to_datetime('%Y-%m-%d') - '2020-01-01' | to_datetime('%Y-%m-%d'))", "datetime.timedelta"},
	{"{'k': [1]}.items()", "dict_items"}, {"('x' | e)", "Markup"},
}

var operators = []string{"+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "not in", "[]", "[:]", "[::]"}

// operation is one operator between two operands.
func operation(op string, a, b [2]string) string {
	left := "(" + a[0] + ")"
	switch op {
	case "[]", "[:]", "[::]":
		return "{{ " + left + op[:len(op)-1] + "(" + b[0] + ")] }}"
	}
	return "{{ " + left + " " + op + " (" + b[0] + ") }}"
}

// unlike are the operations whose results have no counterpart here, complex
// numbers, and those that Ansible does not come to the end of.
func unlike(op string, a, b [2]string) bool {
	return op == "**" && (a[0] == "-7" && b[0] == "2.5" || a[1] == "int" && len(b[0]) == 30)
}

// outcome is a result or an error in few words: without the template, which
// Ansible's errors repeat, and with A and B for the types of the operands.
func outcome(text string, a, b [2]string, answer, failure string) string {
	if failure == "" {
		return answer
	}
	failure = strings.TrimPrefix(failure, "Unexpected templating type error occurred on ("+text+"): ")
	if half := len(failure)/2 - 1; half > 0 && failure[:half] == failure[half+2:] {
		failure = failure[:half]
	}
	failure = strings.ReplaceAll(failure, text, "TEXT")
	failure = strings.ReplaceAll(failure, "\n", " ")
	failure = strings.Replace(failure, "'"+a[1]+"'", "'A'", 1)
	return "error: " + strings.Replace(failure, "'"+b[1]+"'", "'B'", 1)
}

// TestOperators checks all operators between values of all types against what
// ansible-core made of them. A line of the table has an operator, the left
// operand, and for each right one the number of its outcome.
func TestOperators(t *testing.T) {
	if templatetest.Updating() {
		recordOperators(t)
	}
	data, err := os.ReadFile(operatorsTable)
	if err != nil {
		t.Fatal(err)
	}
	e, vars := engine(false), templatetest.Vars{}
	outcomes := []string{}
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if fields[0] == "" {
			outcomes = append(outcomes, fields[1])
			continue
		}
		a := operands[slices.IndexFunc(operands, func(o [2]string) bool { return o[0] == fields[1] })]
		for i, number := range fields[2:] {
			n, err := strconv.Atoi(number)
			if err != nil {
				continue // not recorded
			}
			b := operands[i]
			text := operation(fields[0], a, b)
			v, err := e.EvalText(context.Background(), text, source.Pos{}, vars)
			failure := ""
			if err != nil {
				failure = template.Message(err)
			}
			if got := outcome(text, a, b, string(templatetest.Tag(v)), failure); got != outcomes[n] {
				t.Errorf("%s\n got %s\nwant %s", text, got, outcomes[n])
			}
		}
	}
}

// recordOperators asks ansible-core for all outcomes.
func recordOperators(t *testing.T) {
	var texts []string
	for _, op := range operators {
		for _, a := range operands {
			for _, b := range operands {
				text := operation(op, a, b)
				if unlike(op, a, b) {
					text = ""
				}
				texts = append(texts, text)
			}
		}
	}
	answers := templatetest.Ask(t, texts)
	var legend, lines strings.Builder
	numbers := map[string]int{}
	for i, op := range operators {
		for j, a := range operands {
			fmt.Fprintf(&lines, "%s\t%s", op, a[0])
			for k, b := range operands {
				at := (i*len(operands)+j)*len(operands) + k
				if unlike(op, a, b) {
					lines.WriteString("\t-")
					continue
				}
				text := outcome(texts[at], a, b, string(templatetest.Compact(answers[at].Want)), answers[at].Error)
				n, known := numbers[text]
				if !known {
					n = len(numbers)
					numbers[text] = n
					fmt.Fprintf(&legend, "\t%s\n", text)
				}
				fmt.Fprintf(&lines, "\t%d", n)
			}
			lines.WriteString("\n")
		}
	}
	if err := os.WriteFile(operatorsTable, []byte(legend.String()+lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
