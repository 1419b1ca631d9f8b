"""File modes: numbers, octal text, and chmod's symbols."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import os
import re
import stat

_WHO = {'u': 0o4700, 'g': 0o2070, 'o': 0o1007}
_BITS = {'r': 0o444, 'w': 0o222, 'x': 0o111}
_CLAUSE = re.compile(r'^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$')
_PART = re.compile(r'([-+=])([ugo]|[rwxXst]*)')


def mode_of(mode, st):
    """The mode meant, as a number. st is the file as it is; ValueError if mode means nothing."""
    if isinstance(mode, int):
        return mode
    text = str(mode)
    try:
        return int(text, 8)
    except ValueError:
        pass
    value = stat.S_IMODE(st.st_mode)
    folder = stat.S_ISDIR(st.st_mode)
    for clause in text.split(','):
        match = _CLAUSE.match(clause)
        if match is None:
            raise ValueError('bad symbolic permission for mode: %s' % text)
        for operator, permissions in _PART.findall(match.group(2)):
            value = _apply(value, match.group(1), operator, permissions, folder)
    return value


def _umask():
    current = os.umask(0)
    os.umask(current)
    return current


def _apply(value, who, operator, permissions, folder):
    """value after one operator of chmod."""
    users = 'ugo' if who in ('', 'a') or 'a' in who else who
    allowed = 0
    for user in users:
        allowed |= _WHO[user]
    if permissions in ('u', 'g', 'o'):
        shift = {'u': 6, 'g': 3, 'o': 0}[permissions]
        triple = (value >> shift) & 7
        wanted = triple << 6 | triple << 3 | triple
    else:
        wanted = _wanted(value, users, permissions, folder)
    wanted &= allowed
    if who == '':
        wanted &= ~(_umask() & 0o777)
    if operator == '+':
        return value | wanted
    if operator == '-':
        return value & ~wanted
    return value & ~allowed | wanted


def _wanted(value, users, permissions, folder):
    wanted = 0
    for letter in permissions:
        if letter in _BITS:
            wanted |= _BITS[letter]
        elif letter == 'X' and (folder or value & 0o111):
            wanted |= 0o111
        elif letter == 's':
            wanted |= (0o4000 if 'u' in users else 0) | (0o2000 if 'g' in users else 0)
        elif letter == 't':
            wanted |= 0o1000
    return wanted
