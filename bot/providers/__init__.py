"""Calendar plug-ins. A provider is a module with `kind(house) -> Kind`; it is imported when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import cast

from bot.ports import Clock, Kind, LocalEvents

PROVIDERS: Mapping[str, str] = {
    "local": "bot.providers.local",
}


@dataclass(frozen=True, slots=True)
class House:
    """What a provider may use of the house it lives in."""

    clock: Clock
    local_events: LocalEvents


def kinds(house: House, allowed: tuple[str, ...]) -> dict[str, Callable[[], Kind]]:
    """The allowed providers, each imported at its first call. Raises ValueError for a name that is not known."""
    unknown = set(allowed) - set(PROVIDERS)
    if unknown:
        raise ValueError(f"unknown provider: {', '.join(sorted(unknown))}; there are {', '.join(PROVIDERS)}")
    return {name: partial(_kind, PROVIDERS[name], house) for name in PROVIDERS if name in allowed}


def _kind(module: str, house: House) -> Kind:
    return cast(Kind, import_module(module).kind(house))
