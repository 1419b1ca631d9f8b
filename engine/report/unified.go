package report

import (
	"fmt"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"goplay/modules"
)

// Unified is a diff as text with so many lines around each change, and an empty
// line below it; there is no text when there is nothing to show.
func Unified(d modules.Diff, context int) string {
	if d.Prepared != "" {
		return d.Prepared
	}
	if text := skippedDiff(d); text != "" {
		return text
	}
	before, after := lines(diffText(d.Before)), lines(diffText(d.After))
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: before, B: after, FromFile: header("before", d.BeforeHeader), ToFile: header("after", d.AfterHeader), Context: context,
	})
	if err != nil || text == "" {
		return ""
	}
	return text + "\n"
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

// skippedDiff says why sides are not shown.
func skippedDiff(d modules.Diff) string {
	text := ""
	if d.DstBinary {
		text += "diff skipped: destination file appears to be binary\n"
	}
	if d.SrcBinary {
		text += "diff skipped: source file appears to be binary\n"
	}
	if d.DstLarger > 0 {
		text += fmt.Sprintf("diff skipped: destination file size is greater than %d\n", d.DstLarger)
	}
	if d.SrcLarger > 0 {
		text += fmt.Sprintf("diff skipped: source file size is greater than %d\n", d.SrcLarger)
	}
	return text
}
