"""urllib.request of either Python."""
try:
    from urllib.request import *  # noqa: F401,F403
    from urllib.request import pathname2url, url2pathname, urlopen  # noqa: F401
except ImportError:  # Python 2
    from urllib import pathname2url, url2pathname, urlretrieve  # noqa: F401
    from urllib2 import *  # noqa: F401,F403
