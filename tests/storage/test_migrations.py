"""From any old schema to the newest: the same tables, nothing lost, whoever is killed and however often."""

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.errors import ConfigError
from storage import KeyRing, open_storage
from storage.database import Database
from storage.migrate import check_version, migrate
from storage.opening import open_database
from storage.revisions import HEAD, REVISIONS
from storage.schema import metadata
from tests.storage.racers import ROOT
from tests.storage.samples import ANN, linked

_SQLITE_SHAPE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
_POSTGRESQL_SHAPE = """
SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
  || coalesce(character_maximum_length::text, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


async def shape(database: Database) -> set[tuple[Any, ...]]:
    """Every table, column, index and constraint, as the database itself tells."""
    async with database.read() as connection:
        query = _SQLITE_SHAPE if database.is_sqlite else _POSTGRESQL_SHAPE
        rows = (await connection.execute(text(query))).all()
    return {
        # The order in which a table names its constraints means nothing: the words are compared.
        tuple(" ".join(sorted(re.findall(r"\w+", str(part)))) for part in row)
        for row in rows
        if "alembic_version" not in map(str, row)
    }


async def test_migrations_lead_to_the_schema_that_the_code_has(
    url: str,
) -> None:
    migrated = await open_database(url)
    await migrate(migrated)
    found = await shape(migrated)
    async with migrated.write() as connection:
        await connection.run_sync(metadata.drop_all)
        if not migrated.is_sqlite:
            await connection.execute(text("DROP EXTENSION btree_gist"))
    async with migrated.write() as connection:
        await connection.run_sync(metadata.create_all)
    made = await shape(migrated)
    await migrated.close()
    assert found == made
    assert len(found) > 25


def test_every_revision_is_listed_in_order() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(revisions)) == REVISIONS


async def test_migrating_again_changes_nothing_and_keeps_the_rows(url: str, ring: KeyRing) -> None:
    store = await open_storage(url, ring)
    await linked(store)
    before = await shape(store.database)
    for _ in range(2):
        await migrate(store.database)
    assert await shape(store.database) == before
    assert await store.users.context(ANN) is not None
    await store.close()


async def test_many_at_once_in_one_process(url: str) -> None:
    databases = [await open_database(url) for _ in range(4)]
    await asyncio.gather(*(migrate(database) for database in databases))
    assert [await check_version(database) for database in databases] == [HEAD] * 4
    for database in databases:
        await database.close()


async def test_a_database_from_a_newer_program_is_refused_and_left_alone(url: str, ring: KeyRing) -> None:
    store = await open_storage(url, ring)
    before = await shape(store.database)
    async with store.database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match=r"made by a newer Freewhen.*upgrade"):
        await open_storage(url, ring)
    assert await shape(store.database) == before
    await store.close()


class Stopped(Exception):
    """Nothing in the code expects it."""


async def test_stopped_at_any_statement_it_leaves_nothing_and_works_the_next_time(url: str) -> None:
    database = await open_database(url)
    empty = await shape(database)
    statements = 0
    stop_at = 1
    countdown = {"left": 0}

    def count(*_: object) -> None:
        countdown["left"] -= 1
        if countdown["left"] == 0:
            raise Stopped

    event.listen(database._engine.sync_engine, "before_cursor_execute", count)
    while True:
        countdown["left"] = stop_at
        try:
            await migrate(database)
        except Stopped:
            countdown["left"] = 0
            assert await shape(database) == empty, f"stopped at statement {stop_at}"
            statements += 1
            stop_at += 1 if stop_at < 6 else 5
            continue
        break
    event.remove(database._engine.sync_engine, "before_cursor_execute", count)
    assert statements > 8
    assert await check_version(database) == HEAD
    await database.close()


async def test_killed_in_the_middle_it_works_the_next_time(url: str, ring: KeyRing) -> None:
    code = (
        "import asyncio, sys\n"
        "from sqlalchemy import event\n"
        "from storage.opening import open_database\n"
        "from storage.migrate import migrate\n"
        "async def main():\n"
        "    database = await open_database(sys.argv[1])\n"
        "    seen = []\n"
        "    def slow(conn, cursor, statement, *rest):\n"
        "        import time\n"
        "        seen.append(1)\n"
        "        if len(seen) == 20:\n"
        "            print('middle', flush=True)\n"
        "            time.sleep(60)\n"
        "    event.listen(database._engine.sync_engine, 'before_cursor_execute', slow)\n"
        "    await migrate(database)\n"
        "asyncio.run(main())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "middle\n"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    began = time.monotonic()
    store = await open_storage(url, ring)
    assert time.monotonic() - began < 50
    await linked(store)
    await store.close()


def test_alembic_is_imported_only_when_there_is_something_to_migrate(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from storage import KeyRing, open_storage\n"
        "async def main():\n"
        "    store = await open_storage(sys.argv[1], KeyRing.parse(sys.argv[2]))\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
        "print(sorted({'alembic', 'mako', 'psycopg'} & set(sys.modules)))\n"
    )
    from storage import generate_key

    command = [sys.executable, "-W", "error", "-c", code, f"sqlite:///{tmp_path / 'x.db'}", generate_key()]
    said = [subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout for _ in range(2)]
    assert "alembic" in said[0]
    assert said[1] == "[]\n"


@pytest.mark.postgresql
async def test_a_missing_extension_is_said_with_the_statement_that_helps(server: str) -> None:
    import psycopg
    from sqlalchemy import make_url

    from tests.postgres import fresh_database

    with fresh_database(server) as address:
        name = make_url(address).database
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute("DROP ROLE IF EXISTS freewhen_weak")
            admin.execute("CREATE ROLE freewhen_weak LOGIN PASSWORD 'x'")
            admin.execute("GRANT CREATE, USAGE ON SCHEMA public TO freewhen_weak")
            admin.execute(f"REVOKE CREATE ON DATABASE {name} FROM PUBLIC")
        try:
            weak = make_url(address).set(username="freewhen_weak", password="x")
            database = await open_database(weak.render_as_string(hide_password=False))
            with pytest.raises(ConfigError, match="CREATE EXTENSION btree_gist"):
                await migrate(database)
            await database.close()
        finally:
            with psycopg.connect(address, autocommit=True) as admin:
                admin.execute("DROP OWNED BY freewhen_weak")
                admin.execute("DROP ROLE freewhen_weak")


async def test_sqlite_keeps_its_safety_settings_after_a_migration(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'x.db'}")
    await migrate(database)
    async with database.read() as connection:
        for pragma, value in (
            ("foreign_keys", 1),
            ("busy_timeout", 10_000),
            ("synchronous", 1),
            ("journal_mode", "wal"),
        ):
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar() == value
    await database.close()
    with sqlite3.connect(tmp_path / "x.db") as plain:
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
    plain.close()
