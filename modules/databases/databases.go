// Package databases holds the modules of community.mysql and
// community.postgresql. They speak the servers' own protocols, so that the
// target needs no client library; dumps and restores go through the servers'
// programs. A module reads what is there, makes a list of statements, and runs
// the list as its one change.
package databases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"

	"goplay/internal/value"
	"goplay/modules"
)

// server is a connection to a database server: one, so that what is set for
// the session holds for all statements.
type server struct {
	db   *sql.DB
	conn *sql.Conn
	c    *modules.Context
}

func open(c *modules.Context, db *sql.DB) (*server, error) {
	conn, err := db.Conn(c)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return &server{db, conn, c}, nil
}

func (s *server) Close() {
	_ = s.conn.Close()
	_ = s.db.Close()
}

func (s *server) exec(statement string, args ...any) error {
	_, err := s.conn.ExecContext(s.c, statement, args...)
	var said *mysql.MySQLError
	if errors.As(err, &said) {
		return &modules.Failure{Msg: mysqlError(err), Err: err}
	}
	return err
}

// change runs statements as one effect; none is no change.
func (s *server) change(statements ...string) error {
	if len(statements) == 0 {
		return nil
	}
	return s.c.Change(modules.Diff{}, func() error {
		for _, statement := range statements {
			if err := s.exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// text reads one value as text; ok is false when there is no row or it is NULL.
func (s *server) text(query string, args ...any) (string, bool, error) {
	var out sql.NullString
	err := s.conn.QueryRowContext(s.c, query, args...).Scan(&out)
	if err == sql.ErrNoRows {
		return "", false, nil
	}
	return out.String, out.Valid, err
}

// texts reads rows of text; NULL is "".
func (s *server) texts(query string, args ...any) ([][]string, error) {
	var out [][]string
	err := s.each(query, args, func(_ []string, row []any) {
		texts := make([]string, len(row))
		for i, v := range row {
			switch v := v.(type) {
			case nil:
			case []byte:
				texts[i] = string(v)
			default:
				texts[i] = fmt.Sprint(v)
			}
		}
		out = append(out, texts)
	})
	return out, err
}

// column reads the first column of rows as text.
func (s *server) column(query string, args ...any) ([]string, error) {
	rows, err := s.texts(query, args...)
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row[0]
	}
	return out, err
}

func (s *server) each(query string, args []any, row func(names []string, values []any)) error {
	rows, err := s.conn.QueryContext(s.c, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		row(names, values)
	}
	return rows.Err()
}

// dicts makes a dict of each row, its values by the given conversion.
func (s *server) dicts(query string, args []any, convert func(any) any) (*value.List, error) {
	out := value.NewList()
	err := s.each(query, args, func(names []string, values []any) {
		d := value.NewDict()
		for i, name := range names {
			d.Set(name, convert(values[i]))
		}
		out.Items = append(out.Items, d)
	})
	return out, err
}

// within runs a function in a transaction that is undone when it fails, and
// where effects are only predicted.
func (s *server) within(do func() error) (err error) {
	if err := s.exec("BEGIN"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_, _ = s.conn.ExecContext(context.WithoutCancel(s.c), "ROLLBACK")
		}
	}()
	if err := do(); err != nil {
		return err
	}
	return s.exec("COMMIT")
}

// bare makes the failures of a module tell nothing but themselves, as those of
// community.postgresql do.
func bare[A, R any](run func(*modules.Context, A) (R, error)) func(*modules.Context, A) (R, error) {
	return func(c *modules.Context, a A) (R, error) {
		r, err := run(c, a)
		if err != nil {
			var none R
			return none, err
		}
		return r, nil
	}
}
