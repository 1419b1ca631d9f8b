"""The warnings and deprecations that a module ends with."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

from ansible.module_utils.six import string_types

_warnings = []
_deprecations = []


def warn(warning):
    """Say something to whoever runs the playbook."""
    if not isinstance(warning, string_types):
        raise TypeError('warn requires a string not a %s' % type(warning))
    _warnings.append(warning)


def deprecate(msg, version=None, date=None, collection_name=None):
    """Say that something goes away with a version, or after a day."""
    if not isinstance(msg, string_types):
        raise TypeError('deprecate requires a string not a %s' % type(msg))
    entry = {'msg': msg, 'collection_name': collection_name}
    if date is not None:
        entry['date'] = date
    else:
        entry['version'] = version
    _deprecations.append(entry)


def get_warning_messages():
    return tuple(_warnings)


def get_deprecation_messages():
    return tuple(_deprecations)
