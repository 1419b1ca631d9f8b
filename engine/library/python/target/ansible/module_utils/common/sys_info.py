"""Which system this is."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import platform

from ansible.module_utils import distro
from ansible.module_utils.common._utils import get_all_subclasses


def get_distribution():
    """The distribution's name, as distribution of a class names it."""
    name = distro.id().capitalize()
    if platform.system() != 'Linux':
        return name or None
    if not name:
        return 'OtherLinux'
    return {'Amzn': 'Amazon', 'Rhel': 'Redhat'}.get(name, name)


def get_distribution_version():
    """The distribution's version; None if this is no Linux."""
    if platform.system() != 'Linux':
        return None
    best = distro.version(best=True)
    if distro.id() == 'centos':
        return '.'.join(best.split('.')[:2])
    if distro.id() == 'debian' and best:
        return best
    return distro.version() or best or u''


def get_distribution_codename():
    """The name of the distribution's release; None if it has none."""
    if platform.system() != 'Linux':
        return None
    return distro.codename() or None


def get_platform_subclass(cls):
    """The subclass of cls for this system: its platform, then its distribution say so."""
    this_platform, distribution = platform.system(), get_distribution()
    found = None
    for one in get_all_subclasses(cls):
        if getattr(one, 'platform', None) != this_platform:
            continue
        if distribution is not None and getattr(one, 'distribution', None) == distribution:
            return one
        if getattr(one, 'distribution', None) is None:
            found = one
    return found or cls
