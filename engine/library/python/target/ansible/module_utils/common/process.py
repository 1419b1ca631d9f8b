"""Finding programs."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import os

from ansible.module_utils.common.file import is_executable


def get_bin_path(arg, opt_dirs=None, required=None):
    """The path of a program in opt_dirs, PATH and the folders of system programs; ValueError without it."""
    dirs = [d for d in opt_dirs or [] if d is not None and os.path.exists(d)]
    dirs += os.environ.get('PATH', '').split(os.pathsep)
    for folder in ('/sbin', '/usr/sbin', '/usr/local/sbin'):
        if folder not in dirs and os.path.exists(folder):
            dirs.append(folder)
    for folder in dirs:
        path = os.path.join(folder, arg)
        if folder and os.path.exists(path) and not os.path.isdir(path) and is_executable(path):
            return path
    raise ValueError('Failed to find required executable "%s" in paths: %s' % (arg, os.pathsep.join(dirs)))
