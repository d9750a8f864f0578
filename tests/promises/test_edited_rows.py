"""Rows that somebody edited in the database: nothing in them runs, the bad one is put aside, the others go on.

Asked at the front door: what a person, a tick and a sweep make of them. The repositories have tests of their own.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot.handlers import ACTIONS as TABLE
from bot.handlers import recover, remind
from bot.ports import Offer, ReminderState
from storage.schema import bookings, connections, local_events, presses, reminders, users
from tests.conversations.conftest import Person, Town, words
from tests.fakes.provider import LOST
from tests.promises.rig import HOUR, MINUTE, TOMORROW_NINE, draft, events, press, previews
from tests.promises.streets import meeting, neighbours, watched
from tests.storage.test_hostile_rows import payloads

REFERENCE = re.compile(r"Something went wrong on my side \(reference [0-9a-f]{8}\)")
LEAD = 10 * MINUTE


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    return tmp_path / "bomb"


def nothing_ran(bomb: Path) -> None:
    assert not bomb.exists()


async def test_bad_reminders_are_put_aside_and_the_others_are_sent(town: Town, bomb: Path) -> None:
    bad = payloads(bomb)
    people = await neighbours(town, len(bad) + 3, [LEAD])
    for n, person in enumerate(people):
        await meeting(town, person, f"m{n}", town.clock.now() + HOUR)
    await remind.refresh(town.app)
    async with town.storage.database.write() as writing:
        rows = (await writing.execute(select(reminders.c.id, reminders.c.user_id))).all()
        names = {(await town.app.users.by_id(row.user_id)).user.who.id: row.id for row in rows}  # type: ignore[union-attr]
        for n, payload in enumerate(bad):
            await writing.execute(
                update(reminders).where(reminders.c.id == names[people[n].who.id]).values(meeting=payload)
            )
    told = watched(town)
    town.clock.move_to(town.clock.now() + 50 * MINUTE)
    await remind.tick(town.app, "worker")
    assert sorted(one.title for one in told) == sorted(f"m{n}" for n in range(len(bad), len(bad) + 3))
    assert (await town.app.reminders.counts())[ReminderState.QUARANTINED] == len(bad)
    nothing_ran(bomb)


async def test_a_bad_press_is_answered_with_a_reference_and_the_next_one_works(
    sam: Person, town: Town, bomb: Path
) -> None:
    await sam.connects()
    for payload in payloads(bomb):
        (token,) = (await previews(town.app, sam.who, {"k": draft("budget", TOMORROW_NINE)})).values()
        async with town.storage.database.write() as writing:
            await writing.execute(update(presses).values(offer=payload))
        assert REFERENCE.match(words(await press(town.app, sam.who, token)))
    async with town.storage.database.write() as writing:
        await writing.execute(text("UPDATE press_groups SET used_at = 'os.system'"))
    assert REFERENCE.match(words(await press(town.app, sam.who, token)))
    assert await events(town.app, sam.who) == []
    (token,) = (await previews(town.app, sam.who, {"k": draft("budget", TOMORROW_NINE)})).values()
    assert words(await press(town.app, sam.who, token)).startswith("Booked")
    nothing_ran(bomb)


ACTIONS = [
    "os.system", "bot.handlers.recover.recover", "recover.recover", "__import__", "booking.confirm.__globals__", "",
    "../remind.tick", "status.forget ", "BOOKING.CONFIRM", "remind.tick", "app.build", "booking.write",
]  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
async def test_only_actions_of_the_table_can_be_pressed(sam: Person, town: Town, action: str) -> None:
    """Even a press that we sealed ourselves: a dotted path in it is a name that the table lacks."""
    await sam.connects()
    context = await town.app.users.context(sam.who)
    assert context is not None
    (token,) = await town.app.presses.offer(context.user.id, [Offer(action)], town.clock.now() + HOUR)
    assert "no longer exists" in words(await press(town.app, sam.who, token))


@pytest.mark.parametrize(
    "args", [{}, {"draft": "x"}, {"draft": {"is": "os.system"}, "key": 7, "connection": []}], ids=str
)
async def test_arguments_of_another_shape_change_nothing(sam: Person, town: Town, args: dict[str, object]) -> None:
    await sam.connects()
    context = await town.app.users.context(sam.who)
    assert context is not None
    for action in TABLE:
        (token,) = await town.app.presses.offer(context.user.id, [Offer(action, args)], town.clock.now() + HOUR)
        said = words(await press(town.app, sam.who, token))
        assert "went wrong" not in said or REFERENCE.match(said), (action, said)
        assert said.strip()
    assert await events(town.app, sam.who) == []


async def test_a_bad_hold_is_put_aside_and_the_others_are_settled(sam: Person, town: Town, bomb: Path) -> None:
    await sam.connects()
    bad = payloads(bomb)
    drafts = {f"k{n}": draft(f"m{n}", TOMORROW_NINE + n * HOUR) for n in range(len(bad) + 3)}
    for token in (await previews(town.app, sam.who, drafts)).values():
        town.faults.after["create"], town.faults.before["find"] = [LOST], [LOST]
        await press(town.app, sam.who, token)
    async with town.storage.database.write() as writing:
        for n, payload in enumerate(bad):
            await writing.execute(update(bookings).where(bookings.c.key == f"k{n}").values(draft=payload))
        await writing.execute(text("UPDATE bookings SET starts_at = 'os.system' WHERE key = 'k0'"))
    await town.later(MINUTE)
    told = [words(reply) for _, reply in town.chat.sent]
    assert [f"“m{n}” is on your calendar" in " ".join(told) for n in range(len(bad), len(bad) + 3)] == [True] * 3
    async with town.storage.database.read() as reading:
        states = dict((await reading.execute(select(bookings.c.key, bookings.c.state))).all())  # type: ignore[arg-type]
    assert "held" not in states.values()
    assert await recover.recover(town.app) == 0
    nothing_ran(bomb)


async def _edit_connection(town: Town, person: Person, payload: bytes) -> None:
    async with town.storage.database.write() as writing:
        mine = update(connections).where(connections.c.address == f"{person.who.id}@example.com")
        await writing.execute(mine.values(credential=payload))


async def _edit_user(town: Town, person: Person, payload: bytes) -> None:
    async with town.storage.database.write() as writing:
        await writing.execute(update(users).where(users.c.chat_user == person.who.id).values(profile=payload))


async def _edit_event(town: Town, person: Person, payload: bytes) -> None:
    async with town.storage.database.write() as writing:
        mine = update(local_events).where(local_events.c.owner == f"{person.who.id}@example.com")
        await writing.execute(mine.values(body=payload))


Edit = Callable[[Town, Person, bytes], Awaitable[None]]


@pytest.mark.parametrize("edit", [_edit_connection, _edit_user, _edit_event])
async def test_one_persons_bad_row_is_their_trouble_alone(town: Town, bomb: Path, edit: Edit) -> None:
    """They are answered with a reference; everybody else's calendar is looked at and everybody else is reminded."""
    people = await neighbours(town, 3, [LEAD])
    broken = people[0]
    for person in people:
        await meeting(town, person, "early", town.clock.now() + HOUR)
    await remind.refresh(town.app)
    told = watched(town)
    for n, payload in enumerate(payloads(bomb)):
        await edit(town, broken, payload)
        assert REFERENCE.search(await broken.says("/agenda")), payload[:40]
        for person in people[1:]:
            assert "early" in await person.says("/agenda")
            await meeting(town, person, f"late{n}", town.clock.now() + 2 * HOUR + n * MINUTE)
        await remind.refresh(town.app)
    town.clock.move_to(town.clock.now() + 50 * MINUTE)
    await town.later(2 * HOUR)
    for person in people[1:]:
        titles = {one.title for one in told if one.who == person.who}
        assert titles == {"early", *(f"late{n}" for n in range(len(payloads(bomb))))}
    nothing_ran(bomb)


async def test_a_person_whose_reminder_cannot_be_made_does_not_starve_the_others(town: Town) -> None:
    """Their reminder is due first, again and again; it is given up after a few tries."""
    people = await neighbours(town, 3, [LEAD])
    for n, person in enumerate(people):
        await meeting(town, person, "standup", town.clock.now() + HOUR + n * MINUTE)
    await remind.refresh(town.app)
    told = watched(town)
    first = people[0].who
    sending = town.chat.send

    async def failing(who, reply):  # type: ignore[no-untyped-def]
        if who == first:
            raise RuntimeError("a chat plug-in with a mistake in it")
        return await sending(who, reply)

    town.chat.send = failing  # type: ignore[method-assign]
    town.clock.move_to(town.clock.now() + 50 * MINUTE)
    for _ in range(20):
        await remind.tick(town.app, "worker")
        town.clock.move_to(town.clock.now() + timedelta(seconds=31))
    assert sorted(one.who.id for one in told) == ["p1", "p2"]
    counts = await town.app.reminders.counts()
    assert ReminderState.CLAIMED not in counts
    assert ReminderState.SENDING not in counts
