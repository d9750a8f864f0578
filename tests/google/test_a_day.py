"""A day with Google: asked, booked, moved, cancelled, seen by guests, and not asked more often than needed."""

from datetime import timedelta

from bot.ports import Health
from tests.conversations.conftest import Person
from tests.google.conftest import City


def on(day: int, hour: int, title: str, minutes: int = 60, **more: object) -> dict[str, object]:
    """An event of March 2026 as Google takes it."""
    return {
        "summary": title,
        "start": {"dateTime": f"2026-03-{day:02}T{hour:02}:00:00", "timeZone": "Europe/Madrid"},
        "end": {
            "dateTime": f"2026-03-{day:02}T{hour + minutes // 60:02}:{minutes % 60:02}:00",
            "timeZone": "Europe/Madrid",
        },
        **more,
    }


async def test_free_times_are_googles(city: City, ana: Person) -> None:
    city.google.add_event("ana@example.com", on(10, 9, "Dentist"))
    await city.later(timedelta(minutes=3))
    said = await ana.says("am I free tomorrow at 9?")
    assert "Dentist" in said
    assert "free" in (await ana.says("am I free tomorrow at 11?")).casefold()


async def test_a_meeting_is_booked_with_a_guest_moved_and_cancelled(city: City, ana: Person) -> None:
    city.person("Bob")
    preview = await ana.says("book 30m with bob@example.com tomorrow 3pm about budget")
    assert "budget" in preview.casefold()
    assert city.google.mail == []
    said = await ana.presses("Book")
    assert "Booked" in said, said
    assert [mail.to for mail in city.google.mail] == ["bob@example.com"]
    assert len(await city.events("bob@example.com")) == 1
    await ana.says("move budget tomorrow to 4pm")
    moved = await ana.presses("Move")
    assert "16:00" in moved, moved
    (event,) = await city.events("bob@example.com")
    assert "T16:00" in event["start"]["dateTime"] or "T15:00:00Z" in event["start"]["dateTime"]
    await ana.says("cancel budget tomorrow")
    assert "ancelled" in await ana.presses("Cancel")
    assert await city.events("bob@example.com") == []


async def test_a_warm_question_asks_google_nothing(city: City, ana: Person) -> None:
    await ana.says("what's on today?")
    before = len(city.google.calls)
    for text in ("what's on tomorrow?", "when am I free on Thursday?", "am I free Friday at 3?", "why not Friday 3pm?"):
        await ana.says(text)
    assert len(city.google.calls) == before


async def test_a_change_over_there_is_noticed(city: City, ana: Person) -> None:
    assert "Offsite" not in await ana.says("what's on tomorrow?")
    city.google.add_event("ana@example.com", on(10, 9, "Offsite"))
    await city.later(timedelta(minutes=1))
    await city.works()
    before = len(city.google.calls)
    assert "Offsite" in await ana.says("what's on tomorrow?")
    assert len(city.google.calls) == before, "the worker had looked already"


async def test_a_meeting_is_not_booked_over_one_that_has_just_come(city: City, ana: Person) -> None:
    await ana.says("book 30m tomorrow 3pm about budget")
    city.google.add_event("ana@example.com", on(10, 15, "Came first"))
    said = await ana.presses("Book")
    assert "Came first" in said
    assert [event["summary"] for event in await city.events("ana@example.com")] == ["Came first"]


async def test_a_reminder_comes_for_a_meeting_made_elsewhere(city: City, ana: Person) -> None:
    from bot.handlers import remind

    city.google.add_event("ana@example.com", on(9, 12, "Lunch with Pat"))
    await city.later(timedelta(minutes=1))
    await city.works()
    await city.later(timedelta(hours=2, minutes=50))
    before = len(city.google.calls)
    assert await remind.tick(city.app, "worker") == 1
    assert "Lunch with Pat" in "".join(f"{reply.heading} {reply.text}" for _, reply in city.town.chat.sent[-1:])
    assert len(city.google.calls) == before, "a reminder's last check asks nobody"


async def test_an_hour_later_the_token_is_renewed_once(city: City, ana: Person) -> None:
    await city.later(timedelta(hours=2))
    assert "nothing" in (await ana.says("what's on tomorrow?")).casefold()
    await ana.says("when am I free on Friday?")
    assert city.signin.calls["refresh"] == 1
    (connection,) = await city.linked(ana)
    assert connection.health is Health.ACTIVE


async def test_a_colleague_is_asked_at_google_and_a_stranger_is_unknown(city: City, ana: Person) -> None:
    city.person("Bob")
    city.google.add_event("bob@example.com", on(10, 9, "Secret talks with Acme", 480))
    said = await ana.says("when can I meet with bob@example.com tomorrow?")
    assert "Secret" not in said
    assert "Acme" not in said
    said = await ana.says("when can I meet with stranger@elsewhere.example tomorrow?")
    assert "stranger@elsewhere.example" in said
    assert "could not" in said or "unknown" in said.casefold() or "not see" in said, said


async def test_disconnecting_takes_everything_along(city: City, ana: Person) -> None:
    await ana.says("what's on today?")
    await ana.says("/freewhen disconnect")
    assert "given back" in await ana.presses("Disconnect")
    assert city.signin.calls["revoke"] == 1
    assert await city.linked(ana) == ()
    assert city.accounts._tokens == {}
