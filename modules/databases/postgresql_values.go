package databases

import (
	"database/sql"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"goplay/internal/value"
)

// pgTyped makes of what the driver gives for a column what Python's driver
// does: numbers, lists of the common arrays, and what JSON holds.
func pgTyped(typ string, v any) any {
	bytes, ok := v.([]byte)
	if text, is := v.(string); is {
		bytes, ok = []byte(text), true
	}
	if !ok {
		return postgresValue(v)
	}
	text := string(bytes)
	switch typ {
	case "NUMERIC":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case "OID", "XID", "CID":
		return numberOr(text)
	case "JSON", "JSONB":
		if out, err := value.DecodeJSON(bytes); err == nil {
			return out
		}
	case "_TEXT", "_NAME", "_VARCHAR", "_BPCHAR":
		return arrayOf(text, func(item string) any { return item })
	case "_INT2", "_INT4", "_INT8", "_OID":
		return arrayOf(text, numberOr)
	case "_BOOL":
		return arrayOf(text, func(item string) any { return item == "t" })
	case "_FLOAT4", "_FLOAT8", "_NUMERIC":
		return arrayOf(text, func(item string) any { return pgTyped("NUMERIC", item) })
	}
	return text
}

// arrayOf reads an array of one dimension; others stay texts.
func arrayOf(text string, convert func(string) any) any {
	var items []sql.NullString
	if strings.HasPrefix(text, "{{") || pq.Array(&items).Scan(text) != nil {
		return text
	}
	out := value.NewList()
	for _, item := range items {
		if !item.Valid {
			out.Append(nil)
		} else {
			out.Append(convert(item.String))
		}
	}
	return out
}

// pgRows reads rows as dicts whose values have the types of their columns.
func (s *server) pgRows(query string, args ...any) (*value.List, error) {
	rows, err := s.conn.QueryContext(s.c, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for rows.Next() {
		values, to := make([]any, len(types)), make([]any, len(types))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		row := value.NewDict()
		for i, typ := range types {
			row.Set(typ.Name(), pgTyped(typ.DatabaseTypeName(), values[i]))
		}
		out.Append(row)
	}
	return out, rows.Err()
}
