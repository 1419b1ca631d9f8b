package vault

// EncryptSalted is Encrypt with a salt of the caller's, so that the same input
// gives the same file.
func EncryptSalted(plain []byte, s Secret, salt []byte) ([]byte, error) { return seal(plain, s, salt) }
