"""A second opinion on our outgoing calls: an emulator of Slack that others wrote, npm's `emulate`.

`.ci/run` installs it into `.venv/peers`. It is lax where our own double is strict (blocks, unknown arguments) and knows
no time zones; what it has is another reading of the reference, and windows whose triggers really live for three
seconds.
"""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.chats.slack import blocks, forms
from bot.chats.slack.calls import Calls, SlackError
from bot.chats.slack.outbox import Outbox
from bot.chats.slack.people import People
from bot.chats.slack.pictures import upload
from bot.errors import Unreachable
from bot.messages import ChatUser, Choice, Field, Form, Reply, Secret
from tests.drawing.weeks import USUAL

ROOT = Path(__file__).parents[2]
EMULATE = ROOT / ".venv" / "peers" / "node_modules" / "emulate" / "dist" / "api.js"
TOKEN = "xoxb-of-an-emulator"
TEAM = "T000000001"


class OneToken:
    """Speaks everywhere with one token."""

    def __init__(self, token: str) -> None:
        self.token, self.forgotten = token, list[str]()

    async def of(self, team: str) -> Secret:
        return Secret(self.token)

    async def forget(self, team: str, refused: Secret | None = None) -> None:
        self.forgotten.append(team)


@dataclass
class Emulated:
    """Our calls against the emulator; `ana` is somebody there."""

    calls: Calls
    ana: ChatUser

    async def trigger(self) -> str:
        asked = {"user_id": self.ana.id}
        return str((await self.calls.call(TEAM, "views.generateTriggerId", **asked))["trigger_id"])


@pytest.fixture
async def emulated() -> AsyncIterator[Emulated]:
    node = shutil.which("node")
    if node is None or not EMULATE.exists():
        pytest.skip("npm's emulate is not installed, so nobody had a second opinion on calls to Slack")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = ROOT / "tests" / "doubles" / "slack_emulator.mjs"
    process = await asyncio.create_subprocess_exec(
        node, str(script), str(EMULATE), port, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            said = await process.stdout.readline()
            assert said == b"ready\n", said + await process.stdout.read()
        calls = Calls(f"http://127.0.0.1:{port}/api", "", OneToken(TOKEN))
        found = await calls.call(TEAM, "users.lookupByEmail", email="ana.ruiz@example.com")
        yield Emulated(calls, ChatUser("slack", TEAM, found["user"]["id"]))
        await calls.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def history(emulated: Emulated, channel: str) -> list[dict[str, Any]]:
    found = await emulated.calls.call(TEAM, "conversations.history", channel=channel)
    return list(found["messages"])


async def test_a_message_is_sent_edited_and_taken_back(emulated: Emulated) -> None:
    outbox = Outbox(emulated.calls)
    channel = await outbox.direct(emulated.ana)
    card = Reply(heading="Budget", facts=(("When", "Tuesday"),), choices=(Choice("Book", token="t1"),))
    ts = await outbox.post(TEAM, channel, blocks.message(card))
    shown = await history(emulated, channel)
    assert [one["ts"] for one in shown] == [ts]
    assert "Budget" in shown[0]["text"]
    assert [block["type"] for block in shown[0]["blocks"]] == ["header", "rich_text", "actions"]
    assert await outbox.edit(TEAM, channel, ts, blocks.message(Reply("Booked.")))
    assert (await history(emulated, channel))[0]["text"] == "Booked."
    await outbox.take_back(TEAM, channel, ts)
    assert await history(emulated, channel) == []
    assert not await outbox.edit(TEAM, channel, ts, blocks.message(Reply("x"))), "it is gone"


async def test_windows_open_while_their_trigger_lives(emulated: Emulated) -> None:
    call = emulated.calls.call
    trigger = await emulated.trigger()
    opened = await call(TEAM, "views.open", trigger_id=trigger, view=forms.loading("Book"))
    form = forms.view(Form("Book", "t1", (Field("title", "Title"), Field("guests", "Guests", optional=True))), "{}")
    changed = await call(TEAM, "views.update", view_id=opened["view"]["id"], view=form)
    assert [block["block_id"] for block in changed["view"]["blocks"]] == ["title", "guests"]
    with pytest.raises(SlackError) as again:
        await call(TEAM, "views.open", trigger_id=trigger, view=forms.loading("Book"))
    assert again.value.code == "exchanged_trigger_id"


async def test_a_home_is_published_over_the_one_that_was_seen(emulated: Emulated) -> None:
    call, view = emulated.calls.call, blocks.home(Reply(heading="Today"))
    first = await call(TEAM, "views.publish", user_id=emulated.ana.id, view=view)
    seen = first["view"]["hash"]
    await call(TEAM, "views.publish", user_id=emulated.ana.id, view=blocks.home(Reply("x")), hash=seen)
    with pytest.raises(SlackError) as conflict:
        await call(TEAM, "views.publish", user_id=emulated.ana.id, view=view, hash=seen)
    assert conflict.value.code == "hash_conflict"


async def test_people_are_found_by_mention_address_and_name(emulated: Emulated) -> None:
    people = People(emulated.calls)
    person = await people.person(emulated.ana)
    assert (person.profile.name, person.profile.email) == ("Ana Ruiz", "ana.ruiz@example.com")
    assert person.member
    for said in (f"<@{emulated.ana.id}>", "ana.ruiz@example.com", "ana"):
        assert [who.id for who, _ in await people.find(TEAM, said)] == [emulated.ana.id], said
    assert await people.find(TEAM, "nobody@example.com") == ()
    with pytest.raises(Unreachable):
        await Outbox(emulated.calls).direct(ChatUser("slack", TEAM, "U404"))


async def test_a_picture_is_uploaded_in_three_steps(emulated: Emulated) -> None:
    file = await upload(emulated.calls, TEAM, USUAL, "your week")
    assert file
    found = await emulated.calls.call(TEAM, "users.list", limit=1)
    assert found["ok"]
