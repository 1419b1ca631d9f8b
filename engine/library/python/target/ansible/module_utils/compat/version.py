"""Versions that can be compared, as distutils had them."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import re


class Version(object):
    """A version; comparisons with text read it first."""

    def __init__(self, vstring=None):
        if vstring:
            self.parse(vstring)

    def __repr__(self):
        return "%s ('%s')" % (self.__class__.__name__, self)

    def _of(self, other):
        return other if isinstance(other, Version) else self.__class__(other)

    def __eq__(self, other):
        return self._cmp(other) == 0

    def __ne__(self, other):
        return self._cmp(other) != 0

    def __lt__(self, other):
        return self._cmp(other) < 0

    def __le__(self, other):
        return self._cmp(other) <= 0

    def __gt__(self, other):
        return self._cmp(other) > 0

    def __ge__(self, other):
        return self._cmp(other) >= 0

    def _cmp(self, other):
        mine, theirs = self._key(), self._of(other)._key()
        return (mine > theirs) - (mine < theirs)


class LooseVersion(Version):
    """Any version: its numbers and words, in order."""

    def parse(self, vstring):
        self.vstring = vstring
        parts = [p for p in re.split(r'(\d+|[a-z]+|\.)', vstring, flags=re.VERBOSE) if p and p != '.']
        self.version = [int(p) if p.isdigit() else p for p in parts]

    def __str__(self):
        return self.vstring

    def _key(self):
        return self.version


class StrictVersion(Version):
    """A version of two or three numbers, perhaps with a or b and a number."""

    def parse(self, vstring):
        match = re.match(r'^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$', vstring)
        if match is None:
            raise ValueError("invalid version number '%s'" % vstring)
        major, minor, patch, letter, number = match.groups()
        self.version = (int(major), int(minor), int(patch or 0))
        self.prerelease = (letter, int(number)) if letter else None

    def __str__(self):
        numbers = self.version if self.version[2] else self.version[:2]
        return '.'.join(str(n) for n in numbers) + ('%s%d' % self.prerelease if self.prerelease else '')

    def _key(self):
        return self.version, self.prerelease is None, self.prerelease or ()
