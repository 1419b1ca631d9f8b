"""Owner, group, mode, attributes and SELinux context of files."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import grp
import os
import pwd
import stat

from ansible.module_utils.common.parameters import env_fallback
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text
from ansible.module_utils.own import selinuxlib
from ansible.module_utils.own.modes import mode_of
from ansible.module_utils.six import string_types

# The letters of chattr with the words of lsattr.
FILE_ATTRIBUTES = {
    'A': 'noatime', 'a': 'append', 'c': 'compressed', 'C': 'nocow', 'd': 'nodump', 'D': 'dirsync', 'e': 'extents',
    'E': 'encrypted', 'h': 'blocksize', 'i': 'immutable', 'I': 'indexed', 'j': 'journalled', 'N': 'inline', 's': 'zero',
    'S': 'synchronous', 't': 'notail', 'T': 'blockroot', 'u': 'undelete', 'X': 'compressedraw', 'Z': 'compresseddirty',
}

# The options of add_file_common_args.
FILE_COMMON_ARGUMENTS = {
    'mode': {'type': 'raw'}, 'owner': {'type': 'str'}, 'group': {'type': 'str'}, 'seuser': {'type': 'str'},
    'serole': {'type': 'str'}, 'selevel': {'type': 'str'}, 'setype': {'type': 'str'},
    'attributes': {'type': 'str', 'aliases': ['attr']}, 'unsafe_writes': {
        'type': 'bool', 'default': False, 'fallback': (env_fallback, ['ANSIBLE_UNSAFE_WRITES'])},
}


def _path(path):
    return to_bytes(path, errors='surrogate_or_strict')


class Attributes(object):
    """What AnsibleModule knows of the attributes of files. Check mode changes nothing."""

    def load_file_common_arguments(self, params, path=None):
        """The options about attributes as set_fs_attributes_if_different takes them."""
        path = path if path is not None else params.get('path', params.get('dest'))
        if path is None:
            return {}
        path = os.path.expanduser(os.path.expandvars(path))
        if params.get('follow', False) and os.path.islink(_path(path)):
            path = os.path.realpath(path)
        secontext = [params.get('seuser'), params.get('serole'), params.get('setype')]
        if selinuxlib.mls():
            secontext.append(params.get('selevel'))
        default = self.selinux_default_context(path) if '_default' in secontext else []
        secontext = [default[at] if value == '_default' and at < len(default) else value for at, value in enumerate(secontext)]
        return {'path': path, 'mode': params.get('mode'), 'owner': params.get('owner'), 'group': params.get('group'),
                'secontext': secontext, 'attributes': params.get('attributes')}

    def selinux_mls_enabled(self):
        return selinuxlib.mls()

    def selinux_enabled(self):
        return selinuxlib.enabled()

    def selinux_initial_context(self):
        return [None, None, None] + ([None] if selinuxlib.mls() else [])

    def selinux_default_context(self, path, mode=0):
        return selinuxlib.default_context(path, mode) or self.selinux_initial_context()

    def selinux_context(self, path):
        return selinuxlib.context(path) or self.selinux_initial_context()

    def user_and_group(self, path, expand=True):
        """The numbers of a file's owner and group."""
        path = os.path.expanduser(os.path.expandvars(_path(path))) if expand else _path(path)
        st = os.lstat(path)
        return st.st_uid, st.st_gid

    def find_mount_point(self, path):
        path = os.path.realpath(os.path.expanduser(os.path.expandvars(to_native(path))))
        while not os.path.ismount(path):
            path = os.path.dirname(path)
        return to_text(path, errors='surrogate_or_strict')

    def set_context_if_different(self, path, context, changed, diff=None):
        if not selinuxlib.enabled():
            return changed
        current = self.selinux_context(path)
        wanted = [new if new is not None else old for old, new in zip(current, context)]
        if wanted == current:
            return changed
        _note(diff, 'secontext', current, wanted)
        if not self.check_mode:
            try:
                selinuxlib.set_context(path, wanted)
            except OSError as e:
                self.fail_json(path=path, msg='invalid selinux context: %s' % to_native(e), new_context=wanted, cur_context=current,
                               input_was=context)
        return True

    def set_default_selinux_context(self, path, changed):
        if not selinuxlib.enabled():
            return changed
        return self.set_context_if_different(path, self.selinux_default_context(path), changed)

    def set_owner_if_different(self, path, owner, changed, diff=None, expand=True):
        return self._set_id(path, owner, changed, diff, expand, 'owner')

    def set_group_if_different(self, path, group, changed, diff=None, expand=True):
        return self._set_id(path, group, changed, diff, expand, 'group')

    def _set_id(self, path, name, changed, diff, expand, kind):
        if name is None:
            return changed
        path = os.path.expanduser(os.path.expandvars(_path(path))) if expand else _path(path)
        if self.check_file_absent_if_check_mode(path):
            return True
        current = self.user_and_group(path, expand=False)[kind == 'group']
        try:
            wanted = int(name)
        except ValueError:
            try:
                wanted = pwd.getpwnam(name).pw_uid if kind == 'owner' else grp.getgrnam(name).gr_gid
            except KeyError:
                verb = 'chown' if kind == 'owner' else 'chgrp'
                noun = 'user' if kind == 'owner' else 'group'
                self.fail_json(path=to_text(path), msg='%s failed: failed to look up %s %s' % (verb, noun, name))
        if current == wanted:
            return changed
        _note(diff, kind, current, wanted)
        if not self.check_mode:
            try:
                os.lchown(path, *((wanted, -1) if kind == 'owner' else (-1, wanted)))
            except (IOError, OSError) as e:
                self.fail_json(path=to_text(path), msg='%s failed: %s' % ('chown' if kind == 'owner' else 'chgrp', to_text(e)))
        return True

    def set_mode_if_different(self, path, mode, changed, diff=None, expand=True):
        if mode is None:
            return changed
        path = os.path.expanduser(os.path.expandvars(_path(path))) if expand else _path(path)
        if self.check_file_absent_if_check_mode(path):
            return True
        before = os.lstat(path)
        try:
            wanted = mode_of(mode, before)
        except ValueError as e:
            self.fail_json(path=to_text(path), msg='mode must be in octal or symbolic form', details=to_native(e))
        if wanted != stat.S_IMODE(wanted):
            self.fail_json(path=to_text(path), msg='Invalid mode supplied, only permission info is allowed', details=mode)
        current = stat.S_IMODE(before.st_mode)
        if current == wanted:
            return changed
        _note(diff, 'mode', '0%03o' % current, '0%03o' % wanted)
        if self.check_mode:
            return True
        if stat.S_ISLNK(before.st_mode):
            return changed  # the mode of a link means nothing here
        try:
            os.chmod(path, wanted)
        except (IOError, OSError) as e:
            self.fail_json(path=to_text(path), msg='chmod failed', details=to_native(e))
        return stat.S_IMODE(os.lstat(path).st_mode) != current or changed

    def set_attributes_if_different(self, path, attributes, changed, diff=None, expand=True):
        if attributes is None:
            return changed
        path = os.path.expanduser(os.path.expandvars(_path(path))) if expand else _path(path)
        if self.check_file_absent_if_check_mode(path):
            return True
        current = self.get_file_attributes(path, include_version=False).get('attr_flags', '')
        operator, flags = '=', attributes
        if attributes[:1] in ('+', '-', '='):
            operator, flags = attributes[0], attributes[1:]
        missing, present = [f for f in flags if f not in current], [f for f in flags if f in current]
        need = {'+': missing, '-': present}.get(operator, sorted(flags) != sorted(current))
        if not need:
            return changed
        _note(diff, 'attributes', current, operator + flags)
        if not self.check_mode:
            rc, out, err = self.run_command([self.get_bin_path('chattr', True), operator + flags, to_native(path)])
            if rc != 0 or err:
                self.fail_json(path=to_text(path), msg='chattr failed', details='Error while setting attributes: %s' % (out + err))
        return True

    def get_file_attributes(self, path, include_version=True):
        """What lsattr says; nothing where it says nothing."""
        lsattr = self.get_bin_path('lsattr', False)
        if not lsattr:
            return {}
        rc, out, _err = self.run_command([lsattr, '-vd' if include_version else '-d', to_native(path)])
        words = out.split()
        if rc != 0 or len(words) < 1 + include_version:
            return {}
        flags = words[1 if include_version else 0].replace('-', '').strip()
        output = {'attr_flags': flags, 'attributes': [FILE_ATTRIBUTES[f] for f in flags if f in FILE_ATTRIBUTES]}
        if include_version:
            output['version'] = words[0].strip()
        return output

    def set_fs_attributes_if_different(self, file_args, changed, diff=None, expand=True):
        """Bring everything about a file to what is wanted; whether anything changed."""
        path = file_args['path']
        changed = self.set_context_if_different(path, file_args['secontext'], changed, diff)
        changed = self.set_owner_if_different(path, file_args['owner'], changed, diff, expand)
        changed = self.set_group_if_different(path, file_args['group'], changed, diff, expand)
        changed = self.set_mode_if_different(path, file_args['mode'], changed, diff, expand)
        return self.set_attributes_if_different(path, file_args['attributes'], changed, diff, expand)

    set_directory_attributes_if_different = set_fs_attributes_if_different
    set_file_attributes_if_different = set_fs_attributes_if_different

    def check_file_absent_if_check_mode(self, path):
        return self.check_mode and not os.path.exists(path)

    def add_path_info(self, kwargs):
        """Say more of the file that a result names in path or dest."""
        path = kwargs.get('path', kwargs.get('dest'))
        if not isinstance(path, string_types):
            return kwargs
        name = _path(path)
        if not os.path.exists(name):
            return kwargs
        st = os.lstat(name)
        kwargs.update(uid=st.st_uid, gid=st.st_gid, owner=_name(pwd.getpwuid, st.st_uid), group=_name(grp.getgrgid, st.st_gid),
                      mode='0%03o' % stat.S_IMODE(st.st_mode), state=_state(name, st), size=st.st_size)
        if selinuxlib.enabled():
            kwargs['secontext'] = ':'.join(self.selinux_context(path))
        return kwargs


def _note(diff, what, before, after):
    if diff is not None:
        diff.setdefault('before', {})[what] = before
        diff.setdefault('after', {})[what] = after


def _name(find, number):
    try:
        return find(number)[0]
    except KeyError:
        return str(number)


def _state(path, st):
    if os.path.islink(path):
        return 'link'
    if os.path.isdir(path):
        return 'directory'
    return 'hard' if st.st_nlink > 1 else 'file'
