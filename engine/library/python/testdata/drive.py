"""Runs each case of cases.py with the AnsibleModule that Python finds, and prints the answers as JSON.

Recorded with Ansible's own library it is the oracle: python3 drive.py >answers.json
"""
import json
import os
import sys

import cases
from ansible.module_utils import basic


def answer(case):
    """What the module of a case prints, from a process of its own."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        os.dup2(write, 1)
        code = 0
        try:
            run(case)
        except SystemExit as e:
            code = e.code
        except BaseException as e:
            print(json.dumps({'raised': '%s: %s' % (type(e).__name__, e)}))
        sys.stdout.flush()
        os._exit(code or 0)
    os.close(write)
    with os.fdopen(read) as out:
        text = out.read()
    code = os.waitpid(pid, 0)[1] >> 8
    found = json.loads(text)
    found.pop('exception', None)
    if 'Valid booleans include' in found.get('msg', ''):
        found['msg'] = found['msg'].partition(' Valid booleans')[0]  # what follows is in no order
    return {'rc': code, 'said': found}


def run(case):
    arguments = dict(case['args'], _ansible_module_name='case', _ansible_no_log=False)
    basic._ANSIBLE_ARGS = json.dumps({'ANSIBLE_MODULE_ARGS': arguments}).encode()
    module = basic.AnsibleModule(no_log=False, **case['module'])
    if 'then' in case:
        case['then'](module)
    module.exit_json(params=module.params)


if __name__ == '__main__':
    os.environ.update(PATH='/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL='C.UTF-8')
    print(json.dumps(dict((name, answer(case)) for name, case in sorted(cases.CASES.items())), indent=1, sort_keys=True))
