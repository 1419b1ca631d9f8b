"""Text and bytes, and their forms inside containers."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import datetime
import json

from ansible.module_utils.six import PY3, binary_type, text_type
from ansible.module_utils.common.collections import Mapping, Set


def _handlers(errors):
    """The error handlers to try, the first first."""
    surrogate = 'surrogateescape' if PY3 else None
    if errors in (None, 'surrogate_or_replace', 'surrogate_then_replace'):
        return [h for h in (surrogate, 'replace') if h]
    if errors == 'surrogate_or_strict':
        return [surrogate or 'strict']
    return [errors]


def _convert(errors, attempt):
    handlers = _handlers(errors)
    for handler in handlers[:-1]:
        try:
            return attempt(handler)
        except UnicodeError:
            continue
    return attempt(handlers[-1])


def _nonstring(obj, nonstring, empty, again):
    """What becomes of something that is neither text nor bytes."""
    if nonstring == 'simplerepr':
        try:
            value = str(obj)
        except UnicodeError:
            value = repr(obj)
        return again(value)
    if nonstring == 'passthru':
        return obj
    if nonstring == 'empty':
        return empty
    if nonstring == 'strict':
        raise TypeError('obj must be a string type')
    raise TypeError('Invalid value %s for the nonstring parameter' % nonstring)


def to_bytes(obj, encoding='utf-8', errors=None, nonstring='simplerepr'):
    """obj as bytes."""
    if isinstance(obj, binary_type):
        return obj
    if isinstance(obj, text_type):
        return _convert(errors, lambda handler: obj.encode(encoding, handler))
    return _nonstring(obj, nonstring, b'', lambda text: to_bytes(text, encoding, errors))


def to_text(obj, encoding='utf-8', errors=None, nonstring='simplerepr'):
    """obj as text."""
    if isinstance(obj, text_type):
        return obj
    if isinstance(obj, binary_type):
        return _convert(errors, lambda handler: obj.decode(encoding, handler))
    return _nonstring(obj, nonstring, u'', lambda text: to_text(text, encoding, errors))


# str is text in Python 3 and bytes in Python 2.
to_native = to_text if PY3 else to_bytes


def _json_default(value):
    if isinstance(value, Set):
        return list(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, binary_type):
        return to_text(value)
    raise TypeError('%r is not JSON serializable' % (value,))


def jsonify(data, **kwargs):
    """data as JSON; bytes that are no UTF-8 are tried as Latin-1."""
    for encoding in ('utf-8', 'latin-1'):
        try:
            return json.dumps(container_to_text(data, encoding, 'strict'), default=_json_default, **kwargs)
        except UnicodeDecodeError:
            continue
    raise UnicodeError('Invalid unicode encoding encountered')


def _in_containers(data, convert):
    if isinstance(data, (text_type, binary_type)):
        return convert(data)
    if isinstance(data, dict):
        return dict((_in_containers(k, convert), _in_containers(v, convert)) for k, v in data.items())
    if isinstance(data, list):
        return [_in_containers(item, convert) for item in data]
    if isinstance(data, tuple):
        return tuple(_in_containers(item, convert) for item in data)
    return data


def container_to_bytes(d, encoding='utf-8', errors='surrogate_or_strict'):
    """d with every text in it as bytes."""
    return _in_containers(d, lambda s: to_bytes(s, encoding, errors))


def container_to_text(d, encoding='utf-8', errors='surrogate_or_strict'):
    """d with all bytes in it as text."""
    return _in_containers(d, lambda s: to_text(s, encoding, errors))
