"""Checks of single values, and of which options go together."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import json
import os
import re
from ast import literal_eval

from ansible.module_utils.common.collections import is_iterable
from ansible.module_utils.common.text.converters import jsonify, to_native
from ansible.module_utils.common.text.formatters import human_to_bytes
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.module_utils.six import binary_type, integer_types, string_types, text_type


def _found_in(options_context):
    return ' found in %s' % ' -> '.join(options_context) if options_context else ''


def _fail_on(problems, options_context=None):
    if problems:
        raise TypeError(to_native('; '.join(problems) + _found_in(options_context)))


def count_terms(terms, parameters):
    """How many of the terms are parameters."""
    if not is_iterable(terms):
        terms = [terms]
    return len(set(terms).intersection(parameters))


def check_mutually_exclusive(terms, parameters, options_context=None):
    """Fail where more than one of a group is given."""
    groups = [group for group in terms or [] if count_terms(group, parameters) > 1]
    if groups:
        text = ', '.join('|'.join(group) for group in groups)
        raise TypeError(to_native('parameters are mutually exclusive: ' + text + _found_in(options_context)))
    return []


def check_required_one_of(terms, parameters, options_context=None):
    """Fail where none of a group is given."""
    for group in terms or []:
        if count_terms(group, parameters) == 0:
            _fail_on(['one of the following is required: %s' % ', '.join(group)], options_context)
    return []


def check_required_together(terms, parameters, options_context=None):
    """Fail where some of a group are given and others are not."""
    for group in terms or []:
        if 0 < count_terms(group, parameters) < len(group):
            _fail_on(['parameters are required together: %s' % ', '.join(group)], options_context)
    return []


def check_required_by(requirements, parameters, options_context=None):
    """Fail where an option is given without those that it requires; gives what is missing by option."""
    result = {}
    for key, needs in (requirements or {}).items():
        if parameters.get(key) is None:
            continue
        needs = [needs] if isinstance(needs, string_types) else needs
        result[key] = [need for need in needs if parameters.get(need) is None]
    problems = ["missing parameter(s) required by '%s': %s" % (key, ', '.join(missing)) for key, missing in result.items() if missing]
    for problem in problems:
        _fail_on([problem], options_context)
    return {}


def check_required_arguments(argument_spec, parameters, options_context=None):
    """Fail where required options are missing."""
    missing = [k for k, v in (argument_spec or {}).items() if v.get('required', False) and k not in parameters]
    if missing:
        _fail_on(['missing required arguments: %s' % ', '.join(sorted(missing))], options_context)
    return missing


def check_required_if(requirements, parameters, options_context=None):
    """Fail where an option has a value that requires others."""
    for requirement in requirements or []:
        key, value, needs = requirement[:3]
        one_is_enough = len(requirement) == 4 and requirement[3]
        if key not in parameters or parameters[key] != value:
            continue
        missing = [need for need in needs if count_terms(need, parameters) == 0]
        if len(missing) == len(needs) if one_is_enough else missing:
            _fail_on(['%s is %s but %s of the following are missing: %s'
                      % (key, value, 'any' if one_is_enough else 'all', ', '.join(missing))], options_context)
    return []


def check_missing_parameters(parameters, required_parameters=None):
    """Fail where options of a list are missing or empty."""
    missing = [name for name in required_parameters or [] if not parameters.get(name)]
    _fail_on(['missing required arguments: %s' % ', '.join(missing)] if missing else [])
    return missing


def safe_eval(value, locals=None, include_exceptions=False):
    """A literal of Python as its value; other text stays as it is."""
    error = None
    if isinstance(value, string_types) and not re.search(r'\w\.\w+\(|import \w+', value):
        try:
            value = literal_eval(value)
        except Exception as e:
            error = e
    return (value, error) if include_exceptions else value


def check_type_str(value, allow_conversion=True, param=None, prefix=''):
    if isinstance(value, string_types):
        return value
    if allow_conversion:
        return to_native(value, errors='surrogate_or_strict')
    raise TypeError(to_native("'{0!r}' is not a string and conversion is not allowed".format(value)))


def check_type_list(value):
    if isinstance(value, list):
        return value
    if isinstance(value, string_types):
        return value.split(',')
    if isinstance(value, integer_types + (float,)):
        return [str(value)]
    raise TypeError('%s cannot be converted to a list' % type(value))


def _pairs(value):
    """A dict of the words k=v, which commas or spaces divide."""
    words, word, quote, escaped = [], [], None, False
    for char in value.strip():
        if escaped:
            word.append(char)
            escaped = False
        elif char == '\\':
            escaped = True
        elif quote is None and char in '\'"':
            quote = char
        elif char == quote:
            quote = None
        elif quote is None and char in ', ':
            words.append(''.join(word))
            word = []
        else:
            word.append(char)
    words.append(''.join(word))
    return dict(pair.split('=', 1) for pair in words if pair)


def check_type_dict(value):
    if isinstance(value, dict):
        return value
    if not isinstance(value, string_types):
        raise TypeError('%s cannot be converted to a dict' % type(value))
    if value.startswith('{'):
        try:
            return json.loads(value)
        except Exception:
            result, error = safe_eval(value, include_exceptions=True)
            if error is not None:
                raise TypeError('unable to evaluate string as dictionary')
            return result
    if '=' in value:
        try:
            return _pairs(value)
        except ValueError:
            pass
    raise TypeError('dictionary requested, could not parse JSON or key=value')


def check_type_bool(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, string_types + integer_types + (float,)):
        return boolean(value)
    raise TypeError('%s cannot be converted to a bool' % type(value))


def check_type_int(value):
    if isinstance(value, integer_types):
        return value
    try:
        if isinstance(value, string_types):
            return int(value)
    except ValueError:
        pass
    raise TypeError('%s cannot be converted to an int' % type(value))


def check_type_float(value):
    if isinstance(value, float):
        return value
    try:
        if isinstance(value, (binary_type, text_type) + integer_types):
            return float(value)
    except ValueError:
        pass
    raise TypeError('%s cannot be converted to a float' % type(value))


def check_type_path(value):
    return os.path.expanduser(os.path.expandvars(check_type_str(value)))


def check_type_raw(value):
    return value


def _size(value, kind, isbits):
    try:
        return human_to_bytes(value, isbits=isbits)
    except ValueError:
        raise TypeError('%s cannot be converted to a %s value' % (type(value), kind))


def check_type_bytes(value):
    return _size(value, 'Byte', False)


def check_type_bits(value):
    return _size(value, 'Bit', True)


def check_type_jsonarg(value):
    """JSON as text: texts stay, containers are written."""
    if isinstance(value, (text_type, binary_type)):
        return value.strip()
    if isinstance(value, (list, tuple, dict)):
        return jsonify(value)
    raise TypeError('%s cannot be converted to a json string' % type(value))
