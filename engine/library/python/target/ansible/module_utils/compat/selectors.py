"""The selectors of Python's own library."""
from selectors import *  # noqa: F401,F403
