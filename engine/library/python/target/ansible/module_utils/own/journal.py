"""What a module writes to the target's log."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import syslog

from ansible.module_utils.common.collections import Mapping
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.common.text.converters import to_bytes, to_native
from ansible.module_utils.six import PY3

try:
    from systemd import journal
    has_journal = hasattr(journal, 'sendv')
except ImportError:
    has_journal = False


class Journal(object):
    """log and debug of AnsibleModule."""

    def debug(self, msg):
        """Log msg where a debugging run asks for it."""
        if self._debug:
            self.log('[debug] %s' % msg)

    def log(self, msg, log_args=None):
        """Write msg to the journal or to syslog; values to be hidden are struck out."""
        if self.no_log:
            return
        msg = to_native(remove_values(to_native(msg, errors='replace'), self.no_log_values), errors='replace')
        module = 'ansible-%s' % self._name
        if has_journal:
            fields = [('MODULE', module)] + [(k.upper(), str(v)) for k, v in (log_args or {}).items()]
            try:
                journal.send('%s %s' % (module, msg), **dict(fields))
                return
            except IOError:
                pass
        facility = getattr(syslog, str(self._syslog_facility), syslog.LOG_USER)
        try:
            syslog.openlog(str(module), 0, facility)
            syslog.syslog(syslog.LOG_INFO, msg if PY3 else to_bytes(msg))
        except (TypeError, ValueError):
            pass  # a log that cannot take the text must not end the module

    def _log_invocation(self):
        """Log the options, without what is to be hidden."""
        shown = {}
        for name, value in self.params.items():
            spec = self.argument_spec.get(name, {})
            if not isinstance(spec, Mapping):
                continue
            if spec.get('no_log') or (spec.get('no_log') is None and name not in self.argument_spec):
                shown[name] = 'NOT_LOGGING_PARAMETER'
            else:
                shown[name] = to_native(value, errors='replace')
        if shown:
            self.log('Invoked with %s' % ' '.join('%s=%s' % pair for pair in shown.items()), log_args=shown)
        else:
            self.log('Invoked')
