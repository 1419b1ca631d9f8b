"""Digests of files."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type

import hashlib
import os

from ansible.module_utils.common.text.converters import to_bytes

try:
    AVAILABLE_HASH_ALGORITHMS = dict((name, getattr(hashlib, name)) for name in hashlib.algorithms_guaranteed if hasattr(hashlib, name))
except AttributeError:  # Python 2 before 2.7.9
    AVAILABLE_HASH_ALGORITHMS = dict((name, getattr(hashlib, name)) for name in hashlib.algorithms)


class Digests(object):
    """The digests of AnsibleModule."""

    def digest_from_file(self, filename, algorithm):
        """The digest in hexadecimal of a file; None when there is none, a failure for a folder."""
        path = to_bytes(filename, errors='surrogate_or_strict')
        if not os.path.exists(path):
            return None
        if os.path.isdir(path):
            self.fail_json(msg='attempted to take checksum of directory: %s' % filename)
        method = algorithm
        if not hasattr(algorithm, 'update'):
            if algorithm not in AVAILABLE_HASH_ALGORITHMS:
                self.fail_json(msg="Could not hash file '%s' with algorithm '%s'. Available algorithms: %s"
                               % (filename, algorithm, ', '.join(AVAILABLE_HASH_ALGORITHMS)))
            try:
                method = AVAILABLE_HASH_ALGORITHMS[algorithm]()
            except ValueError:
                self.fail_json(msg="MD5 not available.  Possibly running in FIPS mode")
        with open(os.path.realpath(path), 'rb') as f:
            for block in iter(lambda: f.read(65536), b''):
                method.update(block)
        return method.hexdigest()

    def md5(self, filename):
        if 'md5' not in AVAILABLE_HASH_ALGORITHMS:
            raise ValueError('MD5 not available.  Possibly running in FIPS mode')
        return self.digest_from_file(filename, 'md5')

    def sha1(self, filename):
        return self.digest_from_file(filename, 'sha1')

    def sha256(self, filename):
        return self.digest_from_file(filename, 'sha256')
