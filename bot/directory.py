"""Who can be named in a workspace: everybody there who has a calendar here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.messages import ChatUser, Profile
from bot.ports import Clock, LocalEvents

REMEMBERED = timedelta(minutes=1)
MOST_TENANTS = 64


class Directory:
    """Everybody of a workspace who has a calendar here: the people who can be named.

    Remembered for a minute, since every sentence is read with them; people who have just come are found after that.
    """

    def __init__(self, store: LocalEvents, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, tuple[datetime, tuple[Profile, ...]]] = {}

    async def people(self, who: ChatUser) -> Sequence[Profile]:
        now = self._clock.now()
        at, people = self._known.get(who.tenant, (now, ()))
        if not people or abs(now - at) >= REMEMBERED:
            accounts = await self._store.people(who.tenant)
            people = tuple(Profile(one.name or one.address, one.address, one.zone or "") for one in accounts)
            if len(self._known) >= MOST_TENANTS:
                self._known.clear()
            self._known[who.tenant] = (now, people)
        return people
