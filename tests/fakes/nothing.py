"""Stand-ins where a thing must be passed and must not be used."""

from typing import Any

from bot.messages import Secret
from bot.ports import Refresh


class NoLocalEvents:
    """`ports.LocalEvents` that fails whenever it is asked anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was not expected to be used")


async def no_renewal(stale: Secret, refresh: Refresh) -> Secret:
    """`ports.Renew` of a calendar whose credential cannot die."""
    raise AssertionError("nothing was expected to be renewed")
