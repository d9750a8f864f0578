"""A fresh store for each test, on SQLite and on PostgreSQL."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import KeyRing, Storage, generate_key, open_storage
from storage.migrate import migrate
from storage.opening import open_database
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
def keys() -> str:
    """The ring of this test, as text, for other processes that open the same database."""
    return generate_key()


@pytest.fixture
def ring(keys: str) -> KeyRing:
    return KeyRing.parse(keys)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'freewhen.db'}"
        return
    with fresh_database(request.getfixturevalue("server")) as address:
        yield address


@pytest.fixture(params=BOTH)
def ready_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables and no rows: a copy of one that was migrated once."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'freewhen.db')}"
        return
    with fresh_database(request.getfixturevalue("server"), template) as address:
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "freewhen.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_template(server: str) -> Iterator[str]:
    with fresh_database(server) as address:
        asyncio.run(_migrated(address))
        yield str(make_url(address).database)


@pytest.fixture
async def store(ready_url: str, ring: KeyRing) -> AsyncIterator[Storage]:
    opened = await open_storage(ready_url, ring)
    yield opened
    await opened.close()


async def _migrated(url: str) -> None:
    database = await open_database(url)
    await migrate(database)
    await database.close()


@pytest.fixture
async def sqlite_store(sqlite_template: Path, tmp_path: Path, ring: KeyRing) -> AsyncIterator[Storage]:
    """For what only SQLite can tell."""
    opened = await open_storage(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'only.db')}", ring)
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql_store(server: str, postgresql_template: str, ring: KeyRing) -> AsyncIterator[Storage]:
    """For what only PostgreSQL can tell."""
    with fresh_database(server, postgresql_template) as address:
        opened = await open_storage(address, ring)
        yield opened
        await opened.close()
