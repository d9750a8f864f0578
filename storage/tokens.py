"""Texts from outside that are looked up: tokens by their hash, and those that no row can hold."""

import hashlib


def digest(token: str) -> str:
    """What is kept of a token of random bits. Any text has one, also one that is no valid Unicode."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def storable(*texts: str) -> bool:
    """Whether a row can hold these texts: PostgreSQL refuses a NUL, and UTF-8 a lone surrogate."""
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
        if "\0" in text:
            return False
    return True
