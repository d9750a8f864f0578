"""The App Home: published when it is looked at, and anew when something that it shows has changed."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping

from bot.chats.slack import blocks
from bot.chats.slack.calls import Calls, SlackError
from bot.errors import ChatError
from bot.messages import ChatUser, Request
from bot.ports import Dispatch

log = logging.getLogger("freewhen.slack")

ASK = "/freewhen home"
SOON = 0.5
"""Seconds: what changes at once is shown at once."""
MOST_HOMES = 10_000


class Homes:
    """The homes that people of this process have looked at. `dispatch` says what stands in one."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._hashes: OrderedDict[ChatUser, str] = OrderedDict()
        self._coming: dict[ChatUser, asyncio.Task[None]] = {}
        self._again: set[ChatUser] = set()

    async def opened(self, who: ChatUser, seen: str, dispatch: Dispatch) -> None:
        """Somebody looks at theirs; `seen` is the hash of what they see, "" where it is empty. Raises ChatError."""
        self._note(who, seen)
        await self._publish(who, dispatch)

    def refresh(self, who: ChatUser, dispatch: Dispatch) -> None:
        """Show it anew, soon; several changes at once are shown once. Nobody waits for it, and nobody hears of it."""
        if who not in self._hashes:
            return
        if who in self._coming:
            self._again.add(who)
            return
        self._coming[who] = asyncio.create_task(self._soon(who, dispatch))

    async def close(self) -> None:
        for task in list(self._coming.values()):
            task.cancel()
        await asyncio.gather(*self._coming.values(), return_exceptions=True)

    async def _soon(self, who: ChatUser, dispatch: Dispatch) -> None:
        try:
            while True:
                await asyncio.sleep(SOON)
                self._again.discard(who)
                await self._publish(who, dispatch)
                if who not in self._again:
                    return
        except ChatError as error:
            log.info("a home could not be shown anew: %s", error.message)
        except Exception:
            log.exception("a home could not be shown anew")
        finally:
            self._again.discard(who)
            self._coming.pop(who, None)

    async def _publish(self, who: ChatUser, dispatch: Dispatch) -> None:
        """What is asked for now never takes the place of something newer: it goes with the hash of what stood there
        before it was asked for. Where something else was shown meanwhile, by us or by another process, it is asked for
        anew; at last without a hash, for Slack does not say that of another process.
        """
        told = ""
        for last in (False, False, True):
            seen = self._hashes.get(who, "")
            view = blocks.home(await dispatch(Request(who, text=ASK, id="home")))
            if not last and self._hashes.get(who, "") != seen:
                continue
            named = {"hash": seen} if seen not in ("", told) and not last else {}
            try:
                answer = await self._calls.call(who.workspace, "views.publish", user_id=who.id, view=view, **named)
            except SlackError as error:
                if error.code != "hash_conflict":
                    raise
                told = seen
                continue
            shown = answer.get("view")
            self._note(who, str(shown.get("hash", "")) if isinstance(shown, Mapping) else "")
            return

    def _note(self, who: ChatUser, seen: str) -> None:
        self._hashes[who] = seen
        self._hashes.move_to_end(who)
        while len(self._hashes) > MOST_HOMES:
            self._hashes.popitem(last=False)
