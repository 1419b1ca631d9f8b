package report

import (
	"fmt"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"goplay/modules"
)

// Unified is a diff as text, empty when there is nothing to show.
func Unified(d modules.Diff) string {
	if d.Prepared != "" {
		return d.Prepared
	}
	if text := skippedDiff(d); text != "" {
		return text
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

// skippedDiff says why the two sides are not shown.
func skippedDiff(d modules.Diff) string {
	switch {
	case d.DstBinary:
		return "diff skipped: destination file appears to be binary\n"
	case d.SrcBinary:
		return "diff skipped: source file appears to be binary\n"
	case d.DstLarger > 0:
		return fmt.Sprintf("diff skipped: destination file size is greater than %d\n", d.DstLarger)
	case d.SrcLarger > 0:
		return fmt.Sprintf("diff skipped: source file size is greater than %d\n", d.SrcLarger)
	}
	return ""
}
