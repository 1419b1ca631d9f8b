"""SELinux through Python's bindings, if both are there."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import errno
import os

from ansible.module_utils.common.text.converters import to_native

try:
    import selinux
except ImportError:
    selinux = None


def enabled():
    return selinux is not None and selinux.is_selinux_enabled() == 1


def mls():
    return selinux is not None and selinux.is_selinux_mls_enabled() == 1


def _split(answer):
    """The four parts of a context; the last may have colons itself."""
    return answer[1].split(':', 3) if answer[0] != -1 else None


def default_context(path, mode=0):
    """The context that the policy has for a path; None where it has none."""
    if not enabled():
        return None
    try:
        return _split(selinux.matchpathcon(to_native(path), mode))
    except OSError:
        return None


def context(path):
    """The context of a file; None where it has none."""
    if not enabled():
        return None
    try:
        return _split(selinux.lgetfilecon_raw(to_native(path)))
    except OSError as e:
        if e.errno == errno.ENOENT:
            raise
        return None


def set_context(path, parts):
    """Give a file a context; OSError if it cannot be."""
    if selinux.lsetfilecon(to_native(path), ':'.join(parts)) != 0:
        raise OSError(os.strerror(errno.EINVAL))
