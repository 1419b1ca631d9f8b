"""Names of jinja2.filters that plugins import."""
from jinja2 import StrictUndefined, Undefined, UndefinedError, pass_context, pass_environment, pass_eval_context  # noqa: F401
