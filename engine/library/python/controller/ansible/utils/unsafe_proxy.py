"""goplay evaluates no value, so that none has to be marked as unsafe."""


class AnsibleUnsafe:
    """A mark that nothing needs."""


class AnsibleUnsafeText(str, AnsibleUnsafe):
    """A text."""


class AnsibleUnsafeBytes(bytes, AnsibleUnsafe):
    """Bytes."""


def wrap_var(v):
    return v
