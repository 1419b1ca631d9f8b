"""Classes below a class."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type


def get_all_subclasses(cls):
    """All classes that come from cls, near and far."""
    found, todo = set(), list(cls.__subclasses__())
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo.extend(one.__subclasses__())
    return found
