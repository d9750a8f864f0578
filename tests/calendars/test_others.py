"""Other people: who may ask whom, what is never told, and that unknown is never free."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot import calendars
from bot.errors import AccessDenied, CannotSay, Gone, LinkExpired, ProviderError, StorageError, Unavailable
from bot.handlers import dispatch
from bot.messages import Request, Secret
from bot.ports import Context, Feature, Share
from bot.scheduling.event import Busyness, EventDraft, FreeBusy, Known, Unknown
from bot.scheduling.interval import Interval
from tests.calendars.conftest import Remote
from tests.calendars.test_warm import meeting
from tests.conversations.conftest import ZONE, Person, Town, words
from tests.providers.contract import at

WINDOW = Interval(at(10, 0), at(11, 0))
BOB = "bob@example.com"
WITH_BOB = f"when are {BOB} and I free tomorrow?"


async def shares(town: Town, person: Person, share: Share | None) -> Context:
    context = await town.app.users.context(person.who)
    assert context is not None
    user = replace(context.user, preferences=replace(context.user.preferences, share=share))
    await town.app.users.save(user)
    return replace(context, user=user)


async def asks(town: Town, remote: Remote, person: Person, member: bool = True, address: str = BOB) -> Busyness:
    context = await remote.context(person)
    return (await calendars.others(town.app, context, [address], WINDOW, member=member))[address]


# ── who may ask whom ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("together", [True, False, None])
@pytest.mark.parametrize("share", [None, *Share])
async def test_who_may_ask(
    sam: Person, bob: Person, town: Town, remote: Remote, share: Share | None, together: bool | None
) -> None:
    """`together` of None: the chat is not served here, so nobody knows whether its people belong together."""
    await remote.elsewhere(bob).create(meeting("CANARY-bob"), "k")
    await remote.passes(timedelta(minutes=3))
    owner = (await shares(town, bob, share)).user.id
    asker = (await remote.context(sam)).user.id
    ana = town.person("Ana")
    await ana.says("/help")
    another = (await remote.context(ana)).user.id
    town.chat.together = bool(together)
    if together is None:
        town.app = replace(town.app, chats={})
    now, hour = town.clock.now(), timedelta(hours=1)
    yes = {"always": (asker, None), "for an hour": (asker, now + hour)}
    no = {"over": (asker, now), "to another": (another, None), "never": None}
    open_to_all = share is Share.WORKSPACE or (share is None and together)
    remote.calls()
    for how, granted in (yes | no).items():
        await town.app.grants.take_back(owner)
        if granted is not None:
            await town.app.grants.allow(owner, *granted)
        for member in (True, False):
            answer = await asks(town, remote, sam, member)
            allowed = share in (None, Share.ASK) and how in yes
            assert isinstance(answer, Known) is bool(member and (open_to_all or allowed)), (how, member)
            if isinstance(answer, Known):
                assert [busy.interval for busy in answer.busy] == [meeting("").when]
            else:
                assert isinstance(answer, calendars.AskFirst) is (member and share is not Share.NOBODY)
    assert "busy" not in remote.calls()  # never looked up behind their back


async def test_the_word_of_one_owner_is_not_that_of_another(
    sam: Person, bob: Person, town: Town, remote: Remote
) -> None:
    ana = town.person("Ana")
    await ana.connects()
    owners = [await shares(town, one, Share.ASK) for one in (ana, bob)]
    asker = await remote.context(sam)
    await town.app.grants.allow(owners[0].user.id, asker.user.id, None)
    found = await calendars.others(town.app, asker, ["ana@example.com", BOB], WINDOW, member=True)
    assert isinstance(found["ana@example.com"], Known)
    assert found[BOB] == calendars.AskFirst("wants to be asked first", owners[1].user.id)


async def test_people_of_another_workspace_are_never_asked(sam: Person, town: Town, remote: Remote) -> None:
    from bot.messages import ChatUser, Profile

    who = ChatUser("test", "elsewhere", "zoe")
    town.chat.profiles[who] = Profile("Zoe", "zoe@example.com", ZONE)
    zoe = Person(town.app, who)
    await zoe.connects()
    await remote.elsewhere(zoe).create(meeting("CANARY-zoe"), "k")
    assert isinstance(await asks(town, remote, sam, address="zoe@example.com"), Unknown)


async def test_one_may_ask_for_oneself_whatever_one_set(bob: Person, town: Town, remote: Remote) -> None:
    await shares(town, bob, Share.NOBODY)
    assert isinstance(await asks(town, remote, bob), Known)


async def test_an_owner_answers_by_their_own_rules_and_zone(
    sam: Person, bob: Person, town: Town, remote: Remote
) -> None:
    from datetime import date

    from bot.scheduling.event import Days

    there = remote.elsewhere(bob)
    await there.create(EventDraft("perhaps", Interval(at(10, 9), at(10, 10)), ZONE, status=FreeBusy.TENTATIVE), "k1")
    await there.create(EventDraft("off", Days(date(2026, 3, 10), date(2026, 3, 11)), ZONE), "k2")
    await bob.says("/freewhen settings zone Asia/Tokyo")
    await bob.says("/freewhen settings tentative free")
    await remote.passes(timedelta(minutes=3))
    answer = await asks(town, remote, sam)
    assert isinstance(answer, Known)
    (taken,) = answer.busy
    assert taken.interval.end == at(10, 16)  # midnight in Tokyo; clipped to the window at its start
    assert taken.interval.start == WINDOW.start
    assert taken.status is FreeBusy.BUSY


async def test_an_owner_is_asked_on_their_own_calendar_and_kept_there(
    sam: Person, bob: Person, town: Town, remote: Remote
) -> None:
    remote.calls()
    for _ in range(3):
        assert isinstance(await asks(town, remote, sam), Known)
    assert remote.calls() == []


# ── unknown is not free ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Unread:
    """Makes Bob's time unknown. `reason`: what is said of him, where it is ours to say."""

    name: str
    make: Callable[["Unread", Person, Person, Town, Remote], Awaitable[None]]
    error: Exception | None = None
    kept: bool = True

    def __repr__(self) -> str:
        return self.name


async def _fails(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    """Bob's calendar fails; Sam's has just been read."""
    await town.app.kept.spoil((await remote.connection(bob)).id)
    town.faults.before = {"changes": [case.error] * 9, "events": [case.error] * 9}


async def _dead(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    from bot.ports import Health

    await town.app.connections.checked((await remote.connection(bob)).id, Health.EXPIRED, None, town.clock.now())


async def _slow(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    await town.app.kept.spoil((await remote.connection(bob)).id)
    town.faults.delay = timedelta(seconds=1)
    town.app = replace(town.app, provider_deadline=timedelta(milliseconds=100))


async def _second_fails(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    """One of Bob's two calendars cannot be read: what the other says is not all."""
    bob_context = await remote.context(bob)
    await town.app.connections.add(bob_context.user, "gone", "bob@work.example", Secret(""), "", town.clock.now(), ())


async def _nobody(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    await shares(town, bob, Share.NOBODY)


async def _ask_first(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    await shares(town, bob, Share.ASK)


async def _taken_back(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    owner = await shares(town, bob, Share.ASK)
    await town.app.grants.allow(owner.user.id, (await remote.context(sam)).user.id, None)
    await bob.says("/freewhen settings share nobody")
    await bob.says("/freewhen settings share ask")


async def _not_together(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    town.chat.together = False


async def _no_longer_offered(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    """His provider is not offered by this server any more."""
    context = await remote.context(bob)
    await town.app.connections.add(context.user, "gone", BOB, Secret(""), "", town.clock.now(), ())
    await town.app.connections.remove(context.connections[0].id)


async def _forgot(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    """He disconnected, and has no calendar that anybody could look up."""
    await town.app.connections.remove((await remote.connection(bob)).id)
    kind = town.kind

    class Blind:
        def __init__(self, inner: object) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        async def busy(self, addresses: list[str], window: Interval) -> Mapping[str, Busyness]:
            return case.error(addresses) if callable(case.error) else {}  # type: ignore[no-any-return]

    real = kind()
    town.app = replace(town.app, kinds={"local": lambda: replace(real, open=lambda opening: Blind(real.open(opening)))})


async def _lookup_fails(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    await town.app.connections.remove((await remote.connection(bob)).id)
    town.faults.before = {"busy": [case.error] * 9}


async def _lookup_slow(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    await town.app.connections.remove((await remote.connection(bob)).id)
    town.faults.delay = timedelta(seconds=1)
    town.app = replace(town.app, provider_deadline=timedelta(milliseconds=100))


async def _no_lookups(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    """The asker's provider cannot look others up at all."""
    await town.app.connections.remove((await remote.connection(bob)).id)
    real = town.kind()
    blind = replace(real, features=real.features - {Feature.FREE_BUSY_OF_OTHERS})
    town.app = replace(town.app, kinds={"local": lambda: blind})


def _part(addresses: list[str]) -> Mapping[str, Busyness]:
    from bot.scheduling.event import BusyInterval

    return {address: Known((BusyInterval(WINDOW, FreeBusy.UNKNOWN),)) for address in addresses}


async def _unreadable(case: Unread, sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    """A storage that fails while his calendars are read."""
    bob_id = (await remote.connection(bob)).id

    class Broken:
        def __getattr__(self, name: str) -> object:
            return getattr(town.storage.kept, name)

        async def spoils(self, connection_id: str) -> int:
            if connection_id == bob_id:
                raise StorageError("sealed with another key")
            return await town.storage.kept.spoils(connection_id)

    await town.storage.kept.spoil(bob_id)
    town.app = replace(town.app, kept=Broken())


CASES = [
    Unread("revoked", _fails, LinkExpired("local")),
    Unread("down", _fails, Unavailable("local", "CANARY-error")),
    Unread("throttled", _fails, Unavailable("local", "CANARY-error", timedelta(minutes=5))),
    Unread("denied", _fails, AccessDenied("local", "CANARY-error")),
    Unread("calendar deleted", _fails, Gone("local", "CANARY-error")),
    Unread("cannot say", _fails, CannotSay("local", "CANARY-error")),
    Unread("some other error", _fails, ProviderError("local", "CANARY-error")),
    Unread("dead before", _dead),
    Unread("slow", _slow),
    Unread("one of two calendars", _second_fails),
    Unread("shares with nobody", _nobody),
    Unread("wants to be asked", _ask_first),
    Unread("took it back", _taken_back),
    Unread("strangers to each other", _not_together),
    Unread("provider no longer offered", _no_longer_offered),
    Unread("storage fails", _unreadable),
    Unread("not connected, unknown over there", _forgot, lambda addresses: dict.fromkeys(addresses, Unknown("no"))),  # type: ignore[arg-type]
    Unread("not connected, nothing said", _forgot, lambda addresses: {}),  # type: ignore[arg-type]
    Unread("not connected, a part unread", _forgot, _part),  # type: ignore[arg-type]
    Unread("not connected, lookup fails", _lookup_fails, Unavailable("local", "Down.")),
    Unread("not connected, lookup too slow", _lookup_slow),
    Unread("not connected, no lookups", _no_lookups),
]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_unknown_is_named_and_never_free(
    sam: Person, bob: Person, town: Town, remote: Remote, case: Unread
) -> None:
    assert len(CASES) == 22
    await case.make(case, sam, bob, town, remote)
    town.app.glimpses.forget((await remote.connection(sam)).id)
    asker = Person(town.app, sam.who)
    for text in (WITH_BOB, f"are {BOB} and I free tomorrow at 15:00?", f"book 30m with {BOB} tomorrow 3pm about x"):
        said = await asker.says(text)
        everybody = ("You are all free", f"you and {BOB}", "you and Bob", "Yes.")
        assert not any(one in said for one in everybody), said
        assert BOB in said or "Bob" in said
        assert "unknown" in said, said
        assert "CANARY" not in said
        assert "bob@work.example" not in said


async def test_a_name_without_an_address_is_unknown(sam: Person) -> None:
    said = await sam.says("when are Ana, Xyzzy and I free tomorrow?")
    assert "Xyzzy: unknown" in said


async def test_slow_owners_are_unknown_alone(sam: Person, town: Town, remote: Remote) -> None:
    """Thirty people, three of whose calendars never answer: the others answer within the deadline."""
    crowd = [town.person(f"P{number}") for number in range(30)]
    await asyncio.gather(*(one.connects() for one in crowd))
    stuck = {(await remote.connection(one)).id for one in crowd[:3]}
    real = town.kind()

    def opened(opening):  # type: ignore[no-untyped-def]
        provider = real.open(opening)
        if opening.address not in {f"p{number}@example.com" for number in range(3)}:
            return provider

        class Stuck:
            def __getattr__(self, name: str) -> object:
                async def never(*args: object) -> None:
                    await asyncio.Event().wait()

                return never

        return Stuck()

    for one in stuck:
        await town.app.kept.spoil(one)
    town.app = replace(
        town.app, kinds={"local": lambda: replace(real, open=opened)}, provider_deadline=timedelta(seconds=1)
    )
    addresses = [f"p{number}@example.com" for number in range(30)]
    began = asyncio.get_running_loop().time()
    found = await calendars.others(town.app, await remote.context(sam), addresses, WINDOW, member=True)
    assert asyncio.get_running_loop().time() - began < 3
    assert [address for address in addresses if isinstance(found[address], Unknown)] == addresses[:3]


# ── others over the asker's own connections ─────────────────────────────────────────────────────────────────────


async def test_all_that_are_not_remembered_are_looked_up_in_one_call(sam: Person, town: Town, remote: Remote) -> None:
    context = await remote.context(sam)
    ana, ben, mei = (f"{name}@example.com" for name in ("ana", "ben", "mei"))
    await calendars.others(town.app, context, [ana], WINDOW, member=True)
    assert remote.calls() == ["busy"]
    found = await calendars.others(town.app, context, [ana, ben, mei], WINDOW, member=True)
    assert remote.calls() == ["busy"]
    assert all(isinstance(answer, Known) for answer in found.values())
    await calendars.others(town.app, context, [mei, ana], WINDOW, member=True)
    assert remote.calls() == []


async def test_what_one_connection_cannot_look_up_another_may(sam: Person, town: Town, remote: Remote) -> None:
    context = await remote.context(sam)
    other = await town.app.connections.add(
        context.user, "blind", "sam@other.example", Secret(""), "", town.clock.now(), ()
    )
    await town.app.connections.choose(other.id, "x", ())
    asked: list[list[str]] = []
    real = town.kind()

    class Blind:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

        async def busy(self, addresses: list[str], window: Interval) -> Mapping[str, Busyness]:
            asked.append(list(addresses))
            return {address: Unknown("not found") for address in addresses}

    town.app = replace(
        town.app, kinds={**town.app.kinds, "blind": lambda: replace(real, name="blind", open=lambda opening: Blind())}
    )
    context = await remote.context(sam)
    assert context.booking is not None
    assert context.booking.provider == "blind"
    ana = "ana@example.com"
    found = await calendars.others(town.app, context, [ana, "x@y.example"], WINDOW, member=True)
    assert asked == [[ana, "x@y.example"]]
    assert isinstance(found[ana], Known)
    assert isinstance(found["x@y.example"], Unknown)
    assert remote.calls() == ["busy"]


# ── nothing of others but busy ──────────────────────────────────────────────────────────────────────────────────

QUESTIONS = [
    "when are {who} and I free tomorrow?",
    "when are {who} and I free this week?",
    "are {who} and I free tomorrow at 12:15?",
    "why not tomorrow 12:15 with {who}?",
    "book 30m with {who} tomorrow 12:15 about lunch",
    "book 30m with {who} tomorrow about lunch",
    "/free tomorrow with {who}",
    "what's on tomorrow?",
    "/agenda this week",
    "move lunch to tomorrow 12:30",
    "/freewhen settings",
    "/freewhen calendars",
    "cancel canary",
    "{who}",
]


@pytest.mark.parametrize("role", ["member", "guest of the workspace", "stranger"])
@pytest.mark.parametrize("private", [True, False])
async def test_no_title_of_another_is_ever_said(
    sam: Person, bob: Person, town: Town, remote: Remote, role: str, private: bool
) -> None:
    there = remote.elsewhere(bob)
    secret = [f"CANARY{number}" for number in range(20)]
    for number, title in enumerate(secret):
        span = Interval(at(10 + number % 4, 8 + number // 4), at(10 + number % 4, 9 + number // 4))
        await there.create(
            EventDraft(title, span, ZONE, location=f"{title}-place", description=f"{title}-text", private=True), title
        )
    await remote.passes(timedelta(minutes=3))
    assert "CANARY3" in await bob.says("/agenda this week")
    who = sam if role != "stranger" else town.person("Zed")
    if role == "stranger":
        await who.connects()
    said: list[str] = []
    for share in (Share.WORKSPACE, Share.ASK, Share.NOBODY):
        await shares(town, bob, share)
        for text in QUESTIONS:
            request = Request(who.who, text.format(who=BOB), private, member=role == "member")
            reply = await dispatch(town.app, request)
            said += [words(reply), repr(reply)]
            for choice in reply.choices[:3]:
                pressed = await dispatch(
                    town.app, Request(who.who, press=choice.token, private=private, member=role == "member")
                )
                said += [words(pressed), repr(pressed)]
    said += [words(reply) + repr(reply) for to, reply in town.chat.sent if to != bob.who]
    assert not [one for one in said if "CANARY" in one]
    assert any("unknown" in one for one in said)
