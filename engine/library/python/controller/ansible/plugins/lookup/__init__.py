"""The base of lookup plugins."""
import os
import sys

from ansible.errors import AnsibleError, AnsibleFileNotFound
from ansible.utils.display import Display


class Loader:
    """Finds and reads the files of a project."""

    def __init__(self, variables):
        self._variables = variables

    def get_basedir(self):
        return self._variables.get('playbook_dir', os.getcwd())

    def path_dwim(self, given):
        return os.path.abspath(os.path.join(self.get_basedir(), os.path.expanduser(given)))

    def path_dwim_relative(self, path, dirname, source, is_role=False):
        """The file in a folder of a role or of the playbook, the nearest first."""
        places = [os.path.join(path, dirname, source), os.path.join(path, source),
                  os.path.join(self.get_basedir(), dirname, source), os.path.join(self.get_basedir(), source)]
        return next((os.path.abspath(p) for p in places if os.path.exists(p)), os.path.abspath(places[0]))

    def path_dwim_relative_stack(self, paths, dirname, source, is_role=False):
        for path in paths:
            for place in (os.path.join(path, dirname, source), os.path.join(path, source)):
                if os.path.exists(place):
                    return os.path.abspath(place)
        raise AnsibleFileNotFound('Could not find or access %r' % source)

    def get_real_file(self, path, decrypt=True):
        return path

    def path_exists(self, path):
        return os.path.exists(path)

    def _get_file_contents(self, path):
        with open(path, 'rb') as f:
            return f.read(), True


class Templar:
    """What a plugin gets is evaluated already: its values are no templates."""

    def __init__(self, variables):
        self.available_variables = self._available_variables = variables

    def template(self, variable, **kwargs):
        return variable

    def is_template(self, data):
        return False


class LookupBase:
    """Gives run(terms, variables, **kwargs) what it needs."""

    def __init__(self, loader=None, templar=None, **kwargs):
        self._loader, self._templar, self._display = loader, templar, Display()
        self._options = {}

    def get_basedir(self, variables):
        return variables['role_path'] if 'role_path' in variables else self._loader.get_basedir()

    def find_file_in_search_path(self, myvars, subdir, needle, ignore_missing=False):
        """The path of a file in the folders of the role and the playbook."""
        paths = list(myvars['ansible_search_path']) if 'ansible_search_path' in myvars else [self.get_basedir(myvars)]
        try:
            return self._loader.path_dwim_relative_stack(paths, subdir, needle)
        except AnsibleFileNotFound:
            if not ignore_missing:
                self._display.warning("Unable to find '%s' in expected paths (use -vvvvv to see paths)" % needle)
        return None

    def set_options(self, task_keys=None, var_options=None, direct=None):
        """Take options as they were given, from variables and the environment, or by their defaults."""
        for name, spec in _documented(type(self).__module__).items():
            self._options[name] = _option(spec, var_options or {})
        self._options.update(direct or {})

    def set_option(self, name, value):
        self._options[name] = value

    def get_option(self, name, hostvars=None):
        if name not in self._options:
            raise KeyError('Requested entry (plugin_type: lookup setting: %s ) was not defined in configuration.' % name)
        return self._options[name]

    def get_options(self, hostvars=None):
        return dict(self._options)

    def has_option(self, name):
        return name in self._options

    @staticmethod
    def _flatten(terms):
        return [one for term in terms for one in (term if isinstance(term, (list, tuple)) else [term])]

    @staticmethod
    def _combine(a, b):
        return [LookupBase._flatten([x, y]) for x in a for y in b]


def _documented(module):
    """The options in a plugin's DOCUMENTATION."""
    text = getattr(sys.modules[module], 'DOCUMENTATION', None)
    if not text:
        return {}
    try:
        import yaml
    except ImportError:
        raise AnsibleError("the options of this lookup stand in its DOCUMENTATION, and to read them Python's yaml has to be installed")
    return yaml.safe_load(text).get('options') or {}


def _option(spec, variables):
    for source in spec.get('vars') or []:
        if source['name'] in variables:
            return variables[source['name']]
    for source in spec.get('env') or []:
        if source['name'] in os.environ:
            return os.environ[source['name']]
    return spec.get('default')
