package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/passlib"
	"goplay/internal/value"
)

var passwordFilters = table{"password_hash": passwordHash}

func passwordHash(c *jinja.Call) (any, error) {
	a, err := bindRest(c, "password hashtype? salt? salt_size? rounds? ident?")
	if err != nil {
		return nil, err
	}
	secret, ok := isText(a.get("password"))
	if data, isBytes := a.get("password").(value.Bytes); isBytes {
		secret, ok = string(data), true
	}
	if !ok {
		name := typeOrNone(a.get("password"))
		if _, ok := a.get("password").(*value.Undefined); ok {
			name = value.TypePath(a.get("password"))
		}
		return nil, filterTypeError("secret must be unicode or bytes, not %s", name)
	}
	p := passlib.Options{Salt: textOrEmpty(a.get("salt")), Ident: textOrEmpty(a.get("ident"))}
	size, err := a.integer("salt_size", 0)
	if err != nil {
		return nil, err
	}
	rounds, err := a.integer("rounds", 0)
	if err != nil {
		return nil, err
	}
	p.SaltSize, p.Rounds = int(size), int(rounds)
	out, err := passlib.Hash(secret, a.text("hashtype", "sha512"), p)
	if err != nil {
		return nil, filterError("%s. %s", err.Error(), err.Error())
	}
	return out, nil
}
