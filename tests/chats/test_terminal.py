"""The terminal on plain streams: what is read, what is written."""

import asyncio
import io
import os
import re
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.terminal import Hooks, Terminal
from bot.chats.terminal_render import Paper, lines
from bot.chats.terminal_screen import Prompt, Screen
from bot.drawing.text import columns
from bot.drawing.week import Block, Day, Shade, Week
from bot.messages import ChatUser, Choice, Field, Form, Picture, Profile, Reply, Request, Secret
from tests.chats.contract import OFFER, ChatContract, Script, until

ME = ChatUser("terminal", "", "ana")
FORM = Form(
    "Exchange",
    "t-form",
    (
        Field("email", "E-mail", hint="the one you log in with"),
        Field("password", "Password", secret=True),
        Field("user", "Username", optional=True),
        Field("server", "Server", value="mail.example.com"),
    ),
)


class TestPipe(ChatContract):
    """The contract, with a pipe at both ends."""

    @pytest.fixture(autouse=True)
    def _pipe(self, tmp_path: Path):
        reading, self.writing = os.pipe()
        self.output = io.StringIO()
        with os.fdopen(reading) as source:
            self.terminal = Terminal(
                ME, Profile("Ana"), input=source, output=self.output, interactive=False, pictures=tmp_path
            )
            yield
            os.close(self.writing)  # ends the thread that still waits for a line

    def chat(self) -> Terminal:
        return self.terminal

    def me(self) -> ChatUser:
        return ME

    def stranger(self) -> ChatUser:
        return ChatUser("terminal", "", "eve")

    def says(self, text: str) -> None:
        os.write(self.writing, (text + "\n").encode())

    def presses(self, label: str) -> None:
        number = re.findall(rf"\[(\d+)\] {re.escape(label)}", self.seen())[-1]
        self.says(number)

    def seen(self) -> str:
        return self.output.getvalue()


async def talk(said: str | bytes, dispatch=None, tmp_path: Path = Path(), **options) -> tuple[str, list[Request]]:
    """What is shown when these lines are piped in, and what dispatch was asked."""
    script = dispatch or Script()
    output = io.StringIO()
    options = {"interactive": False, "pictures": tmp_path, **options}
    raw = said.encode() if isinstance(said, str) else said
    if options["interactive"]:
        source = io.StringIO(raw.decode())
        await Terminal(ME, Profile("Ana"), input=source, output=output, **options).run(script)
    else:
        reading, writing = os.pipe()
        os.write(writing, raw)
        os.close(writing)
        with os.fdopen(reading) as source:
            await Terminal(ME, Profile("Ana"), input=source, output=output, **options).run(script)
    return output.getvalue(), getattr(script, "requests", [])


async def test_a_pipe_gets_replies_and_nothing_else() -> None:
    shown, _ = await talk("hello", Script(Reply(heading="Hi", text="First.\n\nSecond.", note="small")))
    assert shown == "Hi\nFirst.\n\nSecond.\nsmall\n"


async def test_a_number_picks_and_one_out_of_range_asks_nobody() -> None:
    shown, requests = await talk("book\n3\n0\n[2]\n", Script(OFFER))
    assert [(request.text, request.press) for request in requests] == [("book", ""), ("", "t-cancel")]
    assert "[1] Book it  [2] Cancel" in shown
    assert "There is no [3]. Choose from 1, 2." in shown
    assert "There is no [0]. Choose from 1, 2." in shown


async def test_a_number_with_nothing_to_choose_asks_nobody() -> None:
    shown, requests = await talk("1\n")
    assert shown == "There is nothing to choose from.\n"
    assert requests == []


async def test_a_new_list_takes_the_numbers_of_the_old_one() -> None:
    again = Reply(text="Again?", choices=(Choice("Yes", "t-yes"),))
    _, requests = await talk("book\nother\n1\n2\n", Script(OFFER, again))
    assert [request.press for request in requests] == ["", "", "t-yes"]


async def test_a_list_stays_while_nothing_newer_is_offered() -> None:
    _, requests = await talk("book\nhello\n1\n", Script(OFFER, Reply(text="Hello.")))
    assert requests[2].press == "t-book"


async def test_what_arrives_unasked_is_numbered_on_and_takes_no_number_away(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    output = io.StringIO()
    with os.fdopen(reading) as source:
        terminal = Terminal(ME, Profile(), input=source, output=output, interactive=False, pictures=tmp_path)
        script = Script(OFFER)
        task = asyncio.ensure_future(terminal.run(script))
        os.write(writing, b"book\n")
        await until(lambda: "Cancel" in output.getvalue())
        await terminal.send(ME, Reply(text="Stand-up in 10 minutes", choices=(Choice("Snooze", "t-snooze"),)))
        assert "[3] Snooze" in output.getvalue()
        os.write(writing, b"1\n3\n")
        os.close(writing)
        await asyncio.wait_for(task, 10)
    assert [request.press for request in script.requests] == ["", "t-book", "t-snooze"]


async def test_a_choice_with_an_address_prints_it_and_presses_nothing() -> None:
    address = "https://example.com/" + "a" * 120
    shown, requests = await talk("x\n1\n", Script(Reply(choices=(Choice("Open", url=address),))), width=40)
    assert shown.count(address) == 2
    assert len(requests) == 1


async def test_an_edited_message_says_so_only_when_something_came_between() -> None:
    edited = Reply(text="Booked.", replace=True)
    shown, requests = await talk("book\n1\n", Script(OFFER, edited))
    assert shown.endswith("Booked.\n")
    assert requests[1].handle
    shown, _ = await talk("book\nhello\n1\n", Script(OFFER, Reply(text="Hello."), edited))
    assert shown.endswith("Booked. (updated)\n")


async def test_a_form_is_asked_field_by_field() -> None:
    shown, requests = await talk("go\na@x\ns3cret \n\n\n", Script(Reply(form=FORM), Reply(text="Thanks.")))
    assert requests[1].press == "t-form"
    assert requests[1].values == {
        "email": "a@x",
        "password": Secret("s3cret "),
        "user": "",
        "server": "mail.example.com",
    }
    assert "s3cret" not in shown
    for line in ("E-mail:", "the one you log in with", "Username (optional):", "Server [mail.example.com]:", "Thanks."):
        assert line in shown.splitlines()


async def test_a_form_can_be_left_and_asks_again_for_what_it_needs() -> None:
    shown, requests = await talk("go\n\na@x\n/cancel\nhello\n", Script(Reply(form=FORM)))
    assert [request.text for request in requests] == ["go", "hello"]
    assert "This one is needed." in shown
    assert "nothing was sent" in shown


async def test_the_input_may_end_inside_a_form() -> None:
    _, requests = await talk("go\na@x\n", Script(Reply(form=FORM)))
    assert len(requests) == 1


async def test_a_form_that_arrives_unasked_waits_behind_a_number(tmp_path: Path) -> None:
    output = io.StringIO()
    terminal = Terminal(
        ME, Profile(), input=io.StringIO("1\na\nb\n\n\n"), output=output, interactive=False, pictures=tmp_path
    )
    await terminal.send(ME, Reply(text="Connect again", form=FORM))
    script = Script()
    await terminal.run(script)
    assert "[1] Exchange" in output.getvalue()
    assert script.requests[0].press == "t-form"


async def test_later_goes_to_its_hook_and_only_when_there_is_one() -> None:
    asked: list[str] = []

    async def later(rest: str) -> tuple[Reply, ...]:
        asked.append(rest)
        return (Reply(text="Stand-up in 10 minutes", choices=(Choice("Snooze", "t-snooze"),)),)

    shown, requests = await talk("/later 10m\n1\n", hooks=Hooks(later=later))
    assert asked == ["10m"]
    assert "[1] Snooze" in shown
    assert [request.press for request in requests] == ["t-snooze"]
    _, requests = await talk("/later 10m\n")
    assert requests[0].text == "/later 10m"


async def test_hooks_speak_before_each_prompt_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    due = iter([(Reply(text="due now"),), RuntimeError("late"), ()])

    async def before() -> tuple[Reply, ...]:
        item = next(due)
        if isinstance(item, Exception):
            raise item
        return item

    shown, _ = await talk("hello\nhello\n", hooks=Hooks(before_prompt=before, greeting=Reply(text="Welcome.")))
    assert shown == "Welcome.\ndue now\nok\nok\n"
    assert "unexpected" in caplog.text


async def test_bytes_that_are_no_text_and_lines_without_end() -> None:
    long = "x" * 300_000

    _, requests = await talk(b"\xff\xfe hi\r\n\n  \n" + b"last", Script())
    assert [request.text for request in requests] == ["\ufffd\ufffd hi", "last"]
    output = io.StringIO()
    script = Script()
    await Terminal(ME, Profile(), input=io.StringIO(long), output=output, interactive=False, pictures=Path()).run(
        script
    )
    assert script.requests[0].text == long


async def test_quit_leaves() -> None:
    _, requests = await talk("hello\n/quit\nnever\n")
    assert [request.text for request in requests] == ["hello"]


WEEK = Week(
    (Day(date(2026, 11, 23), (Block(540, 630, Shade.FREE), Block(630, 660, Shade.BUSY, "a\x1b[2Jb"))),), "Europe/Madrid"
)


async def test_a_picture_is_drawn_and_saved_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    shown, _ = await talk("week\n", Script(Reply(text="Free:", picture=Picture(WEEK, "alt"))), folder)
    path = folder / "week-2026-11-23.png"
    assert f"Picture: {path}" in shown
    assert "Europe/Madrid" in shown
    assert "09:00–10:30" in shown
    assert path.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    assert "\x1b" not in shown


async def test_a_picture_that_cannot_be_saved_is_still_drawn(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    shown, _ = await talk("week\n", Script(Reply(picture=Picture(WEEK, "alt"))), tmp_path / "file" / "under")
    assert "09:00–10:30" in shown
    assert "Picture:" not in shown
    assert "could not be saved" in caplog.text


async def test_colours_only_where_they_were_asked_for() -> None:
    reply = Reply(heading="Hi", note="small")
    plain, _ = await talk("x\n", Script(reply), interactive=True)
    coloured, _ = await talk("x\n", Script(reply), interactive=True, colour=True)
    piped, _ = await talk("x\n", Script(reply), colour=True)
    assert "\x1b" not in plain + piped
    assert "\x1b[1mHi\x1b[0m" in coloured


async def test_a_slow_answer_says_so_and_the_line_goes_away() -> None:
    async def slow(request: Request) -> Reply:
        await asyncio.sleep(0.1)
        return Reply(text="here")

    shown, _ = await talk("x\n", slow, interactive=True, cursor=True, patience=0.01)
    assert shown.index("looking…") < shown.index("\r\x1b[J", shown.index("looking…")) < shown.index("here")
    shown, _ = await talk("x\n", slow, patience=0.01)
    assert shown == "here\n"


def test_a_closed_pipe_ends_the_program_quietly(tmp_path: Path) -> None:
    code = (
        "import asyncio\nfrom pathlib import Path\nfrom bot.chats.terminal import Terminal\n"
        "from bot.messages import *\n"
        "async def dispatch(r): return Reply(text='x' * 100)\n"
        "me = ChatUser('terminal', '', 'ana')\n"
        f"asyncio.run(Terminal.here(me, Profile(), pictures=Path({str(tmp_path)!r})).run(dispatch))\n"
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code], input=b"a\n" * 50, stdout=writing, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, bot.chats.terminal; print(*sys.modules)"
    modules = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not modules & {"resvg_py", "sqlalchemy", "apscheduler", "rich", "readline", "ctypes", "bot.drawing.svg"}


TEXT = st.text(st.characters(codec=None), max_size=60) | st.text(
    st.sampled_from("\x1b\x07\r\n\u2028\u202e\u2066\x9b 王a[1]é\u0301"), max_size=30
)
BAD = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\ud800-\udfff]")


@settings(deadline=None)
@given(title=TEXT, width=st.sampled_from([20, 40, 80, None]))
def test_no_title_forges_a_line_or_moves_the_cursor(title: str, width: int | None) -> None:
    reply = Reply(heading=title, facts=((title, title),), note="n", choices=(Choice(title, "t"),))
    shown = lines(reply, Paper(width))
    assert not [line for line in shown if BAD.search(line)]
    if width:
        assert all(columns(line) <= width for line in shown if "://" not in line)
    choices = [line for line in shown if line.startswith("[1] ")]
    assert sum(line.startswith("[1]") for line in lines(Reply(choices=(Choice(title, "t"),)), Paper())) == 1
    assert choices or not title


def test_it_reads_well_in_forty_columns() -> None:
    reply = Reply(
        heading="Budget review with the finance team",
        facts=(
            ("When", "Thu 26 Nov 2026, 15:00–15:30 (Europe/Madrid)"),
            ("Where", "王小明的會議室在很遠很遠的地方而且沒有電梯"),
        ),
        choices=(Choice("Book it", "a"), Choice("Another time", "b"), Choice("Cancel", "c")),
    )
    assert lines(reply, Paper(40)) == [
        "Budget review with the finance team",
        "  When   Thu 26 Nov 2026, 15:00–15:30",
        "         (Europe/Madrid)",
        "  Where  王小明的會議室在很遠很遠的地方",
        "         而且沒有電梯",
        "[1] Book it  [2] Another time",
        "[3] Cancel",
    ]


def test_what_is_said_before_the_prompt_is_there_waits_for_it() -> None:
    output = io.StringIO()
    screen = Screen(output, cursor=True, size=lambda: (40, 20))
    screen.ask(Prompt("> ", lambda: ("", ""), drawn_by_reader=True))
    screen.say("a", ["early"])
    assert output.getvalue() == ""
    screen.visible()
    assert output.getvalue() == "\r\x1b[Jearly\n> "
    screen.say("b", ["late"])
    screen.answered("")
    assert output.getvalue().endswith("late\n> ")
