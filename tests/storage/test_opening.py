"""What can go wrong when the database is opened, in words that say what to do."""

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.errors import ConfigError, StorageError
from storage import KeyRing, Storage, open_storage
from storage.opening import open_database
from tests.storage.samples import ANN, linked, person


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "not understood"),
        ("freewhen.db", "not understood"),
        ("mysql://x/y", "not understood"),
        ("sqlite+pysqlite:///x", "not understood"),
        ("postgresql://user:secret@host:notaport/x", "not understood"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("postgresql://user:secret@127.0.0.1:1/name", "cannot connect to postgresql.*127.0.0.1"),
        ("postgresql://user:secret@/name?host=/nowhere", "cannot connect"),
    ],
)
async def test_an_address_that_cannot_be_opened_says_why_and_shows_no_password(address: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        await open_database(address)
    assert "secret" not in str(caught.value)


async def test_a_folder_that_is_none_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="choose a folder that this user may write to"):
        await open_database(f"sqlite:///{tmp_path / 'file' / 'x.db'}")
    with pytest.raises(ConfigError, match="cannot write the database"):
        await open_database(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("content", [b"not a database, only some text that somebody wrote\n" * 99, b"\0" * 4096])
async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    tmp_path: Path, ring: KeyRing, content: bytes
) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="damaged"):
        await open_storage(f"sqlite:///{path}", ring)
    assert path.read_bytes() == content


async def test_a_damaged_database_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "x.db"
    store = await open_storage(f"sqlite:///{path}", ring)
    await linked(store)
    await store.close()
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(bytes(content))
    with pytest.raises(ConfigError):
        await open_storage(f"sqlite:///{path}", ring)


async def test_the_file_is_closed_to_others_and_its_folder_too(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "data" / "x.db"
    store = await open_storage(f"sqlite+aiosqlite:///{path}", ring)
    await person(store)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"x.db": 0o600, "x.db-wal": 0o600, "x.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()


async def test_a_path_with_odd_characters_works(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "some folder" / "100% café #1.db"
    store = await open_storage(f"sqlite:///{path}", ring)
    await linked(store)
    assert path.stat().st_size > 0
    await store.close()


async def test_a_writer_that_never_ends_is_waited_for_and_then_said_so(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "x.db"
    store = await open_storage(f"sqlite:///{path}", ring)
    rival = sqlite3.connect(path, isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(person(store))
    await asyncio.sleep(0.3)
    assert not task.done()
    rival.execute("COMMIT")
    await asyncio.wait_for(task, 5)
    rival.close()
    await store.close()


async def test_what_the_database_says_comes_in_our_words(store: Storage) -> None:
    async with store.database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE audit")
    with pytest.raises(StorageError, match="audit"):
        await store.audit.of("u", 1)


async def test_a_failure_half_way_leaves_nothing(store: Storage) -> None:
    async def fail() -> None:
        async with store.database.write() as connection:
            await connection.exec_driver_sql("DELETE FROM vault_check")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with store.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM vault_check")).scalar() == 1


async def test_closing_waits_for_what_has_begun(tmp_path: Path, ring: KeyRing) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    store = await open_storage(url, ring)
    task = asyncio.create_task(person(store))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await store.close()
    store = await open_storage(url, ring)
    assert await store.users.context(ANN) is not None
    await store.close()
