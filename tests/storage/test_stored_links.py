"""Links: who may go on, once, until when; and what cannot be guessed, replayed or carried to another browser."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import StorageError
from bot.messages import ChatUser, Secret
from bot.ports import LINK_LIFE, Grant, Invitation, Pending, User
from storage import Storage
from tests.storage.samples import ANN, BOB, HOUR, MINUTE, NOW, person

TICK = MINUTE / 60_000_000
HOSTILE = ["", "\0", "a\0b", "\udc80", "x" * 10_000, "' OR 1=1 --", "é", "%", "\u202e", "0" * 64]
FLOW = Secret('{"verifier": "v", "odd": "\ud800"}')
GRANT = Grant(Secret('{"refresh_token": "r"}'), ("calendar", "openid"), "Ann@example.org")
STATE, COOKIE = Secret("state"), Secret("cookie")


async def nonce(store: Storage, user: User, provider: str = "google") -> str:
    made = await store.links.invite(user, provider, "v1", "message-7", NOW, 20)
    assert made is not None
    return made.reveal()


async def started(store: Storage, user: User) -> Invitation:
    invitation = await store.links.start(await nonce(store, user), STATE, COOKIE, FLOW, NOW)
    assert invitation is not None
    return invitation


async def pending(store: Storage, user: User) -> Pending:
    return await store.links.keep(await started(store, user), "cookie", GRANT, NOW)


# ── the link ──


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_text_that_was_never_made_is_not_found(store: Storage, text: str) -> None:
    user = await person(store)
    waiting = await store.links.keep(await started(store, user), "cookie", GRANT, NOW)
    links, other = store.links, Secret(text)
    assert await links.look(text, NOW) is None
    assert await links.start(text, other, other, FLOW, NOW) is None
    assert await links.finish("google", text, text, NOW) is None
    assert await links.finish("google", text, "cookie", NOW) is None
    assert await links.finish("google", "state", text, NOW) is None
    assert await links.finish(text, "state", "cookie", NOW) is None
    assert await links.waiting(text, text, NOW) is None
    assert await links.confirm(text, "cookie", NOW) is None
    assert await links.take(text, user.id, NOW) is None
    assert await links.take(text, text, NOW) is None
    assert await links.waiting(waiting.id, text, NOW) is None
    assert await links.confirm(waiting.id, text, NOW) is None
    assert await links.take(waiting.id, text, NOW) is None


async def test_looking_changes_nothing_and_says_what_the_link_is_for(store: Storage) -> None:
    user = await person(store)
    made = await nonce(store, user)
    wanted = Invitation("slack:T1", user.id, "google", "v1", "message-7", NOW + LINK_LIFE)
    for _ in range(20):
        assert await store.links.look(made, NOW + LINK_LIFE - TICK) == wanted
    assert await store.links.start(made, STATE, COOKIE, FLOW, NOW) is not None


async def test_a_link_is_over_at_its_second(store: Storage) -> None:
    user = await person(store)
    made = await nonce(store, user)
    assert await store.links.look(made, NOW + LINK_LIFE) is None
    assert await store.links.start(made, STATE, COOKIE, FLOW, NOW + LINK_LIFE) is None
    assert await store.links.start(made, STATE, COOKIE, FLOW, NOW + LINK_LIFE - TICK) is not None


async def test_a_link_is_used_once_and_still_says_whose_it_was(store: Storage) -> None:
    user = await person(store)
    made = await nonce(store, user)
    invitation = await store.links.start(made, STATE, COOKIE, FLOW, NOW + MINUTE)
    assert invitation is not None
    assert (invitation.user_id, invitation.used) == (user.id, True)
    assert invitation.expires_at == NOW + MINUTE + LINK_LIFE
    assert await store.links.start(made, Secret("other"), COOKIE, FLOW, NOW + MINUTE) is None
    seen = await store.links.look(made, NOW + MINUTE)
    assert seen is not None
    assert seen.used
    assert await store.links.finish("google", "other", "cookie", NOW + MINUTE) is None


async def test_of_fifty_starts_at_once_exactly_one_is_the_first(store: Storage) -> None:
    made = await nonce(store, await person(store))
    tries = (store.links.start(made, Secret(f"s{n}"), COOKIE, FLOW, NOW) for n in range(50))
    assert sum(found is not None for found in await asyncio.gather(*tries)) == 1
    ends = [await store.links.finish("google", f"s{n}", "cookie", NOW) for n in range(50)]
    assert sum(found is not None for found in ends) == 1


async def test_a_state_that_cannot_be_kept_leaves_the_link_unused(store: Storage) -> None:
    user = await person(store)
    await started(store, user)
    made = await nonce(store, user)
    with pytest.raises(StorageError):
        await store.links.start(made, STATE, COOKIE, FLOW, NOW)  # a state that is there already
    assert await store.links.start(made, Secret("fresh"), COOKIE, FLOW, NOW) is not None


async def test_links_are_unguessable_and_all_different(store: Storage) -> None:
    user = await person(store)
    made = [await nonce(store, user) for _ in range(20)]
    assert len(set(made)) == 20
    assert all(len(one) >= 43 for one in made)  # 43 characters of base64 are 256 bits


async def test_no_more_links_than_allowed_within_an_hour(store: Storage) -> None:
    user, other = await person(store), await person(store, BOB)
    for n in range(3):
        assert await store.links.invite(user, "google", "1", "", NOW + n * MINUTE, 3) is not None
    assert await store.links.invite(user, "google", "1", "", NOW + HOUR - TICK, 3) is None
    assert await store.links.invite(other, "google", "1", "", NOW + HOUR - TICK, 3) is not None
    # Sweeping makes nobody's hour shorter.
    await store.links.sweep(NOW + HOUR - TICK, 99)
    assert await store.links.invite(user, "google", "1", "", NOW + HOUR - TICK, 3) is None
    assert await store.links.invite(user, "google", "1", "", NOW + HOUR, 3) is not None
    assert await store.links.invite(user, "google", "1", "", NOW + HOUR, 3) is None


async def test_asking_at_once_gives_no_more_links(store: Storage) -> None:
    user = await person(store)
    made = await asyncio.gather(*(store.links.invite(user, "google", "1", "", NOW, 5) for _ in range(30)))
    assert sum(one is not None for one in made) == 5


async def test_a_link_for_nobody_is_refused(store: Storage) -> None:
    with pytest.raises(StorageError):
        await store.links.invite(User("nobody", ANN), "google", "1", "", NOW, 5)


# ── the consent ──


async def test_a_consent_is_finished_once(store: Storage) -> None:
    user = await person(store)
    invitation = await started(store, user)
    found = await store.links.finish("google", "state", "cookie", NOW)
    assert found is not None
    assert (found.invitation, found.flow) == (invitation, FLOW)
    for _ in range(50):
        assert await store.links.finish("google", "state", "cookie", NOW) is None


@pytest.mark.parametrize(
    ("provider", "state", "cookie", "late"),
    [
        ("outlook", "state", "cookie", 0 * MINUTE),
        ("Google", "state", "cookie", 0 * MINUTE),
        ("google", "state ", "cookie", 0 * MINUTE),
        ("google", "STATE", "cookie", 0 * MINUTE),
        ("google", "cookie", "state", 0 * MINUTE),
        ("google", "state", "other", 0 * MINUTE),
        ("google", "state", "", 0 * MINUTE),
        ("google", "state", "cookie", LINK_LIFE),
    ],
)
async def test_another_browser_provider_or_time_finishes_nothing_and_uses_nothing_up(
    store: Storage, provider: str, state: str, cookie: str, late: object
) -> None:
    await started(store, await person(store))
    assert isinstance(late, type(MINUTE))
    assert await store.links.finish(provider, state, cookie, NOW + late) is None
    assert await store.links.finish("google", "state", "cookie", NOW + LINK_LIFE - TICK) is not None


async def test_of_fifty_callbacks_at_once_exactly_one_goes_on(store: Storage) -> None:
    await started(store, await person(store))
    tries = (store.links.finish("google", "state", "cookie", NOW) for _ in range(50))
    assert sum(found is not None for found in await asyncio.gather(*tries)) == 1


# ── the grant that waits ──


async def test_a_grant_waits_for_its_own_browser_and_its_own_person(store: Storage) -> None:
    user, other = await person(store), await person(store, BOB)
    made = await pending(store, user)
    assert (made.grant, made.confirmed, made.invitation.expires_at) == (GRANT, False, NOW + LINK_LIFE)
    links = store.links
    assert await links.waiting(made.id, "other", NOW) is None
    assert await links.confirm(made.id, "other", NOW) is None
    assert await links.take(made.id, other.id, NOW) is None
    assert await links.waiting(made.id, "cookie", NOW) == made
    confirmed = await links.confirm(made.id, "cookie", NOW)
    assert confirmed == Pending(made.id, made.invitation, GRANT, confirmed=True)
    assert await links.confirm(made.id, "cookie", NOW) == confirmed
    assert await links.take(made.id, user.id, NOW) == confirmed
    assert await links.take(made.id, user.id, NOW) is None
    assert await links.waiting(made.id, "cookie", NOW) is None
    assert await links.confirm(made.id, "cookie", NOW) is None


async def test_a_grant_is_over_at_its_second(store: Storage) -> None:
    user = await person(store)
    made = await pending(store, user)
    over = NOW + LINK_LIFE
    assert await store.links.waiting(made.id, "cookie", over) is None
    assert await store.links.confirm(made.id, "cookie", over) is None
    assert await store.links.take(made.id, user.id, over) is None
    assert await store.links.take(made.id, user.id, over - TICK) == made


async def test_of_fifty_takers_at_once_exactly_one_gets_it(store: Storage) -> None:
    user = await person(store)
    made = await pending(store, user)
    taken = await asyncio.gather(*(store.links.take(made.id, user.id, NOW) for _ in range(50)))
    assert [one for one in taken if one is not None] == [made]


async def test_sweeping_forgets_what_is_over_and_queues_every_grant_once(store: Storage) -> None:
    user = await person(store)
    invitation = await started(store, user)
    for n in range(5):
        await store.links.keep(invitation, "c", replace(GRANT, address=f"{n}@example.org"), NOW + n * TICK)
    young = await store.links.keep(invitation, "c", GRANT, NOW + MINUTE)
    assert await store.links.sweep(NOW + LINK_LIFE - TICK, 9) == 0
    now = NOW + LINK_LIFE + 4 * TICK
    sweeps = await asyncio.gather(*(store.links.sweep(now, 3) for _ in range(4)))
    assert max(sweeps) == 3
    assert sum(sweeps) + await store.links.sweep(now, 9) == 5
    queued = await store.revocations.due(now, MINUTE, 9)
    assert sorted(one.address for one in queued) == [f"{n}@example.org" for n in range(5)]
    assert {(one.tenant, one.provider, one.credential, one.since) for one in queued} == {
        (invitation.tenant, "google", GRANT.credential, now)
    }
    assert await store.links.waiting(young.id, "c", now) is not None
    async with store.database.read() as connection:
        for table, rows in (("link_states", 0), ("links", 1)):
            count = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert count.scalar() == rows
    await store.links.sweep(NOW + HOUR, 9)
    async with store.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM links")).scalar() == 0


async def test_an_edited_grant_is_refused_and_holds_up_no_sweep(store: Storage) -> None:
    user = await person(store)
    bad = await pending(store, user)
    state = Secret("other")
    await store.links.start(await nonce(store, user), state, COOKIE, FLOW, NOW)
    moved = await store.links.keep(bad.invitation, "cookie", GRANT, NOW)
    good = await store.links.keep(bad.invitation, "cookie", GRANT, NOW)
    async with store.database.write() as connection:
        swap = "UPDATE pending_grants SET sealed = (SELECT sealed FROM pending_grants WHERE id = '{}') WHERE id = '{}'"
        await connection.exec_driver_sql(swap.format(bad.id, moved.id))
        await connection.exec_driver_sql(f"UPDATE pending_grants SET tenant = 'slack:T2' WHERE id = '{bad.id}'")  # noqa: S608
        await connection.exec_driver_sql("UPDATE link_states SET tenant = 'slack:T2'")
        if store.database.is_sqlite:
            await connection.exec_driver_sql(
                f"UPDATE pending_grants SET tenant = x'00', sealed = 'os.system' WHERE id = '{bad.id}'"  # noqa: S608
            )
    for one in (bad, moved):
        with pytest.raises(StorageError):
            await store.links.waiting(one.id, "cookie", NOW)
    with pytest.raises(StorageError):
        await store.links.finish("google", "other", "cookie", NOW)
    assert await store.links.sweep(NOW + HOUR, 9) == 1
    assert [one.address for one in await store.revocations.due(NOW + HOUR, MINUTE, 9)] == [good.grant.address]
    assert await store.links.sweep(NOW + HOUR, 9) == 0


async def test_a_sweep_that_fails_half_way_loses_no_grant(store: Storage) -> None:
    made = await pending(store, await person(store))
    await rename(store, "revocations", "elsewhere")
    with pytest.raises(StorageError):
        await store.links.sweep(NOW + HOUR, 9)
    with pytest.raises(StorageError):
        await store.links.refuse(made.id, made.invitation.user_id, NOW)
    await rename(store, "elsewhere", "revocations")
    assert await store.links.waiting(made.id, "cookie", NOW) == made
    assert await store.links.sweep(NOW + HOUR, 9) == 1


async def rename(store: Storage, old: str, new: str) -> None:
    async with store.database.write() as connection:
        await connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


async def test_a_refused_grant_is_queued_once_and_only_by_its_person(store: Storage) -> None:
    user, other = await person(store), await person(store, BOB)
    made = await pending(store, user)
    for text in HOSTILE:
        assert await store.links.refuse(text, user.id, NOW) is None
    assert await store.links.refuse(made.id, other.id, NOW) is None
    refused = await asyncio.gather(*(store.links.refuse(made.id, user.id, NOW) for _ in range(20)))
    assert [one for one in refused if one is not None] == [made]
    (queued,) = await store.revocations.due(NOW, MINUTE, 9)
    assert (queued.address, queued.credential, queued.tries) == (GRANT.address, GRANT.credential, 0)
    assert await store.links.take(made.id, user.id, NOW) is None


@pytest.mark.parametrize("address", ["", "a\0b@example.org", "\udc80@example.org"])
async def test_a_grant_of_an_odd_address_is_given_back_all_the_same(store: Storage, address: str) -> None:
    invitation = await started(store, await person(store))
    for _ in range(2):
        await store.links.keep(invitation, "c", replace(GRANT, address=address), NOW)
    assert await store.links.sweep(NOW + LINK_LIFE, 1) == 1
    (queued,) = await store.revocations.due(NOW + LINK_LIFE, MINUTE, 9)
    assert (queued.address, queued.credential) == ("", GRANT.credential)


async def test_people_of_two_tenants_with_one_id_are_two(store: Storage) -> None:
    one = await person(store, ChatUser("slack", "T1", "u"))
    two = await person(store, ChatUser("slack", "T2", "u"))
    made = await pending(store, one)
    assert await store.links.take(made.id, two.id, NOW) is None
    assert await store.links.take(made.id, one.id, NOW) == made
