"""The part of the contract of `ports.CalendarProvider` that is about series."""

from datetime import UTC, date, datetime

import pytest

from bot.errors import CannotSay, Gone
from bot.ports import CalendarProvider
from bot.scheduling.event import Days, EventChange, EventDraft, Known, Scope
from bot.scheduling.interval import Interval
from tests.providers.inputs import MADRID, ME, SPRING, WEEK, at, draft, half_hour, move, on, starts, tuesdays


class SeriesContract:
    """What a series keeps when it, what follows or one occurrence changes."""

    async def test_a_series_keeps_its_wall_clock_across_a_clock_change(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Weekly", at(24, 10), recurrence="FREQ=WEEKLY;BYDAY=TU"), "k1")
        found = await mine.events(Interval(at(24, 0), at(8, 0, month=4)))
        assert [event.interval(MADRID).start for event in found] == [at(24, 10), at(31, 10), at(7, 10, month=4)]
        assert len({event.ref for event in found}) == 3
        assert len({event.series for event in found}) == 1

    async def test_count_and_until_end_a_series(self, mine: CalendarProvider) -> None:
        await mine.create(draft("three", at(9, 9), recurrence="FREQ=DAILY;COUNT=3"), "k1")
        await mine.create(draft("until", at(9, 12), recurrence="FREQ=DAILY;UNTIL=20260310T110000Z"), "k2")
        found = await mine.events(WEEK)
        assert [event.interval(MADRID).start for event in found if event.title == "three"] == [
            at(9, 9),
            at(10, 9),
            at(11, 9),
        ]
        assert [event.interval(MADRID).start for event in found if event.title == "until"] == [at(9, 12), at(10, 12)]

    async def test_one_occurrence_moves_alone(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Daily", at(9, 9), recurrence="FREQ=DAILY;COUNT=3"), "k1")
        second = (await mine.events(WEEK))[1]
        moved = await mine.update(second.ref, EventChange(when=Interval(at(10, 15), at(10, 16))), Scope.OCCURRENCE)
        assert moved.when == Interval(at(10, 15), at(10, 16))
        assert [event.interval(MADRID).start for event in await mine.events(WEEK)] == [at(9, 9), at(10, 15), at(11, 9)]
        assert (await mine.event(moved.ref)).when == moved.when

    async def test_one_occurrence_is_cancelled_alone(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Daily", at(9, 9), recurrence="FREQ=DAILY;COUNT=3"), "k1")
        await mine.cancel((await mine.events(WEEK))[1].ref, Scope.OCCURRENCE)
        assert [event.interval(MADRID).start for event in await mine.events(WEEK)] == [at(9, 9), at(11, 9)]

    async def test_this_and_following_leave_what_was_before(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Daily", at(9, 9), recurrence="FREQ=DAILY"), "k1")
        third = (await mine.events(WEEK))[2]
        await mine.update(third.ref, EventChange(when=Interval(at(11, 15), at(11, 16))), Scope.FOLLOWING)
        starts = [event.interval(MADRID).start for event in await mine.events(Interval(at(9, 0), at(13, 0)))]
        assert starts == [at(9, 9), at(10, 9), at(11, 15), at(12, 15)]
        await mine.cancel((await mine.events(WEEK))[3].ref, Scope.FOLLOWING)
        assert len(await mine.events(WEEK)) == 3

    async def test_the_whole_series_moves_and_goes(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Weekly", at(10, 9), recurrence="FREQ=WEEKLY;BYDAY=TU"), "k1")
        window = Interval(at(9, 0), at(1, 0, month=4))
        second = (await mine.events(window))[1]
        await mine.update(second.ref, EventChange(when=Interval(at(18, 11), at(18, 12))), Scope.SERIES)
        starts = [event.interval(MADRID).start for event in await mine.events(window)]
        assert starts == [at(11, 11), at(18, 11), at(25, 11)]
        await mine.cancel((await mine.events(window))[0].ref, Scope.SERIES)
        assert list(await mine.events(window)) == []

    @pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;FREQ=DAILY", "nonsense"])
    async def test_a_rule_that_cannot_be_said_is_refused(self, mine: CalendarProvider, rule: str) -> None:
        with pytest.raises(CannotSay):
            await mine.create(draft("Bomb", at(10, 9), recurrence=rule), "k1")
        assert list(await mine.events(WEEK)) == []

    @pytest.mark.parametrize("rule", ["FREQ=DAILY;UNTIL=20260301T000000Z", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"])
    async def test_a_series_without_any_occurrence_is_refused(self, mine: CalendarProvider, rule: str) -> None:
        with pytest.raises(CannotSay):
            await mine.create(draft("Never", at(10, 9), recurrence=rule), "k1")
        assert await mine.find("k1") is None

    async def test_an_end_far_away_or_a_day_that_is_included(self, mine: CalendarProvider) -> None:
        await mine.create(draft("far", at(10, 9), recurrence="FREQ=DAILY;UNTIL=99991231T235959Z"), "k1")
        await mine.create(draft("day", at(10, 12), recurrence="FREQ=DAILY;UNTIL=20260311"), "k2")
        titles = [event.title for event in await mine.events(Interval(at(10, 0), at(13, 0)))]
        assert titles == ["far", "day", "far", "day", "far"]

    async def test_a_series_named_by_what_it_is_not_is_gone(self, mine: CalendarProvider) -> None:
        event = await tuesdays(mine)
        for key in (
            "2026-03-11",
            "0001-01-01",
            "9999-12-31",
            "2026-W11-2",
            "9999-12-31T23:59:59-14:00",
            "\0",
            "x" * 30,
        ):
            with pytest.raises(Gone):
                await mine.event(f"{event.series}@{key}")

    async def test_following_leaves_no_ghosts_when_cancelled(self, mine: CalendarProvider) -> None:
        await tuesdays(mine)
        moved = await move(mine, at(24, 10), at(25, 10), Scope.OCCURRENCE)
        await mine.cancel((await on(mine, at(17, 10))).ref, Scope.FOLLOWING)
        assert await starts(mine) == [at(3, 10), at(10, 10)]
        found = (await mine.busy([ME], SPRING))[ME]
        assert isinstance(found, Known)
        assert len(found.busy) == 2
        for act in (mine.event(moved.ref), mine.update(moved.ref, EventChange(title="x")), mine.cancel(moved.ref)):
            with pytest.raises(Gone):
                await act

    async def test_following_takes_what_was_changed_alone_along(self, mine: CalendarProvider) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
        await move(mine, at(24, 10), at(25, 12), Scope.OCCURRENCE)
        await mine.cancel((await on(mine, at(31, 10))).ref)
        left = await move(mine, at(17, 10), at(18, 11), Scope.FOLLOWING)
        assert (left.when, (await mine.event(left.ref)).when) == (half_hour(at(18, 11)), half_hour(at(18, 11)))
        assert await starts(mine) == [at(3, 10), at(10, 10), at(18, 11), at(25, 12), at(8, 11, month=4)]

    @pytest.mark.parametrize("scope", [Scope.FOLLOWING, Scope.SERIES])
    async def test_a_shift_counts_from_where_the_series_has_it(self, mine: CalendarProvider, scope: Scope) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=4")
        await move(mine, at(17, 10), at(18, 10), Scope.OCCURRENCE)
        changed = await move(mine, at(18, 10), at(19, 16), scope)
        assert changed.when == half_hour(at(19, 16))
        before = [at(3, 10), at(10, 10)] if scope is Scope.FOLLOWING else [at(5, 16), at(12, 16)]
        assert await starts(mine) == [*before, at(19, 16), at(26, 16)]

    async def test_a_series_that_moves_keeps_what_was_changed_alone(self, mine: CalendarProvider) -> None:
        first = await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=5")
        await mine.cancel((await on(mine, at(10, 10))).ref)
        await move(mine, at(17, 10), at(16, 8), Scope.OCCURRENCE)
        await mine.update((await on(mine, at(24, 10))).ref, EventChange(title="Special"))
        changed = await move(mine, at(31, 10), at(1, 11, month=4), Scope.SERIES)
        assert changed.when == half_hour(at(1, 11, month=4))
        assert await mine.event(changed.ref) == changed
        assert changed.series == first.series
        found = [(event.interval(MADRID).start, event.title) for event in await mine.events(SPRING)]
        assert found == [
            (at(4, 11), "Weekly"),
            (at(16, 8), "Weekly"),
            (at(25, 11), "Special"),
            (at(1, 11, month=4), "Weekly"),
        ]

    async def test_a_text_of_one_occurrence_does_not_reach_the_series(self, mine: CalendarProvider) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=3")
        await mine.update((await on(mine, at(10, 10))).ref, EventChange(title="Special"))
        await mine.update((await on(mine, at(10, 10))).ref, EventChange(location="Room 2"), Scope.SERIES)
        assert [(event.title, event.location) for event in await mine.events(SPRING)] == [
            ("Weekly", "Room 2"),
            ("Special", "Room 2"),
            ("Weekly", "Room 2"),
        ]

    async def test_the_first_occurrence_is_the_first_that_is_left(self, mine: CalendarProvider) -> None:
        first = await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=2")
        await mine.cancel(first.ref)
        found = await mine.find("k1")
        assert found is not None
        assert (found, found.when) == (await on(mine, at(10, 10)), half_hour(at(10, 10)))
        await mine.cancel(found.ref)
        assert await mine.find("k1") is None
        with pytest.raises(Gone):
            await mine.cancel(first.series or "")

    async def test_following_from_the_first_is_the_whole_series(self, mine: CalendarProvider) -> None:
        await tuesdays(mine)
        changed = await move(mine, at(3, 10), at(4, 10), Scope.FOLLOWING)
        assert await mine.find("k1") == changed
        await mine.cancel(changed.ref, Scope.FOLLOWING)
        assert await starts(mine) == []
        assert await mine.find("k1") is None

    async def test_a_whole_day_shift_keeps_the_wall_clock_and_the_end(self, mine: CalendarProvider) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;UNTIL=20260405T080000Z")
        assert await starts(mine) == [at(3, 10), at(8, 10), at(17, 10), at(22, 10), at(31, 10), at(5, 10, month=4)]
        await move(mine, at(22, 10), at(23, 10), Scope.SERIES)
        assert await starts(mine) == [
            at(4, 10),
            at(9, 10),
            at(18, 10),
            at(23, 10),
            *(at(d, 10, month=4) for d in (1, 6)),
        ]

    async def test_a_series_of_days_moves_by_days(self, mine: CalendarProvider) -> None:
        days = Days(date(2026, 3, 27), date(2026, 3, 28))
        await mine.create(EventDraft("Off", days, "Europe/Madrid", recurrence="FREQ=WEEKLY;BYDAY=FR;COUNT=3"), "k1")
        second = (await mine.events(SPRING))[1]
        await mine.cancel(second.ref)
        last = (await mine.events(SPRING))[1]
        with pytest.raises(CannotSay):
            await mine.update(last.ref, EventChange(when=half_hour(at(11, 9, month=4))), Scope.SERIES)
        await mine.update(last.ref, EventChange(when=Days(date(2026, 4, 11), date(2026, 4, 12))), Scope.SERIES)
        assert [event.when for event in await mine.events(SPRING)] == [
            Days(date(2026, 3, 28), date(2026, 3, 29)),
            Days(date(2026, 4, 11), date(2026, 4, 12)),
        ]

    async def test_a_move_that_no_rule_says_is_refused(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Monthly", at(31, 9), recurrence="FREQ=MONTHLY"), "k1")
        first = (await mine.events(SPRING))[0]
        with pytest.raises(CannotSay):
            await mine.update(first.ref, EventChange(when=half_hour(at(1, 9, month=4))), Scope.SERIES)
        assert await starts(mine) == [at(31, 9)]

    async def test_the_same_cut_again_after_the_series_moved_there(self, mine: CalendarProvider) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=4")
        await mine.update((await on(mine, at(17, 10))).ref, EventChange(title="New"), Scope.FOLLOWING)
        await move(mine, at(10, 10), at(17, 10), Scope.SERIES)
        old = next(
            event for event in await mine.events(SPRING) if event.title == "Weekly" and event.when.start > at(11, 0)
        )  # type: ignore[union-attr]
        await mine.update(old.ref, EventChange(title="Newer"), Scope.FOLLOWING)
        assert sorted(event.title for event in await mine.events(SPRING)) == ["New", "New", "Newer", "Weekly"]

    async def test_the_second_of_a_repeated_hour_is_kept_where_it_was_asked_for(self, mine: CalendarProvider) -> None:
        await mine.create(draft("Night", at(24, 1, month=10), recurrence="FREQ=DAILY;COUNT=2"), "k1")
        second = await mine.event((await mine.events(Interval(at(25, 0, month=10), at(26, 0, month=10))))[0].ref)
        asked = half_hour(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # 02:30 in Madrid for the second time
        assert (await mine.update(second.ref, EventChange(when=asked), Scope.SERIES)).when == asked
