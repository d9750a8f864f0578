"""Slack says “too many” to a third of what is sent: everybody waits, nothing is lost, and no order is turned round."""

import asyncio

from bot.messages import Reply
from tests.chats.slack_bench import Bench, bench, empty_store
from tests.doubles.slack_wire import Limits

__all__ = ["bench", "empty_store"]  # fixtures

PEOPLE, EACH = 5, 4


async def test_429_is_waited_for_and_nothing_is_lost_or_turned_round(bench: Bench) -> None:
    bench.slack.limits = Limits(every=3, rest=1, methods=frozenset({"chat.postMessage"}), pace=0.99)
    people = [bench.person(f"Person {number}") for number in range(PEOPLE)]
    for person in people:  # who writes for the first time opens a conversation
        await bench.chat.send(bench.who(person.user), Reply("0"))
    await asyncio.gather(
        *(bench.chat.send(bench.who(person.user), Reply(str(number))) for person in people for number in range(1, EACH))
    )
    for person in people:
        assert [message.text for message in person.seen()] == [str(number) for number in range(EACH)]
    assert len(bench.slack.limits.given) >= PEOPLE * EACH // 3
    assert not bench.slack.limits.impatient
    assert not bench.slack.limits.hasty
