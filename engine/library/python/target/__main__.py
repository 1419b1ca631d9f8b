"""Runs the module of this payload: its options come on standard input, its name stands in the file MODULE."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import io
import os
import runpy
import sys
import zipfile


def main():
    path = os.path.abspath(sys.argv[0])
    arguments = getattr(sys.stdin, 'buffer', sys.stdin).read()
    # Nothing is left to read: a module that asks for input gets none, rather than waiting for ever.
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    sys.stdin = io.open(0, 'r', closefd=False)
    names = {'_payload': path, '_arguments': arguments}
    if os.environ.pop('GOPLAY_RESPAWNED', None):
        names['_respawned'] = True
    with zipfile.ZipFile(path) as payload:
        name = payload.read('MODULE').decode('utf-8').strip()
    from ansible.module_utils import basic
    basic._ANSIBLE_ARGS = arguments
    runpy.run_module(name, init_globals=names, run_name='__main__', alter_sys=True)


main()
