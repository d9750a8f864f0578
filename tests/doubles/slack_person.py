"""Somebody who uses the pretended Slack: writes, types commands, presses, fills in, and sees what comes.

What they do goes to the running app over a `Delivering` way; what they see is what the workspace shows to them.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_blocks_rules import elements
from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_events import Events, typed
from tests.doubles.slack_interactions import KEPT, Interactions, begins
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_sending import Acknowledged, Delivering
from tests.doubles.slack_workspace import Body, Channel, Message, Team, View

PATIENCE = 15.0


class SlackPerson:
    """A person before Slack's window. `problems`: what their last submission was refused with, by block id."""

    def __init__(self, slack: PretendSlack, team: Team, user: SlackUser, way: Delivering) -> None:
        self.slack, self.team, self.user, self.way = slack, team, user, way
        self.events, self.doing = Events(slack, team), Interactions(slack, team)
        self.problems: dict[str, str] = {}

    # ── what they see ───────────────────────────────────────────────────────────────────────────────────────

    def seen(self, channel: Channel | None = None) -> list[Message]:
        """What the bot wrote and they can see, oldest first; in one channel, or everywhere."""
        own = (one for one in self.team.visible(self.user.id) if one.by == self.team.bot.id)
        return [one for one in own if channel is None or one.channel == channel.id]

    @property
    def direct(self) -> Channel:
        return self.team.direct(self.user.id)

    @property
    def window(self) -> View | None:
        """The topmost window."""
        return next(reversed(self.team.stack(self.user.id)), None)

    @property
    def home(self) -> View | None:
        return self.team.homes.get(self.user.id)

    async def sees(self, what: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something is true of what they see; returns it."""
        until = time.monotonic() + patience
        while not (found := what()):
            shown = [(one.channel, one.text, one.edits) for one in self.seen()[-3:]]
            assert time.monotonic() < until, f"waited in vain; before {self.user.name}: {shown}, {self.window}"
            await asyncio.sleep(0.01)
        return found

    # ── what they do ────────────────────────────────────────────────────────────────────────────────────────

    async def writes(self, text: str) -> Acknowledged:
        """A direct message to the bot."""
        return await self.way.deliver(self.events.message(self.user, self._wrote(text, self.direct)))

    async def mentions(self, text: str, channel: Channel, thread: str = "") -> Acknowledged:
        """A message in a channel, `<@bot>` in front."""
        said = self._wrote(f"<@{self.team.bot.id}> {text}", channel, thread)
        return await self.way.deliver(self.events.mention(self.user, said))

    async def commands(self, text: str, channel: Channel | None = None) -> Acknowledged:
        """A slash command, in the direct message with the bot or somewhere else."""
        payload = self.doing.command(self.user, text, channel or self.direct)
        said = await self.way.deliver(payload)
        if said.body:  # an acknowledgement with a body is an answer
            address = self.slack.urls.held[payload["response_url"].removeprefix(self.slack.base)]
            self._let("command", lambda: self.slack.urls.say(address, said.body or {}))
        return said

    async def opens_home(self) -> Acknowledged:
        return await self.way.deliver(self.events.home_opened(self.user))

    async def shortcut(self, callback_id: str) -> Acknowledged:
        return await self.way.deliver(self.doing.shortcut(self.user, callback_id))

    async def presses(self, label: str, at: Message | View | None = None) -> Acknowledged:
        """A button that begins with this label: in the window, else in the newest message that has it."""
        for place in [at] if at is not None else [self.window, *reversed(self.seen())]:
            for block, button in self.buttons(place) if place is not None else ():
                if button["text"]["text"].startswith(label):
                    return await self.press(place, block, button)
        raise AssertionError(f"no button {label!r} before {self.user.name}: {self.labels()}")

    async def press(self, place: Message | View | None, block: Body, button: Body) -> Acknowledged:
        """This very button; also one that a person cannot see any more, as a replayed request would."""
        if isinstance(place, View):
            return await self.way.deliver(self.doing.view_press(self.user, place, block, button))
        assert place is not None
        return await self.way.deliver(self.doing.message_press(self.user, place, block, button))

    def buttons(self, place: Message | View) -> list[tuple[Body, Body]]:
        """The buttons of a message or view, with their blocks."""
        blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
        return [(block, one) for block, one in elements(blocks) if one["type"] == "button"]

    def labels(self) -> list[str]:
        places = [self.window, *reversed(self.seen())]
        return [one["text"]["text"] for place in places if place is not None for _, one in self.buttons(place)]

    async def submits(self, **values: Any) -> Acknowledged:
        """Fill in the topmost window, by block id, and send it; what is not named stays as it is.

        Values as texts: a date, a time, ids of users with commas between, values of options with commas between.
        """
        view = self.window
        assert view is not None, f"no window before {self.user.name}"
        self.problems = {}
        view.state = begins(view)
        inputs = {block["block_id"]: block for block in view.body["blocks"] if block["type"] == "input"}
        assert set(values) <= set(inputs), f"no such fields: {set(values) - set(inputs)} in {list(inputs)}"
        for ident, value in values.items():
            filled(inputs[ident]["element"], view.state[ident], value)
        for ident, block in inputs.items():
            held = next(iter(view.state[ident].values()))
            empty = not held[KEPT[held["type"]][0]]
            assert not (empty and not block.get("optional")), f"Slack does not send this window: {ident} is empty"
        said = await self.way.deliver(self.doing.submission(self.user, view))
        self._after(view, said)
        return said

    async def closes(self) -> Acknowledged | None:
        """The cross of the topmost window; Slack tells only where the window asked for it."""
        view = self.window
        assert view is not None
        view.open = False
        return await self.way.deliver(self.doing.closed(self.user, view)) if view.body.get("notify_on_close") else None

    def _wrote(self, text: str, channel: Channel, thread: str = "") -> Message:
        message = Message(channel.id, self.slack.world.stamp(), self.user.id, typed(text), thread=thread)
        return self.slack.world.write(self.team, message)

    def _after(self, view: View, said: Acknowledged) -> None:
        """What becomes of a window that was sent; docs.slack.dev/surfaces/modals has the four ways."""
        action = (said.body or {}).get("response_action", "")
        body: Any = (said.body or {}).get("view")
        if said.status != 200 or (said.body and action not in ("errors", "update", "push", "clear")):
            self.slack.world.fault("view_submission", "bad_acknowledgement", self.team.id, said.text[:200])
        elif action == "errors":
            fields = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
            self.problems = dict((said.body or {}).get("errors") or {})
            if not self.problems or not set(self.problems) <= fields:
                self.slack.world.fault("view_submission", "bad_errors", self.team.id, str(self.problems))
        elif action in ("update", "push"):
            self._let("view_submission", lambda: self.slack.views.answered(self.team, view, body, action == "push"))
        else:
            for one in self.team.stack(self.user.id):
                if one is view or action == "clear":
                    one.open = False

    def _let(self, what: str, do: Callable[[], None]) -> None:
        try:
            do()
        except SlackError as error:
            self.slack.world.fault(what, error.error, self.team.id, *error.messages)


def filled(element: Body, held: Body, value: Any) -> None:
    """Put a value into what the window holds of an element."""
    kind, values = element["type"], next(iter(held.values()))
    name = KEPT[kind][0]
    options = {one["value"]: one for one in element.get("options", ())}
    parts = [part.strip() for part in str(value).split(",") if part.strip()]
    if kind == "multi_users_select":
        values[name] = parts
    elif kind in ("multi_static_select", "checkboxes"):
        assert set(parts) <= set(options), f"{parts} are not among {list(options)}"
        values[name] = [options[part] for part in parts]
    elif options:
        assert not value or value in options, f"{value!r} is not among {list(options)}"
        values[name] = options[value] if value else None
    else:
        values[name] = value or None
