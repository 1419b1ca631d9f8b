package filters

import (
	"goplay/internal/jinja"
	"goplay/internal/template"
	"goplay/internal/value"
	"goplay/internal/vault"
)

var vaultFilters = table{
	"vault":   encryptFilter,
	"unvault": decryptFilter,
}

var vaultTests = table{"vault_encrypted": isVault, "vaulted_file": isVaultedFile}

// isVault asks whether a value is that of a vaulted text.
func isVault(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "value")
	if err != nil {
		return nil, err
	}
	switch v := a.get("value"); {
	case template.IsVaulted(c.Context, v):
		return nil, nil // the filter's object knows of no vault that could tell
	case template.Armour(c.Context, v) != "":
		return true, nil
	default:
		return false, defined(v)
	}
}

// secretOf takes the secret argument, which has to be text.
func secretOf(a *args, id string) (vault.Secret, error) {
	secret := a.get("secret")
	s, ok := isText(secret)
	if b, isBytes := secret.(value.Bytes); isBytes {
		s, ok = string(b), true
	}
	if !ok {
		return vault.Secret{}, filterTypeError("Secret passed is required to be a string, instead we got: %s", class(secret))
	}
	return vault.Secret{ID: id, Password: []byte(s)}, nil
}

func encryptFilter(c *jinja.Call) (any, error) {
	a, err := bind(c, "data secret salt? vault_id? wrap_object? vaultid?")
	if err != nil {
		return nil, err
	}
	secret, err := secretOf(a, a.text("vault_id", a.text("vaultid", "filter_default")))
	if err != nil {
		return nil, err
	}
	data, ok := isText(a.get("data"))
	if !ok {
		return nil, filterTypeError("Can only vault strings, instead we got: %s", class(a.get("data")))
	}
	var sealed []byte
	if salt := textOrEmpty(a.get("salt")); salt != "" {
		sealed, err = vault.EncryptSalted([]byte(data), secret, []byte(salt))
	} else {
		sealed, err = vault.Encrypt([]byte(data), secret)
	}
	if err != nil {
		return nil, filterError("Unable to encrypt: %v", err)
	}
	if value.Truth(a.or("wrap_object", false)) {
		return template.Vaulted(c.Context, string(sealed)), nil
	}
	return string(sealed), nil
}

func decryptFilter(c *jinja.Call) (any, error) {
	a, err := bindLoose(c, "vault secret vault_id? vaultid?")
	if err != nil {
		return nil, err
	}
	secret, err := secretOf(a, a.text("vault_id", a.text("vaultid", "filter_default")))
	if err != nil {
		return nil, err
	}
	closed := template.Armour(c.Context, a.get("vault")) // opens what the run has no secret for
	if closed == "" {
		if err := defined(a.get("vault")); err != nil {
			return nil, err
		}
	}
	text, ok := isText(a.get("vault"))
	if closed != "" {
		text, ok = closed, true
	}
	if !ok {
		return nil, filterTypeError("Vault should be in the form of a string, instead we got: %s", class(a.get("vault")))
	}
	if !vault.IsVault([]byte(text)) {
		return text, nil
	}
	plain, err := vault.NewKeys(secret).Decrypt([]byte(text), "")
	switch {
	case err != nil && closed != "":
		return nil, err
	case err != nil:
		return nil, filterError("Unable to decrypt: %v", err)
	}
	return string(plain), nil
}
