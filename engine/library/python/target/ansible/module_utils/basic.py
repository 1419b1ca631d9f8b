"""AnsibleModule, and the names that modules import with it."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import json
import locale
import os
import sys
import tempfile
import traceback

from ansible.module_utils.common._collections_compat import (  # noqa: F401
    KeysView, Mapping, MutableMapping, Sequence, MutableSequence, Set, MutableSet)
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.common.file import is_executable
from ansible.module_utils.common.locale import get_best_parsable_locale
from ansible.module_utils.common.parameters import (  # noqa: F401
    PASS_BOOLS, PASS_VARS, env_fallback, remove_values, sanitize_keys)
from ansible.module_utils.common.process import get_bin_path
from ansible.module_utils.common.sys_info import (  # noqa: F401
    get_distribution, get_distribution_version, get_platform_subclass)
from ansible.module_utils.common.text.converters import (  # noqa: F401
    container_to_bytes as json_dict_unicode_to_bytes, container_to_text as json_dict_bytes_to_unicode,
    jsonify, to_bytes, to_native, to_text)
from ansible.module_utils.common.text.formatters import SIZE_RANGES, bytes_to_human, human_to_bytes, lenient_lowercase  # noqa: F401
from ansible.module_utils.common.validation import (  # noqa: F401
    check_missing_parameters, check_mutually_exclusive, check_required_arguments, check_required_by, check_required_if,
    check_required_one_of, check_required_together, safe_eval)
from ansible.module_utils.common.warnings import deprecate, get_deprecation_messages, get_warning_messages, warn
from ansible.module_utils.own.command import Commands
from ansible.module_utils.own.digest import Digests
from ansible.module_utils.own.files import Files
from ansible.module_utils.own.journal import Journal
from ansible.module_utils.own.attributes import FILE_ATTRIBUTES, FILE_COMMON_ARGUMENTS, Attributes  # noqa: F401
from ansible.module_utils.parsing.convert_bool import BOOLEANS, BOOLEANS_FALSE, BOOLEANS_TRUE, boolean  # noqa: F401
from ansible.module_utils.six import (  # noqa: F401
    PY2, PY3, b, binary_type, integer_types, iteritems, string_types, text_type)

imap = map
unicode = text_type
basestring = string_types[0]
long = integer_types[-1]

# What the options were sent as: JSON with ANSIBLE_MODULE_ARGS. Whoever starts the module sets it.
_ANSIBLE_ARGS = None


def get_platform():
    """The system's name: Linux, Darwin, FreeBSD and so on."""
    import platform
    return platform.system()


def load_platform_subclass(cls, *args, **kwargs):
    """An instance of the subclass of cls for this system."""
    found = get_platform_subclass(cls)
    return super(cls, found).__new__(found)


def get_all_subclasses(cls):
    """All classes that come from cls."""
    from ansible.module_utils.common._utils import get_all_subclasses as find
    return list(find(cls))


def missing_required_lib(library, reason=None, url=None):
    """The message for a library of Python that is not there."""
    import platform
    msg = "Failed to import the required Python library (%s) on %s's Python %s." % (library, platform.node(), sys.executable)
    if reason:
        msg += ' This is required %s.' % reason
    if url:
        msg += ' See %s for more info.' % url
    return msg + (' Please read the module documentation and install it in the appropriate location. If the required library is '
                  'installed, but Ansible is using the wrong Python interpreter, please consult the documentation on '
                  'ansible_python_interpreter')


def _load_params():
    """The options as they were sent: a dict."""
    global _ANSIBLE_ARGS
    if _ANSIBLE_ARGS is None:
        if len(sys.argv) > 1 and os.path.isfile(sys.argv[1]):
            with open(sys.argv[1], 'rb') as f:
                _ANSIBLE_ARGS = f.read()
        elif len(sys.argv) > 1:
            _ANSIBLE_ARGS = to_bytes(sys.argv[1])
        else:
            _ANSIBLE_ARGS = getattr(sys.stdin, 'buffer', sys.stdin).read()
    try:
        return json.loads(to_text(_ANSIBLE_ARGS, errors='surrogateescape' if PY3 else None))['ANSIBLE_MODULE_ARGS']
    except (ValueError, KeyError):
        print('\n{"msg": "Error: Module unable to decode valid JSON on stdin.  Unable to figure out what parameters were passed", '
              '"failed": true}')
        sys.exit(1)


class AnsibleModule(Commands, Attributes, Files, Digests, Journal):
    """The options of a module, and its way to end."""

    def __init__(self, argument_spec, bypass_checks=False, no_log=False, mutually_exclusive=None, required_together=None,
                 required_one_of=None, add_file_common_args=False, supports_check_mode=False, required_if=None, required_by=None):
        self._name = os.path.basename(__file__)
        self.argument_spec = argument_spec
        self.supports_check_mode = supports_check_mode
        self.bypass_checks = bypass_checks
        self.no_log = no_log
        self.mutually_exclusive, self.required_together = mutually_exclusive, required_together
        self.required_one_of, self.required_if, self.required_by = required_one_of, required_if, required_by
        self.cleanup_files = []
        self.no_log_values = set()
        self.run_command_environ_update = {}
        self.aliases = {}
        self._options_context = []
        if add_file_common_args:
            for name, spec in FILE_COMMON_ARGUMENTS.items():
                self.argument_spec.setdefault(name, spec)
        self.params = _load_params()
        self._take_pass_vars()
        self._set_cwd()
        self._validate()
        if self.check_mode and not self.supports_check_mode:
            self.exit_json(skipped=True, msg='remote module (%s) does not support check mode' % self._name)
        self._check_locale()
        if not self.no_log:
            self._log_invocation()

    def _take_pass_vars(self):
        """What the run tells every module: check mode, diff, and so on."""
        for name, (attribute, default) in PASS_VARS.items():
            value = self.params.pop('_ansible_' + name, default)
            if name == 'no_log':
                value = self.no_log or boolean(value, strict=False)
            elif name in PASS_BOOLS:
                value = boolean(value, strict=False)
            setattr(self, attribute, value)

    def _validate(self):
        """Hold the options against the argument spec."""
        validator = ModuleArgumentSpecValidator(self.argument_spec, self.mutually_exclusive, self.required_together,
                                                self.required_one_of, self.required_if, self.required_by)
        result = validator.validate(self.params)
        self.params.update(result.validated_parameters)
        self.no_log_values.update(result._no_log_values)
        self.aliases.update(result._aliases)
        if not result.errors.errors and not result.unsupported_parameters:
            return
        self.fail_json(msg=result.errors.msg if result.errors.errors else self._unsupported(result))

    def _unsupported(self, result):
        wrong = sorted('.'.join(path) for path in result.unsupported_parameters)
        supported = set()
        for options in result._supported_parameters.values():
            supported.update((name, tuple(sorted(aliases))) for name, aliases in options.items())
        listed = ', '.join(name + (' (%s)' % ', '.join(aliases) if aliases else '') for name, aliases in sorted(supported))
        return 'Unsupported parameters for (%s) module: %s. Supported parameters include: %s.' % (self._name, ', '.join(wrong), listed)

    @property
    def tmpdir(self):
        """A folder of the module's own, removed when it ends unless files are to be kept."""
        if self._tmpdir is None:
            base = os.path.expanduser(os.path.expandvars(self._remote_tmp)) if self._remote_tmp else None
            if base and not os.path.isdir(base):
                base = None
            self._tmpdir = tempfile.mkdtemp(prefix='ansible-moduletmp-', dir=base)
            if not self._keep_remote_files:
                self.add_cleanup_file(self._tmpdir)
        return self._tmpdir

    def _check_locale(self):
        """Use the user's locale where there is one of that name, else one that can be relied upon."""
        try:
            locale.setlocale(locale.LC_ALL, '')
        except locale.Error:
            best = get_best_parsable_locale(self)
            locale.setlocale(locale.LC_ALL, best)
            for name in ('LANG', 'LC_ALL', 'LC_MESSAGES'):
                os.environ[name] = best

    def _set_cwd(self):
        """A module may start in a folder that its user cannot read; programs then cannot run."""
        try:
            cwd = os.getcwd()
            if os.access(cwd, os.F_OK | os.R_OK):
                return cwd
        except OSError:
            pass
        for folder in (self._tmpdir or tempfile.gettempdir(), os.path.expandvars('$HOME'), tempfile.gettempdir()):
            try:
                if os.access(folder, os.F_OK | os.R_OK):
                    os.chdir(folder)
                    return folder
            except OSError:
                continue
        return None

    def get_bin_path(self, arg, required=False, opt_dirs=None):
        """The path of a program; without it None, or the module fails if it is required."""
        try:
            return get_bin_path(arg, opt_dirs=opt_dirs)
        except ValueError as e:
            if required:
                self.fail_json(msg=to_text(e))
        return None

    def boolean(self, arg):
        """arg as a bool."""
        if arg is None:
            return arg
        try:
            return boolean(arg)
        except TypeError as e:
            self.fail_json(msg=to_native(e))

    def jsonify(self, data):
        try:
            return jsonify(data)
        except UnicodeError as e:
            self.fail_json(msg=to_text(e))

    def from_json(self, data):
        return json.loads(data)

    def is_executable(self, path):
        return is_executable(path)

    def bytes_to_human(self, size):
        return bytes_to_human(size)

    pretty_bytes = bytes_to_human

    def human_to_bytes(self, number, isbits=False):
        return human_to_bytes(number, isbits)

    def warn(self, warning):
        """Add a warning to the result."""
        warn(warning)
        self.log('[WARNING] %s' % warning)

    def deprecate(self, msg, version=None, date=None, collection_name=None):
        """Add a deprecation to the result."""
        if version is not None and date is not None:
            raise AssertionError('implementation error -- version and date must not both be set')
        deprecate(msg, version=version, date=date, collection_name=collection_name)
        self.log('[DEPRECATION WARNING] %s %s' % (msg, date if date is not None else version))

    def add_cleanup_file(self, path):
        if path not in self.cleanup_files:
            self.cleanup_files.append(path)

    def do_cleanup_files(self):
        for path in self.cleanup_files:
            self.cleanup(path)

    def exit_json(self, **kwargs):
        """End well."""
        self.do_cleanup_files()
        self._return_formatted(kwargs)
        sys.exit(0)

    def fail_json(self, msg, **kwargs):
        """End badly. While an exception is handled its traceback goes with the message."""
        kwargs['failed'] = True
        kwargs['msg'] = msg
        if 'exception' not in kwargs and sys.exc_info()[2] and (self._debug or self._verbosity >= 3):
            kwargs['exception'] = ''.join(traceback.format_tb(sys.exc_info()[2]))
        self.do_cleanup_files()
        self._return_formatted(kwargs)
        sys.exit(1)

    def _return_formatted(self, kwargs):
        self.add_path_info(kwargs)
        if 'invocation' not in kwargs:
            kwargs['invocation'] = {'module_args': self.params}
        self._take_messages(kwargs)
        kwargs = remove_values(kwargs, self.no_log_values)
        print('\n%s' % self.jsonify(kwargs))

    def _take_messages(self, kwargs):
        """Warnings and deprecations: those given here join those said before."""
        given = kwargs.pop('warnings', None)
        for text in given if isinstance(given, (list, tuple)) else [given] if given else []:
            self.warn(text)
        given = kwargs.pop('deprecations', None)
        for entry in given if isinstance(given, (list, tuple)) else [given] if given else []:
            if isinstance(entry, (list, tuple)) and len(entry) == 2:
                self.deprecate(entry[0], version=entry[1])
            elif isinstance(entry, Mapping):
                self.deprecate(entry['msg'], version=entry.get('version'), date=entry.get('date'),
                               collection_name=entry.get('collection_name'))
            else:
                self.deprecate(entry)
        if get_warning_messages():
            kwargs['warnings'] = list(get_warning_messages())
        if get_deprecation_messages():
            kwargs['deprecations'] = list(get_deprecation_messages())

    def fail_on_missing_params(self, required_params=None):
        if not required_params:
            return
        try:
            check_missing_parameters(self.params, required_params)
        except TypeError as e:
            self.fail_json(msg=to_native(e))

    def get_buffer_size(self, fd):
        """How much to read from fd at once."""
        try:
            return os.fstat(fd.fileno() if hasattr(fd, 'fileno') else fd).st_blksize
        except (OSError, ValueError):
            return 9000


def get_module_path():
    return os.path.dirname(os.path.realpath(__file__))
