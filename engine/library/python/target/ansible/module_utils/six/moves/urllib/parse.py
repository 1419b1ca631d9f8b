"""urllib.parse of either Python."""
try:
    from urllib.parse import (  # noqa: F401
        ParseResult, SplitResult, parse_qs, parse_qsl, quote, quote_plus, unquote, unquote_plus, unquote_to_bytes,
        urldefrag, urlencode, urljoin, urlparse, urlsplit, urlunparse, urlunsplit)
except ImportError:  # Python 2
    from urllib import quote, quote_plus, unquote, unquote_plus, urlencode  # noqa: F401
    from urlparse import (  # noqa: F401
        ParseResult, SplitResult, parse_qs, parse_qsl, urldefrag, urljoin, urlparse, urlsplit, urlunparse, urlunsplit)
    unquote_to_bytes = unquote
