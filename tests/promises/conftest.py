"""Databases for several processes, and the town of the conversations for what one process can show."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import generate_key
from tests.conversations.conftest import busy_sam, ready_folder, sam, town
from tests.postgres import fresh_database
from tests.storage.conftest import BOTH, postgresql_template, run_id, server, sqlite_template

__all__ = [
    "address",
    "busy_sam",
    "keys",
    "postgresql_template",
    "ready_folder",
    "run_id",
    "sam",
    "server",
    "sqlite_template",
    "town",
]


@pytest.fixture
def keys() -> str:
    return generate_key()


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables and no rows."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'freewhen.sqlite')}"
        return
    with fresh_database(request.getfixturevalue("server"), template) as url:
        yield url
