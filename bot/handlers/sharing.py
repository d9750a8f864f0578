"""Ask somebody whether one may see when they are busy, and their answer: once, always, no.

That somebody was asked is in the trail (`Audit`), so that nobody is asked by the same person twice a day.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import calendars
from bot.calendars import AskFirst
from bot.errors import UserError
from bot.handlers import reach
from bot.handlers.reach import Told
from bot.handlers.turn import Button, Turn, buttons_for
from bot.language.ask import Ask, Intent
from bot.messages import Choice, Reply
from bot.ports import App, AuditEntry, Context, Share, User
from bot.scheduling.availability import Person

ONCE = timedelta(hours=1)
ASK_AGAIN = timedelta(days=1)
MOST = 5
"""Buttons under one answer."""
_TRAIL = 500
"""How far back in the asker's trail an earlier question is looked for."""


def ask_buttons(people: Sequence[Person]) -> list[Button]:
    """One for each of the first few who want to be asked."""
    return [
        Button(f"Ask {_line(person.name)}", "sharing.request", {"owner": person.busyness.owner_id})
        for person in people
        if isinstance(person.busyness, AskFirst)
    ][:MOST]


async def request(app: App, turn: Turn) -> Reply:
    """Pressed "Ask Bob": Bob gets a private message with the three answers."""
    owner = await app.users.by_id(turn.text_arg("owner"))
    if owner is None or owner.user.who.tenant != turn.user.who.tenant or not turn.request.member:
        raise UserError("I cannot ask them for you.")
    name = _name(owner.user)
    share = calendars.share_of(app, owner.user)
    if share is Share.NOBODY:
        raise UserError(f"{name} does not share their free times with you.")
    allowed = await app.grants.allowed(turn.user.id, [owner.user.id], turn.now)
    if share is Share.WORKSPACE or allowed:
        choices = await buttons_for(app, turn.user.id, _see(owner), turn.now)
        return Reply(
            f"{name} lets you ask." if choices else f"{name} lets you ask. Ask me again, please.", choices=choices
        )
    if await _asked(app, turn, owner.user.id):
        return Reply(f"I have asked {name} already, less than a day ago. I will tell you the answer.")
    told = await reach.tell(app, owner.user.who, await _question(app, turn, owner.user))
    if told is Told.NEVER:
        raise UserError(f"I cannot reach {name}. Ask them yourself, please.")
    if told is Told.NOT_NOW:
        raise UserError(f"{name} is not asked yet: the chat does not take my message now. Try again in a minute.")
    await _note(app, turn.user, "ask", owner.user.id, turn.now)
    if told is Told.PERHAPS:
        return Reply(f"I wrote to {name}, and do not know whether it arrived. I will tell you their answer.")
    return Reply(f"I have asked {name}, and will tell you the answer.")


async def once(app: App, turn: Turn) -> Reply:
    return await _allow(app, turn, turn.now + ONCE, "for one hour")


async def always(app: App, turn: Turn) -> Reply:
    return await _allow(app, turn, None, "until you take it back: /freewhen settings share nobody")


async def no(app: App, turn: Turn) -> Reply:
    asker = await _asker(app, turn)
    await app.grants.take_back(turn.user.id, asker.user.id)
    await _note(app, turn.user, "refuse", asker.user.id, turn.now)
    untold = await _answer(app, asker, f"{_name(turn.user)} said no: their free times stay unknown to you.")
    return Reply(f"{_name(asker.user)} does not see when you are free.{untold}", replace=True)


async def _allow(app: App, turn: Turn, until: datetime | None, how_long: str) -> Reply:
    asker = await _asker(app, turn)
    if calendars.share_of(app, turn.user) is Share.NOBODY:
        raise UserError("You let nobody ask. Change that first: /freewhen settings share ask")
    await app.grants.allow(turn.user.id, asker.user.id, until)
    await _note(app, turn.user, "allow", asker.user.id, turn.now)
    choices = await buttons_for(app, asker.user.id, _see(turn.context), turn.now)
    untold = await _answer(app, asker, f"{_name(turn.user)} lets you ask now when they are free.", choices)
    return Reply(f"{_name(asker.user)} may ask when you are free, {how_long}.{untold}", replace=True)


async def _question(app: App, turn: Turn, owner: User) -> Reply:
    args = {"asker": turn.user.id}
    answers = [
        Button("Once (for one hour)", "sharing.once", args),
        Button("Always", "sharing.always", args),
        Button("No", "sharing.no", args),
    ]
    return Reply(
        heading=f"{_name(turn.user)} asks when you are free.",
        text="They would be told when you are busy, and never with what.",
        choices=await buttons_for(app, owner.id, answers, turn.now),
    )


async def _asker(app: App, turn: Turn) -> Context:
    asker = await app.users.by_id(turn.text_arg("asker"))
    if asker is None or asker.user.who.tenant != turn.user.who.tenant:
        raise UserError("They are not here any more.")
    return asker


async def _asked(app: App, turn: Turn, owner_id: str) -> bool:
    trail = await app.audit.of(turn.user.id, _TRAIL)
    return any(
        entry.action == "ask" and entry.subject == _subject(owner_id) and turn.now - entry.at < ASK_AGAIN
        for entry in trail
    )


async def _note(app: App, who: User, action: str, other_id: str, at: datetime) -> None:
    await app.audit.record(AuditEntry(at, who.who.tenant, who.id, action, _subject(other_id), "done"))


def _subject(user_id: str) -> str:
    return f"user:{user_id}"


def _see(owner: Context) -> list[Button]:
    """The question itself, one press away: when both are free. Nothing for somebody who has no calendar (any more)."""
    if owner.booking is None:
        return []
    ask = Ask(Intent.FREE, who=(owner.booking.address,))
    return [Button(f"When are {_name(owner.user)} and I free?", "answer", {"ask": ask})]


async def _answer(app: App, asker: Context, text: str, choices: tuple[Choice, ...] = ()) -> str:
    """Tell the asker; returns what is said when they may not know."""
    told = await reach.tell(app, asker.user.who, Reply(text, choices=choices))
    return "" if told is Told.ARRIVED else f" I could not tell {_name(asker.user)} so; please tell them yourself."


def _name(user: User) -> str:
    return _line(user.name) or user.who.id


def _line(text: str) -> str:
    """A name on one short line: somebody else chose it."""
    return " ".join(text.split())[:60]
