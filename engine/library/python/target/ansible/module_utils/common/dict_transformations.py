"""Dicts with other spellings of keys, and what tells two dicts apart."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import re
from copy import deepcopy

from ansible.module_utils.common.collections import MutableMapping


def _camel_to_snake(name, reversible=False):
    """HTTPEndpoint becomes http_endpoint, or h_t_t_p_endpoint if it is to be reversible."""
    if reversible:
        text = re.sub(r'([A-Z])', lambda m: '_' + m.group(1).lower(), name)
        return text[1:] if text.startswith('_') and not name.startswith('_') else text
    text = re.sub(r'([A-Z]{2,}s)(?=$|[A-Z])', lambda m: '_' + m.group(1).lower(), name)
    text = re.sub(r'(.)([A-Z][a-z]+)', r'\1_\2', text)
    return re.sub(r'([a-z0-9])([A-Z])', r'\1_\2', text).lower().lstrip('_') if not name.startswith('_') else text.lower()


def _snake_to_camel(snake, capitalize_first=False):
    words = snake.split('_')
    return ''.join(word.capitalize() or '_' if at or capitalize_first else word for at, word in enumerate(words))


def camel_dict_to_snake_dict(camel_dict, reversible=False, ignore_list=()):
    """A dict with its keys in snake_case, all the way down but below the keys to ignore."""
    def convert(value):
        if isinstance(value, dict):
            return camel_dict_to_snake_dict(value, reversible)
        if isinstance(value, list):
            return [convert(item) for item in value]
        return value
    return dict((_camel_to_snake(k, reversible), v if k in ignore_list else convert(v)) for k, v in camel_dict.items())


def snake_dict_to_camel_dict(snake_dict, capitalize_first=False):
    """A dict with its keys in camelCase, all the way down."""
    def convert(value):
        if isinstance(value, dict):
            return dict((_snake_to_camel(k, capitalize_first), convert(v)) for k, v in value.items())
        if isinstance(value, list):
            return [convert(item) for item in value]
        return value
    return convert(snake_dict)


def dict_merge(a, b):
    """a with b merged into it; neither changes."""
    if not isinstance(b, dict):
        return b
    result = deepcopy(a)
    for k, v in b.items():
        if k in result and isinstance(result[k], dict):
            result[k] = dict_merge(result[k], v)
        else:
            result[k] = deepcopy(v)
    return result


def recursive_diff(dict1, dict2):
    """What only the first and only the second has, as a pair; None if they are equal."""
    if not all(isinstance(item, MutableMapping) for item in (dict1, dict2)):
        raise TypeError("Unable to diff 'dict1' %s and 'dict2' %s. Both must be a dictionary." % (type(dict1), type(dict2)))
    left = dict((k, dict1[k]) for k in dict1 if k not in dict2)
    right = dict((k, dict2[k]) for k in dict2 if k not in dict1)
    for k in (k for k in dict1 if k in dict2):
        if isinstance(dict1[k], dict) and isinstance(dict2[k], dict):
            inner = recursive_diff(dict1[k], dict2[k])
            if inner:
                left[k], right[k] = inner
        elif dict1[k] != dict2[k]:
            left[k], right[k] = dict1[k], dict2[k]
    return (left, right) if left or right else None
