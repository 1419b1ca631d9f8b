"""What plugins say to the user goes to standard error."""
import sys


class Display:
    """Says something, above a verbosity that plugins do not know of."""

    verbosity = 0

    def warning(self, msg, formatted=False):
        sys.stderr.write('[WARNING]: %s\n' % msg)

    def display(self, msg, *args, **kwargs):
        sys.stderr.write('%s\n' % msg)

    error = display

    def deprecated(self, msg, version=None, removed=False, date=None, collection_name=None):
        sys.stderr.write('[DEPRECATION WARNING]: %s\n' % msg)

    def _quiet(self, *args, **kwargs):
        pass

    v = vv = vvv = vvvv = vvvvv = debug = verbose = _quiet
