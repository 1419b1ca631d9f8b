"""Random texts."""
import random
import string

DEFAULT_PASSWORD_LENGTH = 20


def random_password(length=DEFAULT_PASSWORD_LENGTH, chars=string.ascii_letters + string.digits + '.,:-_', seed=None):
    """A random text; the same one for the same seed."""
    source = random.SystemRandom() if seed is None else random.Random(seed)
    return ''.join(source.choice(chars) for _i in range(length))


def random_salt(length=8):
    return random_password(length, string.ascii_letters + string.digits + './')
