"""Paths."""
import os


def unfrackpath(path, follow=True, basedir=None):
    """path without ~, variables and links."""
    path = os.path.expandvars(os.path.expanduser(path))
    path = os.path.join(basedir or os.getcwd(), path)
    return os.path.normpath(os.path.realpath(path) if follow else path)


def makedirs_safe(path, mode=None):
    """Make a folder, if it is not there yet."""
    os.makedirs(unfrackpath(path), mode or 0o777, exist_ok=True)
