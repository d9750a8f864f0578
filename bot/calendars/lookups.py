"""When are others busy? Whoever is connected here answers for themselves; the rest the asker's provider looks up.

Of another person nothing comes out of here but stretches of busy time, and a short reason where there is none.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from bot.calendars.asking import ask, kind_of
from bot.calendars.own import agenda, busyness_of
from bot.calendars.sharing import refused
from bot.errors import NotConnected, ProviderError, StorageError
from bot.ports import App, Connection, Context, Feature
from bot.scheduling.event import BusyInterval, Busyness, FreeBusy, Known, Unknown
from bot.scheduling.interval import Interval

log = logging.getLogger("freewhen.calendars")

NOT_READ = Unknown("could not be read just now")
STRANGER = Unknown("only members of this workspace may ask")


async def others(
    app: App, context: Context, addresses: Sequence[str], window: Interval, *, member: bool
) -> Mapping[str, Busyness]:
    """Other people's busy time, clipped to the window; Unknown for whom the asker may not see, or nobody could read.

    `member`: the asker belongs to the workspace in full. A person connected here decides who may ask (`sharing`), and
    what they refuse is not looked up elsewhere. One deadline for all; who is slow is Unknown, and nobody else for it.
    Raises NotConnected.
    """
    if not addresses:
        return {}
    if not context.connections:
        raise NotConnected
    if not member:
        return dict.fromkeys(addresses, STRANGER)
    now = app.clock.now()
    at_home = await app.users.at(context.user.who.tenant, [address.casefold() for address in addresses])
    owners = {owner.user.id: owner for owner in at_home.values()}
    told = await refused(app, context, list(owners.values()), now)
    outside = [address for address in addresses if address.casefold() not in at_home]
    askable = [owner for owner_id, owner in owners.items() if owner_id not in told]
    looked_up: dict[str, Busyness] = {}
    answers, _ = await asyncio.gather(
        asyncio.gather(*(_of_owner(app, owner, window) for owner in askable)),
        _look_up(app, context, outside, window, looked_up),
    )
    known = {owner.user.id: answer for owner, answer in zip(askable, answers, strict=True)}
    found: dict[str, Busyness] = {}
    for address in addresses:
        context_of = at_home.get(address.casefold())
        if context_of is None:
            found[address] = looked_up.get(address, NOT_READ)
        else:
            found[address] = told.get(context_of.user.id) or known[context_of.user.id]
    return found


async def _of_owner(app: App, owner: Context, window: Interval) -> Busyness:
    """An owner's own calendars, by their rules and in their zone, with all but the times taken away."""
    try:
        async with asyncio.timeout(app.provider_deadline.total_seconds()):
            answer = busyness_of(await agenda(app, owner, window), owner)
    except (TimeoutError, NotConnected):
        return NOT_READ
    except StorageError as error:
        log.warning("one person's calendars could not be read for another: %s", error.message)
        return NOT_READ
    if isinstance(answer, Unknown):
        return NOT_READ
    parts = [(busy.interval.clip(window), busy.status) for busy in answer.busy]
    return Known(
        tuple(
            BusyInterval(part, FreeBusy.UNKNOWN if status is FreeBusy.UNKNOWN else FreeBusy.BUSY)
            for part, status in parts
            if part is not None
        )
    )


async def _look_up(
    app: App, context: Context, addresses: Sequence[str], window: Interval, found: dict[str, Busyness]
) -> None:
    """Fill in what the asker's own connections may see, the one for new meetings first, one call each."""
    if not addresses:
        return
    try:
        async with asyncio.timeout(app.provider_deadline.total_seconds()):
            for connection in _by_use(context):
                left = [address for address in addresses if not isinstance(found.get(address), Known)]
                if not left:
                    return
                for address, busy in (await _over(app, context, connection, left, window)).items():
                    if isinstance(busy, Known) or address not in found:
                        found[address] = busy
    except TimeoutError:
        return


async def _over(
    app: App, context: Context, connection: Connection, addresses: Sequence[str], window: Interval
) -> Mapping[str, Busyness]:
    """What one connection of the asker sees, remembered for a few minutes."""
    try:
        if Feature.FREE_BUSY_OF_OTHERS not in kind_of(app, connection.provider).features:
            return dict.fromkeys(addresses, Unknown("your calendar cannot look others up"))
        now = app.clock.now()
        found = {address: app.glimpses.get(connection.id, address, window, now) for address in addresses}
        seen: dict[str, Busyness] = {address: busy for address, busy in found.items() if busy is not None}
        unseen = [address for address in addresses if address not in seen]
        if unseen:
            answers = await ask(app, context, connection, lambda provider: provider.busy(unseen, window))
            for address in unseen:
                seen[address] = answers.get(address, Unknown("the calendar said nothing"))
                app.glimpses.put(connection.id, address, window, seen[address], now)
        return seen
    except ProviderError as error:
        return dict.fromkeys(addresses, Unknown(error.message))


def _by_use(context: Context) -> list[Connection]:
    return sorted(context.connections, key=lambda one: one != context.booking)
