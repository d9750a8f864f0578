"""Connecting by a consent page, step by step: look, accept, come back, say that a strange account is one's own.

What the pages need, without pages: `bot.web` renders it. Nothing here trusts more than it was given: the nonce of the
link, the cookie of the browser that accepted, the state that came back (RFC 9700 §4.7). Every step is used once, and a
step that fails leaves no connection and no access behind.
"""

import logging
import secrets
from collections.abc import Callable, Mapping

from bot import calendars
from bot.errors import LinkExpired, ProviderError, Unavailable, UserError
from bot.handlers import linking, reach
from bot.handlers.steps import CHANGED, STRANGE, UNKNOWN, USED, Departure, Doubt, Ending, Invited
from bot.handlers.turn import Button, Turn, buttons_for
from bot.messages import ChatUser, Reply, Secret, Style
from bot.ports import App, Context, Grant, Invitation, Kind, Link, Pending, Receipt

log = logging.getLogger("freewhen.consent")


async def look(app: App, nonce: str) -> Invited | Ending:
    """What a link is for. Changes nothing, so that a preview can come as often as it likes."""
    invitation = await app.links.look(nonce, app.clock.now())
    return UNKNOWN if invitation is None else await _invited(app, invitation)


async def start(app: App, nonce: str, redirect_uri: Callable[[str], str]) -> Departure | Ending:
    """The person accepts: the link is used up, the receipt kept. Raises Unavailable; then the link is still good."""
    now = app.clock.now()
    invitation = await app.links.look(nonce, now)
    invited = UNKNOWN if invitation is None else await _invited(app, invitation)
    if invitation is None or isinstance(invited, Ending):
        return invited if isinstance(invited, Ending) else UNKNOWN
    kind = invited.kind
    assert kind.consent is not None  # noqa: S101 _invited has looked
    context = await app.users.by_id(invitation.user_id)
    state, cookie = secrets.token_urlsafe(32), Secret(secrets.token_urlsafe(32))
    hint = context.user.email if context else ""
    url, flow = await calendars.within(app, kind.name, kind.consent.begin(redirect_uri(kind.name), state, hint))
    if await app.links.start(nonce, Secret(state), cookie, flow, now) is None:
        return USED
    told = kind.disclosure
    await app.receipts.add(Receipt(invitation.user_id, kind.name, told.version, told.scopes, now))
    return Departure(url, cookie)


async def finish(app: App, provider: str, answer: Mapping[str, str], cookie: str) -> Ending | Doubt:
    """The browser comes back. The state is gone before anything is asked of the provider, whatever comes of it."""
    now = app.clock.now()
    state = answer.get("state", "")
    started = await app.links.finish(provider, state, cookie, now) if state and cookie else None
    context = await app.users.by_id(started.invitation.user_id) if started else None
    if started is None or context is None:
        return STRANGE
    try:
        kind = _oauth(app, provider)
        assert kind.consent is not None  # noqa: S101 _oauth has looked
        grant = await calendars.within(app, kind.name, kind.consent.finish(started.flow, answer))
    except ProviderError as error:
        return await _failed(app, context, started.invitation, error.message)
    return await _granted(app, context, kind, started.invitation, cookie, grant)


async def _granted(
    app: App, context: Context, kind: Kind, invitation: Invitation, cookie: str, grant: Grant
) -> Ending | Doubt:
    """The grant waits sealed until its account is known; then it is connected, or its person is asked."""
    now = app.clock.now()
    pending = await app.links.keep(invitation, cookie, grant, now)
    if grant.lacks:
        why = f"A permission was left out: {'; '.join(grant.lacks)}. Please connect again, and tick every box."
        return await _given_up(app, context, pending, why)
    try:
        account = await linking.prove(app, context, kind, grant)
    except ProviderError as error:
        return await _given_up(app, context, pending, _unproven(kind.label, error))
    if account.address.casefold() != grant.address.casefold():
        if await app.links.take(pending.id, context.user.id, now) is None:
            return STRANGE
        pending = await app.links.keep(invitation, cookie, linking.with_address(grant, account), now)
    known = {grant.address.casefold(), account.address.casefold()}  # the first is "" for an address nobody verified
    if known != {context.user.email.strip().casefold()}:
        return _doubt(context, kind, pending)
    taken = await app.links.take(pending.id, context.user.id, now)
    if taken is None:
        return STRANGE
    reply = await linking.connect(app, context, kind, taken.grant, account, app.clock.now())
    told = await linking.tell(app, context, invitation.handle, reply)
    back = chat_name(context.user.who)
    text = (
        f"{kind.label} is ready."
        if told
        else f"{kind.label} is ready. {back} could not be told; it knows all the same."
    )
    return Ending(f"Connected as {account.address}", text, True, back, reach.back(app, context.user.who))


async def doubt(app: App, pending_id: str, cookie: str) -> Doubt | Ending:
    """What a browser is asked about a strange account; any other browser learns nothing.

    Asked until the chat has answered, also after a yes: the chat may not have heard of that one.
    """
    pending = await app.links.waiting(pending_id, cookie, app.clock.now()) if cookie else None
    context = await app.users.by_id(pending.invitation.user_id) if pending else None
    if pending is None or context is None:
        return STRANGE
    try:
        kind = _oauth(app, pending.invitation.provider)
    except Unavailable as error:
        return await _given_up(app, context, pending, error.message)
    return _doubt(context, kind, pending)


async def is_mine(app: App, pending_id: str, cookie: str) -> Ending:
    """The browser says that the account is theirs; now the chat is asked the same, and again with each yes."""
    found = await doubt(app, pending_id, cookie)
    if isinstance(found, Ending):
        return found
    now = app.clock.now()
    pending = await app.links.confirm(pending_id, cookie, now)
    context = await app.users.by_id(pending.invitation.user_id) if pending else None
    if pending is None or context is None:
        return STRANGE
    wanted = [
        Button("Yes, it is mine", "connect.confirm", {"pending": pending.id}, Style.PRIMARY),
        Button("No", "connect.deny", {"pending": pending.id}),
    ]
    question = Reply(
        heading=f"Is {found.address} your calendar?",
        text=f"Somebody signed in to {found.label} as {found.address} with the link that you got here. I do not know "
        "you by that address, so please say it here as well. If that was not you, press No.",
        choices=await buttons_for(app, context.user.id, wanted, now),
        note="The question is good for ten minutes. Nothing is connected until you answer.",
        replace=True,
    )
    if not await linking.tell(app, context, pending.invitation.handle, question):
        why = f"{found.back} could not be reached, and it has to confirm this. Please try again later."
        return await _given_up(app, context, pending, why)
    return _asked(app, context)


async def is_not_mine(app: App, pending_id: str, cookie: str) -> Ending:
    """The browser says that the account is not theirs."""
    pending = await app.links.waiting(pending_id, cookie, app.clock.now()) if cookie else None
    context = await app.users.by_id(pending.invitation.user_id) if pending else None
    if pending is None or context is None:
        return STRANGE
    page = (
        f"You said that {pending.grant.address} is not yours, so nothing was connected, and the access is given back. "
        "Sign out of that account in your browser, or choose another one, before you try again."
    )
    # Whoever holds the link in the chat may be somebody else, and learns nothing of the account.
    chat = "The person who opened the link said that the account they signed in to is not theirs."
    return await _given_up(app, context, pending, page, chat)


async def confirm(app: App, turn: Turn) -> Reply:
    """The chat user says that an account of another address is theirs, after its browser said so.

    The grant stays in its row while the account is asked: whatever happens then, the sweep finds it.
    """
    name = turn.text_arg("pending")
    pending = await app.links.held(name, turn.user.id, turn.now)
    if pending is None:
        raise UserError(_TOO_LATE)
    label = pending.invitation.provider
    try:
        kind = calendars.kind_of(app, pending.invitation.provider)
        label = kind.label
        if not pending.confirmed:
            raise UserError("Answer the question on the page first. Type /connect-calendar to start again.")
        account = await linking.prove(app, turn.context, kind, pending.grant)
    except ProviderError as error:
        await app.links.refuse(name, turn.user.id, turn.now)
        why = f"{_unproven(label, error)} Nothing was connected. Type /connect-calendar to start again."
        return await linking.failed(app, turn.context, pending.invitation.provider, label, why, turn.now)
    except UserError:
        await app.links.refuse(name, turn.user.id, turn.now)
        raise
    if await app.links.take(name, turn.user.id, turn.now) is None:
        raise UserError(_TOO_LATE)
    return await linking.connect(app, turn.context, kind, pending.grant, account, turn.now)


_TOO_LATE = "That took too long, so nothing was connected. Type /connect-calendar to start again."


async def deny(app: App, turn: Turn) -> Reply:
    await app.links.refuse(turn.text_arg("pending"), turn.user.id, turn.now)
    return Reply(
        "Nothing was connected, and I give the access back. Type /connect-calendar to connect another account.",
        replace=True,
    )


def chat_name(who: ChatUser) -> str:
    return who.chat.capitalize()


async def _invited(app: App, invitation: Invitation) -> Invited | Ending:
    context = await app.users.by_id(invitation.user_id)
    if context is None:
        return UNKNOWN
    if invitation.used:
        return USED
    try:
        kind = _oauth(app, invitation.provider)
    except Unavailable as error:
        return _not_done(app, context, "That calendar cannot be connected here", error.message)
    if kind.disclosure.version != invitation.version:
        return CHANGED
    assert kind.consent is not None  # noqa: S101 _oauth has looked
    return Invited(_account(context), chat_name(context.user.who), kind, kind.consent.origin)


def _oauth(app: App, provider: str) -> Kind:
    """Raises Unavailable where this server has no such kind, or none with a consent page."""
    kind = calendars.kind_of(app, provider)
    if kind.link is not Link.OAUTH or kind.consent is None:
        raise Unavailable(provider, f"{kind.label} is not connected by a page.")
    return kind


def _account(context: Context) -> str:
    who = context.user.who
    return f"the {chat_name(who)} account {context.user.name or who.id}"


def _doubt(context: Context, kind: Kind, pending: Pending) -> Doubt:
    who = context.user.who
    return Doubt(pending.id, pending.grant.address, _account(context), chat_name(who), kind.label)


def _unproven(label: str, error: ProviderError) -> str:
    """Why an account could not be read that was to be connected. Its access was new, so none has ended."""
    return (
        f"{label} did not accept the access that it had just given."
        if isinstance(error, LinkExpired)
        else error.message
    )


def _asked(app: App, context: Context) -> Ending:
    who = context.user.who
    text = f"Now answer the question in {chat_name(who)}. Until then nothing is connected."
    return Ending("One more step", text, True, chat_name(who), reach.back(app, who))


async def _given_up(app: App, context: Context, pending: Pending, why: str, chat: str = "") -> Ending:
    """The grant is deleted here and given back there; who comes second finds it gone."""
    now = app.clock.now()
    refused = await app.links.refuse(pending.id, context.user.id, now)
    return STRANGE if refused is None else await _failed(app, context, refused.invitation, why, chat)


async def _failed(app: App, context: Context, invitation: Invitation, why: str, chat: str = "") -> Ending:
    """`why` is for the page, and for the chat where that is told nothing else."""
    log.info("connecting %s failed", invitation.provider)
    label = invitation.provider
    if invitation.provider in app.kinds:
        label = app.kinds[invitation.provider]().label
    reply = await linking.failed(app, context, invitation.provider, label, chat or why, app.clock.now())
    await linking.tell(app, context, invitation.handle, reply)
    return _not_done(app, context, f"{label} is not connected", why)


def _not_done(app: App, context: Context, title: str, why: str) -> Ending:
    who = context.user.who
    return Ending(title, why, back=chat_name(who), link=reach.back(app, who))
