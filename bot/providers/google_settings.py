"""Where Google is, and who we are to it."""

from dataclasses import dataclass

from bot.messages import Secret


@dataclass(frozen=True, slots=True)
class GoogleSettings:
    """A client of Google's console, and Google's addresses
    (developers.google.com/identity/protocols/oauth2/web-server).

    `api_url` ends with the version. `ca_file`: one more authority.
    """

    client_id: str
    client_secret: Secret
    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105 an address
    revoke_url: str = "https://oauth2.googleapis.com/revoke"
    api_url: str = "https://www.googleapis.com/calendar/v3"
    ca_file: str = ""
    issuer: str = "https://accounts.google.com"
