"""Whom this program trusts on the way out: the machine's authorities, Mozilla's, and one more by setting."""

import ssl

import certifi

from bot.errors import ConfigError


def trust(ca_file: str = "") -> ssl.SSLContext:
    """A context that always checks certificate and name. Raises ConfigError when `ca_file` cannot be used.

    `ca_file` is added to the others, so that an authority of one's own does not shut out the rest of the world.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"FREEWHEN_CA_FILE: {ca_file} is not a readable file of certificates (PEM)") from error
    return context
