"""urllib as Python 3 divides it."""
from ansible.module_utils.six.moves.urllib import error, parse, request  # noqa: F401
