"""Windows (Slack's modals): opened while a trigger lives, and shown anew."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from bot.chats.slack import forms
from bot.chats.slack.calls import Calls
from bot.chats.slack.heard import message_of
from bot.messages import Form, Reply

View = Mapping[str, Any]
log = logging.getLogger("freewhen.slack")

_TITLE = "Freewhen"


class Windows:
    """The windows that this app opens. A window remembers the message that it was opened from."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def open(self, team: str, trigger: str, view: View) -> str:
        """A new window; returns its id. The trigger is good for three seconds, once. Raises ChatError."""
        answer = await self._calls.call(team, "views.open", trigger_id=trigger, view=view)
        opened = answer.get("view")
        return str(opened.get("id", "")) if isinstance(opened, Mapping) else ""

    async def show(self, team: str, view: str, shown: View) -> None:
        """Something else in a window that is open. Raises ChatError."""
        await self._calls.call(team, "views.update", view_id=view, view=shown)


def loading() -> View:
    return forms.loading(_TITLE)


def holding(reply: Reply, handle: str, picture: str = "") -> View:
    """What a reply looks like in a window: its form, or its words and buttons. `picture`: a file of Slack's."""
    return holding_form(reply.form, handle) if reply.form else forms.words(reply, picture)


def holding_form(form: Form, handle: str) -> View:
    """`handle`: of the message that it was opened from, if it was from one."""
    kept = json.dumps({"token": form.token, "handle": handle if message_of(handle) else ""})
    try:
        return forms.view(form, kept)
    except ValueError:
        log.exception("a form cannot be shown in a window")
        return forms.words(Reply("This form cannot be shown here."))
