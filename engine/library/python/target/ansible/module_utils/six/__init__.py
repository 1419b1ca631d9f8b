"""What code for Python 2 and 3 at once needs: names and helpers of the library six, made small."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import functools
import io
import operator
import sys
import types

PY2 = sys.version_info[0] == 2
PY3 = sys.version_info[0] >= 3
PY34 = sys.version_info[:2] >= (3, 4)

if PY3:
    string_types = (str,)
    integer_types = (int,)
    class_types = (type,)
    text_type = str
    binary_type = bytes
    MAXSIZE = sys.maxsize
    StringIO, BytesIO = io.StringIO, io.BytesIO
    unichr = chr
else:
    import StringIO as _stringio
    string_types = (basestring,)  # noqa: F821
    integer_types = (int, long)  # noqa: F821
    class_types = (type, types.ClassType)
    text_type = unicode  # noqa: F821
    binary_type = str
    MAXSIZE = sys.maxsize
    StringIO = BytesIO = _stringio.StringIO
    unichr = unichr  # noqa: F821


def b(s):
    return s.encode('latin-1') if PY3 else s


def u(s):
    return s if PY3 else s.decode('unicode_escape')


def iterkeys(d, **kw):
    return iter(d.keys(**kw)) if PY3 else d.iterkeys(**kw)


def itervalues(d, **kw):
    return iter(d.values(**kw)) if PY3 else d.itervalues(**kw)


def iteritems(d, **kw):
    return iter(d.items(**kw)) if PY3 else d.iteritems(**kw)


def viewkeys(d):
    return d.keys() if PY3 else d.viewkeys()


def viewvalues(d):
    return d.values() if PY3 else d.viewvalues()


def viewitems(d):
    return d.items() if PY3 else d.viewitems()


def iterlists(d, **kw):
    return iter(d.lists(**kw)) if PY3 else d.iterlists(**kw)


def next(it):
    return it.__next__() if PY3 else it.next()


advance_iterator = next


def callable(obj):
    return any('__call__' in kind.__dict__ for kind in type(obj).__mro__)


get_method_function = operator.attrgetter('__func__' if PY3 else 'im_func')
get_method_self = operator.attrgetter('__self__' if PY3 else 'im_self')
get_function_code = operator.attrgetter('__code__')
get_function_defaults = operator.attrgetter('__defaults__')
get_function_globals = operator.attrgetter('__globals__')


def indexbytes(buf, i):
    return buf[i] if PY3 else ord(buf[i])


def iterbytes(buf):
    return iter(buf) if PY3 else (ord(c) for c in buf)


def int2byte(i):
    return bytes((i,)) if PY3 else chr(i)


def byte2int(bs):
    return bs[0] if PY3 else ord(bs[0])


def ensure_binary(s, encoding='utf-8', errors='strict'):
    if isinstance(s, binary_type):
        return s
    if isinstance(s, text_type):
        return s.encode(encoding, errors)
    raise TypeError("not expecting type '%s'" % type(s))


def ensure_text(s, encoding='utf-8', errors='strict'):
    if isinstance(s, binary_type):
        return s.decode(encoding, errors)
    if isinstance(s, text_type):
        return s
    raise TypeError("not expecting type '%s'" % type(s))


ensure_str = ensure_text if PY3 else ensure_binary


def with_metaclass(meta, *bases):
    """A base class with the metaclass meta, in either Python."""
    return meta('temporary_class', bases or (object,), {})


def add_metaclass(metaclass):
    """A decorator that makes the class anew with a metaclass."""
    def again(cls):
        body = dict(cls.__dict__)
        for slot in list(body.get('__slots__', ())) + ['__dict__', '__weakref__']:
            body.pop(slot, None)
        return metaclass(cls.__name__, cls.__bases__, body)
    return again


def python_2_unicode_compatible(cls):
    if PY2:
        cls.__unicode__ = cls.__str__
        cls.__str__ = lambda self: self.__unicode__().encode('utf-8')
    return cls


def wraps(wrapped, assigned=functools.WRAPPER_ASSIGNMENTS, updated=functools.WRAPPER_UPDATES):
    def wrapper(f):
        f = functools.wraps(wrapped, assigned, updated)(f)
        f.__wrapped__ = wrapped
        return f
    return wrapper


def raise_from(value, from_value):
    value.__cause__ = from_value
    raise value


def reraise(tp, value, tb=None):
    if value is None:
        value = tp()
    if PY3 and value.__traceback__ is not tb:
        raise value.with_traceback(tb)
    raise value


def print_(*args, **kwargs):
    print(*args, **kwargs)
