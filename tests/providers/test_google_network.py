"""The way to Google under faults of the network: an answer is whole and in time, or it is none. F2, F4."""

import asyncio
import gzip
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from time import monotonic

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.errors import ProviderError, Unavailable
from bot.messages import Secret
from bot.providers.google import GoogleCalendar
from bot.providers.google_calls import Google, Patience, api_root
from bot.providers.google_errors import Broken, Lost, NotSent, TooLarge
from bot.providers.google_http import Transport
from bot.scheduling.event import Known
from bot.tls import trust
from tests.doubles.fault_proxy import Fault
from tests.doubles.serving import served
from tests.providers.authority import Authority
from tests.providers.google_house import GoogleHouse, google_house, settings
from tests.providers.inputs import GUEST, ME, WEEK, at, draft

SHORT = 0.5
LONG_ENOUGH = 6.0
TOKEN = Secret("ya29.token")


@pytest.fixture
async def house() -> AsyncIterator[GoogleHouse]:
    async with google_house() as opened:
        yield opened


@pytest.fixture
async def hurried() -> AsyncIterator[GoogleHouse]:
    async with google_house() as patient:
        await patient.open(ME).account()  # what is imported at the first call is
    async with google_house(patience=Patience(deadline=SHORT)) as opened:
        await warm(opened)  # what is built at the first call is
        yield opened


async def warm(opened: GoogleHouse) -> None:
    """A first call that was answered: on a machine with more to do, building what it needs may take too long for one
    that is in a hurry, and then Google is left in peace for a moment.
    """
    async with asyncio.timeout(LONG_ENOUGH):
        while True:
            try:
                await opened.open(ME).account()
            except Unavailable:
                await asyncio.sleep(0.1)
            else:
                return


async def idle(google: Google) -> None:
    """All threads are free again."""
    async with asyncio.timeout(LONG_ENOUGH):
        while google.pool.taken:  # noqa: ASYNC110 threads set no asyncio.Event
            await asyncio.sleep(0.01)


# ── F2: in time ─────────────────────────────────────────────────────────────────────────────────────────────────

SILENCES = {
    "black hole": Fault(black_hole=True),
    "one byte a second": Fault(drip=1.0),
    "a byte now and then in the headers": Fault(drip=SHORT / 3),
    "one byte a second in the body": Fault(drip=1.0, after=180),
    "late": Fault(delay=60),
    "reset": Fault(cut=0, reset=True),
    "reset in the middle": Fault(cut=180, reset=True),
    "closed": Fault(cut=0),
}


@pytest.mark.parametrize("fault", SILENCES.values(), ids=SILENCES)
@pytest.mark.parametrize(
    "ask",
    [
        lambda mine: mine.account(),
        lambda mine: mine.events(WEEK, ["primary"]),
        lambda mine: mine.busy([GUEST], WEEK),
        lambda mine: mine.create(draft("Budget", at(10, 9)), "k1"),
    ],
    ids=["account", "events", "busy", "create"],
)
async def test_silence_ends_with_the_deadline_and_holds_no_thread(
    hurried: GoogleHouse, fault: Fault, ask: Callable[[GoogleCalendar], Awaitable[object]]
) -> None:
    mine = hurried.open(ME)
    await hurried.proxy.spoil(fault)
    async with asyncio.timeout(LONG_ENOUGH):
        with pytest.raises(Unavailable):
            await ask(mine)
    await idle(hurried.google)
    await hurried.proxy.spoil(Fault())
    assert (await mine.account()).address == ME


async def test_a_hundred_questions_into_a_black_hole_are_all_answered(hurried: GoogleHouse) -> None:
    mine = hurried.open(ME)
    await hurried.proxy.spoil(Fault(black_hole=True))
    async with asyncio.timeout(LONG_ENOUGH * 2):
        answers = await asyncio.gather(*(mine.account() for _ in range(100)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {Unavailable}
    await idle(hurried.google)
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("google")]
    assert len(names) <= 16 + 16  # this test's, and one that is being left


async def test_a_cancelled_question_gives_its_thread_back(hurried: GoogleHouse) -> None:
    await hurried.proxy.spoil(Fault(black_hole=True))
    question = asyncio.create_task(hurried.open(ME).account())
    while not hurried.google.pool.taken:  # noqa: ASYNC110
        await asyncio.sleep(0)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    await idle(hurried.google)


async def test_a_write_that_was_not_sent_is_known_not_to_be_done(house: GoogleHouse) -> None:
    nowhere = Google(settings("http://127.0.0.1:1"), house.google.clock)
    house.google = nowhere
    with pytest.raises(Unavailable) as refused:
        await house.open(ME).create(draft("Budget", at(10, 9)), "k1")
    assert not isinstance(refused.value, Lost)
    nowhere.close()


# ── F4: whole ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", [Fault(), Fault(chunked=True), Fault(zipped=True)], ids=["length", "chunks", "zip"])
async def test_a_cut_answer_is_never_a_shorter_list(house: GoogleHouse, how: Fault) -> None:
    mine = house.open(ME)
    for hour in (9, 10, 11):
        await mine.create(draft(f"At {hour}", at(10, hour)), f"k{hour}")
    await house.proxy.spoil(how)
    whole = await mine.events(WEEK, ["primary"])
    assert len(whole) == 3
    size = house.proxy.sent[-1]
    shorter = 0
    for cut in sorted({*range(0, size, max(size // 24, 1)), *range(size - 8, size)}):
        await house.proxy.spoil(
            Fault(cut=cut, chunked=how.chunked, zipped=how.zipped),
        )
        with pytest.raises(Unavailable):
            await mine.events(WEEK, ["primary"])
        shorter += 1
    assert shorter > 24
    await house.proxy.spoil(how)
    assert await mine.events(WEEK, ["primary"]) == whole


async def test_a_cut_page_is_never_a_shorter_list(house: GoogleHouse) -> None:
    house.server.lists.page = 2
    mine = house.open(ME)
    for hour in (9, 10, 11, 12, 13):
        await mine.create(draft(f"At {hour}", at(10, hour)), f"k{hour}")
    assert len(await mine.events(WEEK, ["primary"])) == 5
    sizes = house.proxy.sent[-3:]
    await house.proxy.spoil(Fault(cut=min(sizes[:2]) - 1))  # only the last page, with one event, would come through
    with pytest.raises(Unavailable):
        await mine.events(WEEK, ["primary"])


@pytest.mark.parametrize("part", [0, 0.3, 0.6, 0.8, 0.999])
async def test_a_cut_free_busy_answer_is_not_free(house: GoogleHouse, part: float) -> None:
    guest, mine = house.open(GUEST), house.open(ME)
    await guest.create(draft("Dentist", at(10, 9)), "k1")
    assert (await mine.busy([GUEST], WEEK))[GUEST] != Known(())
    await house.proxy.spoil(Fault(cut=int(house.proxy.sent[-1] * part)))
    with pytest.raises(ProviderError):
        await mine.busy([GUEST], WEEK)


@pytest.mark.parametrize("longer", [1, 1000])
async def test_a_length_that_is_too_long_is_a_cut(hurried: GoogleHouse, longer: int) -> None:
    await hurried.proxy.spoil(Fault(longer=longer))
    with pytest.raises(Unavailable):
        await hurried.open(ME).account()


@pytest.mark.parametrize("longer", [-1, -40])
async def test_a_length_that_is_too_short_is_no_answer(house: GoogleHouse, longer: int) -> None:
    await house.proxy.spoil(Fault(longer=longer))
    with pytest.raises(Unavailable):
        await house.open(ME).account()


# ── the transport by itself ─────────────────────────────────────────────────────────────────────────────────────


def sent(transport: Transport, url: str, seconds: float = 5.0) -> tuple[int, bytes]:
    response, content = transport.http(TOKEN, monotonic() + seconds).request(f"{url}/x", "GET", None, {})
    return response.status, content


async def ask(transport: Transport, url: str, seconds: float = 5.0) -> tuple[int, bytes]:
    return await asyncio.to_thread(sent, transport, url, seconds)


def answers(response: Response) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert dict(scope["headers"])[b"authorization"] == b"Bearer ya29.token"
        await response(scope, receive, send)

    return app


@pytest.mark.parametrize(
    ("content", "packed", "fits"),
    [(b"x" * 1000, False, True), (b"x" * 1001, False, False), (b"x" * 1000, True, True), (b"x" * 10**8, True, False)],
)
async def test_an_answer_has_a_largest_size_unpacked(content: bytes, packed: bool, fits: bool) -> None:
    body = gzip.compress(content, 1) if packed else content
    headers = {"content-encoding": "gzip"} if packed else {}
    transport = Transport(trust(), 2, most_bytes=1000)
    async with served(answers(Response(body, headers=headers))) as url:
        if fits:
            assert await ask(transport, url) == (200, content)
        else:
            with pytest.raises(TooLarge):
                await ask(transport, url)
    transport.close()


@pytest.mark.parametrize("cut", [1, 8, 9, 200])
async def test_a_packed_answer_that_ends_early_is_cut(cut: int) -> None:
    body = gzip.compress(bytes(range(256)) * 4)[:-cut]
    transport = Transport(trust(), 2)
    async with served(answers(Response(body, headers={"content-encoding": "gzip"}))) as url:
        with pytest.raises(Broken):
            await ask(transport, url)
    transport.close()


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, gzip"])
async def test_what_is_packed_otherwise_is_refused(encoding: str) -> None:
    transport = Transport(trust(), 2)
    async with served(answers(Response(b"plain", headers={"content-encoding": encoding}))) as url:
        with pytest.raises(Broken):
            await ask(transport, url)
    transport.close()


async def test_a_redirect_is_not_followed_so_the_token_goes_nowhere_else() -> None:
    transport = Transport(trust(), 2)
    async with served(answers(Response(status_code=307, headers={"location": "http://127.0.0.1:1/"}))) as url:
        assert (await ask(transport, url))[0] == 307
    transport.close()


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    transport = Transport(trust(), 2)
    async with served(answers(Response(b"{}"))) as url:
        assert await ask(transport, url) == (200, b"{}")
    transport.close()


async def test_only_a_certificate_that_is_trusted_is_spoken_to(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hello, "127.0.0.1", 0, ssl=authority.context("localhost"))
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    for context, host in ((trust(), "localhost"), (trust(str(authority.file)), "127.0.0.1")):
        stranger = Transport(context, 2)
        with pytest.raises(NotSent):
            await ask(stranger, url.replace("localhost", host))
        stranger.close()
    friend = Transport(trust(str(authority.file)), 2)
    assert await ask(friend, url) == (200, b"{}")
    friend.close()
    server.close()
    await server.wait_closed()


async def test_a_handshake_that_never_ends_ends_with_the_deadline() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    transport = Transport(ssl.create_default_context(), 2)
    with pytest.raises(NotSent):
        await ask(transport, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", SHORT)
    transport.close()
    server.close()
    await server.wait_closed()


async def test_a_deadline_that_has_passed_sends_nothing() -> None:
    transport = Transport(trust(), 2)
    with pytest.raises(NotSent):
        await ask(transport, "http://127.0.0.1:1", -1)
    transport.close()


@pytest.mark.parametrize("token", ["a\r\nx: y", "a b", "", "é", "a\0"])
async def test_what_is_no_token_is_not_sent_and_not_told(token: str) -> None:
    transport = Transport(trust(), 2)
    async with served(answers(Response(b"{}"))) as url:
        with pytest.raises(NotSent) as refused:
            transport.http(Secret(token), monotonic() + 5).request(f"{url}/x")
    assert refused.value.__cause__ is None
    assert not refused.value.args
    transport.close()


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("https://www.googleapis.com/calendar/v3/", "https://www.googleapis.com/calendar/v3/"),
        ("https://www.googleapis.com/calendar/v3", "https://www.googleapis.com/calendar/v3/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/calendar/v3/"),
        ("http://127.0.0.1:8000/google/", "http://127.0.0.1:8000/google/calendar/v3/"),
    ],
)
def test_where_the_methods_are(given: str, root: str) -> None:
    assert api_root(given) == root
