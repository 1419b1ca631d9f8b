# Copyright the goplay authors. Licensed under the Apache License, Version 2.0.
"""The part of Ansible's documented Python interface that a project's own modules and plugins import.

It is written anew from the public documentation; no line comes from Ansible.
"""

__version__ = '2.14.18'
