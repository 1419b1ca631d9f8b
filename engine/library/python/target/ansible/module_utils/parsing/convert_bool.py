"""What counts as true and as false."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.six import binary_type, text_type

BOOLEANS_TRUE = frozenset(('y', 'yes', 'on', '1', 'true', 't', 1, 1.0, True))
BOOLEANS_FALSE = frozenset(('n', 'no', 'off', '0', 'false', 'f', 0, 0.0, False))
BOOLEANS = BOOLEANS_TRUE.union(BOOLEANS_FALSE)


def boolean(value, strict=True):
    """value as a bool. What is neither true nor false is an error, or false when not strict."""
    if isinstance(value, bool):
        return value
    normal = value
    if isinstance(value, (text_type, binary_type)):
        normal = to_text(value, errors='surrogate_or_strict').lower().strip()
    try:
        if normal in BOOLEANS_TRUE:
            return True
        if normal in BOOLEANS_FALSE or not strict:
            return False
    except TypeError:  # it cannot be hashed
        if not strict:
            return False
    raise TypeError("The value '%s' is not a valid boolean.  Valid booleans include: %s"
                    % (to_text(value), ', '.join(repr(i) for i in BOOLEANS)))
