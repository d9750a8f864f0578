"""The pretended Slack's users.*, files.* and auth.* methods."""

import secrets
from typing import Any

from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_people import SlackUser, shown
from tests.doubles.slack_tokens import Token
from tests.doubles.slack_wire import truth
from tests.doubles.slack_workspace import Body, File, Team, Workspaces

PAGE = 1000


class UserMethods:
    """`page`: so many on a page at most, however many were asked for."""

    def __init__(self, world: Workspaces) -> None:
        self.world = world
        self.page = PAGE
        self._cursors: dict[str, int] = {}

    def info(self, team: Team, asked: Body, token: Token) -> Body:
        user = team.users.get(asked["user"])
        if user is None:
            raise SlackError("user_not_found")
        return {"ok": True, "user": self._shown(user, asked, token)}

    def list(self, team: Team, asked: Body, token: Token) -> Body:
        limit = int(asked.get("limit") or 0)
        if not 0 <= limit <= PAGE:
            raise SlackError("invalid_limit")
        cursor = asked.get("cursor", "")
        if cursor and cursor not in self._cursors:
            raise SlackError("invalid_cursor")
        start, size = self._cursors.get(cursor, 0), min(limit or self.page, self.page)
        users = [*team.users.values()]
        after = ""
        if users[start + size :]:
            after = secrets.token_urlsafe(8) + "="
            self._cursors[after] = start + size
        members = [self._shown(user, asked, token) for user in users[start : start + size]]
        return {
            "ok": True,
            "members": members,
            "cache_ts": int(self.world.now()),
            "response_metadata": {"next_cursor": after},
        }

    def by_email(self, team: Team, asked: Body, token: Token) -> Body:
        sought = asked["email"].casefold()
        for user in team.users.values():
            if user.email.casefold() == sought and not (user.deleted or user.stranger or user.bot):
                return {"ok": True, "user": self._shown(user, asked, token)}
        raise SlackError("users_not_found")

    def _shown(self, user: SlackUser, asked: Body, token: Token) -> Body:
        return shown(user, "users:read.email" in token.scopes, truth(asked.get("include_locale")), self.world.now())


class FileMethods:
    """Files in three steps: an address, the bytes, the completion. `uploads` are addresses that take bytes, once."""

    def __init__(self, world: Workspaces) -> None:
        self.world = world
        self.base = ""
        self.uploads: dict[str, tuple[str, str]] = {}

    def address(self, team: Team, asked: Body) -> Body:
        length = str(asked["length"])
        if not length.isdecimal() or int(length) < 1:
            raise SlackError("invalid_arguments", ["[ERROR] length must be a number, 1 or more"])
        file = File(f"F{len(team.files) + 1:03}{team.id[1:]}", asked["filename"], int(length))
        team.files[file.id] = file
        ticket = secrets.token_urlsafe(24)
        self.uploads[ticket] = (team.id, file.id)
        return {"ok": True, "upload_url": f"{self.base}/upload/v1/{ticket}", "file_id": file.id}

    def received(self, ticket: str, content: bytes) -> str:
        """The bytes of a file, the whole request's body. What Slack says of them, "" for a bad address."""
        team, ident = self.uploads.pop(ticket, ("", ""))
        if not team:
            return ""
        file = self.world.teams[team].files[ident]
        if len(content) != file.size:
            self.world.fault(
                "upload", "length_mismatch", team, f"{file.size} bytes were announced, {len(content)} came"
            )
            return ""
        file.content, file.uploaded = content, self.world.monotonic()
        return f"OK - {len(content)}"

    def complete(self, team: Team, asked: Body) -> Body:
        given: Any = asked["files"]
        if not isinstance(given, list) or not given or not all(isinstance(one, dict) and "id" in one for one in given):
            raise SlackError("invalid_arguments", ["[ERROR] files must be a list of objects with an id"])
        done = []
        for one in given:
            file = team.files.get(one["id"])
            if file is None or file.uploaded is None or file.completed is not None:
                raise SlackError("file_not_found")
            file.completed = self.world.monotonic()
            done.append({"id": file.id, "title": one.get("title", file.name), "mimetype": "image/png"})
        return {"ok": True, "files": done}


def auth_test(world: Workspaces, team: Team, base: str) -> Body:
    return {
        "ok": True,
        "url": f"{base}/",
        "team": team.name,
        "user": team.bot.handle,
        "team_id": team.id,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }
