"""Cities: the whole bot in a pretended Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conversations.conftest import ready_folder
from tests.slack.city import City, built

__all__ = ["ready_folder"]


@pytest.fixture
async def city(tmp_path: Path, ready_folder: Path) -> AsyncIterator[City]:
    """One workspace has the bot."""
    async with built(tmp_path / "data", ready_folder) as city:
        yield city


@pytest.fixture
async def open_city(tmp_path: Path, ready_folder: Path) -> AsyncIterator[City]:
    """Workspaces add the bot by themselves; none has yet."""
    async with built(tmp_path / "data", ready_folder, many=True) as city:
        yield city
