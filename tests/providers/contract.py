"""The contract of `ports.CalendarProvider`. Every provider runs it, and so does every fake.

A subclass gives three opened calendars in one workspace: `mine`, `guest` (invited by address) and `nobody`'s address.
"""

import asyncio
from datetime import date, timedelta

import pytest

from bot.errors import AccessDenied, CannotSay, Gone
from bot.ports import CalendarProvider
from bot.scheduling.event import Attendee, Days, EventChange, EventDraft, FreeBusy, Known, Response, Unknown
from bot.scheduling.interval import Interval
from tests.providers.answers_contract import AnswersContract
from tests.providers.inputs import DAY, GUEST, HOSTILE, MADRID, ME, NOBODY, WEEK, at, draft
from tests.providers.series_contract import SeriesContract


class ProviderContract(SeriesContract, AnswersContract):
    """What every calendar promises. `mine` and `guest` are fixtures of the subclass."""

    # ── what is not there ───────────────────────────────────────────────────────────────────────────────────

    async def test_an_empty_calendar_has_no_events_and_is_free(self, mine: CalendarProvider) -> None:
        assert list(await mine.events(WEEK)) == []
        assert (await mine.busy([ME], WEEK))[ME] == Known(())

    async def test_a_calendar_that_cannot_be_read_is_unknown_never_free(self, mine: CalendarProvider) -> None:
        found = await mine.busy([ME, NOBODY], WEEK)
        assert set(found) == {ME, NOBODY}
        assert isinstance(found[NOBODY], Unknown)
        assert found[NOBODY].reason  # type: ignore[union-attr]

    @pytest.mark.parametrize("ref", ["nothing", "", "nothing@2026-03-10T09:00:00+00:00", "x" * 500, *HOSTILE])
    async def test_what_is_not_there_is_gone(self, mine: CalendarProvider, ref: str) -> None:
        with pytest.raises(Gone):
            await mine.event(ref)
        with pytest.raises(Gone):
            await mine.update(ref, EventChange(title="new"))
        with pytest.raises(Gone):
            await mine.cancel(ref)
        with pytest.raises(Gone):
            await mine.respond(ref, Response.ACCEPTED)

    async def test_nothing_is_found_under_a_key_never_used(self, mine: CalendarProvider) -> None:
        assert await mine.find("never") is None

    async def test_an_event_is_gone_after_it_was_cancelled(self, mine: CalendarProvider) -> None:
        event = await mine.create(draft("Budget", at(10, 9)), "k1")
        await mine.cancel(event.ref)
        with pytest.raises(Gone):
            await mine.cancel(event.ref)
        with pytest.raises(Gone):
            await mine.event(event.ref)
        assert list(await mine.events(WEEK)) == []
        assert await mine.find("k1") is None

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────

    async def test_the_account_is_the_owners(self, mine: CalendarProvider) -> None:
        account = await mine.account()
        assert account.address == ME
        assert [calendar for calendar in account.calendars if calendar.primary and calendar.can_write]

    async def test_what_was_created_comes_back_whole(self, mine: CalendarProvider) -> None:
        wanted = draft("Budget 2027 — Δ 王小明", at(10, 9), 45, location="Room 2", description="first draft")
        event = await mine.create(wanted, "k1")
        assert (event.title, event.when, event.location, event.description) == (
            wanted.title,
            wanted.when,
            "Room 2",
            "first draft",
        )
        assert event.response is Response.ORGANIZER
        assert event == await mine.event(event.ref)
        assert list(await mine.events(DAY)) == [event]
        assert event.uid

    async def test_the_same_key_writes_once(self, mine: CalendarProvider) -> None:
        first = await mine.create(draft("Budget", at(10, 9)), "k1")
        second = await mine.create(draft("Something else", at(10, 15)), "k1")
        assert second == first
        assert await mine.find("k1") == first
        assert len(await mine.events(WEEK)) == 1

    async def test_the_same_key_at_the_same_time_writes_once(self, mine: CalendarProvider) -> None:
        made = await asyncio.gather(*(mine.create(draft("Budget", at(10, 9)), "k1") for _ in range(8)))
        assert len({event.ref for event in made}) == 1
        assert len(await mine.events(WEEK)) == 1

    async def test_a_change_touches_only_what_it_names(self, mine: CalendarProvider) -> None:
        event = await mine.create(draft("Budget", at(10, 9), location="Room 2"), "k1")
        moved = await mine.update(event.ref, EventChange(when=Interval(at(11, 9), at(11, 10))))
        assert (moved.title, moved.location, moved.uid) == ("Budget", "Room 2", event.uid)
        assert moved.when == Interval(at(11, 9), at(11, 10))
        assert list(await mine.events(DAY)) == []
        assert (await mine.event(moved.ref)).when == moved.when

    # ── windows ─────────────────────────────────────────────────────────────────────────────────────────────

    async def test_events_that_touch_the_window_are_outside(self, mine: CalendarProvider) -> None:
        await mine.create(draft("before", at(9, 23, 30)), "k1")
        await mine.create(draft("after", at(11, 0)), "k2")
        inside = await mine.create(draft("over midnight", at(10, 23, 45)), "k3")
        assert [event.ref for event in await mine.events(DAY)] == [inside.ref]

    async def test_events_come_by_start(self, mine: CalendarProvider) -> None:
        for number, hour in enumerate((15, 9, 12)):
            await mine.create(draft(str(hour), at(10, hour)), f"k{number}")
        assert [event.title for event in await mine.events(DAY)] == ["9", "12", "15"]

    async def test_busy_is_clipped_to_the_window(self, mine: CalendarProvider) -> None:
        await mine.create(draft("late", at(9, 23), 120), "k1")
        found = (await mine.busy([ME], DAY))[ME]
        assert isinstance(found, Known)
        assert [busy.interval for busy in found.busy] == [Interval(at(10, 0), at(10, 1))]

    async def test_transparent_does_not_block_tentative_says_so(self, mine: CalendarProvider) -> None:
        await mine.create(draft("shown as free", at(10, 9), status=FreeBusy.FREE), "k1")
        await mine.create(draft("perhaps", at(10, 11), status=FreeBusy.TENTATIVE), "k2")
        await mine.create(draft("secret", at(10, 13), private=True), "k3")
        found = (await mine.busy([ME], DAY))[ME]
        assert isinstance(found, Known)
        assert [(busy.interval.start, busy.status) for busy in sorted(found.busy, key=lambda b: b.interval)] == [
            (at(10, 11), FreeBusy.TENTATIVE),
            (at(10, 13), FreeBusy.BUSY),
        ]
        assert [event.private for event in await mine.events(DAY)] == [False, False, True]

    async def test_all_day_is_days_and_not_midnights(self, mine: CalendarProvider) -> None:
        days = Days(date(2026, 3, 29), date(2026, 3, 30))  # 23 hours long in Madrid
        event = await mine.create(EventDraft("Off", days, "Europe/Madrid"), "k1")
        assert event.when == days
        assert event.interval(MADRID).length == timedelta(hours=23)
        window = Interval(at(28, 0), at(31, 0))
        assert [found.when for found in await mine.events(window)] == [days]
        assert list(await mine.events(Interval(at(28, 0), at(29, 0)))) == []

    # ── guests ──────────────────────────────────────────────────────────────────────────────────────────────

    async def test_a_guest_sees_the_invitation_and_answers(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        event = await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST, "Gus"),)), "k1")
        (seen,) = await guest.events(DAY)
        assert (seen.title, seen.response, seen.uid) == ("Budget", Response.NONE, event.uid)
        assert seen.organizer is not None
        assert seen.organizer.address == ME
        answered = await guest.respond(seen.ref, Response.DECLINED)
        assert answered.response is Response.DECLINED
        (mine_now,) = await mine.events(DAY)
        assert [(one.address, one.response) for one in mine_now.attendees] == [(GUEST, Response.DECLINED)]
        assert (await mine.busy([GUEST], DAY))[GUEST] == Known(())

    async def test_only_the_organizer_changes_a_meeting(self, mine: CalendarProvider, guest: CalendarProvider) -> None:
        event = await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST),)), "k1")
        (seen,) = await guest.events(DAY)
        with pytest.raises(AccessDenied):
            await guest.update(seen.ref, EventChange(title="Mine now"))
        with pytest.raises(AccessDenied):
            await guest.cancel(seen.ref)
        with pytest.raises(CannotSay):
            await mine.respond(event.ref, Response.ACCEPTED)
        assert (await mine.event(event.ref)).title == "Budget"

    async def test_a_guest_who_is_taken_off_no_longer_sees_it(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        event = await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST),)), "k1")
        (seen,) = await guest.events(DAY)
        await mine.update(event.ref, EventChange(attendees=()))
        assert list(await guest.events(DAY)) == []
        with pytest.raises(Gone):
            await guest.event(seen.ref)

    async def test_a_move_asks_the_guests_again(self, mine: CalendarProvider, guest: CalendarProvider) -> None:
        event = await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST),)), "k1")
        await guest.respond((await guest.events(DAY))[0].ref, Response.ACCEPTED)
        moved = await mine.update(event.ref, EventChange(when=Interval(at(10, 15), at(10, 16))))
        assert [one.response for one in moved.attendees] == [Response.NONE]

    async def test_new_guests_have_not_answered_and_the_organizer_is_none(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        event = await mine.create(draft("Budget", at(10, 9)), "k1")
        wanted = (Attendee(GUEST.title(), response=Response.ACCEPTED), Attendee(ME), Attendee(GUEST))
        changed = await mine.update(event.ref, EventChange(attendees=wanted))
        assert [(one.address, one.response) for one in changed.attendees] == [(GUEST, Response.NONE)]
        assert [seen.response for seen in await guest.events(DAY)] == [Response.NONE]

    # ── changes ─────────────────────────────────────────────────────────────────────────────────────────────

    async def test_changes_name_the_dirty_windows(self, mine: CalendarProvider) -> None:
        first = await mine.changes(None)
        assert first.dirty is None
        assert (await mine.changes(first.cursor)).dirty == ()
        await mine.create(draft("Budget", at(10, 9)), "k1")
        second = await mine.changes(first.cursor)
        assert second.cursor != first.cursor
        assert second.dirty is None or any(window.contains(at(10, 9)) for window in second.dirty)
        assert (await mine.changes(second.cursor)).dirty == ()

    async def test_an_invitation_is_a_change_of_the_guest(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        cursor = (await guest.changes(None)).cursor
        event = await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST),)), "k1")
        changed = await guest.changes(cursor)
        assert changed.dirty != ()
        await mine.update(event.ref, EventChange(attendees=()))
        assert (await guest.changes(changed.cursor)).dirty != ()

    @pytest.mark.parametrize("cursor", ["rubbish", "", "²", "9" * 17, "9" * 5000, "-1", "\0"])
    async def test_a_cursor_that_means_nothing_is_a_look_at_everything(
        self, mine: CalendarProvider, cursor: str
    ) -> None:
        assert (await mine.changes(cursor)).dirty is None
