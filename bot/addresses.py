"""Web addresses: which may be used at all, and which mean this machine."""

import ipaddress
from urllib.parse import urlsplit, urlunsplit


def web_address(value: str) -> str:
    """An https address without a slash at the end, or plain http to this machine; nothing else may carry a secret.

    Scheme and host in small letters, as browsers and Google compare them. Raises ValueError that says what to write.
    """
    value = value.strip().rstrip("/")
    try:
        parts = urlsplit(value)
        odd = not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment or parts.port == 0
    except ValueError:
        odd = True
    if odd or parts.scheme not in ("https", "http"):
        raise ValueError("write an address like https://freewhen.example.com")
    if parts.scheme == "http" and not is_loopback(value):
        raise ValueError("must be https; plain http is for this machine alone (127.0.0.1)")
    return urlunsplit(parts._replace(netloc=parts.netloc.lower()))


def is_loopback(url: str) -> bool:
    """Whether an address means this machine, whoever opens it."""
    host = (urlsplit(url).hostname or "").rstrip(".").casefold()
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
