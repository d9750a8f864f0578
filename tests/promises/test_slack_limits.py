"""Slack says “too many” to a third of what is sent: everybody waits, nothing is lost, and no order is turned round."""

import asyncio

from bot.chats.slack import blocks, windows
from bot.chats.slack.outbox import surely
from bot.messages import Reply, Secret
from tests.chats.slack_bench import Bench, bench, empty_store
from tests.chats.slack_reading import read
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_wire import Limits

__all__ = ["bench", "empty_store"]  # fixtures

PEOPLE, EACH = 5, 4
SECONDS = 15


def third(*methods: str) -> Limits:
    return Limits(every=3, rest=1, methods=frozenset(methods), pace=0.99)


def waited(bench: Bench, least: int) -> None:
    assert len(bench.slack.limits.given) >= least
    assert not bench.slack.limits.impatient
    assert not bench.slack.limits.hasty


async def test_new_messages(bench: Bench) -> None:
    bench.slack.limits = third("chat.postMessage")
    people = [bench.person(f"Person {number}") for number in range(PEOPLE)]

    async def tells(person: SlackPerson, text: str) -> None:
        await surely(lambda: bench.chat.send(bench.who(person.user), Reply(text)))

    async with asyncio.timeout(SECONDS):
        for person in people:  # who writes for the first time opens a conversation
            await tells(person, "0")
        await asyncio.gather(*(tells(person, str(number)) for person in people for number in range(1, EACH)))
    for person in people:
        assert [message.text for message in person.seen()] == [str(number) for number in range(EACH)]
    waited(bench, PEOPLE * EACH // 3)


async def test_whispers_to_several_people_in_one_channel(bench: Bench) -> None:
    bench.slack.limits = third("chat.postEphemeral")
    outbox = bench.chat._outbox
    channels = [bench.team.channel(f"room-{n}", bench.ana.user.id, bench.ben.user.id) for n in range(2)]

    async def whispers(person: SlackPerson, channel: str, text: str) -> None:
        await surely(lambda: outbox.whisper(bench.who(person.user), channel, blocks.message(Reply(text))))

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(
            *(whispers(who, room.id, str(n)) for n in range(2) for who in (bench.ana, bench.ben) for room in channels)
        )
    for person in (bench.ana, bench.ben):
        for room in channels:
            assert [message.text for message in person.seen(room)] == ["0", "1"]
    assert {message.channel for message in bench.ana.seen()} <= {room.id for room in channels}
    waited(bench, 2)


async def test_edits(bench: Bench) -> None:
    bench.slack.limits = third("chat.update")
    people = [bench.person(f"Person {number}") for number in range(PEOPLE)]
    handles = await asyncio.gather(*(bench.chat.send(bench.who(person.user), Reply("-")) for person in people))

    async def edits(handle: str, text: str) -> None:
        assert await surely(lambda: bench.chat.update(handle, Reply(text))) == handle

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(*(edits(handle, str(number)) for number in range(EACH) for handle in handles))
    for person in people:
        (message,) = person.seen()
        assert (message.text, message.edits) == (str(EACH - 1), EACH)
    assert len(bench.slack.limits.given) >= 2


async def test_windows_and_homes(bench: Bench) -> None:
    bench.slack.limits = third("views.open", "views.update", "views.publish")
    team, calls = bench.team, bench.chat._calls
    people = [bench.person(f"Person {number}") for number in range(3)]

    shown = windows.Windows(calls)

    async def opens(person: SlackPerson) -> str:
        return await shown.open(team.id, bench.slack.views.trigger(team, person.user.id), windows.loading())

    async def changes(person: SlackPerson, view: str, reply: Reply) -> None:
        home = {"user_id": person.user.id, "view": blocks.home(reply)}
        await surely(lambda: shown.show(team.id, view, windows.holding(reply, "")))
        await surely(lambda: calls.call(team.id, "views.publish", **home))

    async def looks(person: SlackPerson, view: str) -> None:
        for number in range(2):
            await changes(person, view, Reply(str(number)))

    async with asyncio.timeout(SECONDS):
        views = [await opens(person) for person in people]
        await asyncio.gather(*map(looks, people, views))
    for person in people:
        assert person.window
        assert person.home
        assert (read(person.window.body).text, read(person.home.body).text) == ("1", "1")
    assert len(bench.slack.limits.given) >= 4


async def test_answers_by_the_address_that_came_with_a_command(bench: Bench) -> None:
    bench.slack.limits = third("response_url")
    people = [bench.person(f"Person {number}") for number in range(PEOPLE)]
    room = bench.team.channel("room", *(person.user.id for person in people))

    async def answers(address: Secret, text: str) -> None:
        await surely(lambda: bench.chat._outbox.respond(address, blocks.message(Reply(text)), replace=False))

    urls = [Secret(bench.slack.urls.new(bench.team, room.id, person.user.id)) for person in people]
    async with asyncio.timeout(SECONDS):
        await asyncio.gather(*(answers(url, str(number)) for url in urls for number in range(EACH)))
    for person in people:
        assert [message.text for message in person.seen(room)] == [str(number) for number in range(EACH)]
    waited(bench, 6)
