"""The pretended Slack's views.* methods, and the triggers that open windows.

https://docs.slack.dev/surfaces/modals: a trigger is good once and for three seconds, three windows lie on each other at
most. Where the reference is silent: a window opened over another one closes that; a home of nobody is user_not_found.
"""

import secrets
from dataclasses import dataclass

from tests.doubles.slack_blocks_rules import view_problems
from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_methods_chat import ChatMethods
from tests.doubles.slack_workspace import Body, Team, View, Workspaces

TRIGGER_LIVES = 3.0
DEEPEST = 3


@dataclass
class Trigger:
    """`made` of `Workspaces.monotonic`; `within`: the window that was pressed."""

    team: str
    user: str
    made: float
    within: str = ""
    used: bool = False


class ViewMethods:
    """One method of this class for each of Slack's."""

    def __init__(self, world: Workspaces, chat: ChatMethods) -> None:
        self.world, self._chat = world, chat
        self.triggers: dict[str, Trigger] = {}

    def trigger(self, team: Team, user: str, within: str = "") -> str:
        """A new trigger_id, for something that somebody did just now."""
        ident = f"{len(self.triggers) + 1}.4242.{secrets.token_hex(16)}"
        self.triggers[ident] = Trigger(team.id, user, self.world.monotonic(), within)
        return ident

    def open(self, team: Team, asked: Body) -> Body:
        self._check(team, asked["view"], "modal")
        trigger = self._pulled(team, asked["trigger_id"])
        for other in team.stack(trigger.user):
            other.open = False
        view = self.world.view(trigger.user, asked["view"])
        view.root = view.id
        return self._kept(team, view)

    def push(self, team: Team, asked: Body) -> Body:
        self._check(team, asked["view"], "modal")
        trigger = self._pulled(team, asked["trigger_id"])
        below = team.views.get(trigger.within)
        if below is None or not below.open:
            raise SlackError("invalid_trigger_id")
        if len(team.stack(trigger.user)) >= DEEPEST:
            raise SlackError("push_limit_reached")
        view = self.world.view(trigger.user, asked["view"], root=below.root, previous=below.id)
        return self._kept(team, view)

    def update(self, team: Team, asked: Body) -> Body:
        self._check(team, asked["view"], "modal")
        if ("view_id" in asked) == ("external_id" in asked):
            raise SlackError("invalid_arguments", ["[ERROR] either view_id or external_id"])
        if "view_id" in asked:
            view = team.views.get(asked["view_id"])
        else:
            named = (one for one in team.views.values() if one.body.get("external_id") == asked["external_id"])
            view = next(named, None)
        if view is None or not view.open:
            raise SlackError("not_found", gone=view is not None)
        self._same(view, asked)
        self.replace(view, asked["view"])
        return {"ok": True, "view": shown(self.world, team, view)}

    def publish(self, team: Team, asked: Body) -> Body:
        user = team.users.get(asked["user_id"])
        if user is None or user.bot:
            raise SlackError("user_not_found")
        self._check(team, asked["view"], "home")
        view = team.homes.get(user.id)
        if view is None:
            view = team.homes[user.id] = self.world.view(user.id, asked["view"])
        else:
            self._same(view, asked)
            self.replace(view, asked["view"])
        return {"ok": True, "view": shown(self.world, team, view)}

    def replace(self, view: View, body: Body) -> None:
        """Show something else in a window; what was filled in goes with the blocks that go."""
        kept = {block.get("block_id") for block in body["blocks"]}
        view.state = {ident: values for ident, values in view.state.items() if ident in kept}
        view.body, view.hash = body, self.world.hash()

    def answered(self, team: Team, view: View, body: Body, push: bool) -> None:
        """What an acknowledgement of a submission says: show this instead, or on top. Raises SlackError."""
        self._check(team, body, "modal")
        if not push:
            self.replace(view, body)
        elif len(team.stack(view.user)) >= DEEPEST:
            raise SlackError("push_limit_reached")
        else:
            self._kept(team, self.world.view(view.user, body, root=view.root, previous=view.id))

    def _kept(self, team: Team, view: View) -> Body:
        external = view.body.get("external_id")
        if external and any(one.body.get("external_id") == external and one.open for one in team.views.values()):
            raise SlackError("duplicate_external_id")
        team.views[view.id] = view
        return {"ok": True, "view": shown(self.world, team, view)}

    def _check(self, team: Team, view: Body, kind: str) -> None:
        problems = view_problems(view)
        if not problems and view["type"] != kind:
            problems = [f"/view/type: must be {kind}"]
        if problems:
            raise SlackError("invalid_arguments", [f"[ERROR] {problem}" for problem in problems])
        self._chat.check_files(team, view["blocks"], "invalid_arguments")

    def _pulled(self, team: Team, ident: str) -> Trigger:
        trigger = self.triggers.get(ident)
        if trigger is None or trigger.team != team.id:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.world.monotonic() - trigger.made > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def _same(self, view: View, asked: Body) -> None:
        if asked.get("hash") and asked["hash"] != view.hash:
            raise SlackError("hash_conflict")


def shown(world: Workspaces, team: Team, view: View) -> Body:
    """The view object, as answers and interactions have it. Slack gives every block an id."""
    body = view.body
    blocks = [{"block_id": f"b{number}", **block} for number, block in enumerate(body["blocks"])]
    modal = {} if body["type"] == "home" else {"submit_disabled": False}
    return {
        "id": view.id,
        "team_id": team.id,
        "type": body["type"],
        "title": body.get("title"),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "blocks": blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "previous_view_id": view.previous or None,
        "root_view_id": view.root or view.id,
        "app_id": world.app.id,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
        **modal,
    }
