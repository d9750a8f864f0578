"""People of `tests.conversations` who talk through Slack: signed requests in, blocks read back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import app as house
from bot.chats.slack.chat import Slack
from bot.errors import ChatError
from bot.messages import ChatUser, Choice, Field, FieldKind, Form, Profile, Reply
from bot.ports import App
from tests.chats.slack_reading import read
from tests.conversations.conftest import ZONE, Person, words
from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_blocks_rules import elements
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_workspace import Body, Channel, Message, View
from tests.fakes.provider import FakeKind, Faults
from tests.slack.city import City

KINDS = {
    "plain_text_input": FieldKind.TEXT,
    "datepicker": FieldKind.DATE,
    "timepicker": FieldKind.TIME,
    "multi_users_select": FieldKind.PEOPLE,
    "static_select": FieldKind.ONE,
    "checkboxes": FieldKind.MANY,
    "multi_static_select": FieldKind.MANY,
}
Where = tuple[Message | View, Body, Body]


class SlackTalker(Person):
    """`last` is what stands before the person after what they did: the window, else the newest message."""

    def __init__(self, town: "SlackTown", person: SlackPerson) -> None:
        self.town, self.slack = town, person
        super().__init__(town.app, town.city.who(person))

    @property  # type: ignore[override]
    def app(self) -> App:
        """What answers; setting it changes that for everybody here."""
        return self.town.city.app

    @app.setter
    def app(self, app: App) -> None:
        self.town.city.app = app

    async def says(self, text: str, private: bool = True) -> str:
        room = self.slack.direct if private else self.town.room(self.slack)
        if text.startswith("/"):
            return await self._does(lambda: self.slack.commands(text, room))
        if private:
            return await self._does(lambda: self.slack.writes(text))
        return await self._does(lambda: self.slack.mentions(text, room))

    async def presses_choice(self, choice: Choice) -> str:
        place, block, button = self.town.button(choice.token)
        return await self._does(lambda: self.slack.press(place, block, button), place)

    async def fills(self, **values: str) -> str:
        assert self.slack.window is not None, "there is no window to fill in"
        form = self._form(self.slack.window)
        people = {field.name for field in form.fields if field.kind is FieldKind.PEOPLE}
        told = {name: self.town.ids(value) if name in people else value for name, value in values.items()}
        said = await self._does(lambda: self.slack.submits(**told))
        if self.slack.problems:
            problems = tuple(self.slack.problems.items())
            self.last = Reply("\n".join(text for _, text in problems), problems=problems)
            return words(self.last)
        return said

    async def _does(self, what: Callable[[], Any], pressed: Message | View | None = None) -> str:
        """Do it, wait until it is done, and look at what changed."""
        before = {id(one): (one.edits, one.deleted) for one in self.slack.team.messages}
        views = {one.id: one.hash for one in self.slack.team.stack(self.slack.user.id)}
        await what()
        await self.town.city.settled()
        changed = [one for one in self.slack.seen() if before.get(id(one)) != (one.edits, False)]
        place: Message | View | None = self.slack.window
        if not isinstance(place, View) or views.get(place.id) == place.hash:
            place = max(changed, key=lambda one: (id(one) not in before, one.ts), default=None)
        self.last = Reply() if place is None else replace(self._looks(place), replace=place is pressed)
        return words(self.last)

    def _looks(self, place: Message | View) -> Reply:
        """What it says, its buttons noted."""
        self.town.note(place)
        return shown(place)

    def _form(self, view: View) -> Form:
        form = shown(view).form
        assert form is not None
        return form


class Glass:
    """Slack's chat before the handlers, which notes what `FakeChat` notes; all that is sent is really sent.

    `sent` has what was sent unasked, as people saw it then, `messages` how those look now.
    """

    def __init__(self, chat: Slack, slack: PretendSlack) -> None:
        self.chat, self._slack = chat, slack
        self.failures: list[ChatError | None] = []
        self.sent: list[tuple[ChatUser, Reply]] = []
        self.handles: list[str] = []
        self.refreshed: list[ChatUser] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.chat, name)

    @property
    def messages(self) -> dict[str, Reply]:
        """By handle."""
        return {handle: shown(self._message(handle)) for handle in self.handles}

    @property
    def profiles(self) -> "Profiles":
        return Profiles(self._slack)

    async def send(self, who: ChatUser, reply: Reply) -> str:
        if self.failures and (failure := self.failures.pop(0)) is not None:
            raise failure
        handle = await self.chat.send(who, reply)
        self.sent.append((who, shown(self._message(handle))))
        self.handles.append(handle)
        return handle

    async def refresh(self, who: ChatUser) -> None:
        self.refreshed.append(who)
        await self.chat.refresh(who)

    def _message(self, handle: str) -> Message:
        _, team, channel, ts = handle.split(":")
        message = self._slack.world.teams[team].message(channel, ts)
        assert message is not None
        return message


class Profiles:
    """Whom Slack knows; who is taken out is deactivated."""

    def __init__(self, slack: PretendSlack) -> None:
        self._teams = slack.world.teams

    def __getitem__(self, who: ChatUser) -> Profile:
        user = self._teams[who.workspace].users[who.id]
        return Profile(user.name, user.email, user.zone)

    def __setitem__(self, who: ChatUser, profile: Profile) -> None:
        users = self._teams[who.workspace].users
        users[who.id] = replace(users[who.id], name=profile.name, email=profile.email, zone=profile.zone)

    def pop(self, who: ChatUser) -> None:
        users = self._teams[who.workspace].users
        users[who.id] = replace(users[who.id], deleted=True)


class SlackTown:
    """The town of `tests.conversations`, with the same things to turn."""

    def __init__(self, city: City, kind: FakeKind, faults: Faults) -> None:
        self.city, self.app, self.storage, self.clock = city, city.app, city.storage, city.clock
        self.kind, self.faults, self.chat = kind, faults, city.app.chats["slack"]
        self._people: dict[str, SlackPerson] = {}
        self._room: Channel | None = None
        self._buttons: dict[str, Where] = {}

    def person(self, name: str, zone: str = ZONE, email: str = "") -> Person:
        person = self._people[name.casefold()] = self.city.person(name, zone=zone, email=email)
        return SlackTalker(self, person)

    def room(self, person: SlackPerson) -> Channel:
        """The one channel where everybody is."""
        if self._room is None:
            self._room = self.city.team.channel("general")
        if person.user.id not in self._room.members:
            self._room.members.append(person.user.id)
        return self._room

    def note(self, place: Message | View) -> None:
        """Remember its buttons: they can be pressed again when they are gone, as a replayed request would."""
        blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
        for block, button in elements(blocks):
            if "value" in button:
                self._buttons[button["value"]] = (place, block, button)

    def button(self, token: str) -> Where:
        """The button with this token, whoever sees it."""
        for message in self.city.team.messages:
            self.note(message)
        return self._buttons[token]

    def ids(self, people: str) -> str:
        """Whom a picker would have: ids for names or mentions, with commas between."""
        parts = [part.strip() for part in people.split(",") if part.strip()]
        named = {name: one.user.id for name, one in self._people.items()}
        return ",".join(named.get(part.casefold(), part.strip("<@>")) for part in parts)

    async def later(self, step: timedelta) -> list[str]:
        before = len(self.chat.sent)
        await house.pass_time(self.app, self.clock, self.clock.now() + step, "worker")
        return [words(reply) for _, reply in self.chat.sent[before:]]

    async def asleep(self, step: timedelta) -> None:
        self.clock.move_to(self.clock.now() + step)


def shown(place: Message | View) -> Reply:
    """What a message or a window says; a window's inputs as its form."""
    if isinstance(place, Message):
        return read({"blocks": place.blocks})
    blocks = [block for block in place.body["blocks"] if block["type"] != "input"]
    reply = read({"blocks": blocks})
    inputs = [block for block in place.body["blocks"] if block["type"] == "input"]
    if not inputs:
        return reply
    token = json.loads(place.body["private_metadata"])["token"]
    title, submit = place.body["title"]["text"], place.body["submit"]["text"]
    return replace(reply, form=Form(title, token, tuple(map(_field, inputs)), submit))


def _field(block: Body) -> Field:
    element = block["element"]
    options = tuple((one["value"], one["text"]["text"]) for one in element.get("options", ()))
    kind = KINDS[element["type"]]
    begins: Any = next((value for name, value in element.items() if name.startswith("initial_")), "")
    if kind is FieldKind.ONE:
        begins = begins["value"] if begins else ""
    elif kind is FieldKind.MANY:
        begins = ",".join(one["value"] for one in begins)
    elif kind is FieldKind.PEOPLE:
        begins = ", ".join(f"<@{one}>" for one in begins)
    hint = block.get("hint", {}).get("text", "")
    label, optional = block["label"]["text"], block.get("optional", False)
    return Field(block["block_id"], label, False, optional, hint, begins, kind, options)
