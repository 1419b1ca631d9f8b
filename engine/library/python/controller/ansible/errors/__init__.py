"""The errors that plugins raise."""


class AnsibleError(Exception):
    """Something went wrong; the message says what."""

    def __init__(self, message='', obj=None, show_content=True, suppress_extended_error=False, orig_exc=None):
        super().__init__(message)
        self._message, self.obj, self.orig_exc = str(message), obj, orig_exc

    @property
    def message(self):
        return '%s. %s' % (self._message, self.orig_exc) if self.orig_exc else self._message

    def __str__(self):
        return self.message


def _kind(name, base, about):
    return type(name, (base,), {'__doc__': about, '__module__': __name__})


AnsibleOptionsError = _kind('AnsibleOptionsError', AnsibleError, 'Options are wrong.')
AnsibleParserError = _kind('AnsibleParserError', AnsibleError, 'Something cannot be read.')
AnsibleInternalError = _kind('AnsibleInternalError', AnsibleError, 'The program is wrong.')
AnsibleRuntimeError = _kind('AnsibleRuntimeError', AnsibleError, 'Something failed while it ran.')
AnsibleTemplateError = _kind('AnsibleTemplateError', AnsibleRuntimeError, 'A template is wrong.')
AnsibleFilterError = _kind('AnsibleFilterError', AnsibleTemplateError, 'A filter cannot do what it is to do.')
AnsibleFilterTypeError = _kind('AnsibleFilterTypeError', AnsibleTemplateError, 'A filter got a value of the wrong type.')
AnsibleLookupError = _kind('AnsibleLookupError', AnsibleTemplateError, 'A lookup cannot do what it is to do.')
AnsibleUndefinedVariable = _kind('AnsibleUndefinedVariable', AnsibleTemplateError, 'A variable is not defined.')
AnsibleFileNotFound = _kind('AnsibleFileNotFound', AnsibleRuntimeError, 'A file is not there.')
AnsiblePluginError = _kind('AnsiblePluginError', AnsibleError, 'A plugin is wrong.')
AnsiblePluginNotFound = _kind('AnsiblePluginNotFound', AnsiblePluginError, 'A plugin is not there.')
