"""What plugins import of Jinja2, where Jinja2 is not installed: the marks of functions, and undefined values."""
from goplay_values import undefined_base as StrictUndefined
from goplay_values import undefined_error as UndefinedError  # noqa: F401

Undefined = StrictUndefined


def _mark(kind):
    def mark(function):
        function.jinja_pass_arg = kind
        return function
    return mark


pass_context, pass_environment, pass_eval_context = _mark('context'), _mark('environment'), _mark('eval_context')
