"""What Slack delivers is done once, acknowledged at once, and not lost with a process. The store is a real one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.chats.slack import deliveries, keys, workload
from bot.chats.slack.deliveries import Deliveries
from bot.chats.slack.workload import AT_ONCE_EACH, Workload
from bot.errors import StorageError
from bot.ports import Delivery, Inbox
from tests.conversations.conftest import Town, ready_folder, town
from tests.slack.signing import command, event, interaction, press, submission

__all__ = ["ready_folder", "town"]

PATIENCE = 20.0
Payload = Mapping[str, Any]


@dataclass
class Handler:
    """Does deliveries as the test wants it; `done` is in order of their ends."""

    begun: list[Payload] = field(default_factory=list)
    done: list[Payload] = field(default_factory=list)
    then: Callable[[Payload], Awaitable[Payload | None]] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, payload: Payload) -> Payload | None:
        self.begun.append(payload)
        self.changed.set()
        said = await self.then(payload) if self.then is not None else None
        self.done.append(payload)
        self.changed.set()
        return said

    async def until(self, begun: int = 0, done: int = 0) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.begun) < begun or len(self.done) < done:
                await self.changed.wait()
                self.changed.clear()


@dataclass
class Office:
    town: Town
    handler: Handler
    deliveries: Deliveries

    def another(self) -> tuple[Deliveries, Handler]:
        """Another process on the same store."""
        handler = Handler()
        return Deliveries(self.town.storage.inbox, self.town.clock, handler), handler

    async def left(self) -> int:
        """How many deliveries nobody finished."""
        now = self.town.clock.now() + timedelta(hours=1)
        return len(await self.town.storage.inbox.left("slack", now, now - timedelta(days=2), timedelta(), 1000))


@pytest.fixture
async def office(town: Town) -> AsyncIterator[Office]:
    handler = Handler()
    made = Deliveries(town.storage.inbox, town.clock, handler)
    yield Office(town, handler, made)
    await made.stop()


async def forever(_: Payload) -> Payload | None:
    await asyncio.Event().wait()
    return None


# ── once ────────────────────────────────────────────────────────────────────────────────────────────────────

REPEATED = [
    event(),
    command(),
    press(),
    submission(),
    interaction("shortcut"),
    interaction("view_closed", view={"id": "V"}),
]


@pytest.mark.parametrize("payload", REPEATED, ids=lambda one: str(one.get("type", "command")))
async def test_the_same_thing_four_times_is_done_once(office: Office, payload: dict[str, Any]) -> None:
    """Three repeats, two of them while the first is under way, as after a late acknowledgement."""
    gate = asyncio.Event()

    async def slow(_: Payload) -> Payload | None:
        await gate.wait()
        return None

    office.handler.then = slow
    first = asyncio.create_task(office.deliveries.take(payload))
    await office.handler.until(begun=1)
    for _ in range(2):
        assert await office.deliveries.take({**payload, "token": "another"}) is None
    gate.set()
    await first
    await office.handler.until(done=1)
    assert await office.deliveries.take(json.loads(json.dumps(payload))) is None
    await office.deliveries.stop()
    assert len(office.handler.begun) == 1


async def test_a_captured_request_sent_a_thousand_times_is_done_once(office: Office) -> None:
    await asyncio.gather(*(office.deliveries.take(command()) for _ in range(500)))
    other, handler = office.another()
    await asyncio.gather(*(other.take(command()) for _ in range(500)))
    await office.handler.until(done=1)
    await office.deliveries.stop()
    await other.stop()
    assert (len(office.handler.begun), handler.begun) == (1, [])


async def test_whichever_of_two_processes_hears_it_first_does_it(office: Office) -> None:
    other, handler = office.another()
    payloads = [event(f"Ev{number}") for number in range(50)]
    await asyncio.gather(*(one.take(payload) for payload in payloads for one in (office.deliveries, other)))
    await office.deliveries.stop()
    await other.stop()
    done = [one["event_id"] for one in (*office.handler.done, *handler.done)]
    assert sorted(done) == sorted(one["event_id"] for one in payloads)


async def test_what_is_kept_is_gone_when_it_is_done(office: Office) -> None:
    await office.deliveries.take(event(text="the merger"))
    await office.handler.until(done=1)
    await office.deliveries.stop()
    assert await office.left() == 0


DIFFERENT = [
    *(event(), event("Ev2"), event(team="T2"), {**event(), "api_app_id": "A2"}, command(), command("9.9.z")),
    *(command(team="T2"), press(), press("9.9.y"), press(action_ts="2.2"), submission(), submission(trigger="8.8")),
    *(submission(view_hash="h2"), submission(view_id="V2"), interaction("shortcut"), interaction("message_action")),
    *(interaction("view_closed", view={"id": "V1", "hash": "h1"}), interaction("view_submission", view={"id": "V1"})),
    *(event(""), event("", text="other"), {**event(), "event_id": 7}, event("é"), event("\ud800"), event("x" * 5000)),
    *({**command(), "trigger_id": ""}, {**command("x"), "trigger_id": "", "text": "y"}, event("a\x00b"), event("a\nb")),
]


def test_what_is_not_the_same_has_another_key() -> None:
    found = [keys.key(one) for one in DIFFERENT]
    assert len(set(found)) == len(found)
    assert all(len(one) <= 150 and one.isascii() and one.isprintable() for one in found)
    assert [keys.key(json.loads(json.dumps(one))) for one in DIFFERENT] == found


def test_the_state_of_a_view_behind_a_press_does_not_matter() -> None:
    assert keys.key(press(view={"id": "V1", "hash": "h1"})) == keys.key(press(view={"id": "V1", "hash": "h2"}))


def test_whose_it_is() -> None:
    assert {keys.person(one) for one in (event(), command(), press(), submission())} == {"T1:U1"}
    assert keys.person({"type": "event_callback", "team_id": "T1", "event": {"type": "app_uninstalled"}}) == ""
    assert keys.person(interaction("shortcut", user="U2", team="T2")) == "T2:U2"


# ── answers of forms ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_is_answered_in_its_acknowledgement(office: Office) -> None:
    errors = {"response_action": "errors", "errors": {"title": "Too long"}}

    async def answer(_: Payload) -> Payload | None:
        return errors

    office.handler.then = answer
    assert await office.deliveries.take(submission()) == errors
    assert await office.deliveries.take(command()) is None


async def test_a_form_that_takes_long_is_acknowledged_in_time_and_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "ANSWER", 0.05)
    gate = asyncio.Event()

    async def slow(_: Payload) -> Payload | None:
        await gate.wait()
        return {"response_action": "clear"}

    office.handler.then = slow
    assert await office.deliveries.take(submission()) is None
    assert office.handler.done == []
    gate.set()
    await office.handler.until(done=1)
    await office.deliveries.stop()
    assert await office.left() == 0


# ── trouble ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_that_fails_stops_no_other_and_is_not_tried_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(payload: Payload) -> Payload | None:
        if payload.get("event_id") == "Ev1":
            raise RuntimeError("boom")
        return None

    office.handler.then = fail
    for number in range(3):
        await office.deliveries.take(event(f"Ev{number}"))
    assert await office.deliveries.take({**submission(), "event_id": "Ev1"}) is None
    await office.handler.until(begun=4, done=2)
    await office.deliveries.stop()
    assert caplog.text.count("could not be done") == 2
    assert "hello" not in caplog.text
    assert await office.left() == 0


async def test_one_that_hangs_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliveries, "DEADLINE", 0.05)
    office.handler.then = forever
    await office.deliveries.take(event())
    await office.handler.until(begun=1)
    await office.deliveries.stop()  # waits for it longer than its deadline
    assert "given up" in caplog.text
    assert await office.left() == 0


async def test_what_cannot_be_kept_is_not_acknowledged(office: Office) -> None:
    class Full:
        """An inbox on a full disk."""

        async def put(self, *_: object) -> bool:
            raise StorageError

    broken = Deliveries(Full(), office.town.clock, office.handler)  # type: ignore[arg-type]
    with pytest.raises(StorageError):
        await broken.take(event())
    assert office.handler.begun == []


async def test_somebody_who_stalls_holds_nobody_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person has a hundred things hang; a hundred others are served meanwhile."""

    async def stall(payload: Payload) -> Payload | None:
        return await forever(payload) if "S" in keys.key(payload) else None

    monkeypatch.setattr(deliveries, "GRACE", 0.1)
    office.handler.then = stall
    stalled = [event(f"EvS{number}") for number in range(50)] + [press(f"1.S{number}") for number in range(50)]
    others = [event(f"Ev{number}", user=f"U9{number}") for number in range(100)]
    await asyncio.gather(*(office.deliveries.take(one) for one in (*stalled, *others)))
    await office.handler.until(begun=100 + AT_ONCE_EACH + 1, done=100)
    assert len(office.handler.begun) == 100 + AT_ONCE_EACH + 1  # presses go beside words
    await office.deliveries.stop()


async def test_what_one_person_says_is_done_in_its_order(office: Office) -> None:
    """Whatever it is said with, and however long it takes; what they press goes beside, and so do other people."""
    gate, slow = asyncio.Event(), [event("Ev1"), command("1.2.z")]

    async def wait(payload: Payload) -> Payload | None:
        if payload in slow:
            await gate.wait()
        return None

    office.handler.then = wait
    later = event("Ev9")
    for payload in (*slow, later, press(), event("Ev5", user="U2"), submission()):
        await office.deliveries.take(payload)
    await office.handler.until(done=3)
    assert slow[0] in office.handler.begun
    assert not any(one in (slow[1], later) for one in office.handler.begun)
    gate.set()
    await office.handler.until(done=6)
    assert [one for one in office.handler.done if one in (*slow, later)] == [*slow, later]


async def test_what_stalls_holds_up_the_next_words_of_its_person_for_a_moment_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workload.STALLED <= 15
    monkeypatch.setattr(workload, "STALLED", 0.05)
    monkeypatch.setattr(deliveries, "GRACE", 0.1)

    async def stall(payload: Payload) -> Payload | None:
        return await forever(payload) if payload["event_id"] == "Ev1" else None

    office.handler.then = stall
    for number in range(1, 4):
        await office.deliveries.take(event(f"Ev{number}"))
    await office.handler.until(done=2)
    assert [one["event_id"] for one in office.handler.done] == ["Ev2", "Ev3"]


async def test_what_one_person_says_is_begun_in_its_order(office: Office) -> None:
    for number in range(40):
        await office.deliveries.take(event(f"Ev{number}"))
    await office.handler.until(done=40)
    assert [one["event_id"] for one in office.handler.begun] == [f"Ev{number}" for number in range(40)]


# ── a process that ended ────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_dead_process_left_is_done_once_more(office: Office) -> None:
    """It was kept and acknowledged, and then the process was killed."""
    payloads = [event("Ev1"), command(), press()]
    now = office.town.clock.now()
    for one in payloads:
        await office.town.storage.inbox.put(
            Delivery("slack", keys.key(one), json.dumps(one).encode()), now, deliveries.LEASE
        )
    await office.deliveries.look()
    assert office.handler.begun == []
    office.town.clock.move_to(now + deliveries.LEASE + timedelta(seconds=1))
    other, handler = office.another()
    await asyncio.gather(office.deliveries.look(), other.look())
    await office.deliveries.stop()
    await other.stop()
    done = [*office.handler.done, *handler.done]
    assert sorted(map(keys.key, done)) == sorted(map(keys.key, payloads))
    office.town.clock.move_to(now + timedelta(minutes=9))
    await other.look()
    await other.stop()
    assert [await other.take(one) for one in payloads] == [None] * 3
    assert len(office.handler.done) + len(handler.done) == 3


async def test_what_is_old_is_not_done_any_more_and_forgotten_after_a_day(office: Office) -> None:
    now = office.town.clock.now()
    await office.town.storage.inbox.put(Delivery("slack", keys.key(event()), b"{}"), now, deliveries.LEASE)
    office.town.clock.move_to(now + timedelta(minutes=11))
    other, handler = office.another()
    await other.look()
    await other.stop()
    assert handler.begun == []
    assert await office.deliveries.take(event()) is None
    office.town.clock.move_to(now + timedelta(days=1, seconds=1))
    await office.deliveries.look()
    await office.deliveries.take(event())
    await office.handler.until(done=1)


async def test_it_looks_by_itself_from_its_start(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now = office.town.clock.now()
    await office.town.storage.inbox.put(
        Delivery("slack", keys.key(event()), json.dumps(event()).encode()), now - timedelta(minutes=5), timedelta(0)
    )
    await office.deliveries.start()
    await office.handler.until(done=1)


async def test_stopping_waits_for_what_is_under_way(office: Office) -> None:
    gate = asyncio.Event()

    async def slow(_: Payload) -> Payload | None:
        await gate.wait()
        return None

    office.handler.then = slow
    await office.deliveries.take(event("Ev1"))
    await office.handler.until(begun=1)
    await office.deliveries.take(event("Ev2"))
    asyncio.get_running_loop().call_later(0.1, gate.set)
    await office.deliveries.stop()
    assert [one["event_id"] for one in office.handler.done] == ["Ev1", "Ev2"]
    assert await office.left() == 0


async def test_stopping_does_not_wait_for_ever_and_another_process_does_the_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "GRACE", 0.1)
    office.handler.then = forever
    await office.deliveries.take(event())
    await office.handler.until(begun=1)
    await office.deliveries.stop()
    other, handler = office.another()
    await other.look()  # it need not wait for a lease
    await handler.until(done=1)
    await other.stop()


async def test_what_comes_after_the_end_is_kept_for_another_process(office: Office) -> None:
    await office.deliveries.stop()
    payloads = [event(), command(), submission()]
    assert [await office.deliveries.take(one) for one in payloads] == [None] * 3
    await office.deliveries.look()
    other, handler = office.another()
    await other.look()
    await other.stop()
    assert office.handler.begun == []
    assert sorted(map(keys.key, handler.done)) == sorted(map(keys.key, payloads))


# ── a store that does not take it ───────────────────────────────────────────────────────────────────────────


class Refusing:
    """An inbox that does not note so many times that something is done."""

    def __init__(self, inbox: Inbox, times: int) -> None:
        self._inbox, self.times = inbox, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    async def done(self, chat: str, key: str) -> None:
        self.times -= 1
        if self.times >= 0:
            raise StorageError
        await self._inbox.done(chat, key)


async def test_that_something_is_done_is_noted_at_last(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be done, and answered, once more."""
    monkeypatch.setattr(deliveries, "_AGAIN", (0.0, 0.0, 0.0))
    busy = Refusing(office.town.storage.inbox, 3)
    made = Deliveries(busy, office.town.clock, office.handler)  # type: ignore[arg-type]
    await made.take(event())
    await made.stop()
    assert await office.left() == 0


@pytest.mark.parametrize("times", [2, 5], ids=["in a moment", "in the next round"])
async def test_what_surely_did_not_happen_is_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(deliveries, "_AGAIN", (0.0, 0.0, 0.0))

    async def fail(_: Payload) -> Payload | None:
        if len(office.handler.begun) <= times:
            raise StorageError
        return None

    office.handler.then = fail
    await office.deliveries.take(event())
    await office.handler.until(begun=min(times + 1, 4))
    office.town.clock.move_to(office.town.clock.now() + deliveries.LEASE + timedelta(seconds=1))
    await asyncio.sleep(0)
    await office.deliveries.look()
    await office.handler.until(done=1)
    await office.deliveries.stop()
    assert len(office.handler.begun) == times + 1
    assert await office.left() == 0


# ── more than can be done ───────────────────────────────────────────────────────────────────────────────────


async def test_all_that_is_left_is_done_in_one_round(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "MOST_LEFT", 4)
    now = office.town.clock.now()
    for number in range(19):
        kept = Delivery("slack", f"k{number}", json.dumps(event(f"Ev{number}")).encode())
        await office.town.storage.inbox.put(kept, now, timedelta())
    await office.deliveries.look()
    await office.deliveries.stop()
    assert len(office.handler.done) == 19


async def test_what_is_given_up_is_counted_and_forgotten(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    now = office.town.clock.now()
    for number in range(3):
        await office.town.storage.inbox.put(Delivery("slack", f"k{number}", b"{}"), now, deliveries.LEASE)
    office.town.clock.move_to(now + deliveries.YOUNG + timedelta(seconds=1))
    await office.deliveries.look()
    await office.deliveries.look()
    assert caplog.text.count("3 deliveries were given up") == 1
    assert await office.left() == 0
    assert office.handler.begun == []


async def test_more_than_can_be_remembered_is_kept_in_the_inbox(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MOST_WAITING", 10)
    for number in range(30):
        assert await office.deliveries.take(event(f"Ev{number}")) is None
        office.deliveries._workload._last = asyncio.get_running_loop().time()  # somebody else is at the door
    await office.deliveries.stop()
    assert len(office.handler.done) < 20
    office.town.clock.move_to(office.town.clock.now() + deliveries.LEASE + timedelta(seconds=1))
    monkeypatch.setattr(deliveries, "MOST_WAITING", 1000)
    other, handler = office.another()
    await other.look()
    await other.stop()
    done = [one["event_id"] for one in (*office.handler.done, *handler.done)]
    assert sorted(done) == sorted(f"Ev{number}" for number in range(30))


# ── the door comes first ────────────────────────────────────────────────────────────────────────────────────


async def test_a_burst_is_acknowledged_before_the_work_behind_it() -> None:
    """Work that takes the processor does not begin between two acknowledgements."""
    workload, order = Workload(), list[str]()

    async def work() -> None:
        order.append("work")

    for number in range(50):
        with workload.accepting():
            await asyncio.sleep(0)
        workload.add(f"U{number}", work)
        order.append("acknowledged")
    await workload.end(PATIENCE)
    assert order == ["acknowledged"] * 50 + ["work"] * 50


async def test_work_does_not_wait_for_a_door_that_is_never_still() -> None:
    workload, begun = Workload(), asyncio.Event()

    async def work() -> None:
        begun.set()

    with workload.accepting():
        workload.add("U1", work)
        at = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            await begun.wait()
        assert time.monotonic() - at >= 0.2
    await workload.end(PATIENCE)


def test_the_port_is_kept() -> None:
    from bot.ports import Webhook

    def check(inbox: Inbox, clock: Any) -> Webhook:
        return Deliveries(inbox, clock, forever)

    assert check
