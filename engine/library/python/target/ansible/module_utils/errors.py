"""What an argument spec can find wrong, a class each."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type


class AnsibleFallbackNotFound(Exception):
    """A fallback has no value to offer."""


class AnsibleValidationError(Exception):
    """One thing that is wrong with arguments."""

    def __init__(self, message):
        super(AnsibleValidationError, self).__init__(message)
        self.error_message = message

    @property
    def msg(self):
        return self.args[0]


class AnsibleValidationErrorMultiple(AnsibleValidationError):
    """All that is wrong with arguments; its message is the first one's."""

    def __init__(self, errors=None):
        self.errors = list(errors or [])

    def __getitem__(self, key):
        return self.errors[key]

    def __setitem__(self, key, value):
        self.errors[key] = value

    def __delitem__(self, key):
        del self.errors[key]

    @property
    def msg(self):
        return self.errors[0].args[0]

    @property
    def messages(self):
        return [err.msg for err in self.errors]

    def append(self, error):
        self.errors.append(error)

    def extend(self, errors):
        self.errors.extend(errors)


class AliasError(AnsibleValidationError):
    """Aliases are wrong."""


class ArgumentTypeError(AnsibleValidationError):
    """A value has the wrong type."""


class ArgumentValueError(AnsibleValidationError):
    """A value is none of the choices."""


class DeprecationError(AnsibleValidationError):
    """A deprecation is declared in the wrong way."""


class ElementError(AnsibleValidationError):
    """An item of a list has the wrong type."""


class MutuallyExclusiveError(AnsibleValidationError):
    """Options were given that exclude one another."""


class NoLogError(AnsibleValidationError):
    """A value to be hidden cannot be told."""


class RequiredByError(AnsibleValidationError):
    """An option that another one requires is missing."""


class RequiredDefaultError(AnsibleValidationError):
    """A required option has a default."""


class RequiredError(AnsibleValidationError):
    """A required option is missing."""


class RequiredIfError(AnsibleValidationError):
    """An option is missing that another one's value requires."""


class RequiredOneOfError(AnsibleValidationError):
    """None of several options was given."""


class RequiredTogetherError(AnsibleValidationError):
    """Some of several options were given, not all."""


class SubParameterTypeError(AnsibleValidationError):
    """A value with suboptions is no dict."""


class UnsupportedError(AnsibleValidationError):
    """An option is not known."""
