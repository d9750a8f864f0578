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
from bot.chats.slack.outbox import surely
from bot.errors import ChatError, Unreachable
from bot.messages import ChatUser, Profile

log = logging.getLogger("freewhen.slack")

PERSON_AGE = 600.0
BELIEVED = 86_400.0
"""While Slack does not answer."""
LIST_AGE = 3600.0
LIST_WAIT = 20.0
"""Seconds that somebody waits for the list of a workspace; it is read to its end all the same."""
MOST_LISTS = 500
MOST_PEOPLE = 10_000
PAGE = 200
MOST_PAGES = 100
MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Person:
    """`member`: belongs to the workspace in full: no guest, and nobody from outside. `here`: no bot, and not gone.
    `names`: all that they are called.
    """

    who: ChatUser
    profile: Profile
    member: bool
    here: bool
    names: tuple[str, ...] = ()


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
        self._lists: OrderedDict[str, _List] = OrderedDict()
        self._listing: dict[str, asyncio.Task[tuple[Person, ...]]] = {}

    async def person(self, who: ChatUser) -> Person:
        """Raises ChatError, Unreachable for nobody. While Slack does not answer, what it said today is believed."""
        known, now = self._known.get(who), time.monotonic()
        if known is not None and now - known[1] < PERSON_AGE:
            return known[0]
        try:
            answer = await self._ask(who.workspace, "users.info", user=who.id, include_locale="true")
        except Unreachable:
            self._known.pop(who, None)
            raise
        except ChatError as error:
            if known is None or now - known[1] > BELIEVED:
                raise
            log.info("Slack does not say who somebody is; they are taken for who they were: %s", error.message)
            return known[0]
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
        found = [person for person in await self._all(workspace) if _is_meant(words, person)]
        whole = [one for one in found if any(name.casefold().split() == words for name in one.names)]
        return [(person.who, person.profile) for person in (whole or found)[:MOST_FOUND]]

    def forget(self, workspace: str) -> None:
        """The workspace is gone, and what we knew of its people with it."""
        self._lists.pop(workspace, None)
        if (task := self._listing.pop(workspace, None)) is not None:
            task.cancel()
        for who in [who for who in self._known if who.workspace == workspace]:
            del self._known[who]

    async def close(self) -> None:
        tasks = list(self._listing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, workspace: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """What Slack says, as often as it asks to wait: who did not get an answer is not nobody. Raises ChatError."""
        return await surely(lambda: self._calls.call(workspace, method, **arguments))

    async def _one(self, workspace: str, user: str) -> Sequence[tuple[ChatUser, Profile]]:
        try:
            person = await self.person(ChatUser(CHAT, workspace, user))
        except Nobody:
            return ()
        return [(person.who, person.profile)] if person.here else ()

    async def _at(self, workspace: str, address: str) -> Sequence[tuple[ChatUser, Profile]]:
        try:
            answer = await self._ask(workspace, "users.lookupByEmail", email=address)
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
            self._lists.move_to_end(workspace)
            return known.people
        task = self._listing.get(workspace)
        if task is None:
            task = self._listing[workspace] = asyncio.create_task(self._list(workspace))
            task.add_done_callback(lambda done: self._listed(workspace, done))
        done, _ = await asyncio.wait({task}, timeout=LIST_WAIT)
        if not done or task.cancelled():
            raise ChatError("I am still reading who is in this workspace. Try again in a minute, or use an @mention.")
        return task.result()

    def _listed(self, workspace: str, task: asyncio.Task[tuple[Person, ...]]) -> None:
        """Also when whoever asked has given up: the next one finds it. Not of a workspace that is gone meanwhile."""
        failed = task.cancelled() or task.exception() is not None
        if self._listing.get(workspace) is not task:
            return
        del self._listing[workspace]
        if failed:
            return
        now = time.monotonic()
        self._lists[workspace] = _List(task.result(), now + LIST_AGE)
        self._lists.move_to_end(workspace)
        for name in [name for name, one in self._lists.items() if one.until <= now]:
            del self._lists[name]
        while len(self._lists) > MOST_LISTS:
            self._lists.popitem(last=False)

    async def _list(self, workspace: str) -> tuple[Person, ...]:
        found: list[Person] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._ask(workspace, "users.list", limit=PAGE, cursor=cursor)
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
        self._known[person.who] = (person, time.monotonic())
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

    # In an Enterprise Grid somebody belongs to several workspaces, and `team_id` is any of them.
    grid = user.get("enterprise_user")
    several = grid.get("teams") if isinstance(grid, Mapping) else None
    if isinstance(several, list) and several:
        outside = workspace not in several
    else:
        outside = text(user, "team_id") not in ("", workspace)
    names = (text(told, "real_name"), text(told, "display_name"), text(user, "real_name"))
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
        names=tuple(filter(None, dict.fromkeys(names))) or (text(user, "name"),),
    )


def _is_meant(words: Sequence[str], person: Person) -> bool:
    """Whether every word begins one of a name's."""
    named = [name.casefold().split() for name in person.names]
    return bool(words) and any(all(any(part.startswith(word) for part in parts) for word in words) for parts in named)
