"""Reminder rows: planned, claimed once, never lost, never stale."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StorageError
from bot.ports import Connection, ReminderState
from storage import Storage
from storage.reminders import MOST_REPEATS
from tests.storage.samples import BOB, DAY, HOUR, MINUTE, NOW, linked, planned, span

LEASE = MINUTE / 2
DUE = NOW + 50 * MINUTE
"""When the sample reminder is due."""


async def plan(store: Storage, connection: Connection, *wanted: object, now: object = NOW) -> None:
    await store.reminders.plan(connection, span(0, 48), wanted, now)  # type: ignore[arg-type]


async def counts(store: Storage) -> dict[str, int]:
    return {state.value: number for state, number in (await store.reminders.counts()).items()}


async def test_nothing_is_claimed_before_its_time(store: Storage) -> None:
    await plan(store, await linked(store), planned())
    assert await store.reminders.next_due() == DUE
    assert list(await store.reminders.claim("w", DUE - MINUTE, LEASE, 9)) == []
    assert len(await store.reminders.claim("w", DUE, LEASE, 9)) == 1


async def test_an_empty_table_has_nothing_due(store: Storage) -> None:
    assert await store.reminders.next_due() is None
    assert list(await store.reminders.claim("w", NOW, LEASE, 9)) == []
    assert await counts(store) == {}
    assert list(await store.reminders.upcoming("u", NOW, 9)) == []


async def test_a_claimed_reminder_says_everything_that_was_planned(store: Storage) -> None:
    connection = await linked(store)
    wish = planned(title="Ünïcode 🎉")
    await plan(store, connection, wish)
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    assert (found.meeting_ref, found.kind, found.due_at, found.meeting) == ("m1", "lead:600", DUE, wish.meeting)
    assert (found.user_id, found.connection_id) == (connection.user_id, connection.id)
    assert (found.gen, found.attempt, found.repeat) == (1, 1, False)


async def test_no_more_than_asked_the_earliest_first_and_nothing_twice(store: Storage) -> None:
    await plan(store, await linked(store), *(planned(f"m{n}", 1 + n / 100) for n in range(10)))
    first = await store.reminders.claim("a", NOW + DAY, LEASE, 4)
    rest = await store.reminders.claim("b", NOW + DAY, LEASE, 99)
    assert [r.meeting_ref for r in (*first, *rest)] == [f"m{n}" for n in range(10)]


async def test_many_claims_at_once_share_the_rows(store: Storage) -> None:
    await plan(store, await linked(store), *(planned(f"m{n}") for n in range(60)))
    batches = await asyncio.gather(*(store.reminders.claim(f"w{n}", NOW + DAY, LEASE, 7) for n in range(12)))
    ids = [reminder.id for batch in batches for reminder in batch]
    assert len(ids) == len(set(ids)) == 60


async def test_the_usual_way(store: Storage) -> None:
    await plan(store, await linked(store), planned())
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    assert await counts(store) == {"claimed": 1}
    assert await store.reminders.intend(found, "w", DUE, LEASE)
    assert not await store.reminders.intend(found, "w", DUE, LEASE)
    assert await counts(store) == {"sending": 1}
    assert await store.reminders.done(found, "w", ReminderState.SENT, "handle")
    assert not await store.reminders.done(found, "w", ReminderState.FAILED)
    assert await counts(store) == {"sent": 1}
    assert list(await store.reminders.claim("w", DUE + DAY, LEASE, 9)) == []
    assert await store.reminders.next_due() is None


@pytest.mark.parametrize("state", [s for s in ReminderState if s.value in ("pending", "claimed", "cancelled")])
async def test_only_a_result_is_a_result(store: Storage, state: ReminderState) -> None:
    await plan(store, await linked(store), planned())
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    with pytest.raises(ValueError, match="not a result"):
        await store.reminders.done(found, "w", state)


async def test_a_claimed_one_may_be_skipped_without_being_sent(store: Storage) -> None:
    await plan(store, await linked(store), planned())
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    assert await store.reminders.done(found, "w", ReminderState.SKIPPED)
    assert await counts(store) == {"skipped": 1}


async def test_a_lease_that_ran_out_is_taken_over_and_the_first_owner_is_out(store: Storage) -> None:
    await plan(store, await linked(store), planned())
    (first,) = await store.reminders.claim("dead", DUE, LEASE, 9)
    assert await store.reminders.next_due() == DUE + LEASE
    assert list(await store.reminders.claim("b", DUE + LEASE / 2, LEASE, 9)) == []
    (second,) = await store.reminders.claim("b", DUE + LEASE, LEASE, 9)
    assert (second.attempt, second.repeat) == (2, False)
    assert not await store.reminders.intend(first, "dead", DUE + LEASE, LEASE)
    assert not await store.reminders.done(first, "dead", ReminderState.SENT)
    assert not await store.reminders.retry(first, "dead", DUE)
    assert await store.reminders.intend(second, "b", DUE + LEASE, LEASE)


async def test_one_found_sending_comes_again_as_a_repeat_and_at_last_is_unknown(store: Storage) -> None:
    await plan(store, await linked(store), planned())
    (first,) = await store.reminders.claim("a", DUE, LEASE, 9)
    await store.reminders.intend(first, "a", DUE, LEASE)
    (again,) = await store.reminders.claim("b", DUE + LEASE, LEASE, 9)
    assert again.repeat
    # Died before saying so: still a repeat, and nothing more was sent.
    (last,) = await store.reminders.claim("c", DUE + 2 * LEASE, LEASE, 9)
    for n in range(3, 3 + MOST_REPEATS - 1):
        assert last.repeat
        await store.reminders.intend(last, "c", DUE + n * LEASE - LEASE, LEASE)
        (last,) = await store.reminders.claim("c", DUE + n * LEASE, LEASE, 9)
    assert await store.reminders.intend(last, "c", DUE + 9 * LEASE, LEASE)
    assert list(await store.reminders.claim("d", DUE + 10 * LEASE, LEASE, 9)) == []
    assert await counts(store) == {"unknown": 1}
    assert not await store.reminders.done(last, "c", ReminderState.SENT)
    assert await store.reminders.next_due() is None


async def test_a_retry_is_due_again_at_its_time(store: Storage) -> None:
    await plan(store, await linked(store), planned())
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    await store.reminders.intend(found, "w", DUE, LEASE)
    assert await store.reminders.retry(found, "w", DUE + 3 * MINUTE)
    assert not await store.reminders.done(found, "w", ReminderState.SENT)
    assert await store.reminders.next_due() == DUE + 3 * MINUTE
    (again,) = await store.reminders.claim("x", DUE + 3 * MINUTE, LEASE, 9)
    assert (again.due_at, again.attempt, again.repeat) == (DUE, 2, False)


async def test_planning_the_same_again_changes_nothing(store: Storage) -> None:
    connection = await linked(store)
    wanted = (planned(), planned("m2", 3), planned(lead=30 * MINUTE))
    await plan(store, connection, *wanted)
    first, _ = await store.reminders.claim("w", DUE, LEASE, 9)
    await store.reminders.intend(first, "w", DUE, LEASE)
    await store.reminders.done(first, "w", ReminderState.SENT)
    await plan(store, connection, *wanted)
    assert await counts(store) == {"sent": 1, "claimed": 1, "pending": 1}


async def test_a_moved_meeting_is_due_again_at_its_new_time_only(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned("sent"), planned("claimed"), planned("sending"), planned("pending", 4))
    rows = {r.meeting_ref: r for r in await store.reminders.claim("w", DUE, LEASE, 9)}
    for ref in ("sent", "sending"):
        assert await store.reminders.intend(rows[ref], "w", DUE, LEASE)
    assert await store.reminders.done(rows["sent"], "w", ReminderState.SENT)
    await plan(store, connection, *(planned(ref, 6) for ref in ("sent", "claimed", "sending", "pending")))
    assert await counts(store) == {"pending": 4}
    assert not await store.reminders.intend(rows["claimed"], "w", DUE, LEASE)
    assert not await store.reminders.done(rows["sending"], "w", ReminderState.SENT)
    assert list(await store.reminders.claim("w", DUE + 4 * HOUR, LEASE, 9)) == []
    moved = await store.reminders.claim("w", DUE + 5 * HOUR, LEASE, 9)
    assert {r.meeting_ref for r in moved} == {"sent", "claimed", "sending", "pending"}
    assert all(r.gen == 2 and not r.repeat and r.meeting.starts_at == NOW + 6 * HOUR for r in moved)


async def test_what_was_claimed_before_a_move_is_dropped_even_by_the_owner_of_both(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned())
    (old,) = await store.reminders.claim("w", DUE, LEASE, 9)
    await plan(store, connection, planned(start=1.1))
    later = DUE + 6 * MINUTE
    (new,) = await store.reminders.claim("w", later, LEASE, 9)
    assert (old.id, old.gen, new.gen) == (new.id, 1, 2)
    assert not await store.reminders.intend(old, "w", later, LEASE)
    assert not await store.reminders.done(old, "w", ReminderState.SENT)
    assert not await store.reminders.retry(old, "w", later)
    assert await store.reminders.intend(new, "w", later, LEASE)


async def test_a_changed_title_is_what_will_be_said(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned())
    await plan(store, connection, planned(title="New title"))
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    assert (found.meeting.title, found.gen) == ("New title", 1)


async def test_a_missing_meeting_is_cancelled_even_while_being_sent(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned("claimed"), planned("sending"), planned("pending", 4), planned("sent"))
    rows = {r.meeting_ref: r for r in await store.reminders.claim("w", DUE, LEASE, 9)}
    await store.reminders.intend(rows["sending"], "w", DUE, LEASE)
    await store.reminders.done(rows["sent"], "w", ReminderState.SENT)
    await plan(store, connection)
    assert await counts(store) == {"cancelled": 3, "sent": 1}
    assert not await store.reminders.intend(rows["claimed"], "w", DUE, LEASE)
    assert list(await store.reminders.claim("w", DUE + DAY, LEASE, 9)) == []


async def test_only_meetings_that_start_in_the_window_are_touched(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "bob@example.org")
    await plan(store, connection, planned("in", 5), planned("before", 1), planned("edge", 8))
    await plan(store, other, planned("in", 5))
    await store.reminders.plan(connection, span(2, 6), [], NOW)
    assert await counts(store) == {"cancelled": 1, "pending": 3}


async def test_a_meeting_that_leaves_the_window_is_planned_by_the_next_one(store: Storage) -> None:
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 24), [planned("m", 2)], NOW)
    await store.reminders.plan(connection, span(24, 24), [planned("m", 30)], NOW)
    await store.reminders.plan(connection, span(0, 24), [], NOW)
    assert await store.reminders.next_due() == NOW + 30 * HOUR - 10 * MINUTE
    assert await counts(store) == {"pending": 1}


async def test_a_cancelled_meeting_that_is_back_is_due_again(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned())
    (old,) = await store.reminders.claim("w", DUE, LEASE, 9)
    await plan(store, connection)
    await plan(store, connection, planned())
    assert not await store.reminders.intend(old, "w", DUE, LEASE)
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    assert found.gen == 2


async def test_cancelling_a_meeting_takes_all_its_reminders_and_no_others(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "bob@example.org")
    await plan(store, connection, planned(), planned(lead=HOUR / 2), planned("m2"))
    await plan(store, other, planned())
    await store.reminders.cancel_meeting(connection.id, "m1")
    assert await counts(store) == {"cancelled": 2, "pending": 2}


async def test_two_plans_at_once_leave_each_row_once(store: Storage) -> None:
    connection = await linked(store)
    wanted = [planned(f"m{n}") for n in range(20)]
    await asyncio.gather(*(plan(store, connection, *wanted) for _ in range(6)))
    assert await counts(store) == {"pending": 20}


async def test_a_snooze_stands_beside_the_planned_ones_and_survives_planning(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned())
    snoozed = replace(planned(), kind="snooze", due_at=DUE + 5 * MINUTE)
    await store.reminders.snooze(connection.id, snoozed, DUE)
    await store.reminders.snooze(connection.id, snoozed, DUE)
    await plan(store, connection, planned())
    found = await store.reminders.claim("w", DUE + 5 * MINUTE, LEASE, 9)
    assert [(r.kind, r.due_at) for r in found] == [("lead:600", DUE), ("snooze", DUE + 5 * MINUTE)]


async def test_a_sent_snooze_may_be_snoozed_again(store: Storage) -> None:
    connection = await linked(store)
    snoozed = replace(planned(), kind="snooze")
    await store.reminders.snooze(connection.id, snoozed, NOW)
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    await store.reminders.done(found, "w", ReminderState.SENT)
    await store.reminders.snooze(connection.id, replace(snoozed, due_at=DUE + MINUTE), DUE)
    (again,) = await store.reminders.claim("w", DUE + MINUTE, LEASE, 9)
    assert (again.due_at, again.attempt) == (DUE + MINUTE, 1)


@pytest.mark.parametrize("wanted", [(), (planned("m1", 7),)], ids=["gone", "moved"])
async def test_a_snooze_goes_with_its_meeting(store: Storage, wanted: tuple[object, ...]) -> None:
    connection = await linked(store)
    await store.reminders.snooze(connection.id, replace(planned(), kind="snooze"), NOW)
    await plan(store, connection, *wanted)
    assert (await counts(store))["cancelled"] == 1


async def test_a_snooze_needs_a_connection(store: Storage) -> None:
    with pytest.raises(StorageError):
        await store.reminders.snooze("nobody", planned(), NOW)


async def test_upcoming_lists_what_will_be_sent_by_due_time(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "bob@example.org")
    await plan(store, connection, planned("late", 5), planned("soon", 1), planned("gone", 2))
    await plan(store, other, planned("other"))
    await store.reminders.cancel_meeting(connection.id, "gone")
    found = await store.reminders.upcoming(connection.user_id, NOW, 9)
    assert [due for due, _ in found] == [DUE, DUE + 4 * HOUR]
    assert [meeting.starts_at for _, meeting in found] == [NOW + HOUR, NOW + 5 * HOUR]
    assert len(await store.reminders.upcoming(connection.user_id, NOW, 1)) == 1
    assert len(await store.reminders.upcoming(connection.user_id, NOW + 3 * HOUR, 9)) == 1


async def test_meetings_that_are_over_are_forgotten_but_never_what_still_waits(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned("sent"), planned("waiting", 1.5))
    (found,) = await store.reminders.claim("w", DUE, LEASE, 1)
    await store.reminders.done(found, "w", ReminderState.SENT)
    await store.reminders.plan(connection, span(24 * 30, 24), [], NOW + 30 * DAY)
    assert await counts(store) == {"pending": 1}


async def test_a_silenced_meeting_stays_silent_until_it_moves(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "bob@example.org")
    wanted = (planned(), planned(lead=HOUR / 2), planned("m2"))
    await plan(store, connection, *wanted)
    await plan(store, other, planned())
    (found, *_) = await store.reminders.claim("w", DUE - 20 * MINUTE, LEASE, 1)
    await store.reminders.silence(connection.id, "m1")
    assert not await store.reminders.intend(found, "w", DUE, LEASE)
    await plan(store, connection, *wanted)
    assert await counts(store) == {"skipped": 2, "pending": 2}
    await plan(store, connection, planned(start=6), planned(lead=HOUR / 2, start=6), planned("m2"))
    assert await counts(store) == {"pending": 4}


async def test_a_kept_one_is_neither_made_nor_changed_nor_cancelled(store: Storage) -> None:
    connection = await linked(store)
    await plan(store, connection, planned("begun"))
    (found,) = await store.reminders.claim("w", DUE, LEASE, 9)
    await plan(
        store, connection, replace(planned("begun", title="other"), keep=True), replace(planned("new"), keep=True)
    )
    assert await counts(store) == {"claimed": 1}
    assert await store.reminders.intend(found, "w", DUE, LEASE)
