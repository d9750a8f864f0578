"""The picture of a week: drawn, uploaded for this app alone, and shown as a Slack file; never by a public address."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.chats.slack.calls import Calls
from bot.drawing.png import picture
from bot.drawing.week import Week
from bot.errors import ChatError
from bot.messages import Secret

log = logging.getLogger("freewhen.slack")

NOT_READY = (0.5, 1.0, 2.0, 3.0)
"""Seconds between tries to show a picture that Slack is still taking in."""


async def upload(calls: Calls, team: str, week: Week, alt: str) -> str:
    """The id of the file; "" where it could not be: the answer says everything in words as well.

    docs.slack.dev/messaging/working-with-files: an address is asked for, the bytes go there, and it is completed.
    """
    try:
        drawn = await asyncio.to_thread(picture, week)
        place = await calls.call(
            team, "files.getUploadURLExternal", filename="week.png", length=len(drawn), alt_txt=alt[:1000]
        )
        file, address = place.get("file_id"), place.get("upload_url")
        if not isinstance(file, str) or not isinstance(address, str):
            raise ChatError("Slack gave no place for a picture.")
        await calls.post(Secret(address), data=drawn)
        await calls.call(team, "files.completeUploadExternal", files=[{"id": file, "title": "Your week"}])
    except ChatError as error:
        log.warning("a picture could not be shown: %s", error.message)
        return ""
    return file


async def until_ready(show: Callable[[], Awaitable[object]]) -> None:
    """Show a picture that Slack may still be taking in; after a few seconds it is left out, and the words are there."""
    for pause in (*NOT_READY, None):
        try:
            await show()
        except ChatError as error:
            if pause is None:
                log.warning("a picture could not be shown: %s", error.message)
                return
            await asyncio.sleep(pause)
        else:
            return
