"""Steps of meeting an argument spec, and the hiding of values in what a module says."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import datetime
import os

from ansible.module_utils.common.collections import Mapping, Sequence, Set
from ansible.module_utils.common.text.converters import to_bytes, to_native, to_text
from ansible.module_utils.common.validation import (
    check_type_bits, check_type_bool, check_type_bytes, check_type_dict, check_type_float, check_type_int,
    check_type_jsonarg, check_type_list, check_type_path, check_type_raw, check_type_str)
from ansible.module_utils.errors import AnsibleFallbackNotFound
from ansible.module_utils.six import binary_type, integer_types, string_types, text_type

# What every module may be told beside its own options: the names that arrive with the prefix
# _ansible_, and the attributes they become.
PASS_VARS = {
    'check_mode': ('check_mode', False),
    'debug': ('_debug', False),
    'diff': ('_diff', False),
    'keep_remote_files': ('_keep_remote_files', False),
    'module_name': ('_name', None),
    'no_log': ('no_log', False),
    'remote_tmp': ('_remote_tmp', None),
    'selinux_special_fs': ('_selinux_special_fs', ['fuse', 'nfs', 'vboxsf', 'ramfs', '9p', 'vfat']),
    'shell_executable': ('_shell', '/bin/sh'),
    'socket': ('_socket_path', None),
    'string_conversion_action': ('_string_conversion_action', 'warn'),
    'syslog_facility': ('_syslog_facility', 'INFO'),
    'tmpdir': ('_tmpdir', None),
    'verbosity': ('_verbosity', 0),
    'version': ('ansible_version', '0.0'),
}
PASS_BOOLS = ('check_mode', 'debug', 'diff', 'keep_remote_files', 'no_log')

DEFAULT_TYPE_VALIDATORS = {
    'str': check_type_str, 'list': check_type_list, 'dict': check_type_dict, 'bool': check_type_bool,
    'int': check_type_int, 'float': check_type_float, 'path': check_type_path, 'raw': check_type_raw,
    'jsonarg': check_type_jsonarg, 'json': check_type_jsonarg, 'bytes': check_type_bytes, 'bits': check_type_bits,
}

HIDDEN = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER'


def env_fallback(*args, **kwargs):
    """The value of the first environment variable of args that is set."""
    for arg in args:
        if arg in os.environ:
            return os.environ[arg]
    raise AnsibleFallbackNotFound


def set_fallbacks(argument_spec, parameters):
    """Fill options that are missing from their fallbacks; gives the values that are to be hidden."""
    hidden = set()
    for param, spec in argument_spec.items():
        fallback = spec.get('fallback', (None,))
        if param in parameters or fallback[0] is None:
            continue
        args = [a for a in fallback[1:] if not isinstance(a, dict)]
        kwargs = next((a for a in fallback[1:] if isinstance(a, dict)), {})
        flat = [one for a in args for one in (a if isinstance(a, (list, tuple)) else [a])]
        try:
            value = fallback[0](*flat, **kwargs)
        except AnsibleFallbackNotFound:
            continue
        if spec.get('no_log', False) and value:
            hidden.add(value)
        parameters[param] = value
    return hidden


def _texts(value):
    """All texts and numbers in a value, as text."""
    if isinstance(value, (text_type, binary_type)):
        return {to_native(value, errors='surrogate_or_strict')} if value else set()
    if isinstance(value, Mapping):
        return set().union(*[_texts(v) for v in value.values()]) if value else set()
    if isinstance(value, (Sequence, Set)):
        return set().union(*[_texts(v) for v in value]) if value else set()
    if isinstance(value, bool) or value is None:
        return set()
    if isinstance(value, integer_types + (float,)):
        return {to_native(value)}
    if isinstance(value, (datetime.datetime, datetime.date)):
        return set()
    raise TypeError('Value of unknown type: %s, %s' % (type(value), value))


def _list_no_log_values(argument_spec, params):
    """The values of all options with no_log, suboptions too.

    A suboption of the wrong kind is a TypeError, once all that was found
    beside it is known: its found attribute has the values.
    """
    hidden, faults = set(), []
    _collect_no_log(argument_spec, params, hidden, faults)
    if faults:
        fault = TypeError(faults[0])
        fault.found = hidden
        raise fault
    return hidden


def _collect_no_log(argument_spec, params, hidden, faults):
    for name, spec in argument_spec.items():
        value = params.get(name)
        if value is None:
            continue
        if spec.get('no_log', False) and value:
            hidden.update(_texts(value))
        if spec.get('options') is None or (spec.get('type') == 'list' and spec.get('elements') != 'dict'):
            continue
        for one in value if isinstance(value, (list, tuple)) else [value]:
            try:
                if isinstance(one, string_types):
                    one = check_type_dict(one)
            except TypeError as e:
                faults.append(to_native(e))
                continue
            if isinstance(one, Mapping):
                _collect_no_log(spec['options'], one, hidden, faults)
            else:
                faults.append("Value '%s' in the sub parameter field '%s' must by a %s, not '%s'"
                              % (one, name, spec.get('type'), type(one).__name__))


def remove_values(value, no_log_strings):
    """value without the strings: a text that is one becomes a notice, where it is part of one, stars."""
    strings = [to_native(s, errors='surrogate_or_strict') for s in no_log_strings]
    return _removed(value, sorted(strings, key=len, reverse=True))


def _removed(value, strings):
    if isinstance(value, (text_type, binary_type)):
        text = to_native(value, errors='surrogate_or_strict')
        if text in strings:
            return HIDDEN
        for hidden in strings:
            text = text.replace(hidden, '*' * 8)
        return to_bytes(text) if isinstance(value, binary_type) else to_text(text) if isinstance(value, text_type) else text
    if isinstance(value, Mapping):
        return dict((k, _removed(v, strings)) for k, v in value.items())
    if isinstance(value, (Sequence, Set)):
        return [_removed(v, strings) for v in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, integer_types + (float,)):
        text = to_native(value)
        if text in strings or any(hidden in text for hidden in strings):
            return HIDDEN
        return value
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    raise TypeError('Value of unknown type: %s, %s' % (type(value), value))


def sanitize_keys(obj, no_log_strings, ignore_keys=frozenset()):
    """obj with the strings hidden in the keys of its dicts, but for those to ignore."""
    strings = [to_native(s, errors='surrogate_or_strict') for s in no_log_strings]
    if isinstance(obj, Mapping):
        out = {}
        for k, v in obj.items():
            plain = k in ignore_keys or (isinstance(k, string_types) and k.startswith('_ansible'))
            out[k if plain else _removed(k, strings)] = sanitize_keys(v, strings, ignore_keys)
        return out
    if isinstance(obj, (list, tuple)):
        return [sanitize_keys(v, strings, ignore_keys) for v in obj]
    if isinstance(obj, (set, frozenset)):
        return set(sanitize_keys(v, strings, ignore_keys) for v in obj)
    return obj
