"""The terminal as a person at a keyboard sees it, on a pseudo-terminal."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

from tests.chats.glass import Session

OFFERED = ("Budget", "Book this?", "[1] Book it  [2] Cancel")
REMINDED = ("Stand-up in 10 minutes", "[1] Snooze")


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session()
    try:
        session.wait_for(">")
        yield session
    finally:
        session.process.kill()
        session.close()


def test_a_half_typed_line_survives_a_reminder(session: Session) -> None:
    session.keys("meet Ana 王小明")
    session.wait_for("> meet Ana 王小明")
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", "> meet Ana 王小明")
    session.keys(" at 3\r")
    session.wait_for(*REMINDED, "", "> meet Ana 王小明 at 3", "said meet Ana 王小明 at 3", "", ">")


def test_it_survives_over_several_rows_with_the_cursor_in_the_middle(session: Session) -> None:
    line = "0123456789" * 13
    session.keys(line)
    session.until(lambda: session.sees("> " + line[:58], line[58:118], line[118:]))
    session.keys("\x1b[D" * 80)  # 80 to the left: 50 characters stand before the cursor, in the first row
    session.until(lambda: (session.glass.row, session.glass.column) == (0, 52))
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", "> " + line[:58], line[58:118], line[118:])
    session.until(lambda: session.glass.column == 52)
    session.keys("X")
    new = line[:50] + "X" + line[50:]
    session.wait_for(*REMINDED, "", "> " + new[:58], new[58:118], new[118:])
    session.keys("\r")
    session.until(lambda: "".join(session.glass.lines).count(new) == 2)  # as typed, and as the answer says it


@pytest.mark.parametrize("length", [57, 58, 59])
def test_it_survives_at_the_edge_of_the_screen(session: Session, length: int) -> None:
    line = "".join(str(number % 10) for number in range(length))
    session.keys(line)
    session.until(lambda: line[:57] in session.glass.lines[0])
    session.signal(signal.SIGUSR1)
    session.until(
        lambda: "[1] Snooze" in session.glass.lines and any(line[:57] in row for row in session.glass.lines[2:])
    )
    session.keys("\x7fYZ\r")
    new = line[:-1] + "YZ"
    session.until(lambda: "".join(session.glass.lines).count(new) == 2)
    assert "".join(session.glass.lines[3:6]).startswith("> " + new)
    assert sum(row.startswith("> 012") for row in session.glass.lines) == 1


def test_two_reminders_at_once(session: Session) -> None:
    session.keys("half")
    session.wait_for("> half")
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", "> half")
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", "Stand-up in 10 minutes", "[2] Snooze", "", "> half")


def test_a_pressed_message_changes_in_its_place(session: Session) -> None:
    session.keys("book\r")
    session.wait_for("> book", *OFFERED, "", ">")
    session.keys("1\r")
    session.wait_for("> book", "Booked", "", ">")
    assert not any("[1]" in line for line in session.glass.lines)


def test_a_message_taller_than_the_screen_is_shown_anew() -> None:
    session = Session(height=5)
    session.wait_for(">")
    session.keys("book\r")
    session.wait_for(*OFFERED, "", ">")
    session.keys("1\r")
    session.wait_for("> 1", "Booked", "", ">")
    session.process.kill()
    session.close()


def test_an_update_from_outside_changes_in_its_place_above_a_half_typed_line(session: Session) -> None:
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", ">")
    session.keys("half")
    session.wait_for(*REMINDED, "", "> half")
    session.signal(signal.SIGUSR2)
    session.wait_for("Stand-up begins now", "", "> half")
    assert not any("10 minutes" in line for line in session.glass.lines)


def test_an_update_of_an_older_message_is_shown_anew(session: Session) -> None:
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", ">")
    session.keys("hello\r")
    session.wait_for("said hello", "", ">")
    session.signal(signal.SIGUSR2)
    session.wait_for("said hello", "", "Stand-up begins now (updated)", "", ">")


def test_a_secret_is_never_seen_and_not_in_the_history(session: Session) -> None:
    session.keys("connect\r")
    session.wait_for("Exchange", "/cancel leaves the form.", "Password:")
    session.keys("hunter2hunter2\r")
    session.wait_for("Password:", "User (optional):")
    session.keys("ana\r")
    session.wait_for("14 characters", "", ">")
    session.keys("\x1b[A")
    session.wait_for("14 characters", "", "> connect")
    assert "hunter" not in session.raw


def test_a_reminder_while_a_secret_is_typed(session: Session) -> None:
    session.keys("connect\r")
    session.wait_for("Exchange", "/cancel leaves the form.", "Password:")
    session.keys("hunter2")
    session.signal(signal.SIGUSR1)
    session.wait_for(*REMINDED, "", "Password:")
    session.keys("hunter2\r")
    session.wait_for("Password:", "User (optional):")
    session.keys("\r")
    session.wait_for("14 characters", "", ">")
    assert "hunter" not in session.raw


def test_ctrl_c_leaves_a_form(session: Session) -> None:
    session.keys("connect\r")
    session.wait_for("Exchange", "/cancel leaves the form.", "Password:")
    session.keys("hunt\x03")
    session.until(lambda: "Left the form: nothing was sent." in session.glass.lines)
    session.wait_for("Left the form: nothing was sent.", ">")
    assert "hunt" not in session.raw


def test_a_password_in_a_message_is_taken_off_the_screen_and_the_history(session: Session) -> None:
    session.keys("hello\r")
    session.wait_for("said hello", "", ">")
    session.keys("password hunter2\r")
    session.wait_for("said hello", "", "Never type a password here.", "", ">")
    session.keys("\x1b[A")
    session.wait_for("Never type a password here.", "", "> hello")
    assert not any("hunter2" in line for line in session.glass.lines)


def test_ctrl_c_clears_the_line_and_twice_leaves(session: Session) -> None:
    session.keys("half a line\x03")
    session.until(lambda: session.sees("> ^C", "Press Ctrl-C again, or Ctrl-D, to leave.", ">"))
    session.keys("hello\r")
    session.wait_for("said hello", "", ">")
    session.keys("\x03")
    session.until(lambda: session.glass.lines.count("Press Ctrl-C again, or Ctrl-D, to leave.") == 2)
    session.wait_for("Press Ctrl-C again, or Ctrl-D, to leave.", ">")
    session.keys("\x03")
    assert session.process.wait(20) == 0


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("way", ["Ctrl-D", "stop"])
def test_the_terminal_is_left_as_it_was(session: Session, way: str, form: bool) -> None:
    if form:
        session.keys("connect\r")
        session.wait_for("Exchange", "/cancel leaves the form.", "Password:")
    if way == "stop":
        session.signal(signal.SIGTERM)
    else:
        session.keys("\x04")
    assert session.process.wait(20) == 0
    assert session.modes() == session.found


def test_an_answer_that_never_comes_can_be_left(session: Session) -> None:
    session.keys("wait\r")
    session.wait_for("> wait", "looking…")
    session.signal(signal.SIGINT)
    session.wait_for("Press Ctrl-C again to leave.", "looking…")
    session.signal(signal.SIGINT)
    assert session.process.wait(20) == 0


def test_colours_can_be_refused() -> None:
    for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        session = Session(**environment)
        session.wait_for(">")
        session.keys("book\r")
        session.wait_for("> book", *OFFERED, "", ">")
        assert ("\x1b[1mBudget" in session.raw) is coloured
        session.process.kill()
        session.close()


def test_a_dumb_terminal_gets_no_orders() -> None:
    session = Session(TERM="dumb")
    session.until(lambda: session.raw.endswith("> "))
    session.keys("book\r")
    session.until(lambda: session.raw.count("> ") == 2)
    session.keys("1\r")
    session.until(lambda: "Booked" in session.raw and session.raw.endswith("> "))
    assert "\x1b" not in session.raw
    os.kill(session.process.pid, signal.SIGKILL)
    session.close()
