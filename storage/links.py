"""Connect links, consents under way, and grants that wait to be confirmed: each step is used once, in one statement."""

import json
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import LINK_LIFE, Grant, Invitation, Pending, Revocation, Started, User
from storage.database import Database, uninterrupted
from storage.instants import utc
from storage.linking_tables import link_states, links, pending_grants
from storage.revocations import host_of, queue
from storage.tokens import digest, storable
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

_COUNTED = timedelta(hours=1)
"""So long a link is remembered, used or over, so that the links of an hour can be counted."""


def _invited(table: Table) -> list[Any]:
    """The columns of an Invitation; the instant as the driver gives it, so that one edited row spoils no sweep."""
    names = ("tenant", "user_id", "provider", "version", "handle")
    return [*(table.c[name] for name in names), type_coerce(table.c.expires_at, NullType()).label("expires_at")]


_PENDING = [pending_grants.c.id, *_invited(pending_grants), pending_grants.c.sealed, pending_grants.c.confirmed]


@uninterrupted
class LinksTable:
    """`bot.ports.Links`. A text that was never a nonce, a state, a cookie or an id is not found, whatever it is."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def invite(
        self, user: User, provider: str, version: str, handle: str, now: datetime, most: int
    ) -> Secret | None:
        nonce = Secret(secrets.token_urlsafe(32))
        recent = (links.c.user_id == user.id) & (links.c.made_at > now - _COUNTED)
        invitation = Invitation(user.who.tenant, user.id, provider, version, handle, now + LINK_LIFE)
        row = {"nonce_hash": digest(nonce.reveal()), "made_at": now, **_row(invitation)}
        async with self._database.write() as connection:
            await self._database.lock(connection, f"links of {user.id}")
            made = (await connection.execute(select(func.count()).select_from(links).where(recent))).scalar_one()
            if made >= most:
                return None
            await connection.execute(links.insert().values(row))
        return nonce

    async def look(self, nonce: str, now: datetime) -> Invitation | None:
        this = and_(links.c.nonce_hash == digest(nonce), links.c.expires_at > now)
        async with self._database.read() as connection:
            statement = select(*_invited(links), links.c.used_at.is_not(None).label("used")).where(this)
            row = (await connection.execute(statement)).first()
        return None if row is None else _invitation(row, bool(row.used))

    async def start(self, nonce: str, state: Secret, cookie: Secret, flow: Secret, now: datetime) -> Invitation | None:
        """The consent then has a LINK_LIFE of its own, which the Invitation says."""
        this = and_(links.c.nonce_hash == digest(nonce), links.c.used_at.is_(None), links.c.expires_at > now)
        use = update(links).where(this).values(used_at=now).returning(*_invited(links))
        key = digest(state.reveal())
        async with self._database.write() as connection:
            row = (await connection.execute(use)).first()
            if row is None:
                return None
            invitation = _invitation(row, used=True, expires_at=now + LINK_LIFE)
            sealed = self._vault.seal(json.dumps(flow.reveal()), *_flow_where(key, invitation))
            values = {"state_hash": key, "cookie_hash": digest(cookie.reveal()), "flow": sealed, **_row(invitation)}
            await connection.execute(link_states.insert().values(values))
        return invitation

    async def finish(self, provider: str, state: str, cookie: str, now: datetime) -> Started | None:
        """Wrong guesses use nothing up. A flow that does not open any more raises, and is gone all the same."""
        if not storable(provider):
            return None
        key = digest(state)
        this = and_(
            link_states.c.state_hash == key,
            link_states.c.cookie_hash == digest(cookie),
            link_states.c.provider == provider,
            link_states.c.expires_at > now,
        )
        async with self._database.write() as connection:
            statement = delete(link_states).where(this).returning(*_invited(link_states), link_states.c.flow)
            row = (await connection.execute(statement)).first()
        if row is None:
            return None
        invitation = _invitation(row, used=True)
        return Started(invitation, Secret(_text(self._vault.open_json(row.flow, *_flow_where(key, invitation)))))

    async def keep(self, invitation: Invitation, cookie: str, grant: Grant, now: datetime) -> Pending:
        """It waits for a LINK_LIFE of its own, which its Invitation says."""
        key = secrets.token_hex(16)
        kept = _again(invitation, now + LINK_LIFE)
        plain = json.dumps([grant.credential.reveal(), grant.scopes, grant.address])
        sealed = self._vault.seal(plain, *_grant_where(key, kept))
        values = {
            "id": key,
            "cookie_hash": digest(cookie),
            "sealed": sealed,
            "confirmed": False,
            "host": host_of(kept.provider, grant.address),
            **_row(kept),
        }
        async with self._database.write() as connection:
            await connection.execute(pending_grants.insert().values(values))
        return Pending(key, kept, grant)

    async def waiting(self, pending_id: str, cookie: str, now: datetime) -> Pending | None:
        if not storable(pending_id):
            return None
        async with self._database.read() as connection:
            statement = select(*_PENDING).where(_in_browser(pending_id, cookie, now))
            row = (await connection.execute(statement)).first()
        return None if row is None else self._pending(row)

    async def confirm(self, pending_id: str, cookie: str, now: datetime) -> Pending | None:
        """As often as the browser likes, before the grant is taken."""
        if not storable(pending_id):
            return None
        statement = update(pending_grants).where(_in_browser(pending_id, cookie, now)).values(confirmed=True)
        async with self._database.write() as connection:
            row = (await connection.execute(statement.returning(*_PENDING))).first()
        return None if row is None else self._pending(row)

    async def held(self, pending_id: str, user_id: str, now: datetime) -> Pending | None:
        if not storable(pending_id, user_id):
            return None
        this = (pending_grants.c.id == pending_id) & (pending_grants.c.user_id == user_id)
        statement = select(*_PENDING).where(this, pending_grants.c.expires_at > now)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else self._pending(row)

    async def take(self, pending_id: str, user_id: str, now: datetime) -> Pending | None:
        """Whether the browser has confirmed it is for the caller to ask: `Pending.confirmed`."""
        if not storable(pending_id, user_id):
            return None
        async with self._database.write() as connection:
            row = await _taken(connection, pending_id, user_id, now)
        return None if row is None else self._pending(row)

    async def refuse(self, pending_id: str, user_id: str, now: datetime) -> Pending | None:
        """One that cannot be read raises, and stays for the sweep."""
        if not storable(pending_id, user_id):
            return None
        async with self._database.write() as connection:
            row = await _taken(connection, pending_id, user_id, now)
            if row is None:
                return None
            pending = self._pending(row)
            await queue(connection, self._vault, _given_up(pending, now))
        return pending

    async def sweep(self, now: datetime, limit: int) -> int:
        """At most `limit` grants at a time. A link is remembered for an hour: it counts until then."""
        over = pending_grants.c.expires_at <= now
        some = select(pending_grants.c.id).where(over).order_by(pending_grants.c.expires_at).limit(limit)
        these = pending_grants.c.id.in_(select(some.with_for_update(skip_locked=True).cte("over").c.id))
        async with self._database.write() as connection:
            await connection.execute(delete(links).where(links.c.made_at <= now - _COUNTED))
            await connection.execute(delete(link_states).where(link_states.c.expires_at <= now))
            rows = (await connection.execute(delete(pending_grants).where(these).returning(*_PENDING))).all()
            found = [pending for row in rows if (pending := self._readable(row)) is not None]
            for pending in found:
                await queue(connection, self._vault, _given_up(pending, now))
        return len(found)

    def _readable(self, row: Any) -> Pending | None:
        try:
            return self._pending(row)
        except StorageError:
            log.error("a grant that cannot be read was forgotten, and could not be given back: %s", row.id)
            return None

    def _pending(self, row: Any) -> Pending:
        try:
            invitation = _invitation(row, used=True)
            credential, scopes, address = self._vault.open_json(row.sealed, *_grant_where(row.id, invitation))
            grant = Grant(Secret(_text(credential)), tuple(map(_text, scopes)), _text(address))
        except (ValueError, TypeError) as error:
            raise StorageError("a stored grant cannot be read") from error
        return Pending(row.id, invitation, grant, bool(row.confirmed))


async def _taken(writing: AsyncConnection, pending_id: str, user_id: str, now: datetime) -> Any:
    table = pending_grants.c
    this = and_(table.id == pending_id, table.user_id == user_id, table.expires_at > now)
    return (await writing.execute(delete(pending_grants).where(this).returning(*_PENDING))).first()


def _given_up(pending: Pending, now: datetime) -> Revocation:
    invitation, grant = pending.invitation, pending.grant
    return Revocation("", invitation.tenant, invitation.provider, grant.address, grant.credential, 0, now)


def _in_browser(pending_id: str, cookie: str, now: datetime) -> Any:
    table = pending_grants.c
    return and_(table.id == pending_id, table.cookie_hash == digest(cookie), table.expires_at > now)


def _row(invitation: Invitation) -> dict[str, object]:
    return {
        "tenant": invitation.tenant,
        "user_id": invitation.user_id,
        "provider": invitation.provider,
        "version": invitation.version,
        "handle": invitation.handle,
        "expires_at": invitation.expires_at,
    }


def _invitation(row: Any, used: bool, expires_at: datetime | None = None) -> Invitation:
    until = expires_at or utc(row.expires_at)
    return Invitation(row.tenant, row.user_id, row.provider, row.version, row.handle, until, used)


def _again(invitation: Invitation, expires_at: datetime) -> Invitation:
    """The same one, at its next step."""
    return _invitation(invitation, True, expires_at)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise StorageError("a stored grant cannot be read")
    return value


def _flow_where(key: str, invitation: Invitation) -> tuple[str, ...]:
    return ("link_states", "flow", key, invitation.tenant, invitation.provider)


def _grant_where(key: str, invitation: Invitation) -> tuple[str, ...]:
    return ("pending_grants", "sealed", key, invitation.tenant, invitation.provider)
