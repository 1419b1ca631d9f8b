"""Runs a project's filter, test and lookup plugins for goplay: frames of JSON come in on standard input, answers go out."""
import importlib.util
import os
import sys
import traceback

from goplay_values import Environment, Variables, link, undefined_type


class Plugins:
    """The plugins that were loaded, by kind and name."""

    def __init__(self):
        self.functions = {'filter': {}, 'test': {}}
        self.files = {}
        self.lookups = {}

    def load(self, kind, folder, prefix):
        """Load all plugins of a folder; gives their names, and what is wrong with files that cannot be loaded."""
        names, broken = [], {}
        for entry in sorted(os.listdir(folder)):
            path = os.path.join(folder, entry)
            if not entry.endswith('.py') or entry.startswith('_') or not os.path.isfile(path):
                continue
            try:
                module = imported(path, kind)
                found = module.FilterModule().filters() if kind == 'filter' else module.TestModule().tests()
            except Exception as e:
                broken[path] = '%s: %s' % (type(e).__name__, e)
                continue
            for name, function in found.items():
                self.functions[kind].setdefault(prefix + name, function)
                self.files.setdefault((kind, prefix + name), path)
                names.append(prefix + name)
        return {'names': names, 'broken': broken}

    def call(self, kind, name, args, kwargs):
        """Apply a filter or a test."""
        function = self.functions[kind][name]
        wants = str(getattr(function, 'jinja_pass_arg', '')).rpartition('.')[2]
        if wants == 'context':
            args = [Variables()] + args
        elif wants in ('environment', 'eval_context'):
            args = [Environment()] + args
        return function(*args, **kwargs)

    def lookup(self, path, terms, kwargs):
        """Run a lookup with its terms and options."""
        if path not in self.lookups:
            self.lookups[path] = imported(path, 'lookup').LookupModule
        from ansible.plugins.lookup import Loader, Templar
        variables = Variables()
        kind = self.lookups[path]
        try:
            plugin = kind(loader=Loader(variables), templar=Templar(variables))
        except TypeError:  # it is no LookupBase
            plugin = kind()
        items = plugin.run(terms, variables=variables, **kwargs)
        return items if isinstance(items, dict) else list(items)


def imported(path, kind):
    """The module of a file. One in a collection has its full name, so that it can import its neighbours."""
    marker = os.sep + 'ansible_collections' + os.sep
    root, found, rest = path.rpartition(marker)
    if found:
        name = 'ansible_collections.' + rest[:-len('.py')].replace(os.sep, '.')
    else:
        name = 'ansible.plugins.%s.own_%s' % (kind, os.path.basename(path)[:-len('.py')])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def where(error, path):
    """The last line of the plugin's own file that an exception passed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return '%s:%d' % (path, lines[-1]) if lines else path


def perform(plugins, request):
    """The answer to one request of goplay's."""
    kind, path = request['call'], request.get('path', '')
    try:
        if kind == 'load':
            return {'result': plugins.load(request['kind'], request['folder'], request['prefix'])}
        args = request['args']
        if kind == 'lookup':
            return {'result': plugins.lookup(path, args, request['kwargs'])}
        path = plugins.files[kind, request['name']]
        return {'result': plugins.call(kind, request['name'], args, request['kwargs'])}
    except Exception as e:
        undefined = isinstance(e, getattr(undefined_type, 'raises', ()))
        return {'error': {'type': type(e).__name__, 'message': str(e), 'undefined': undefined, 'where': where(e, path),
                          'ansible': type(e).__module__.startswith('ansible.errors')}}


def main():
    # Plugins may print: what they print must not come between the frames.
    out = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    sys.path.append(os.path.join(sys.path[0], 'fallback'))
    plugins = Plugins()
    link.start(sys.stdin.buffer, out, lambda request: perform(plugins, request))
    import ansible_collections
    ansible_collections.__path__ = [os.path.join(root, 'ansible_collections') for root in sys.argv[1:]]
    link.serve()
