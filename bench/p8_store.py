"""P8: what one request reads of the store, against one raw SQLite join.

Ours is `Users.context`: the person, their preferences, their connections with opened tokens, as values. The peer is
Python's sqlite3 on an open connection, the very same join, rows fetched and nothing made of them: no opening, no
reading of what is sealed.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import sqlite

from bench.reminder_store import new_ring, opened, people
from bench.table import Row, against, show
from bot.messages import ChatUser
from bot.ports import Connection
from storage import Storage
from storage.users import _BY_WHO

PEOPLE = 1000
EACH = 50


def run() -> Iterator[Row]:
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        path = Path(folder) / "store.sqlite"
        house = opened(f"sqlite:///{path}", new_ring())
        storage = runner.run(house.__aenter__())
        try:
            linked = runner.run(people(storage, PEOPLE))
            yield from compared(runner, storage, path, linked)
        finally:
            runner.run(house.__aexit__(None, None, None))


def compared(runner: asyncio.Runner, storage: Storage, path: Path, linked: list[Connection]) -> Iterator[Row]:
    who = [ChatUser("bench", "", link.address.partition("@")[0]) for link in linked[:EACH]]
    compiled: Any = _BY_WHO.compile(dialect=sqlite.dialect())
    sql = str(compiled)
    raw = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    given = [{"chat": one.chat, "workspace": one.workspace, "chat_user": one.id} for one in who]
    values = [[one[name] for name in compiled.positiontup] for one in given]

    async def ours() -> None:
        for one in who:
            context = await storage.users.context(one)
            assert context is not None
            assert context.connections[0].credential.reveal()

    def peer() -> None:
        for some in values:
            assert raw.execute(sql, some).fetchall()

    yield against("P8", f"{EACH} requests' contexts", lambda: runner.run(ours()), peer, "raw join", limit=15.0)
    yield Row("P8", "statements of one request", statements(runner, storage, who[0]), 2, "allowed", "statements", 1.0)
    raw.close()


def statements(runner: asyncio.Runner, storage: Storage, who: ChatUser) -> int:
    """Counted where the driver gets them, on both ways to the file."""
    seen: list[str] = []
    engine = storage.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    runner.run(storage.users.context(who))
    quick = storage.users._by_who._connection
    assert quick is not None
    quick.set_trace_callback(seen.append)
    runner.run(storage.users.context(who))
    quick.set_trace_callback(None)
    assert seen
    return len(seen)


if __name__ == "__main__":
    print(show(list(run())))
