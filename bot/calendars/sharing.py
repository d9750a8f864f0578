"""Who may ask when somebody is busy. Each owner decides; whatever is unclear is a no."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.ports import App, Context, Share, User
from bot.scheduling.event import Unknown


@dataclass(frozen=True, slots=True)
class AskFirst(Unknown):
    """Somebody who wants to be asked before their calendar tells; `owner_id` is whom to ask."""

    owner_id: str = ""


def share_of(app: App, owner: User) -> Share:
    """What the owner set. Unset: all of a workspace whose people belong together; elsewhere only who was allowed."""
    if owner.preferences.share is not None:
        return owner.preferences.share
    chat = app.chats.get(owner.who.chat)
    return Share.WORKSPACE if chat is not None and chat.together else Share.ASK


async def refused(app: App, asker: Context, owners: Collection[Context], now: datetime) -> Mapping[str, Unknown]:
    """Those of the owners (by user id) who do not let this full member ask, and what the asker is told instead."""
    told: dict[str, Unknown] = {}
    asked: list[str] = []
    for owner in owners:
        share = share_of(app, owner.user)
        if owner.user.id == asker.user.id:
            continue
        if share is Share.NOBODY or owner.user.who.tenant != asker.user.who.tenant:
            told[owner.user.id] = Unknown("does not share their free times with you")
        elif share is Share.ASK:
            asked.append(owner.user.id)
    allowed = await app.grants.allowed(asker.user.id, asked, now) if asked else frozenset[str]()
    for owner_id in asked:
        if owner_id not in allowed:
            told[owner_id] = AskFirst("wants to be asked first", owner_id)
    return told
