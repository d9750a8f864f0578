"""A fresh store for each test, on SQLite and on PostgreSQL."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage import KeyRing, Storage, generate_key, open_storage
from tests.postgres import fresh_database, postgres_server

BOTH = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
]


@pytest.fixture(scope="session")
def run_id(request: pytest.FixtureRequest) -> str:
    """The same for all workers of one run."""
    workers = getattr(request.config, "workerinput", None)
    return str(workers["testrunuid"])[:16] if workers else secrets.token_hex(8)


@pytest.fixture(scope="session")
def server(run_id: str) -> Iterator[str]:
    with postgres_server(run_id) as address:
        yield address


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.parse(generate_key())


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'freewhen.db'}"
        return
    with fresh_database(request.getfixturevalue("server")) as address:
        yield address


@pytest.fixture
async def store(url: str, ring: KeyRing) -> AsyncIterator[Storage]:
    opened = await open_storage(url, ring)
    yield opened
    await opened.close()
