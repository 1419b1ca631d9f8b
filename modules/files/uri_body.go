package files

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// formEncode writes a dict, or a list of pairs, as an HTML form does. A value
// that is a list is repeated; None is left out.
func formEncode(body any) (string, error) {
	var pairs []string
	add := func(k, v any) {
		for _, item := range listOf(v) {
			if item != nil {
				pairs = append(pairs, url.QueryEscape(value.Str(k))+"="+url.QueryEscape(value.Str(item)))
			}
		}
	}
	switch b := body.(type) {
	case nil:
		return "", nil
	case *value.Dict:
		for k, v := range b.All() {
			add(k, v)
		}
	default:
		for _, item := range listOf(b) {
			pair := listOf(item)
			if len(pair) != 2 {
				return "", modules.Fail("failed to parse body as form_urlencoded: too many values to unpack (expected 2)").With("elapsed", 0)
			}
			add(pair[0], pair[1])
		}
	}
	return strings.Join(pairs, "&"), nil
}

func listOf(v any) []any {
	switch v := v.(type) {
	case *value.List:
		return v.Items
	case value.Tuple:
		return v
	}
	return []any{v}
}

// multipart writes a dict of fields: texts, or dicts with content or filename
// and mime_type.
func (q *asker) multipart() (string, bool, error) {
	fields, ok := q.Body.(*value.Dict)
	if !ok {
		return "", false, modules.Fail("failed to parse body as form-multipart: Mapping is required, cannot be type %s", value.TypeName(q.Body))
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for k, v := range fields.All() {
		if err := q.part(w, value.Str(k), v); err != nil {
			return "", false, err
		}
	}
	if err := w.Close(); err != nil {
		return "", false, err
	}
	q.header.Set("Content-Type", w.FormDataContentType())
	return out.String(), true, nil
}

func (q *asker) part(w *multipart.Writer, name string, v any) error {
	field, ok := v.(*value.Dict)
	if text, isText := v.(string); isText {
		field = value.DictOf("content", text, "mime_type", "text/plain")
	} else if !ok {
		return modules.Fail("failed to parse body as form-multipart: value must be a string, or mapping, cannot be type %s", value.TypeName(v))
	}
	file, content, kind := field.GetString("filename"), []byte(field.GetString("content")), field.GetString("mime_type")
	_, given := field.Get("content")
	if file == "" && !given {
		return modules.Fail("failed to parse body as form-multipart: at least one of filename or content must be provided")
	}
	encoded := file != "" && !given
	if encoded {
		data, err := q.fieldFile(field, file)
		if err != nil {
			return modules.Fail("failed to parse body as form-multipart: %w", err)
		}
		content = data
	}
	if kind == "" {
		if kind, _, _ = strings.Cut(mime.TypeByExtension(filepath.Ext(file)), ";"); kind == "" {
			kind = "application/octet-stream"
		}
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Type", kind)
	text := fmt.Sprintf(`form-data; name="%s"`, quoteEscape(name))
	if file != "" {
		text += fmt.Sprintf(`; filename="%s"`, quoteEscape(filepath.Base(file)))
	}
	h.Set("Content-Disposition", text)
	if encoded && field.GetString("multipart_encoding") == "base64" {
		h.Set("Content-Transfer-Encoding", "base64")
		content = []byte(base64.StdEncoding.EncodeToString(content))
	}
	p, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	_, err = p.Write(content)
	return err
}

// fieldFile is the file of a field: the target's, or pulled from the controller.
func (q *asker) fieldFile(field *value.Dict, file string) ([]byte, error) {
	name := field.GetString("_content")
	if name == "" {
		return os.ReadFile(q.c.Path(file))
	}
	r, err := q.c.Content(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func quoteEscape(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }
