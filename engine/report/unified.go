package report

import (
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"goplay/modules"
)

// Unified is a diff as text, empty when there is nothing to show.
func Unified(d modules.Diff) string {
	if d.Prepared != "" {
		return d.Prepared
	}
	before, after := lines(diffText(d.Before)), lines(diffText(d.After))
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: before, B: after, FromFile: header("before", d.BeforeHeader), ToFile: header("after", d.AfterHeader), Context: 3,
	})
	if err != nil {
		return ""
	}
	return text
}

func header(word, what string) string {
	if what == "" {
		return word
	}
	return word + ": " + what
}

// lines cuts text into lines that all end; a last one without an end says so.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	out := strings.SplitAfter(text, "\n")
	if last := len(out) - 1; out[last] == "" {
		return out[:last]
	} else {
		out[last] += "\n\\ No newline at end of file\n"
	}
	return out
}
