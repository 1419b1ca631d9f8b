"""Backups of files, and putting a file in another's place."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import errno
import os
import shutil
import stat
import sys
import tempfile
import time

from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.module_utils.own import selinuxlib

# Where a rename cannot work although writing may: another file system, a mount, a busy file, no permission.
_NO_RENAME = (errno.EPERM, errno.EXDEV, errno.EACCES, errno.ETXTBSY, errno.EBUSY)


class Files(object):
    """atomic_move and its companions of AnsibleModule."""

    def backup_local(self, fn):
        """Copy a file beside itself under a name with the time; gives that name, empty if there is no file."""
        if not os.path.exists(fn):
            return ''
        name = '%s.%s.%s' % (fn, os.getpid(), time.strftime('%Y-%m-%d@%H:%M:%S~', time.localtime(time.time())))
        try:
            self.preserved_copy(fn, name)
        except (shutil.Error, IOError) as e:
            self.fail_json(msg='Could not make backup of %s to %s: %s' % (fn, name, to_native(e)))
        return name

    def cleanup(self, tmpfile):
        """Remove a file or folder, if it is there."""
        try:
            if os.path.isdir(tmpfile) and not os.path.islink(tmpfile):
                shutil.rmtree(tmpfile, ignore_errors=True)
            elif os.path.lexists(tmpfile):
                os.unlink(tmpfile)
        except OSError as e:
            sys.stderr.write('could not cleanup %s: %s\n' % (tmpfile, to_native(e)))

    def preserved_copy(self, src, dest):
        """Copy with owner, times, mode and context."""
        shutil.copy2(src, dest)
        if selinuxlib.enabled():
            self.set_context_if_different(dest, self.selinux_context(src), False)
        st = os.stat(src)
        try:
            os.chown(dest, st.st_uid, st.st_gid)
        except OSError as e:
            if e.errno != errno.EPERM:
                raise
        attributes = self.get_file_attributes(src, include_version=False).get('attr_flags', '')
        if attributes.strip('e'):
            self.set_attributes_if_different(dest, attributes, True)

    def atomic_move(self, src, dest, unsafe_writes=False):
        """Put src in the place of dest at once; dest keeps its owner, mode and context."""
        b_src, b_dest = to_bytes(src, errors='surrogate_or_strict'), to_bytes(dest, errors='surrogate_or_strict')
        context, creating = None, not os.path.exists(b_dest)
        if not creating:
            self._take_attributes(b_src, b_dest)
            context = self.selinux_context(dest) if selinuxlib.enabled() else None
        elif selinuxlib.enabled():
            context = self.selinux_default_context(dest)
        try:
            os.rename(b_src, b_dest)
        except (IOError, OSError) as e:
            if e.errno not in _NO_RENAME:
                self.fail_json(msg='Could not replace file: %s to %s: %s' % (src, dest, to_native(e)))
            self._move_over(b_src, b_dest, unsafe_writes)
        if creating:
            self._as_new(b_dest)
        if context is not None:
            self.set_context_if_different(dest, context, False)

    def _take_attributes(self, src, dest):
        """Make src look like dest before it takes its place."""
        try:
            st = os.stat(dest)
            os.chmod(src, stat.S_IMODE(st.st_mode))
            os.chown(src, st.st_uid, st.st_gid)
        except OSError as e:
            if e.errno != errno.EPERM:
                raise

    def _as_new(self, dest):
        """The mode and owner that a new file has."""
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(dest, 0o666 & ~umask)
        try:
            os.chown(dest, os.geteuid(), os.getegid())
        except OSError:
            pass  # it was somebody else's, and may stay so

    def _move_over(self, src, dest, unsafe_writes):
        """Copy src into the folder of dest first; where even that fails, write into dest if allowed."""
        tmp = None
        try:
            fd, tmp = tempfile.mkstemp(prefix=b'.ansible_tmp', suffix=os.path.basename(dest), dir=os.path.dirname(dest) or b'.')
            os.close(fd)
            shutil.copyfile(src, tmp)
            if os.path.exists(dest):
                self._take_attributes(tmp, dest)
            else:
                shutil.copymode(src, tmp)
            os.rename(tmp, dest)
            os.unlink(src)
        except (shutil.Error, OSError, IOError) as e:
            if not unsafe_writes:
                self.fail_json(msg='Failed to replace file: %s to %s: %s' % (to_native(src), to_native(dest), to_native(e)))
            with open(src, 'rb') as new, open(dest, 'wb') as out:
                shutil.copyfileobj(new, out)
        finally:
            if tmp is not None and os.path.exists(tmp):
                os.unlink(tmp)
