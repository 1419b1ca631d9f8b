"""The distribution as /etc/os-release tells it; the part of the library distro that modules use."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import io
import shlex

_RENAMED = {'ol': 'oracle', 'opensuse-leap': 'opensuse', 'opensuse-tumbleweed': 'opensuse'}
_known = None


def os_release_info():
    """The fields of os-release, their names in lower case."""
    global _known
    if _known is None:
        _known = {}
        for path in ('/etc/os-release', '/usr/lib/os-release'):
            try:
                with io.open(path, encoding='utf-8') as f:
                    lines = f.read().splitlines()
            except (IOError, OSError):
                continue
            for line in lines:
                name, equals, value = line.partition('=')
                if equals and not name.startswith('#'):
                    _known[name.strip().lower()] = ''.join(shlex.split(str(value))[:1])
            break
    return _known


def id():
    found = os_release_info().get('id', '').lower().replace(' ', '_')
    return _RENAMED.get(found, found)


def name(pretty=False):
    info = os_release_info()
    return info.get('pretty_name', '') if pretty else info.get('name', '')


def version(pretty=False, best=False):
    found = os_release_info().get('version_id', '')
    if best and id() in ('debian', 'centos'):
        found = _precise(found)
    return '%s (%s)' % (found, codename()) if pretty and codename() else found


def _precise(found):
    """The version with its minor part, which Debian and CentOS keep in a file of its own."""
    path = '/etc/debian_version' if id() == 'debian' else '/etc/centos-release'
    try:
        with io.open(path, encoding='utf-8') as f:
            words = [w for w in f.read().split() if w[:1].isdigit()]
    except (IOError, OSError):
        return found
    return words[0] if words else found


def version_parts(best=False):
    parts = (version(best=best).split('.') + ['', ''])[:3]
    return tuple(parts)


def major_version(best=False):
    return version_parts(best)[0]


def minor_version(best=False):
    return version_parts(best)[1]


def like():
    return os_release_info().get('id_like', '')


def codename():
    info = os_release_info()
    return info.get('version_codename', info.get('ubuntu_codename', ''))


def info(pretty=False, best=False):
    return {'id': id(), 'version': version(pretty, best), 'like': like(), 'codename': codename(),
            'version_parts': {'major': major_version(best), 'minor': minor_version(best), 'build_number': version_parts(best)[2]}}
