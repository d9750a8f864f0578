"""Open the store: connect, bring the schema up to date, prove the keys, hand out the repositories."""

from dataclasses import dataclass

from storage.audit import AuditTable
from storage.bookings import BookingsTable
from storage.connections import ConnectionsTable
from storage.database import Database
from storage.grants import GrantsTable
from storage.inbox import InboxTable
from storage.installations import InstallationsTable
from storage.kept import KeptEventsTable
from storage.keycheck import check_keys
from storage.keys import KeyRing
from storage.links import LinksTable
from storage.local_events import LocalEventsTable
from storage.migrate import migrate
from storage.opening import open_database
from storage.presses import PressesTable
from storage.receipts import ReceiptsTable
from storage.reminders import RemindersTable
from storage.revocations import RevocationsTable
from storage.users import UsersTable
from storage.vault import Vault
from storage.watches import WatchesTable


@dataclass(frozen=True, slots=True)
class Storage:
    """One implementation of every repository in `bot.ports`, over one database."""

    users: UsersTable
    connections: ConnectionsTable
    receipts: ReceiptsTable
    presses: PressesTable
    bookings: BookingsTable
    reminders: RemindersTable
    audit: AuditTable
    local_events: LocalEventsTable
    links: LinksTable
    revocations: RevocationsTable
    kept: KeptEventsTable
    watches: WatchesTable
    grants: GrantsTable
    inbox: InboxTable
    installations: InstallationsTable
    database: Database
    vault: Vault

    async def close(self) -> None:
        self.users.close()
        await self.database.close()
        await self.inbox.close()


async def open_storage(url: str, ring: KeyRing) -> Storage:
    """A store that is ready: newest schema, keys proven. Raises ConfigError that says what to do; then nothing is open
    and nothing was overwritten.
    """
    database = await open_database(url)
    vault = Vault(ring)
    try:
        await migrate(database)
        await check_keys(database, vault)
    except BaseException:
        await database.close()
        raise
    return Storage(
        users=UsersTable(database, vault),
        connections=ConnectionsTable(database, vault),
        receipts=ReceiptsTable(database),
        presses=PressesTable(database, vault),
        bookings=BookingsTable(database, vault),
        reminders=RemindersTable(database, vault),
        audit=AuditTable(database),
        local_events=LocalEventsTable(database, vault),
        links=LinksTable(database, vault),
        revocations=RevocationsTable(database, vault),
        kept=KeptEventsTable(database, vault),
        watches=WatchesTable(database),
        grants=GrantsTable(database),
        inbox=InboxTable(database, vault),
        installations=InstallationsTable(database, vault),
        database=database,
        vault=vault,
    )
