"""The embedded calendar's rows: who sees what, and who is told of a change."""

import asyncio
from dataclasses import replace
from datetime import date

from bot.scheduling.event import Days
from storage import Storage
from storage.local_changes import KEPT
from tests.storage.samples import HOUR, NOW, draft, local_event, span

TEAM = "slack:T1"
ANN, BOB, EVE = "ann@example.org", "bob@example.org", "eve@example.org"
WEEK = span(0, 24 * 7)


async def test_nobody_has_a_calendar_until_it_is_opened(store: Storage) -> None:
    assert await store.local_events.calendars(TEAM, [ANN]) == {}
    assert list(await store.local_events.people(TEAM)) == []
    assert list(await store.local_events.between(TEAM, ANN, WEEK)) == []
    assert await store.local_events.version(TEAM, ANN) == 0


async def test_a_calendar_is_made_once(store: Storage) -> None:
    opened = await asyncio.gather(
        *(store.local_events.open_calendar(TEAM, "Ann@example.org", "Ann", "Asia/Tokyo") for _ in range(6))
    )
    again = await store.local_events.open_calendar(TEAM, ANN, "Other", "UTC")
    assert {account.address for account in (*opened, again)} == {ANN}
    assert (again.name, again.zone) == ("Ann", "Asia/Tokyo")
    assert [calendar.primary for calendar in again.calendars] == [True]


async def test_calendars_are_found_by_address_as_asked_and_people_by_name(store: Storage) -> None:
    for address, name in ((EVE, "eve"), (ANN, "Zoe"), (BOB, "Bob")):
        await store.local_events.open_calendar(TEAM, address, name, "UTC")
    await store.local_events.open_calendar("slack:T2", "x@example.org", "X", "UTC")
    found = await store.local_events.calendars(TEAM, ["ANN@example.org", BOB, "nobody@example.org"])
    assert {asked: account.address for asked, account in found.items()} == {"ANN@example.org": ANN, BOB: BOB}
    assert [account.name for account in await store.local_events.people(TEAM)] == ["Bob", "eve", "Zoe"]


async def test_an_event_comes_back_as_it_was(store: Storage) -> None:
    event = local_event(
        guests=(BOB,),
        draft=replace(draft("Ünï 🎉", guests=(BOB,)), location="4", description="long", recurrence="FREQ=DAILY"),
        exceptions={"2026-03-03T10:00:00+00:00": None, "2026-03-04T10:00:00+00:00": draft("moved", 60)},
    )
    assert await store.local_events.add(TEAM, event, "key") == event
    assert await store.local_events.get(TEAM, "e1") == event
    assert await store.local_events.by_key(TEAM, ANN, "key") == event


async def test_another_tenant_sees_nothing(store: Storage) -> None:
    await store.local_events.add(TEAM, local_event(), "key")
    assert await store.local_events.get("slack:T2", "e1") is None
    assert await store.local_events.by_key("slack:T2", ANN, "key") is None
    assert list(await store.local_events.between("slack:T2", ANN, WEEK)) == []
    assert not await store.local_events.save("slack:T2", local_event())


async def test_the_same_owner_and_key_again_returns_the_first(store: Storage) -> None:
    added = await asyncio.gather(*(store.local_events.add(TEAM, local_event(f"e{n}"), "key") for n in range(8)))
    assert len({event.id for event in added}) == 1
    assert len(await store.local_events.between(TEAM, ANN, WEEK)) == 1
    assert await store.local_events.version(TEAM, ANN) == 1
    other = await store.local_events.add(TEAM, local_event("e9", BOB), "key")
    assert other.id == "e9"


async def test_events_without_a_key_are_all_kept(store: Storage) -> None:
    for n in range(3):
        await store.local_events.add(TEAM, local_event(f"e{n}"), "")
    assert len(await store.local_events.between(TEAM, ANN, WEEK)) == 3
    assert await store.local_events.by_key(TEAM, ANN, "") is None


async def test_between_gives_own_and_invited_events_that_share_an_instant(store: Storage) -> None:
    await store.local_events.add(TEAM, local_event("own", draft=draft(start=5)), "1")
    await store.local_events.add(
        TEAM, local_event("invited", BOB, draft=draft(start=6, guests=("Ann@Example.org",))), "2"
    )
    await store.local_events.add(TEAM, local_event("other", BOB, draft=draft(start=5)), "3")
    await store.local_events.add(TEAM, local_event("before", draft=draft(start=4)), "4")
    await store.local_events.add(TEAM, local_event("after", draft=draft(start=7)), "5")
    await store.local_events.add(TEAM, local_event("around", draft=draft(start=1, length=20)), "6")
    await store.local_events.add(TEAM, local_event("gone", draft=draft(start=5), cancelled=True), "7")
    found = await store.local_events.between(TEAM, "ANN@example.org", span(5, 2))
    assert [event.id for event in found] == ["around", "own", "invited"]


async def test_a_series_is_given_always_when_begun(store: Storage) -> None:
    await store.local_events.add(TEAM, local_event("old", draft=replace(draft(), recurrence="FREQ=WEEKLY")), "1")
    late = replace(draft(start=24 * 400), recurrence="FREQ=WEEKLY")
    early = draft(start=24 * 300)
    await store.local_events.add(TEAM, local_event("late", draft=late, exceptions={"x": early}), "2")
    assert [e.id for e in await store.local_events.between(TEAM, ANN, span(24 * 299, 1))] == ["old"]
    assert [e.id for e in await store.local_events.between(TEAM, ANN, span(24 * 300, 1))] == ["old", "late"]


async def test_whole_days_are_given_wherever_the_reader_is(store: Storage) -> None:
    days = replace(draft(), when=Days(date(2026, 3, 10), date(2026, 3, 11)))
    await store.local_events.add(TEAM, local_event(draft=days), "1")
    tenth = NOW.replace(day=10, hour=0)
    first, last = tenth - 14 * HOUR, tenth + 36 * HOUR  # UTC+14 begins, UTC-12 ends
    for start, found in ((first - HOUR, 0), (first, 1), (last - HOUR, 1), (last, 0)):
        window = span((start - NOW) / HOUR, 1)
        assert len(await store.local_events.between(TEAM, ANN, window)) == found, start


async def test_of_two_who_save_the_same_version_one_wins(store: Storage) -> None:
    event = await store.local_events.add(TEAM, local_event(), "key")
    results = await asyncio.gather(
        *(store.local_events.save(TEAM, replace(event, draft=draft(f"title {n}"))) for n in range(6))
    )
    assert results.count(True) == 1
    saved = await store.local_events.get(TEAM, event.id)
    assert saved is not None
    assert saved.version == 2
    assert saved.draft.title == f"title {results.index(True)}"
    assert await store.local_events.save(TEAM, replace(saved, cancelled=True))
    assert list(await store.local_events.between(TEAM, ANN, WEEK)) == []


async def test_a_change_counts_for_everybody_it_touches_and_those_it_left(store: Storage) -> None:
    event = await store.local_events.add(TEAM, local_event(draft=draft(guests=(BOB,))), "key")
    assert [await store.local_events.version(TEAM, a) for a in (ANN, BOB, EVE)] == [1, 1, 0]
    await store.local_events.save(TEAM, replace(event, draft=draft(start=9, guests=(EVE,))))
    assert [await store.local_events.version(TEAM, a) for a in (ANN, BOB, EVE)] == [2, 2, 1]
    assert list(await store.local_events.between(TEAM, BOB, WEEK)) == []
    assert await store.local_events.dirty_since(TEAM, BOB, 1) == [span(1)]
    assert await store.local_events.dirty_since(TEAM, ANN, 1) == [span(1), span(9)]
    assert await store.local_events.dirty_since(TEAM, EVE, 0) == [span(9)]


async def test_a_save_that_loses_tells_nobody(store: Storage) -> None:
    event = await store.local_events.add(TEAM, local_event(), "key")
    assert not await store.local_events.save(TEAM, replace(event, version=7))
    assert await store.local_events.version(TEAM, ANN) == 1


async def test_dirty_windows_are_those_after_the_version(store: Storage) -> None:
    assert await store.local_events.dirty_since(TEAM, ANN, 0) == []
    for n in (1, 2, 5):
        await store.local_events.add(TEAM, local_event(f"e{n}", draft=draft(start=n)), f"k{n}")
    assert await store.local_events.dirty_since(TEAM, "Ann@example.org", 0) == [span(1, 2), span(5)]
    assert await store.local_events.dirty_since(TEAM, ANN, 2) == [span(5)]
    assert await store.local_events.dirty_since(TEAM, ANN, 3) == []


async def test_a_series_or_an_unknown_version_means_look_at_everything(store: Storage) -> None:
    series = local_event(draft=replace(draft(), recurrence="FREQ=DAILY"))
    await store.local_events.add(TEAM, series, "key")
    assert await store.local_events.dirty_since(TEAM, ANN, 0) is None
    assert await store.local_events.dirty_since(TEAM, ANN, 1) == []
    assert await store.local_events.dirty_since(TEAM, ANN, 2) is None  # from a newer copy of this database
    assert await store.local_events.dirty_since(TEAM, ANN, -1) is None


async def test_changes_too_long_ago_mean_look_at_everything(store: Storage) -> None:
    event = await store.local_events.add(TEAM, local_event(), "key")
    async with store.database.write() as connection:
        await connection.exec_driver_sql(f"UPDATE local_versions SET version = {2 * KEPT - 1}")  # noqa: S608
    assert await store.local_events.save(TEAM, event)
    async with store.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT min(version) FROM local_changes")).scalar() == 2 * KEPT
    assert await store.local_events.dirty_since(TEAM, ANN, KEPT - 1) is None
    assert await store.local_events.dirty_since(TEAM, ANN, 2 * KEPT - 1) == [span(1)]
