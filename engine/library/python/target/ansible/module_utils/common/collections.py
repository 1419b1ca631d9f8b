"""Kinds of containers, and what tells them from text."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

try:
    from collections.abc import (  # noqa: F401
        Container, Hashable, ItemsView, Iterable, Iterator, KeysView, Mapping, MappingView, MutableMapping,
        MutableSequence, MutableSet, Sequence, Set, Sized, ValuesView)
except ImportError:  # Python 2
    from collections import (  # noqa: F401
        Container, Hashable, ItemsView, Iterable, Iterator, KeysView, Mapping, MappingView, MutableMapping,
        MutableSequence, MutableSet, Sequence, Set, Sized, ValuesView)

from ansible.module_utils.six import binary_type, text_type


class ImmutableDict(Hashable, Mapping):
    """A dict that never changes; the methods union and difference give new ones."""

    def __init__(self, *args, **kwargs):
        self._store = dict(*args, **kwargs)

    def __getitem__(self, key):
        return self._store[key]

    def __iter__(self):
        return iter(self._store)

    def __len__(self):
        return len(self._store)

    def __hash__(self):
        return hash(frozenset(self.items()))

    def __eq__(self, other):
        try:
            return hash(self) == hash(ImmutableDict(other))
        except TypeError:
            return False

    def __repr__(self):
        return 'ImmutableDict(%r)' % (self._store,)

    def union(self, overriding_mapping):
        return ImmutableDict(self._store, **overriding_mapping)

    def difference(self, subtractive_iterable):
        gone = frozenset(subtractive_iterable)
        return ImmutableDict((k, v) for k, v in self._store.items() if k not in gone)


def is_string(seq):
    """Whether seq is text or bytes, or stands for an encrypted one."""
    return isinstance(seq, (text_type, binary_type)) or getattr(seq, '__ENCRYPTED__', False)


def is_iterable(seq, include_strings=False):
    """Whether seq can be iterated over; text only counts if asked for."""
    if not include_strings and is_string(seq):
        return False
    try:
        iter(seq)
    except TypeError:
        return False
    return True


def is_sequence(seq, include_strings=False):
    """Whether seq is a sequence; text only counts if asked for."""
    if not include_strings and is_string(seq):
        return False
    return isinstance(seq, Sequence)


def count(seq):
    """How often each item occurs."""
    if not is_iterable(seq):
        raise Exception('Argument provided  is not an iterable')
    counters = {}
    for item in seq:
        counters[item] = counters.get(item, 0) + 1
    return counters
