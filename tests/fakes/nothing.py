"""Stand-ins where a thing must be passed and must not be used."""

from typing import Any


class NoLocalEvents:
    """`ports.LocalEvents` that fails whenever it is asked anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was not expected to be used")
