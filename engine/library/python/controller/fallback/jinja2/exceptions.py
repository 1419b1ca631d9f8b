"""Errors of Jinja2."""
from jinja2 import UndefinedError  # noqa: F401


class FilterArgumentError(Exception):
    """A filter was called with the wrong arguments."""
