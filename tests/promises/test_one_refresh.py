"""A credential that died is refreshed once, however many processes notice it at once.

The pretended sign-in takes a used refresh token for stolen and ends the whole grant: a second refresh, or an answer
that was lost, costs the connection.
"""

import asyncio
from pathlib import Path

import pytest

from bot.app import SystemClock
from bot.errors import LinkExpired, Unavailable
from bot.messages import ChatUser, Profile, Secret
from bot.ports import Connection, Preferences
from bot.providers.google_consent import GoogleConsent
from bot.providers.google_settings import GoogleSettings
from bot.renewal import LEASE, Renewal
from storage import KeyRing, Storage, open_storage
from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_signin import GoogleSignin
from tests.doubles.serving import served
from tests.fakes.file_chat import lines_of
from tests.promises.crew import crew

SIZES = [pytest.param(3, 15, id="3x15"), pytest.param(8, 500, id="8x500", marks=pytest.mark.long)]
ANA = "ana@example.com"
SCOPE = frozenset({"https://www.googleapis.com/auth/calendar.events"})


def strict() -> GoogleSignin:
    accounts = GoogleAccounts()
    accounts.add(ANA)
    return GoogleSignin(accounts, rotate=True)


def credential(signin: GoogleSignin) -> Secret:
    """One of Ana's, already over."""
    refresh = signin.desk._new_family(ANA, tuple(SCOPE))
    return Secret(f'{{"access_token": "ya29.old", "refresh_token": "{refresh}", "expires_at": 1, "scope": ""}}')


async def connected(storage: Storage, secret: Secret) -> Connection:
    who = ChatUser("test", "", "ana")
    user = await storage.users.add(who, Profile("Ana", ANA), Preferences())
    return await storage.connections.add(user, "google", ANA, secret, ANA, SystemClock().now())


@pytest.mark.parametrize(("workers", "rounds"), SIZES)
async def test_each_expiry_is_one_refresh(address: str, keys: str, tmp_path: Path, workers: int, rounds: int) -> None:
    signin = strict()
    storage = await open_storage(address, KeyRing.parse(keys))
    try:
        connection = await connected(storage, credential(signin))
    finally:
        await storage.close()
    out = tmp_path / "meetings"
    out.mkdir()
    async with served(signin.app) as url:
        google = f"{signin.client.id} {signin.client.secret} {url}/token"
        with crew(address, keys) as children:
            for n in range(workers):
                children.start(f"w{n}", "refresh_often", out, connection.id, google, workers, rounds)
            ends = await asyncio.to_thread(lambda: [children.ended(f"w{n}") for n in range(workers)])
    assert ends == [0] * workers
    assert signin.calls["refresh"] == rounds
    assert signin.desk.reused == 0
    for number in range(rounds):
        got = lines_of(out / f"{number} got")
        assert len(got) == workers
        assert len(set(got)) == 1


async def test_a_caller_who_gives_up_does_not_take_the_answer_along(address: str, keys: str) -> None:
    signin = strict()
    storage = await open_storage(address, KeyRing.parse(keys))
    renewal = Renewal(storage.connections, SystemClock())
    begun, go_on = asyncio.Event(), asyncio.Event()
    try:
        old = credential(signin)
        connection = await connected(storage, old)
        async with served(signin.app) as url:
            settings = GoogleSettings(signin.client.id, Secret(signin.client.secret), token_url=f"{url}/token")
            consent = GoogleConsent(settings, SystemClock())

            async def slowly(stale: Secret) -> Secret:
                fresh = await consent.refresh(stale)
                begun.set()
                await go_on.wait()
                return fresh

            asked = asyncio.create_task(renewal.renew(connection, old, slowly))
            await begun.wait()
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            go_on.set()
            newest = await renewal.renew(connection, old, consent.refresh)
            assert newest != old
            assert await storage.connections.credential(connection.id) == newest
            assert signin.calls["refresh"] == 1
    finally:
        await renewal.close()
        await storage.close()


async def test_a_refusal_counts_only_for_the_newest_credential(address: str, keys: str) -> None:
    storage = await open_storage(address, KeyRing.parse(keys))
    renewal = Renewal(storage.connections, SystemClock())
    try:
        connection = await connected(storage, Secret("old"))

        async def refused(stale: Secret) -> Secret:
            raise LinkExpired("google")

        async def refused_while_connected_anew(stale: Secret) -> Secret:
            await connected(storage, Secret("new"))
            raise LinkExpired("google")

        assert await renewal.renew(connection, Secret("old"), refused_while_connected_anew) == Secret("new")
        with pytest.raises(LinkExpired):
            await renewal.renew(connection, Secret("new"), refused)
        await storage.connections.remove(connection.id)
        with pytest.raises(LinkExpired):
            await renewal.renew(connection, Secret("new"), refused)
    finally:
        await storage.close()


async def test_a_refresh_that_failed_can_be_tried_again_at_once_and_a_dead_ones_lease_ends(
    address: str, keys: str
) -> None:
    storage = await open_storage(address, KeyRing.parse(keys))
    renewal = Renewal(storage.connections, SystemClock())
    try:
        connection = await connected(storage, Secret("old"))

        async def down(stale: Secret) -> Secret:
            raise Unavailable("google")

        async def up(stale: Secret) -> Secret:
            return Secret("new")

        with pytest.raises(Unavailable):
            await renewal.renew(connection, Secret("old"), down)
        now = SystemClock().now()
        assert await storage.connections.claim_refresh(connection.id, Secret("old"), now - LEASE, LEASE)
        assert await renewal.renew(connection, Secret("old"), up) == Secret("new")
    finally:
        await storage.close()
