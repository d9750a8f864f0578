"""Tell people that access to their calendar has died: once, privately, with the way to mend it."""

import logging
from datetime import timedelta

from bot import calendars
from bot.errors import ProviderError, StorageError
from bot.handlers import reach, remind
from bot.handlers.reach import Told
from bot.handlers.turn import Button, buttons_for
from bot.messages import ChatUser, Reply, Style
from bot.ports import App, Connection

log = logging.getLogger("freewhen.health")

QUIET = timedelta(days=1)
"""However often it dies: one message a day."""

AGAIN = timedelta(minutes=5)
"""So long after a message that could not be sent, it is tried again."""


async def tell_expired(app: App, only: ChatUser | None = None) -> int:
    """Tell the owners of connections that died since; returns how many were told. Who could not be is told later.

    Only the people of the chats that this process serves. `only`: it can reach nobody else.
    """
    told = 0
    user_id = await remind.only_person(app, only)
    now = app.clock.now()
    for connection in await app.connections.untold(now, QUIET, 50, app.chats.keys(), user_id):
        try:
            if await _tell(app, connection):
                told += 1
            else:
                await app.connections.not_told(connection.id, now, app.clock.now() + AGAIN)
        except StorageError as error:
            log.warning("connection %s has died, and its owner may not know: %s", connection.id, error.message)
    return told


async def _tell(app: App, connection: Connection) -> bool:
    """False when it did not surely arrive: who may not know is told again, as calendars that nobody mends stay dead."""
    try:
        context = await app.users.by_id(connection.user_id)
        if context is None:
            return False
        reply = await expired(app, connection)
    except StorageError as error:
        log.warning("one person could not be told that a connection has died: %s", error.message)
        return False
    told = await reach.tell(app, context.user.who, reply)
    if told is Told.ARRIVED:
        await reach.changed(app, context.user.who)
    return told is Told.ARRIVED


async def expired(app: App, connection: Connection) -> Reply:
    """What is said of a connection that has died, with the button that connects it again."""
    try:
        label = calendars.kind_of(app, connection.provider).label
    except ProviderError:
        label = connection.provider
    again = [Button("Reconnect", "connect.choose", {"provider": connection.provider}, Style.PRIMARY)]
    return Reply(
        heading=f"{label} no longer lets me in",
        text=f"I cannot read {connection.address} any more: access was taken back, has expired, or the password was "
        "changed. Until it is connected again I count your time as unknown, never as free, and cannot remind you of "
        "what is new there. Your settings stay.",
        choices=await buttons_for(app, connection.user_id, again, app.clock.now()),
    )
