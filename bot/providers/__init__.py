"""Calendar plug-ins. A provider is a module with `kind(house) -> Kind`; it is imported when first asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from bot.ports import Clock, Kind, LocalEvents
from bot.providers.google_settings import GoogleSettings

PROVIDERS: Mapping[str, str] = {
    "local": "bot.providers.local",
    "google": "bot.providers.google",
}


@dataclass(frozen=True, slots=True)
class House:
    """What a provider may use of the house it lives in."""

    clock: Clock
    local_events: LocalEvents
    google: GoogleSettings | None = None


class Plugin:
    """A provider, imported and made at its first call, once: what a kind remembers between two calls lives in it."""

    def __init__(self, module: str, house: House) -> None:
        self._module = module
        self._house = house
        self._made: Kind | None = None

    def __call__(self) -> Kind:
        if self._made is None:
            self._made = cast(Kind, import_module(self._module).kind(self._house))
        return self._made

    def close(self) -> None:
        """At the very end: nothing is asked of it any more."""
        if self._made is not None:
            self._made.close()


def kinds(house: House, allowed: tuple[str, ...]) -> dict[str, Plugin]:
    """The allowed providers that are set up. Raises ValueError for a name that is not known."""
    unknown = set(allowed) - set(PROVIDERS)
    if unknown:
        raise ValueError(f"unknown provider: {', '.join(sorted(unknown))}; there are {', '.join(PROVIDERS)}")
    off = set() if house.google else {"google"}
    return {name: Plugin(module, house) for name, module in PROVIDERS.items() if name in {*allowed} - off}
