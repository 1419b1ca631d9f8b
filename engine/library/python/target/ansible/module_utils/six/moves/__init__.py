"""Names that have another home in Python 3, found when they are asked for."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import importlib
import sys

from ansible.module_utils.six import PY3

# name: (module of Python 3, its attribute, module of Python 2, its attribute); no attribute is the module itself.
_NAMES = {
    'cStringIO': ('io', 'StringIO', 'cStringIO', 'StringIO'),
    'filter': ('builtins', 'filter', 'itertools', 'ifilter'),
    'filterfalse': ('itertools', 'filterfalse', 'itertools', 'ifilterfalse'),
    'input': ('builtins', 'input', '__builtin__', 'raw_input'),
    'intern': ('sys', 'intern', '__builtin__', 'intern'),
    'map': ('builtins', 'map', 'itertools', 'imap'),
    'range': ('builtins', 'range', '__builtin__', 'xrange'),
    'xrange': ('builtins', 'range', '__builtin__', 'xrange'),
    'reduce': ('functools', 'reduce', '__builtin__', 'reduce'),
    'reload_module': ('importlib', 'reload', '__builtin__', 'reload'),
    'shlex_quote': ('shlex', 'quote', 'pipes', 'quote'),
    'StringIO': ('io', 'StringIO', 'StringIO', 'StringIO'),
    'zip': ('builtins', 'zip', 'itertools', 'izip'),
    'zip_longest': ('itertools', 'zip_longest', 'itertools', 'izip_longest'),
    'UserDict': ('collections', 'UserDict', 'UserDict', 'UserDict'),
    'UserList': ('collections', 'UserList', 'UserList', 'UserList'),
    'UserString': ('collections', 'UserString', 'UserString', 'UserString'),
    'getcwd': ('os', 'getcwd', 'os', 'getcwdu'),
    'getcwdb': ('os', 'getcwdb', 'os', 'getcwd'),
    'builtins': ('builtins', None, '__builtin__', None),
    'configparser': ('configparser', None, 'ConfigParser', None),
    'copyreg': ('copyreg', None, 'copy_reg', None),
    'cPickle': ('pickle', None, 'cPickle', None),
    'http_client': ('http.client', None, 'httplib', None),
    'http_cookies': ('http.cookies', None, 'Cookie', None),
    'http_cookiejar': ('http.cookiejar', None, 'cookielib', None),
    'html_parser': ('html.parser', None, 'HTMLParser', None),
    'html_entities': ('html.entities', None, 'htmlentitydefs', None),
    'queue': ('queue', None, 'Queue', None),
    'reprlib': ('reprlib', None, 'repr', None),
    'socketserver': ('socketserver', None, 'SocketServer', None),
    'xmlrpc_client': ('xmlrpc.client', None, 'xmlrpclib', None),
    'xmlrpc_server': ('xmlrpc.server', None, 'SimpleXMLRPCServer', None),
    '_thread': ('_thread', None, 'thread', None),
    'email_mime_text': ('email.mime.text', None, 'email.MIMEText', None),
    'email_mime_multipart': ('email.mime.multipart', None, 'email.MIMEMultipart', None),
    'email_mime_base': ('email.mime.base', None, 'email.MIMEBase', None),
    'urllib_parse': ('ansible.module_utils.six.moves.urllib.parse', None, 'ansible.module_utils.six.moves.urllib.parse', None),
    'urllib_error': ('ansible.module_utils.six.moves.urllib.error', None, 'ansible.module_utils.six.moves.urllib.error', None),
}


def _find(name):
    module, attribute = _NAMES[name][:2] if PY3 else _NAMES[name][2:]
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


class _Moves(type(sys)):
    """This package: its names are looked up late, and modules among them can be imported."""

    def __getattr__(self, name):
        if name not in _NAMES:
            raise AttributeError(name)
        value = _find(name)
        setattr(self, name, value)
        return value


class _Importer(object):
    """Imports six.moves.NAME for the names that are modules."""

    def _known(self, fullname):
        prefix, _dot, name = fullname.rpartition('.')
        return prefix == __name__ and name in _NAMES and not _NAMES[name][1]

    def find_spec(self, fullname, path=None, target=None):
        if self._known(fullname):
            from importlib.machinery import ModuleSpec
            return ModuleSpec(fullname, self)
        return None

    def create_module(self, spec):
        return _find(spec.name.rpartition('.')[2])

    def exec_module(self, module):
        pass

    def find_module(self, fullname, path=None):
        return self if self._known(fullname) else None

    def load_module(self, fullname):
        sys.modules[fullname] = _find(fullname.rpartition('.')[2])
        return sys.modules[fullname]


_here = sys.modules[__name__]
_moves = _Moves(__name__)
_moves.__dict__.update(_here.__dict__)
sys.modules[__name__] = _moves
sys.meta_path.append(_Importer())
