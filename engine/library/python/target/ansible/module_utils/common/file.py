"""Small questions about files."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import fcntl
import os
import stat
import time
from contextlib import contextmanager

from ansible.module_utils.own.attributes import FILE_ATTRIBUTES, FILE_COMMON_ARGUMENTS  # noqa: F401

S_IRWU_RWG_RWO = 0o666
S_IRWXU_RXG_RXO = 0o755
_DEFAULT_PERM = 0o666


class LockTimeout(Exception):
    """A lock was not had in time."""


def is_executable(path):
    """Whether anybody may execute the file."""
    return bool((stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH) & os.stat(path)[stat.ST_MODE])


def format_attributes(attributes):
    return [FILE_ATTRIBUTES[a] for a in attributes if a in FILE_ATTRIBUTES]


def get_flags_from_attributes(attributes):
    return ''.join(k for k, v in FILE_ATTRIBUTES.items() if v in attributes)


class FileLock(object):
    """A lock on a file of its own, for modules that may run at the same time."""

    def __init__(self):
        self.lockfd = None

    @contextmanager
    def lock_file(self, path, tmpdir, lock_timeout=None):
        self.set_lock(path, tmpdir, lock_timeout)
        try:
            yield
        finally:
            self.unlock()

    def set_lock(self, path, tmpdir, lock_timeout=None):
        """Take the lock; wait for it lock_timeout seconds, or for as long as it takes."""
        name = os.path.join(tmpdir, 'ansible-{0}.lock'.format(os.path.basename(path)))
        end = time.time() + lock_timeout if lock_timeout else None
        self.lockfd = open(name, 'w')
        while True:
            try:
                fcntl.flock(self.lockfd, fcntl.LOCK_EX | (fcntl.LOCK_NB if lock_timeout is not None else 0))
                os.chmod(name, stat.S_IWRITE | stat.S_IREAD)
                return True
            except (IOError, OSError):
                if end is None or time.time() > end:
                    raise LockTimeout('{0} sec'.format(lock_timeout))
                time.sleep(0.1)

    def unlock(self):
        if self.lockfd is None:
            return True
        fcntl.flock(self.lockfd, fcntl.LOCK_UN)
        self.lockfd.close()
        self.lockfd = None
        return True
