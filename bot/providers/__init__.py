"""Calendar plug-ins. A provider is a module with `kind(house) -> Kind`; it is imported when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
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


def kinds(house: House, allowed: tuple[str, ...]) -> dict[str, Callable[[], Kind]]:
    """The allowed providers that are set up; each is imported and made at its first call, once: what a kind remembers
    between two calls lives in it. Raises ValueError for a name that is not known."""
    unknown = set(allowed) - set(PROVIDERS)
    if unknown:
        raise ValueError(f"unknown provider: {', '.join(sorted(unknown))}; there are {', '.join(PROVIDERS)}")
    off = set() if house.google else {"google"}
    return {name: cache(partial(_kind, PROVIDERS[name], house)) for name in PROVIDERS if name in {*allowed} - off}


def _kind(module: str, house: House) -> Kind:
    return cast(Kind, import_module(module).kind(house))
