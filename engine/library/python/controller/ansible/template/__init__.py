"""What an undefined variable is to a plugin."""
from goplay_values import undefined_type as AnsibleUndefined  # noqa: F401
