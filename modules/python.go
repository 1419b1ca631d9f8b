package modules

// Pythons are the programs that may be a host's Python, in the order of trying.
var Pythons = []string{"/usr/bin/python3", "/usr/libexec/platform-python", "python3", "/usr/bin/python", "python2.7", "python"}

// Python is the interpreter of Python on this host; "" where it has none.
func (InProcess) Python() string {
	c := &Context{}
	for _, name := range Pythons {
		if path, err := c.Find(name); err == nil {
			return path
		}
	}
	return ""
}
