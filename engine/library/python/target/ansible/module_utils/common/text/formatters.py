"""Sizes and lists as people write them."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import re

from ansible.module_utils.six import string_types

SIZE_RANGES = {'Y': 1 << 80, 'Z': 1 << 70, 'E': 1 << 60, 'P': 1 << 50, 'T': 1 << 40, 'G': 1 << 30, 'M': 1 << 20, 'K': 1 << 10, 'B': 1}

_WORDS = {'bits': ('b', 'bit'), 'bytes': ('B', 'byte')}


def lenient_lowercase(lst):
    """lst with its texts in lower case."""
    return [v.lower() if isinstance(v, string_types) else v for v in lst]


def human_to_bytes(number, default_unit=None, isbits=False):
    """The number of bytes (or bits) that a text such as 10M stands for."""
    match = re.match(r'^([0-9]*\.?[0-9]+)(?:\s*([A-Za-z]+))?\s*$', str(number))
    if match is None:
        raise ValueError("human_to_bytes() can't interpret following string: %s" % str(number))
    amount, unit = float(match.group(1)), match.group(2) or default_unit
    if not unit:
        return int(round(amount))
    letter = unit[0].upper()
    if letter not in SIZE_RANGES:
        raise ValueError("human_to_bytes() failed to convert %s (unit = %s). The suffix must be one of %s"
                         % (number, unit, ', '.join(SIZE_RANGES)))
    _check_unit(number, unit, letter, isbits)
    return int(round(amount * SIZE_RANGES[letter]))


def _check_unit(number, unit, letter, isbits):
    """A unit of more than one letter ends in b for bits and B for bytes, or is that word."""
    short, word = _WORDS['bits' if isbits else 'bytes']
    rest = unit if letter == 'B' else unit[1:]
    if unit.upper() == letter or rest == short or rest.lower() in (word, word + 's'):
        return
    wanted = short if letter == 'B' else letter + short
    raise ValueError('human_to_bytes() failed to convert %s. Value is not a valid string (expect %s or %s)' % (number, wanted, letter))


def bytes_to_human(size, isbits=False, unit=None):
    """size in the largest unit that leaves at least one of it, or in the one asked for."""
    base = 'bits' if isbits else 'Bytes'
    suffix, limit = '', 1
    for suffix, limit in sorted(SIZE_RANGES.items(), key=lambda item: -item[1]):
        if (unit is None and size >= limit) or (unit is not None and unit.upper() == suffix[0]):
            break
    if limit != 1:
        suffix += base[0]
    else:
        suffix = base
    return '%.2f %s' % (size / limit, suffix)
