"""JSON that can hold what modules and plugins make."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import datetime
import json

from ansible.module_utils.common.collections import Mapping, is_sequence


class AnsibleJSONEncoder(json.JSONEncoder):
    """Writes dates, mappings and sequences too."""

    def __init__(self, preprocess_unsafe=False, vault_to_text=False, **kwargs):
        super(AnsibleJSONEncoder, self).__init__(**kwargs)

    def default(self, o):
        if isinstance(o, Mapping):
            return dict(o)
        if isinstance(o, (datetime.date, datetime.datetime)):
            return o.isoformat()
        if is_sequence(o) or isinstance(o, (set, frozenset)):
            return list(o)
        return super(AnsibleJSONEncoder, self).default(o)
