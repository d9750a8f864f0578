"""The accounts behind a pretended Google: shared by its sign-in server and its calendar server."""

import secrets
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    """Somebody with a Google account. `subject` is the `sub` of an ID token, `zone` an IANA name."""

    address: str
    name: str = ""
    zone: str = "Europe/Madrid"
    subject: str = ""


@dataclass
class GoogleAccounts:
    """Who there is, and which access tokens are good. Times are seconds of `clock`, the server's own."""

    known: dict[str, GoogleAccount] = field(default_factory=dict)
    clock: list[float] = field(default_factory=list)
    _tokens: dict[str, tuple[str, frozenset[str], float]] = field(default_factory=dict)

    def now(self) -> float:
        """The machine's clock, or the one moment that a test put into `clock`."""
        return self.clock[0] if self.clock else time.time()

    def add(self, address: str, name: str = "", zone: str = "Europe/Madrid") -> GoogleAccount:
        account = GoogleAccount(address.casefold(), name, zone, str(10**20 + len(self.known)))
        self.known[account.address] = account
        return account

    def issue(self, address: str, scopes: frozenset[str], lives: float = 3600) -> str:
        """A new access token."""
        token = f"ya29.{secrets.token_urlsafe(32)}"
        self._tokens[token] = (address, scopes, self.now() + lives)
        return token

    def whose(self, token: str) -> tuple[GoogleAccount, frozenset[str]] | None:
        """Whose a token is and what it allows; None for one that is over, revoked or made up."""
        address, scopes, until = self._tokens.get(token, ("", frozenset(), 0.0))
        account = self.known.get(address)
        return (account, scopes) if account is not None and self.now() < until else None

    def kill(self, address: str) -> None:
        """All tokens of an account are dead, as after a revocation."""
        self._tokens = {token: held for token, held in self._tokens.items() if held[0] != address}
