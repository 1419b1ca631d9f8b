package lookups

// collectionVersion gives what is said of a collection that is not installed:
// its modules are part of the program, whatever its version.
func collectionVersion(c *Call) ([]any, error) {
	out := make([]any, len(c.Terms))
	for i := range out {
		out[i] = c.option("result_not_found", nil)
	}
	return out, nil
}
