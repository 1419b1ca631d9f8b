"""fetch_url and open_url: requests with the options that modules share."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import base64
import netrc
import os
import socket
import ssl
import tempfile

from ansible.module_utils.common.collections import is_sequence
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.module_utils.six.moves.urllib.error import HTTPError, URLError
from ansible.module_utils.six.moves.urllib.parse import unquote, urlparse, urlunparse

try:
    import http.client as httplib
    import http.cookiejar as cookiejar
    import urllib.request as urllib_request
except ImportError:  # Python 2
    import cookielib as cookiejar
    import httplib
    import urllib2 as urllib_request

HTTP_AGENT = 'ansible-httpget'


class ConnectionError(Exception):
    """A server cannot be reached."""


class ProxyError(ConnectionError):
    """A proxy does not answer."""


class SSLValidationError(ConnectionError):
    """A server's certificate is not trusted."""


class NoSSLError(SSLValidationError):
    """This Python has no TLS."""


def url_argument_spec():
    """The options of a module that makes requests."""
    return {
        'url': {'type': 'str'}, 'force': {'type': 'bool', 'default': False},
        'http_agent': {'type': 'str', 'default': HTTP_AGENT}, 'use_proxy': {'type': 'bool', 'default': True},
        'validate_certs': {'type': 'bool', 'default': True}, 'url_username': {'type': 'str'},
        'url_password': {'type': 'str', 'no_log': True}, 'force_basic_auth': {'type': 'bool', 'default': False},
        'client_cert': {'type': 'path'}, 'client_key': {'type': 'path'}, 'use_gssapi': {'type': 'bool', 'default': False},
    }


def basic_auth_header(username, password):
    """The value of Authorization."""
    return b'Basic ' + base64.b64encode(to_bytes('%s:%s' % (username or '', password or ''), errors='surrogate_or_strict'))


class _Request(urllib_request.Request):
    """A request with any method."""

    def __init__(self, url, method=None, **kwargs):
        urllib_request.Request.__init__(self, url, **kwargs)
        self._verb = method

    def get_method(self):
        return self._verb.upper() if self._verb else urllib_request.Request.get_method(self)


class _Redirects(urllib_request.HTTPRedirectHandler):
    """Follows redirects as follow_redirects says."""

    def __init__(self, follow):
        self.follow = str(follow).lower()

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        method = req.get_method()
        follow = self.follow in ('all', 'yes', 'true', 'urllib2') or self.follow == 'safe' and method in ('GET', 'HEAD')
        if not follow:
            raise HTTPError(newurl, code, msg, headers, fp)
        if code == 303 and method != 'HEAD' or code in (301, 302) and method == 'POST':
            method = 'GET'
        data = req.data if code in (307, 308) else None
        kept = dict((k, v) for k, v in req.headers.items() if data is not None or k.lower() not in ('content-length', 'content-type'))
        return _Request(newurl.replace(' ', '%20'), method=method, data=data, headers=kept, unverifiable=True)

    http_error_308 = urllib_request.HTTPRedirectHandler.http_error_302


class _UnixConnection(httplib.HTTPConnection):
    """HTTP over a socket of the file system."""

    def __init__(self, host, path, timeout):
        httplib.HTTPConnection.__init__(self, host, timeout=timeout)
        self._socket_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._socket_path)


class _UnixHandler(urllib_request.HTTPHandler):
    def __init__(self, path):
        urllib_request.HTTPHandler.__init__(self)
        self._path = path

    def http_open(self, req):
        return self.do_open(lambda host, timeout=None, **kw: _UnixConnection(host, self._path, timeout), req)


def _tls(validate_certs, ca_path, client_cert, client_key, ciphers):
    context = ssl.create_default_context()
    if ca_path:
        context.load_verify_locations(cafile=None if os.path.isdir(ca_path) else ca_path, capath=ca_path if os.path.isdir(ca_path) else None)
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if client_cert:
        context.load_cert_chain(client_cert, keyfile=client_key)
    if ciphers:
        context.set_ciphers(':'.join(ciphers) if is_sequence(ciphers) else ciphers)
    return context


def _credentials(url, username, password):
    """The URL without a user in it, the user and the password: given, in the URL, or in ~/.netrc."""
    parts = urlparse(url)
    if not username and '@' in parts.netloc:
        user, _at, host = parts.netloc.rpartition('@')
        username, _colon, password = user.partition(':')
        return urlunparse(parts._replace(netloc=host)), unquote(username), unquote(password)
    if not username:
        try:
            found = netrc.netrc(os.environ.get('NETRC')).authenticators(parts.hostname)
        except (IOError, netrc.NetrcParseError):
            found = None
        if found:
            return url, found[0], found[2]
    return url, username, password


def open_url(url, data=None, headers=None, method=None, use_proxy=True, force=False, last_mod_time=None, timeout=10,
             validate_certs=True, url_username=None, url_password=None, http_agent=None, force_basic_auth=False,
             follow_redirects='urllib2', client_cert=None, client_key=None, cookies=None, use_gssapi=False, unix_socket=None,
             ca_path=None, unredirected_headers=None, decompress=True, ciphers=None, use_netrc=True):
    """Make a request and give the response, which can be read."""
    given = url_username
    url, username, password = _credentials(url, url_username, url_password) if use_netrc or url_username or '@' in url \
        else (url, url_username, url_password)
    handlers = [_Redirects(follow_redirects), urllib_request.HTTPSHandler(context=_tls(validate_certs, ca_path, client_cert, client_key, ciphers))]
    if unix_socket:
        handlers.append(_UnixHandler(unix_socket))
    if not use_proxy:
        handlers.append(urllib_request.ProxyHandler({}))
    if cookies is not None:
        handlers.append(urllib_request.HTTPCookieProcessor(cookies))
    if username and not force_basic_auth and given:
        passwords = urllib_request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, username, password or '')
        handlers += [urllib_request.HTTPBasicAuthHandler(passwords), urllib_request.HTTPDigestAuthHandler(passwords)]
    request = _Request(url, method=method, data=to_bytes(data, nonstring='passthru') if data is not None else None)
    if username and (force_basic_auth or not given):
        request.add_header('Authorization', to_native(basic_auth_header(username, password)))
    _add_headers(request, headers, http_agent, force, last_mod_time, unredirected_headers)
    return urllib_request.build_opener(*handlers).open(request, None, timeout)


def _add_headers(request, headers, http_agent, force, last_mod_time, unredirected):
    if http_agent:
        request.add_header('User-agent', http_agent)
    if force:
        request.add_header('cache-control', 'no-cache')
    elif last_mod_time:
        request.add_header('If-Modified-Since', last_mod_time.strftime('%a, %d %b %Y %H:%M:%S GMT'))
    if headers is not None and not isinstance(headers, dict):
        raise ValueError('headers provided to fetch_url() must be a dict')
    apart = [name.lower() for name in unredirected or []]
    for name, value in (headers or {}).items():
        if name.lower() in apart:
            request.add_unredirected_header(name, value)
        else:
            request.add_header(name, value)


def fetch_url(module, url, data=None, headers=None, method=None, use_proxy=None, force=False, last_mod_time=None, timeout=10,
              use_gssapi=False, unix_socket=None, ca_path=None, cookies=None, unredirected_headers=None, decompress=True,
              ciphers=None, use_netrc=True):
    """Make a request with the module's options; gives the response, None if there is none, and what there is to know of it."""
    params = module.params
    jar = cookiejar.LWPCookieJar() if cookies is None else cookies
    info = {'url': url, 'status': -1}
    response = None
    try:
        response = open_url(
            url, data=data, headers=headers, method=method, force=force, last_mod_time=last_mod_time, timeout=timeout,
            use_proxy=params.get('use_proxy', True) if use_proxy is None else use_proxy,
            validate_certs=params.get('validate_certs', True), url_username=params.get('url_username', ''),
            url_password=params.get('url_password', ''), http_agent=params.get('http_agent', HTTP_AGENT),
            force_basic_auth=params.get('force_basic_auth', ''), follow_redirects=params.get('follow_redirects', 'urllib2'),
            client_cert=params.get('client_cert'), client_key=params.get('client_key'), cookies=jar, unix_socket=unix_socket,
            ca_path=ca_path or params.get('ca_path'), unredirected_headers=unredirected_headers, ciphers=ciphers, use_netrc=use_netrc)
        info.update(_headers_of(response))
        info['cookies'] = dict((c.name, c.value) for c in jar)
        info['cookies_string'] = '; '.join('%s=%s' % (c.name, c.value) for c in jar)
        info.update(msg='OK (%s bytes)' % response.headers.get('Content-Length', 'unknown'), url=response.geturl(), status=response.code)
    except HTTPError as e:
        info.update(_headers_of(e))
        try:
            info['body'] = e.read() if e.fp is not None else ''
        except (AttributeError, ValueError):
            info['body'] = ''
        info.update(msg=to_native(e), status=e.code)
        response = e
    except ssl.SSLError as e:
        module.fail_json(msg=_untrusted(url, e), **info)
    except URLError as e:
        if isinstance(e.reason, ssl.SSLError):
            module.fail_json(msg=_untrusted(url, e.reason), **info)
        info.update(msg='Request failed: %s' % to_native(e), status=int(getattr(e, 'code', -1)))
    except socket.error as e:
        info.update(msg='Connection failure: %s' % to_native(e), status=-1)
    except httplib.BadStatusLine as e:
        info.update(msg='Connection failure: connection was closed before a valid response was received: %s' % to_native(e.line), status=-1)
    except (ConnectionError, ValueError) as e:
        module.fail_json(msg=to_native(e), **info)
    return response, info


def _headers_of(response):
    out = {}
    for name, value in response.headers.items():
        name = name.lower()
        out[name] = ', '.join((out[name], value)) if name in out else value
    return out


def _untrusted(url, e):
    host = urlparse(url)
    return ('Failed to validate the SSL certificate for %s:%s. Make sure your managed systems have a valid CA certificate installed. '
            'You can use validate_certs=False if you do not need to confirm the servers identity but this is unsafe and not recommended. '
            'The exception msg was: %s.' % (host.hostname, host.port or 443, to_native(e)))


def fetch_file(module, url, data=None, headers=None, method=None, use_proxy=True, force=False, last_mod_time=None, timeout=10,
               unredirected_headers=None, decompress=True, ciphers=None):
    """Fetch something into a file that is removed with the module's other temporary ones; gives its path."""
    stem, ending = os.path.splitext(os.path.basename(urlparse(url).path))
    fd, path = tempfile.mkstemp(prefix=stem, suffix=ending, dir=module.tmpdir)
    module.add_cleanup_file(path)
    response, info = fetch_url(module, url, data, headers, method, use_proxy, force, last_mod_time, timeout,
                               unredirected_headers=unredirected_headers)
    if response is None or info['status'] >= 400:
        module.fail_json(msg='Failure downloading %s, %s' % (url, info['msg']))
    with os.fdopen(fd, 'wb') as f:
        for block in iter(lambda: response.read(65536), b''):
            f.write(block)
    return path
