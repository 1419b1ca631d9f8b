"""Holds arguments against an argument spec."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

from copy import deepcopy

from ansible.module_utils.common.parameters import _list_no_log_values
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.common.warnings import deprecate, warn
from ansible.module_utils.errors import AnsibleValidationErrorMultiple, NoLogError
from ansible.module_utils.own.spec import Rules, SpecCheck


class ValidationResult(object):
    """What came out: the parameters as they count, what is wrong with them, what to say of them."""

    def __init__(self, parameters):
        self._no_log_values = set()
        self._unsupported_parameters = set()
        self._supported_parameters = {}
        self._validated_parameters = deepcopy(parameters)
        self._deprecations = []
        self._warnings = []
        self._aliases = {}
        self.errors = AnsibleValidationErrorMultiple()

    @property
    def validated_parameters(self):
        return self._validated_parameters

    @property
    def unsupported_parameters(self):
        return self._unsupported_parameters

    @property
    def error_messages(self):
        return self.errors.messages


class ArgumentSpecValidator(object):
    """An argument spec with the rules about options that go together."""

    def __init__(self, argument_spec, mutually_exclusive=None, required_together=None, required_one_of=None,
                 required_if=None, required_by=None):
        self.argument_spec = argument_spec
        self._rules = Rules(mutually_exclusive, required_together, required_one_of, required_if, required_by)

    def validate(self, parameters, *args, **kwargs):
        """Check parameters; the result has them converted, with defaults."""
        result = ValidationResult(parameters)
        check = SpecCheck(result)
        self._hide(result)
        result._aliases = check.options(self.argument_spec, self._rules, result._validated_parameters, ())
        self._hide(result)
        return result

    def _hide(self, result):
        try:
            result._no_log_values.update(_list_no_log_values(self.argument_spec, result._validated_parameters))
        except TypeError as e:
            result._no_log_values.update(getattr(e, 'found', ()))
            result.errors.append(NoLogError(to_native(e)))


class ModuleArgumentSpecValidator(ArgumentSpecValidator):
    """A validator whose warnings and deprecations are the module's."""

    def validate(self, parameters):
        result = super(ModuleArgumentSpecValidator, self).validate(parameters)
        for entry in result._deprecations:
            deprecate(entry['msg'], version=entry.get('version'), date=entry.get('date'), collection_name=entry.get('collection_name'))
        for text in result._warnings:
            warn(text)
        return result
