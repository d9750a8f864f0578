"""Who somebody is in a workspace, and who is meant by a mention, an address or a name.

What Slack says of a person is remembered for ten minutes, the list of a workspace for an hour: both cost calls that
Slack counts (docs.slack.dev/apis/web-api/rate-limits), and a name does not change by the minute.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chats.slack.calls import Calls, Nobody, SlackError
from bot.chats.slack.heard import CHAT, mention
from bot.errors import ChatError
from bot.messages import ChatUser, Profile

log = logging.getLogger("freewhen.slack")

PERSON_AGE = 600.0
LIST_AGE = 3600.0
MOST_PEOPLE = 10_000
PAGE = 200
MOST_PAGES = 100
MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Person:
    """`member`: belongs to the workspace in full: no guest, and nobody from outside. `here`: no bot, and not gone."""

    who: ChatUser
    profile: Profile
    member: bool
    here: bool


@dataclass(slots=True)
class _List:
    """A workspace's people, and until when they are believed."""

    people: tuple[Person, ...]
    until: float


class People:
    """The people of every workspace of one Slack app."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: OrderedDict[ChatUser, tuple[Person, float]] = OrderedDict()
        self._lists: dict[str, _List] = {}
        self._listing: dict[str, asyncio.Task[tuple[Person, ...]]] = {}

    async def person(self, who: ChatUser) -> Person:
        """Raises ChatError, Unreachable for nobody."""
        known = self._known.get(who)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        answer = await self._calls.call(who.workspace, "users.info", user=who.id, include_locale="true")
        person = _person(who.workspace, answer.get("user"))
        if person is None:
            raise Nobody("users.info", "user_not_found")
        self._remember(person)
        return person

    async def find(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        """People who are meant, guests as well. Raises ChatError."""
        sought = text.strip()
        if not sought:
            return ()
        if user := mention(sought):
            return await self._one(workspace, user)
        if "@" in sought.strip("@"):
            return await self._at(workspace, sought.strip("<>").casefold())
        words = sought.lstrip("@").casefold().split()
        found = [person for person in await self._all(workspace) if _is_meant(words, person.profile.name)]
        whole = [person for person in found if person.profile.name.casefold().split() == words]
        return [(person.who, person.profile) for person in (whole or found)[:MOST_FOUND]]

    def forget(self, workspace: str) -> None:
        """The workspace is gone, and what we knew of its people with it."""
        self._lists.pop(workspace, None)
        for who in [who for who in self._known if who.workspace == workspace]:
            del self._known[who]

    async def _one(self, workspace: str, user: str) -> Sequence[tuple[ChatUser, Profile]]:
        try:
            person = await self.person(ChatUser(CHAT, workspace, user))
        except Nobody:
            return ()
        return [(person.who, person.profile)] if person.here else ()

    async def _at(self, workspace: str, address: str) -> Sequence[tuple[ChatUser, Profile]]:
        try:
            answer = await self._calls.call(workspace, "users.lookupByEmail", email=address)
        except Nobody:
            return ()
        except SlackError as error:
            if error.code == "missing_scope":
                return ()  # without users:read.email nobody is known by an address; an address is enough to invite
            raise
        person = _person(workspace, answer.get("user"))
        return [(person.who, person.profile)] if person is not None and person.here else ()

    async def _all(self, workspace: str) -> Sequence[Person]:
        known = self._lists.get(workspace)
        if known is not None and known.until > time.monotonic():
            return known.people
        task = self._listing.get(workspace)
        if task is None:
            task = self._listing[workspace] = asyncio.create_task(self._list(workspace))
            task.add_done_callback(lambda done: self._listed(workspace, done))
        return await asyncio.shield(task)

    def _listed(self, workspace: str, task: asyncio.Task[tuple[Person, ...]]) -> None:
        """Also when whoever asked has given up: the next one finds it."""
        self._listing.pop(workspace, None)
        if not task.cancelled() and task.exception() is None:
            self._lists[workspace] = _List(task.result(), time.monotonic() + LIST_AGE)

    async def _list(self, workspace: str) -> tuple[Person, ...]:
        found: list[Person] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._calls.call(workspace, "users.list", limit=PAGE, cursor=cursor)
            members = answer.get("members")
            for user in members if isinstance(members, list) else ():
                person = _person(workspace, user)
                if person is not None and person.here:
                    found.append(person)
            after = answer.get("response_metadata")
            cursor = str(after.get("next_cursor") or "") if isinstance(after, Mapping) else ""
            if not cursor:
                return tuple(found)
        raise ChatError("There are too many people in this workspace to look for a name; use an @mention.")

    def _remember(self, person: Person) -> None:
        self._known[person.who] = (person, time.monotonic() + PERSON_AGE)
        self._known.move_to_end(person.who)
        while len(self._known) > MOST_PEOPLE:
            self._known.popitem(last=False)


def _person(workspace: str, user: Any) -> Person | None:
    """From a `user` object (docs.slack.dev/reference/objects/user-object)."""
    if not isinstance(user, Mapping) or not isinstance(user.get("id"), str):
        return None
    profile = user.get("profile")
    told: Mapping[str, Any] = profile if isinstance(profile, Mapping) else {}

    def text(source: Mapping[str, Any], *names: str) -> str:
        return next((value for name in names if isinstance(value := source.get(name), str) and value), "")

    outside = text(user, "team_id") not in ("", workspace)
    here = not user.get("deleted") and not user.get("is_bot") and user["id"] != "USLACKBOT"
    guest = any(user.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    return Person(
        ChatUser(CHAT, workspace, str(user["id"])),
        Profile(
            text(told, "real_name", "display_name") or text(user, "real_name", "name"),
            text(told, "email").casefold(),
            text(user, "tz"),
            text(user, "locale")[:2].casefold(),
        ),
        member=here and not outside and not guest,
        here=here,
    )


def _is_meant(words: Sequence[str], name: str) -> bool:
    """Whether every word begins one of the name's."""
    parts = name.casefold().split()
    return bool(words) and all(any(part.startswith(word) for part in parts) for word in words)
