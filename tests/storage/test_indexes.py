"""The statements that run often go by an index, however much else is stored."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.messages import Secret
from storage import Storage
from tests.storage.samples import ANN, MINUTE, NOW, booking, linked, local_event, planned, span

HOT = {
    "claim": "ix_reminders_waiting",
    "next_due": "ix_reminders_waiting",
    "upcoming": "ix_reminders_user_id_due_at",
    "stale": "ix_bookings_open",
    "hold": "ix_bookings_host_ends_at",
    "between": "ix_local_people_tenant_address_starts_at_ends_at",
    "context": "sqlite_autoindex_users_2",
    "at": "ix_connections_tenant_address_key",
    "disconnect": "ix_connections_host",
    "sweep": "ix_pending_grants_expires_at",
    "in use": "ix_pending_grants_host",
    "kept": "ix_kept_events_connection_id_starts_at",
    "heard": "sqlite_autoindex_watches_1",
    "look": "sqlite_autoindex_links_1",
    "finish": "sqlite_autoindex_link_states_1",
    "give back": "ix_revocations_next_try_at",
    "left": "ix_inbox_unfinished",
    "swept": "ix_inbox_received_at",
    "installed": "ix_installations_chat_workspace",
}


@pytest.fixture
async def asked(sqlite_store: Storage) -> list[tuple[str, Any]]:
    """Every statement with its values, from here on."""
    found: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(sqlite_store.database._engine.sync_engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("name", HOT)
async def test_a_hot_statement_goes_by_its_index(
    sqlite_store: Storage, asked: list[tuple[str, Any]], name: str
) -> None:
    store = sqlite_store
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 9), [planned(f"m{n}") for n in range(9)], NOW)
    await store.bookings.hold(booking(connection, "k"), NOW, NOW)
    await store.local_events.add("t", local_event(), "k")
    asked.clear()
    if name == "claim":
        await store.reminders.claim("w", NOW, MINUTE, 5)
    elif name == "next_due":
        await store.reminders.next_due()
    elif name == "upcoming":
        await store.reminders.upcoming(connection.user_id, NOW, 5)
    elif name == "stale":
        await store.bookings.stale(NOW, 5, NOW)
    elif name == "hold":
        await store.bookings.hold(booking(connection, "k2"), NOW, NOW)
    elif name == "between":
        await store.local_events.between("t", "ann@example.org", span(0))
    elif name == "at":
        await store.users.at(ANN.tenant, ["ann@example.org"])
    elif name == "disconnect":
        await store.connections.disconnect(connection.id, NOW, MINUTE)
    elif name == "sweep":
        await store.links.sweep(NOW, 5)
    elif name == "kept":
        await store.kept.keep(connection, span(0, 9), [], None, NOW, 0)
        asked.clear()
        await store.kept.events(connection.id, span(0, 9))
    elif name == "heard":
        await store.watches.heard("caldav", "channel", Secret("s"), NOW)
    elif name == "look":
        await store.links.look("nonce", NOW)
    elif name == "finish":
        await store.links.finish("google", "state", "cookie", NOW)
    elif name == "left":
        await store.inbox.left("slack", NOW, NOW, MINUTE, 5)
    elif name == "swept":
        await store.inbox.sweep(NOW)
    elif name == "installed":
        await store.installations.find("slack", "T1")
    elif name in ("give back", "in use"):
        await store.revocations.due(NOW, MINUTE, 5)
    else:
        await store.users._by_who._ask_slowly({"chat": ANN.chat, "workspace": ANN.workspace, "chat_user": ANN.id})
    plans = ""
    async with store.database.read() as reading:
        for statement, values in [one for one in asked if not one[0].startswith(("BEGIN", "INSERT"))]:
            rows = (await reading.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values)).all()
            plans += "\n".join(row[3] for row in rows) + "\n"
    assert HOT[name] in plans, plans
    assert not [
        line
        for line in plans.splitlines()
        if line.startswith("SCAN") and not {"due", "old", "alive", "over", "left_over"} & set(line.split())
    ]
