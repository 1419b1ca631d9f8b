"""A limit on the time that a function takes."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import multiprocessing.pool

GATHER_TIMEOUT = None
DEFAULT_GATHER_TIMEOUT = 10


class TimeoutError(Exception):
    """A function took too long."""


def timeout(seconds=None, error_message='Timer expired'):
    """A decorator: the function raises TimeoutError after that many seconds."""
    def decorate(func):
        def limited(*args, **kwargs):
            limit = seconds if isinstance(seconds, (int, float)) else GATHER_TIMEOUT or DEFAULT_GATHER_TIMEOUT
            pool = multiprocessing.pool.ThreadPool(processes=1)
            pending = pool.apply_async(func, args, kwargs)
            pool.close()
            try:
                return pending.get(limit)
            except multiprocessing.TimeoutError:
                raise TimeoutError('%s after %s seconds' % (error_message, limit))
        return limited
    if callable(seconds):
        return decorate(seconds)
    return decorate
