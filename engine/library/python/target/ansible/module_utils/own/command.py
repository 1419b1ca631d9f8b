"""run_command: programs, their input and output."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import os
import re
import select
import shlex
import subprocess
import traceback

from ansible.module_utils.common.collections import is_iterable
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.module_utils.six import PY2, PY3, binary_type, text_type

try:
    from shlex import quote
except ImportError:  # Python 2
    from pipes import quote

# Options of a command line whose values are secrets, and passwords in URLs.
_SECRET = re.compile(r'^(-{1,2}(?:pass(?:word|wd|phrase)?|pwd|token|secret)(?:\b|=))', re.IGNORECASE)
_IN_URL = re.compile(r'(://[^/:@\s]*:)[^@/\s]+(@)')


class Commands(object):
    """run_command of AnsibleModule."""

    def run_command(self, args, check_rc=False, close_fds=True, executable=None, data=None, binary_data=False, path_prefix=None,
                    cwd=None, use_unsafe_shell=False, prompt_regex=None, environ_update=None, umask=None, encoding='utf-8',
                    errors='surrogate_or_strict', expand_user_and_vars=True, pass_fds=None, before_communicate_callback=None,
                    ignore_invalid_cwd=True, handle_exceptions=True):
        """Run a program and give its exit code, output and errors."""
        if not isinstance(args, (list, binary_type, text_type)):
            self.fail_json(rc=257, cmd=args, msg="Argument 'args' to run_command must be list or string")
        argv, shell, executable = self._argv(args, use_unsafe_shell, executable, expand_user_and_vars)
        prompt = self._prompt(prompt_regex)
        options = {
            'executable': executable, 'shell': shell, 'close_fds': close_fds, 'stdin': subprocess.PIPE if data else None,
            'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, 'env': self._command_environment(environ_update, path_prefix),
            'preexec_fn': self._before_exec(umask), 'cwd': self._command_folder(cwd, ignore_invalid_cwd),
        }
        if PY3 and pass_fds:
            options['pass_fds'] = pass_fds
        elif PY2 and pass_fds:
            options['close_fds'] = False
        shown = self._clean_args(args)
        try:
            if self._debug:
                self.log('Executing: ' + shown)
            process = subprocess.Popen(argv, **options)
            if before_communicate_callback:
                before_communicate_callback(process)
            if data and not binary_data:
                data = to_bytes(data) + b'\n'
            rc, out, err = _converse(process, to_bytes(data) if data else None, prompt)
        except (OSError, IOError) as e:
            self.log('Error Executing CMD:%s Exception:%s' % (shown, to_native(e)))
            if not handle_exceptions:
                raise
            self.fail_json(rc=e.errno or 257, stdout=b'', stderr=b'', msg=to_native(e), cmd=shown)
        except Exception as e:
            self.log('Error Executing CMD:%s Exception:%s' % (shown, to_native(traceback.format_exc())))
            if not handle_exceptions:
                raise
            self.fail_json(rc=257, stdout=b'', stderr=b'', msg=to_native(e), exception=traceback.format_exc(), cmd=shown)
        if rc != 0 and check_rc:
            said = remove_values(to_native(err).rstrip(), self.no_log_values)
            self.fail_json(cmd=shown, rc=rc, stdout=out, stderr=err, msg=said)
        if encoding is None:
            return rc, out, err
        return rc, to_native(out, encoding=encoding, errors=errors), to_native(err, encoding=encoding, errors=errors)

    def _argv(self, args, use_unsafe_shell, executable, expand):
        """What Popen gets as its arguments, whether a shell reads them, and which program runs."""
        if use_unsafe_shell:
            if is_iterable(args):
                args = b' '.join(to_bytes(quote(to_native(x)), errors='surrogate_or_strict') for x in args)
            args = to_bytes(args, errors='surrogate_or_strict')
            return args, True, executable or self._shell
        if isinstance(args, (binary_type, text_type)):
            args = shlex.split(to_native(args, errors='surrogateescape') if PY3 else to_bytes(args))
        if expand:
            args = [os.path.expanduser(os.path.expandvars(to_bytes(x, errors='surrogate_or_strict'))) for x in args if x is not None]
        else:
            args = [to_bytes(x, errors='surrogate_or_strict') for x in args if x is not None]
        return args, False, executable

    def _prompt(self, prompt_regex):
        if not prompt_regex:
            return None
        try:
            return re.compile(to_bytes(prompt_regex), re.MULTILINE)
        except re.error:
            self.fail_json(msg='invalid prompt regular expression given to run_command')

    def _command_environment(self, environ_update, path_prefix):
        env = os.environ.copy()
        env.update(dict((k, to_native(v)) for k, v in self.run_command_environ_update.items()))
        env.update(dict((k, to_native(v)) for k, v in (environ_update or {}).items()))
        if path_prefix:
            env['PATH'] = '%s:%s' % (path_prefix, env['PATH']) if env.get('PATH') else path_prefix
        return env

    def _before_exec(self, umask):
        def prepare():
            if umask is not None:
                os.umask(umask)
        return prepare if umask is not None else None

    def _command_folder(self, cwd, ignore_invalid):
        if not cwd:
            return None
        cwd = to_bytes(os.path.abspath(os.path.expanduser(to_native(cwd))), errors='surrogate_or_strict')
        if os.path.isdir(cwd):
            return cwd
        if not ignore_invalid:
            self.fail_json(msg='Provided cwd is not a valid directory: %s' % to_native(cwd))
        return None

    def _clean_args(self, args):
        """The command line for logs and failures, its secrets covered."""
        words = args if is_iterable(args) else shlex.split(to_native(args, errors='surrogate_or_strict'))
        out, cover = [], False
        for word in words:
            word = to_native(word)
            if cover:
                word, cover = '********', False
            elif _SECRET.match(word):
                name, equals, _value = word.partition('=')
                word, cover = (name + '=********', False) if equals else (word, True)
            else:
                word = _IN_URL.sub(r'\1********\2', word)
            out.append(quote(remove_values(word, self.no_log_values)))
        return ' '.join(out)


def _converse(process, data, prompt):
    """Feed a process and read it until it ends; a prompt that nobody answers ends it."""
    if prompt is None:
        out, err = process.communicate(data)
        return process.returncode, out, err
    got = {process.stdout: b'', process.stderr: b''}
    if data:
        process.stdin.write(data)
        process.stdin.close()
    waiting = [process.stdout, process.stderr]
    while waiting:
        ready, _w, _x = select.select(waiting, [], [], 1)
        for pipe in ready:
            chunk = os.read(pipe.fileno(), 65536)
            got[pipe] += chunk
            if not chunk:
                waiting.remove(pipe)
        if prompt.search(got[process.stdout]) and not data:
            process.kill()
            process.wait()
            return 257, got[process.stdout], b'A prompt was encountered while running a command, but no input data was specified'
        if not ready and process.poll() is not None:
            break
    process.wait()
    return process.returncode, got[process.stdout], got[process.stderr]
