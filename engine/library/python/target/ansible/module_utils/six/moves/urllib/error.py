"""urllib.error of either Python."""
try:
    from urllib.error import ContentTooShortError, HTTPError, URLError  # noqa: F401
except ImportError:  # Python 2
    from urllib import ContentTooShortError  # noqa: F401
    from urllib2 import HTTPError, URLError  # noqa: F401
