"""Running a module again with another interpreter."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import os
import subprocess
import sys

from ansible.module_utils.common.text.converters import to_bytes


def has_respawned():
    """Whether this is the second run already."""
    return hasattr(sys.modules['__main__'], '_respawned')


def respawn_module(interpreter_path):
    """Run the module again with another interpreter, and end with its answer."""
    if has_respawned():
        raise Exception('module has already been respawned')
    main = sys.modules['__main__']
    environment = dict(os.environ, GOPLAY_RESPAWNED='1')
    process = subprocess.Popen([interpreter_path, main._payload], stdin=subprocess.PIPE, env=environment)
    process.communicate(to_bytes(main._arguments))
    sys.exit(process.returncode)


def probe_interpreters_for_module(interpreter_paths, module_name):
    """The first interpreter that can import a module; None if none can."""
    for path in interpreter_paths:
        if not os.path.exists(path):
            continue
        with open(os.devnull, 'w') as nowhere:
            if subprocess.call([path, '-c', 'import %s' % module_name], stdout=nowhere, stderr=nowhere) == 0:
                return path
    return None
