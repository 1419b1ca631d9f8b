"""Argument specs with the options of one task each."""


def spec(options, args, then=None, **rules):
    case = {'module': dict(argument_spec=options, **rules), 'args': args}
    if then:
        case['then'] = then
    return case


def one(kind, value, **more):
    return spec({'x': dict(type=kind, **more)}, {'x': value})


SUB = {'a': {'type': 'dict', 'options': {
    'b': {'type': 'int', 'required': True}, 'c': {'choices': ['x', 'y'], 'default': 'x', 'aliases': ['see']},
    'd': {'type': 'dict', 'options': {'e': {'type': 'bool'}, 'f': {'no_log': True}}}}, 'required_together': [('b', 'd')]}}
SUBLIST = {'a': {'type': 'list', 'elements': 'dict', 'options': {'b': {'type': 'int', 'required': True}, 'c': {'default': 'z'}}}}
NOLOG = {'s': {'no_log': True}, 'a': {'type': 'dict', 'options': {'p': {'no_log': True}}}, 'd': {'choices': ['x']},
         'l': {'type': 'list', 'elements': 'dict', 'options': {'p': {'no_log': True}}}}
RULES = {'a': {}, 'b': {}, 'c': {}, 'state': {'choices': ['present', 'absent'], 'default': 'present'}}

CASES = {
    'none': spec({}, {}),
    'unknown': spec({'a': {}, 'b': {'aliases': ['bee', 'be']}}, {'z': 1, 'y': 2}),
    'unknown without options': spec({}, {'z': 1}),
    'required': spec({'a': {'required': True}, 'b': {'required': True}, 'c': {}}, {}),
    'required null': spec({'a': {'required': True}}, {'a': None}),
    'alias': spec({'a': {'aliases': ['b'], 'required': True}}, {'b': 'x'}),
    'both': spec({'a': {'aliases': ['b']}}, {'a': 'x', 'b': 'y'}),
    'default': spec({'a': {'default': 5, 'type': 'int'}, 'b': {'default': '7', 'type': 'int'}, 'c': {'default': 'a,b', 'type': 'list'}}, {}),
    'choices': spec({'a': {'choices': ['x', 'y']}}, {'a': 'z'}),
    'choices null': spec({'a': {'choices': ['x', 'y']}}, {'a': None}),
    'choices bool': spec({'a': {'choices': ['yes', 'no']}}, {'a': True}),
    'choices bool false': spec({'a': {'choices': ['off', 'on']}}, {'a': False}),
    'choices int': spec({'a': {'choices': [1, 2], 'type': 'int'}}, {'a': '2'}),
    'choices list': spec({'a': {'choices': ['x', 'y'], 'type': 'list', 'elements': 'str'}}, {'a': ['x', 'z', 'w']}),
    'default outside of choices': spec({'a': {'choices': ['x', 'y'], 'default': 'q'}}, {}),
    'str int': one('str', 5), 'str bool': one('str', True), 'str list': one('str', [1, 'a']), 'str dict': one('str', {'a': 1}),
    'str none': one('str', None), 'str float': one('str', 1.5), 'no type': spec({'x': {}}, {'x': 12}),
    'int text': one('int', '5'), 'int bad': one('int', 'five'), 'int float': one('int', 1.5), 'int bool': one('int', True),
    'int list': one('int', []), 'float text': one('float', '1.5'), 'float bad': one('float', 'x'), 'float int': one('float', 3),
    'bool yes': one('bool', 'yes'), 'bool 1': one('bool', 1), 'bool bad': one('bool', 'maybe'), 'bool list': one('bool', []),
    'bool 2': one('bool', 2), 'list text': one('list', 'a,b , c'), 'list int': one('list', 5), 'list dict': one('list', {'a': 1}),
    'list empty': one('list', ''), 'dict json': one('dict', '{"a": [1]}'), 'dict python': one('dict', "{'a': None}"),
    'dict pairs': one('dict', 'a=1, b="x y"'), 'dict bad': one('dict', 'abc'), 'dict list': one('dict', [1]),
    'dict broken': one('dict', '{a b'), 'path home': one('path', '~root/x'), 'raw': one('raw', [1, {'a': 2}]),
    'json dict': one('json', {'a': [1, True, None]}), 'json text': one('json', ' {"a": 1} '), 'jsonarg list': one('jsonarg', [1]),
    'json int': one('json', 5), 'bytes': one('bytes', '10M'), 'bytes B': one('bytes', '1KB'), 'bytes bad': one('bytes', '10X'),
    'bytes bits': one('bytes', '10Kb'), 'bits': one('bits', '1Mb'), 'bits bad': one('bits', '1MB'), 'bytes float': one('bytes', '1.5G'),
    'bytes plain': one('bytes', 1024), 'elements int': one('list', ['1', 2], elements='int'),
    'elements bad': one('list', ['1', 'b'], elements='int'), 'elements text': one('list', '1,2', elements='int'),
    'elements dict': one('list', ['a=1', {'b': 2}], elements='dict'), 'elements str': one('list', [1, True, None], elements='str'),
    'callable': spec({'x': {'type': dict}}, {'x': {'a': 1}}), 'callable int': spec({'x': {'type': int}}, {'x': 'q'}),
    'exclusive': spec(dict(RULES), {'a': 1, 'b': 2, 'c': 3}, mutually_exclusive=[('a', 'b'), ('b', 'c')]),
    'exclusive flat': spec(dict(RULES), {'a': 1, 'b': 2}, mutually_exclusive=[['a', 'b']]),
    'together': spec(dict(RULES), {'a': 1}, required_together=[('a', 'b')]),
    'one of': spec(dict(RULES), {'c': 1}, required_one_of=[('a', 'b')]),
    'if': spec(dict(RULES), {'a': 1}, required_if=[('state', 'present', ('a', 'b', 'c'))]),
    'if any': spec(dict(RULES), {}, required_if=[('state', 'present', ('a', 'b'), True)]),
    'if any met': spec(dict(RULES), {'a': 1}, required_if=[('state', 'present', ('a', 'b'), True)]),
    'by': spec(dict(RULES), {'a': 1}, required_by={'a': ('b', 'c')}),
    'by text': spec(dict(RULES), {'a': 1}, required_by={'a': 'b'}),
    'two faults': spec({'a': {'type': 'int'}, 'b': {'choices': ['x']}}, {'a': 'q', 'b': 'z'}),
    'sub': spec(SUB, {'a': {'b': '5', 'd': {'e': 'yes', 'f': 'secret'}}}),
    'sub missing': spec(SUB, {'a': {'c': 'x'}}), 'sub unknown': spec(SUBLIST, {'a': [{'b': 1, 'q': 1}]}),
    'sub deep unknown': spec(SUB, {'a': {'b': 1, 'd': {'g': 1}}}), 'sub choice': spec(SUB, {'a': {'b': 1, 'see': 'w', 'd': {}}}),
    'sub type': spec(SUB, {'a': {'b': 'five', 'd': {}}}), 'sub deep type': spec(SUB, {'a': {'b': 1, 'd': {'e': 'perhaps'}}}),
    'sub text': spec(SUB, {'a': 'b=3 d={}'}), 'sub bad': spec(SUB, {'a': 'hello'}), 'sub null': spec(SUB, {'a': None}),
    'sub together': spec(SUB, {'a': {'b': 1}}), 'sub alias': spec(SUB, {'a': {'b': 1, 'see': 'y', 'd': {}}}),
    'sub list': spec(SUBLIST, {'a': [{'b': 1}, {'b': '2', 'c': 'y'}]}), 'sub list missing': spec(SUBLIST, {'a': [{'b': 1}, {}]}),
    'sub list text': spec(SUBLIST, {'a': ['b=1']}), 'sub list bad': spec(SUBLIST, {'a': [5]}),
    'apply defaults': spec({'a': {'type': 'dict', 'apply_defaults': True, 'options': {'b': {'default': 3, 'type': 'int'}}}}, {}),
    'no log': spec({'a': {'no_log': True}, 'b': {}}, {'a': 'secret', 'b': 'my secret word'}, lambda m: m.exit_json(same='secret', n=3, l=['xsecretx'])),
    'no log list': spec({'a': {'no_log': True, 'type': 'list'}}, {'a': ['one', 'two']}, lambda m: m.exit_json(msg='one and two', k={'one': 'two'})),
    'no log int': spec({'a': {'no_log': True, 'type': 'int'}}, {'a': 12}, lambda m: m.exit_json(x=12, y=123, z='a12b', t=True)),
    'no log fails': spec({'a': {'no_log': True}}, {'a': 'pw'}, lambda m: m.fail_json(msg='bad pw', rc=4)),
    'no log beside a wrong suboption': spec(NOLOG, {'s': 'topword', 'a': 'oddword', 'l': [{'p': 'oneword'}, 5, {'p': 'lastword'}], 'd': 'topword'}),
    'no log suboption of a text that is none': spec(NOLOG, {'s': 'topword', 'l': ['p=oneword', 'none at all']}),
    'removed': spec({'a': {'removed_in_version': '9.9'}}, {'a': 'x'}),
    'removed from collection': spec({'a': {'removed_in_version': '9.9', 'removed_from_collection': 'x.y'}}, {'a': 'x'}),
    'removed date': spec({'a': {'removed_at_date': '2030-01-01', 'removed_from_collection': 'x.y'}}, {'a': 'x'}),
    'sub deprecations': spec({'a': {'type': 'dict', 'options': {'b': {'removed_in_version': '9'}, 'c': {
        'aliases': ['d'], 'deprecated_aliases': [{'name': 'd', 'date': '2030-01-01', 'collection_name': 'x.y'}]}}}}, {'a': {'b': '1', 'd': '2'}}),
    'sub list deprecations': spec({'a': {'type': 'list', 'elements': 'dict', 'options': {'b': {'removed_in_version': '9'}, 'c': {
        'aliases': ['d', 'e'], 'deprecated_aliases': [{'name': 'd', 'version': '9'}]}}}}, {'a': [{'b': '1'}, {'d': '2', 'e': '3'}]}),
    'sub both': spec({'a': {'type': 'dict', 'options': {'b': {'aliases': ['c', 'd']}}}}, {'a': {'c': '1', 'd': '2'}}),
    'unknown and missing': spec({'a': {'required': True}}, {'z': 1}),
    'deprecated alias': spec({'a': {'aliases': ['b'], 'deprecated_aliases': [{'name': 'b', 'version': '9', 'collection_name': 'x.y'}]}}, {'b': 'x'}),
    'warn': spec({}, {}, lambda m: (m.warn('one'), m.warn('one'), m.deprecate('gone', version='3'), m.exit_json(warnings=['two']))),
    'fail': spec({}, {}, lambda m: m.fail_json('no', changed=True, extra=[1])),
    'fail raised': spec({}, {}, lambda m: m.get_bin_path('no-such-program', True, ['/opt'])),
    'common': spec({'path': {}}, {'path': '/etc/passwd', 'mode': '0644'}, add_file_common_args=True),
    'path info': spec({}, {}, lambda m: m.exit_json(path='/')), 'path gone': spec({}, {}, lambda m: m.exit_json(dest='/no/such')),
    'check': spec({}, {'_ansible_check_mode': True}), 'check supported': spec({}, {'_ansible_check_mode': True}, supports_check_mode=True),
    'bypass': spec({'a': {'required': True}}, {}, bypass_checks=True),
    'unicode': spec({'a': {}}, {'a': u'\u00fc\u20ac'}), 'set': spec({}, {}, lambda m: m.exit_json(s=sorted({1, 2}), t=(1, 2), b=b'x')),
    'run': spec({}, {}, lambda m: m.exit_json(r=m.run_command(['sh', '-c', 'echo $A; echo b >&2; exit 3'], environ_update={'A': '1'}))),
    'run text': spec({}, {}, lambda m: m.exit_json(r=m.run_command("printf '%s-' 'a b' c"))),
    'run shell': spec({}, {}, lambda m: m.exit_json(r=m.run_command('cat | tr a b', use_unsafe_shell=True, data='aa'))),
    'run data': spec({}, {}, lambda m: m.exit_json(r=m.run_command(['cat'], data='aa', binary_data=True))),
    'run fails': spec({}, {}, lambda m: m.run_command('sh -c "echo out; echo err >&2; exit 4"', check_rc=True)),
    'run missing': spec({}, {}, lambda m: m.run_command(['no-such-program', '--password', 'x'])),
    'run cwd': spec({}, {}, lambda m: m.exit_json(r=m.run_command('pwd', cwd='/usr'))),
    'run hidden': spec({'p': {'no_log': True}}, {'p': 'pw1'}, lambda m: m.run_command(['sh', '-c', 'exit 1', 'pw1', '--password=abc'], check_rc=True)),
    'run prompt': spec({}, {}, lambda m: m.exit_json(r=m.run_command(['sh', '-c', 'echo "Password: "; sleep 5'], prompt_regex='Password:'))),
    'run umask': spec({}, {}, lambda m: m.exit_json(r=m.run_command(['sh', '-c', 'umask'], umask=0o77))),
    'run expand': spec({}, {}, lambda m: m.exit_json(r=m.run_command(['echo', '$HOME', '~root']))),
    'run verbatim': spec({}, {}, lambda m: m.exit_json(r=m.run_command(['echo', '$HOME'], expand_user_and_vars=False))),
    'digest': spec({}, {}, lambda m: m.exit_json(n=m.sha1('/no/such'), d=m.digest_from_file('/dev/null', 'sha256'), m=m.md5('/dev/null'))),
}
