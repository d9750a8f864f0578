"""A store full of people who wait to be reminded, and a chat that only counts: the ground of P7, P8 and P9."""

import secrets
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import delete, text

from bot.app import build
from bot.messages import ChatUser, Profile, Reply, Secret
from bot.ports import App, Connection, Dispatch, Meeting, Planned, Preferences, User
from bot.providers import House, kinds
from bot.renewal import Renewal
from bot.scheduling.event import Attendee
from bot.settings import load
from storage import KeyRing, Storage, generate_key, open_storage
from storage.planning import waiting_row
from storage.schema import connections, reminders, users
from tests.postgres import fresh_database, postgres_server

NOON = datetime(2026, 3, 9, 11, tzinfo=UTC)
"""When everything falls due."""
LEAD = timedelta(minutes=10)


class Clock:
    """Stands where it is put; without a place it is the machine's."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at or datetime.now(UTC)


class Silence:
    """`bot.ports.Chat` whose messages cost nothing; `sent` is who got what, and when."""

    together = True
    at_hand = True
    windows = False
    erases = True

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply, datetime]] = []

    async def send(self, who: ChatUser, reply: Reply) -> str:
        self.sent.append((who.id, reply, datetime.now(UTC)))
        return f"m{len(self.sent)}"

    async def update(self, handle: str, reply: Reply) -> str:
        return handle

    async def profile(self, who: ChatUser) -> Profile:
        return Profile()

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        return ()

    async def refresh(self, who: ChatUser) -> None:
        return None

    def back(self, who: ChatUser) -> str:
        return ""

    async def run(self, dispatch: Dispatch) -> None:
        return None

    async def stop(self) -> None:
        return None


def app_over(storage: Storage, clock: Clock, chat: Silence) -> App:
    return build(
        load({}),
        storage,
        clock,
        {"bench": chat},
        Renewal(storage.connections, clock),
        kinds(House(clock, storage.local_events), ("local",)),
    )


@contextmanager
def addresses() -> Iterator[dict[str, tuple[str, str]]]:
    """Store → the addresses of two empty databases. PostgreSQL is left out, loudly, where there is none."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        found = {"SQLite": (f"sqlite:///{Path(folder) / 'one.sqlite'}", f"sqlite:///{Path(folder) / 'two.sqlite'}")}
        try:
            server = stack.enter_context(postgres_server(secrets.token_hex(4)))
            one, two = (stack.enter_context(fresh_database(server)) for _ in range(2))
            found["PostgreSQL"] = (one, two)
        except pytest.skip.Exception as reason:
            print(f"\nPostgreSQL IS NOT MEASURED: {reason}", file=sys.stderr, flush=True)
        yield found


@asynccontextmanager
async def opened(url: str, ring: str) -> AsyncIterator[Storage]:
    storage = await open_storage(url, KeyRing.parse(ring))
    try:
        yield storage
    finally:
        await storage.close()


new_ring = generate_key


async def people(storage: Storage, count: int) -> list[Connection]:
    """Connected people, one calendar each; written in bulk, sealed as the product seals."""
    made, rows, links = [], [], []
    for number in range(count):
        who = ChatUser("bench", "", f"p{number}-{secrets.token_hex(4)}")
        address = f"{who.id}@example.com"
        user = User(secrets.token_hex(16), who, "Ann Example", address, Preferences(zone="Europe/Madrid"))
        link = Connection(secrets.token_hex(16), who.tenant, user.id, "local", address, Secret("a provider's token"))
        names = {"tenant": who.tenant, "chat": who.chat, "workspace": "", "chat_user": who.id}
        rows.append({"id": user.id, **names, "profile": storage.users._seal(user), "paused": False})
        where = {"id": link.id, "tenant": link.tenant, "user_id": user.id, "provider": "local", "address": address}
        sealed = storage.connections._seal(link.credential, link.id, link.tenant, link.provider)
        state = {"health": "active", "calendar": "", "checks": "[]", "connected_at": NOON}
        links.append({**where, "host": link.host, "credential": sealed, **state})
        made.append(link)
    async with storage.database.write() as connection:
        await connection.execute(users.insert(), rows)
        await connection.execute(connections.insert(), links)
    return made


async def due(
    storage: Storage,
    linked: Sequence[Connection],
    at: datetime | Sequence[datetime] = NOON,
    lead: timedelta = LEAD,
) -> None:
    """One reminder for each, of a meeting of its own; due all at once, or each at its time."""
    times = [at] * len(linked) if isinstance(at, datetime) else at
    guests = (Attendee("bob@example.com", "Bob"),)
    rows = []
    for link, when in zip(linked, times, strict=True):
        key = secrets.token_hex(16)
        begin = when + lead
        meeting = Meeting(f"Budget {key}", begin, begin + timedelta(hours=1), location="Room 4", attendees=guests)
        fixed = {"id": key, "tenant": link.tenant, "user_id": link.user_id, "connection_id": link.id, "gen": 1}
        wish = Planned(f"m-{key}", f"lead:{lead.seconds}", when, meeting)
        rows.append(fixed | waiting_row(storage.vault, key, link.tenant, wish))
    async with storage.database.write() as connection:
        await connection.execute(reminders.insert(), rows)


async def many_more(storage: Storage, count: int) -> None:
    """Multiply the one reminder that is there; copies are never opened, so that their seal does not matter."""
    names = [column.name for column in reminders.columns]
    copied = {"id": "id || '-' || n", "meeting_ref": "meeting_ref || '-' || n"}
    numbers = (
        f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"  # noqa: S608
        if storage.database.is_sqlite
        else f"generate_series(1, {count}) AS s(n)"
    )
    values = ", ".join(copied.get(name, name) for name in names)
    copy = f"INSERT INTO reminders ({', '.join(names)}) SELECT {values} FROM reminders, {numbers}"  # noqa: S608
    async with storage.database.write() as connection:
        await connection.execute(text(copy))
        if not storage.database.is_sqlite:
            await connection.execute(text("ANALYZE reminders"))


async def no_reminders(storage: Storage) -> None:
    async with storage.database.write() as connection:
        await connection.execute(delete(reminders))
