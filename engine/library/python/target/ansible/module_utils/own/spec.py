"""One walk through an argument spec and the options given, sub-options included."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

from ansible.module_utils import errors as found
from ansible.module_utils.common import validation
from ansible.module_utils.common.collections import is_iterable
from ansible.module_utils.common.parameters import DEFAULT_TYPE_VALIDATORS, set_fallbacks
from ansible.module_utils.common.text.converters import to_native
from ansible.module_utils.parsing.convert_bool import BOOLEANS_FALSE, BOOLEANS_TRUE
from ansible.module_utils.six import string_types


class Rules(object):
    """Which options go together."""

    def __init__(self, mutually_exclusive=None, required_together=None, required_one_of=None, required_if=None, required_by=None):
        self.exclusive = mutually_exclusive
        self.after = (  # the check, its rules, the class of its error
            (validation.check_required_together, required_together, found.RequiredTogetherError),
            (validation.check_required_one_of, required_one_of, found.RequiredOneOfError),
            (validation.check_required_if, required_if, found.RequiredIfError),
            (validation.check_required_by, required_by, found.RequiredByError),
        )

    @classmethod
    def of(cls, spec):
        """The rules of an option about its sub-options."""
        return cls(*[spec.get(name) for name in (
            'mutually_exclusive', 'required_together', 'required_one_of', 'required_if', 'required_by')])


class SpecCheck(object):
    """Fills a ValidationResult."""

    def __init__(self, result):
        self.result = result

    def options(self, spec, rules, params, context, place=''):
        """Check params, and change them to what counts. context names the options they are inside of; place is
        that in front of an option's name, with the number of an item."""
        self.result._no_log_values.update(set_fallbacks(spec, params))
        aliases = self._aliases(spec, params, context, place)
        self._unknown(spec, aliases, params, context)
        self._guard(found.MutuallyExclusiveError, validation.check_mutually_exclusive, rules.exclusive, params, context)
        self._guard(found.RequiredError, validation.check_required_arguments, spec, params, context)
        for name, one in spec.items():
            if one.get('default') is not None:
                params.setdefault(name, one['default'])
        for name, one in spec.items():
            if params.get(name) is not None:
                self._convert(name, one, params, context)
        self._choices(spec, params, context)
        for check, rule, kind in rules.after:
            self._guard(kind, check, rule, params, context)
        for name in spec:
            params.setdefault(name, None)
        for name, one in spec.items():
            self._suboptions(name, one, params, context, place)
        return aliases

    def _guard(self, kind, check, rule, params, context):
        try:
            check(rule, params, list(context) or None)
        except TypeError as e:
            self.result.errors.append(kind(to_native(e)))

    def _aliases(self, spec, params, context, place):
        """Take values from aliases; gives the option of each alias."""
        names = {}
        for name, one in spec.items():
            self._deprecations(name, one, params, context, place)
            aliases = one.get('aliases')
            if aliases is None:
                continue
            if not is_iterable(aliases):
                raise TypeError('internal error: aliases must be a list or tuple')
            given = [alias for alias in aliases if alias in params]
            if len(given) + (name in params) > 1:
                self.result._warnings.append('Both option %s%s and its alias %s%s are set.' % (
                    place, name, place, given[-1]))
            for alias in aliases:
                names[alias] = name
                if alias in params:
                    params[name] = params[alias]
        return names

    def _deprecations(self, name, one, params, context, place):
        label = '.'.join(context) + '["%s"]' % name if context else name
        if (one.get('removed_in_version') is not None or one.get('removed_at_date') is not None) and name in params:
            self.result._deprecations.append({
                'msg': "Param '%s' is deprecated. See the module docs for more information" % label,
                'version': one.get('removed_in_version'), 'date': one.get('removed_at_date'),
                'collection_name': one.get('removed_from_collection')})
        for alias in one.get('deprecated_aliases') or []:
            if alias['name'] in params:
                self.result._deprecations.append({
                    'msg': "Alias '%s' is deprecated. See the module docs for more information" % (place + alias['name']),
                    'version': alias.get('version'), 'date': alias.get('date'), 'collection_name': alias.get('collection_name')})

    def _unknown(self, spec, aliases, params, context):
        for name in params:
            if name not in spec and name not in aliases:
                path = context + (name,)
                self.result._unsupported_parameters.add(path)
                self.result._supported_parameters[path] = dict((known, one.get('aliases') or ()) for known, one in spec.items())

    def _convert(self, name, one, params, context):
        check, label = converter(one.get('type') or 'str')
        value = params[name]
        try:
            params[name] = check(value)
        except (TypeError, ValueError) as e:
            where = " found in '%s'." % ' -> '.join(context) if context else ''
            self.result.errors.append(found.ArgumentTypeError(
                "argument '%s' is of type %s%s and we were unable to convert to %s: %s" % (name, type(value), where, label, to_native(e))))
            return
        if one.get('elements') and isinstance(params[name], list):
            params[name] = self._elements(name, one, params[name], context)

    def _elements(self, name, one, items, context):
        check, label = converter(one['elements'])
        out = []
        for item in items:
            try:
                out.append(check(item))
            except (TypeError, ValueError) as e:
                where = " found in '%s'." % ' -> '.join(context) if context else ''
                self.result.errors.append(found.ElementError(
                    "Elements value for option '%s'%s is of type %s and we were unable to convert to %s: %s"
                    % (name, where, type(item), label, to_native(e))))
        return out

    def _choices(self, spec, params, context):
        for name, one in spec.items():
            choices = one.get('choices')
            if choices is None or name not in params:
                continue
            if not is_iterable(choices):
                self.result.errors.append(found.ArgumentTypeError(
                    'internal error: choices for argument %s are not iterable: %s' % (name, choices)))
                continue
            self._choice(name, one, choices, params, context)

    def _choice(self, name, one, choices, params, context):
        value = params[name]
        listed = ', '.join(to_native(c) for c in choices)
        where = ' found in %s' % ' -> '.join(context) if context else ''
        if isinstance(value, list):
            wrong = ', '.join(to_native(item) for item in value if item not in choices)
            if wrong:
                self.result.errors.append(found.ArgumentValueError(
                    'value of %s must be one or more of: %s. Got no match for: %s%s' % (name, listed, wrong, where)))
            return
        if value in choices:
            return
        value = as_written(value, choices)
        if value in choices:
            params[name] = value
            return
        self.result.errors.append(found.ArgumentValueError('value of %s must be one of: %s, got: %s%s' % (name, listed, value, where)))

    def _suboptions(self, name, one, params, context, place):
        options = one.get('options')
        kind = one.get('type')
        if options is None or not (kind == 'dict' or (kind == 'list' and one.get('elements') == 'dict')):
            return
        if one.get('apply_defaults', False) and kind == 'dict' and params.get(name) is None:
            params[name] = {}
        value = params.get(name)
        if value is None:
            return
        for at, item in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(item, dict):
                self.result.errors.append(found.SubParameterTypeError(
                    "value of '%s' must be of type dict or list of dicts" % name))
                continue
            self.options(options, Rules.of(one), item, context + (name,),
                         place + (name + '[%d].' % at if isinstance(value, list) else name + '.'))


def converter(kind):
    """The check of a type, which may be a function of the module's own, and its name for messages."""
    if isinstance(kind, string_types):
        check = DEFAULT_TYPE_VALIDATORS.get(kind)
        if check is None:
            raise KeyError(kind)
        return check, kind
    return kind, getattr(kind, '__name__', str(kind))


def as_written(value, choices):
    """yes and no come out of YAML as booleans: the choice that means the same."""
    for word, same in (('False', BOOLEANS_FALSE), ('True', BOOLEANS_TRUE)):
        if value == word or value is (word == 'True'):
            meant = [c for c in choices if isinstance(c, string_types) and c.lower() in same]
            if len(meant) == 1:
                return meant[0]
    return value
