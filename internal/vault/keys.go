package vault

import (
	"errors"
	"fmt"
	"strings"
)

// Secret is a password and the id it is known by.
type Secret struct {
	ID       string
	Password []byte
}

// Keys are the secrets of a run in the order they were given. A nil *Keys has
// none. Keys may be used by many goroutines once all secrets are added.
type Keys struct {
	// MatchID allows a file that names an id only the secrets of that id, as
	// the setting DEFAULT_VAULT_ID_MATCH does.
	MatchID bool
	secrets []Secret
}

// NewKeys makes keys of secrets.
func NewKeys(secrets ...Secret) *Keys { return &Keys{secrets: secrets} }

// Add appends a secret.
func (k *Keys) Add(s Secret) { k.secrets = append(k.secrets, s) }

// Len is the number of secrets.
func (k *Keys) Len() int {
	if k == nil {
		return 0
	}
	return len(k.secrets)
}

// IDs lists the ids of the secrets in order.
func (k *Keys) IDs() []string {
	if k == nil {
		return nil
	}
	ids := make([]string, len(k.secrets))
	for i, s := range k.secrets {
		ids[i] = s.ID
	}
	return ids
}

// ToEncrypt chooses the secret to encrypt with: the first one of the id, or
// just the first when id is empty.
func (k *Keys) ToEncrypt(id string) (Secret, error) {
	if k.Len() == 0 {
		return Secret{}, errors.New("A vault password must be specified to encrypt data")
	}
	if id == "" {
		return k.secrets[0], nil
	}
	for _, s := range k.secrets {
		if s.ID == id {
			return s, nil
		}
	}
	return Secret{}, fmt.Errorf("Did not find a match for --encrypt-vault-id=%s in the known vault-ids ['%s']", id, strings.Join(k.IDs(), "', '"))
}

// Decrypt opens a vault file. The name is only used in errors and may be
// empty.
func (k *Keys) Decrypt(data []byte, name string) ([]byte, error) {
	plain, _, err := k.open(data, name)
	return plain, err
}

// open also tells which secret fitted.
func (k *Keys) open(data []byte, name string) ([]byte, Secret, error) {
	if k.Len() == 0 {
		return nil, Secret{}, ErrNoSecrets
	}
	if !IsVault(data) {
		if name == "" {
			return nil, Secret{}, ErrNotVault
		}
		return nil, Secret{}, fmt.Errorf("%w %s is not a vault encrypted file", ErrNotVault, name)
	}
	e, err := parse(data, name)
	if err != nil {
		return nil, Secret{}, err
	}
	if e.cipher != cipher256 && e.cipher != "AES" {
		return nil, Secret{}, malformed("%s cipher could not be found", e.cipher)
	}
	p, err := e.parts()
	if err != nil {
		return nil, Secret{}, err
	}
	for _, s := range k.candidates(e) {
		plain, err := p.open(s.Password)
		if err == nil {
			return plain, s, nil
		}
		if !errors.Is(err, errWrongSecret) {
			return nil, Secret{}, err
		}
	}
	if name == "" {
		return nil, Secret{}, ErrNoMatch
	}
	return nil, Secret{}, fmt.Errorf("%w on %s", ErrNoMatch, name)
}

// candidates are the secrets worth trying, those of the file's id first.
func (k *Keys) candidates(e envelope) []Secret {
	var matching, others []Secret
	for _, s := range k.secrets {
		if s.ID == e.id {
			matching = append(matching, s)
		} else {
			others = append(others, s)
		}
	}
	if k.MatchID {
		return matching
	}
	return append(matching, others...)
}
