"""Reading of small files, and the sizes of mounts."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import fcntl
import os


def get_file_content(path, default=None, strip=True):
    """The content of a file; default if it is empty or cannot be read."""
    data = default
    if not (os.path.exists(path) and os.access(path, os.R_OK)):
        return data
    try:
        with open(path) as f:
            try:
                flags = fcntl.fcntl(f.fileno(), fcntl.F_GETFL)
                fcntl.fcntl(f.fileno(), fcntl.F_SETFL, flags | os.O_NONBLOCK)
            except (IOError, OSError):
                pass  # it is then read as it is
            text = f.read()
    except (IOError, OSError):
        return data
    text = text.strip() if strip else text
    return text if text else default


def get_file_lines(path, strip=True, line_sep=None):
    """The lines of a file, which any text may divide."""
    data = get_file_content(path, strip=strip)
    if not data:
        return []
    if line_sep is None:
        return data.splitlines()
    if len(line_sep) == 1:
        return data.rstrip(line_sep).split(line_sep)
    return data.split(line_sep)


def get_mount_size(mountpoint):
    """The size of a mounted file system in bytes, blocks and inodes; nothing if it cannot be told."""
    try:
        st = os.statvfs(mountpoint)
    except OSError:
        return {}
    return {
        'size_total': st.f_frsize * st.f_blocks, 'size_available': st.f_frsize * st.f_bavail, 'block_size': st.f_bsize,
        'block_total': st.f_blocks, 'block_available': st.f_bavail, 'block_used': st.f_blocks - st.f_bavail,
        'inode_total': st.f_files, 'inode_available': st.f_favail, 'inode_used': st.f_files - st.f_favail,
    }
