"""Keys and sealed records: what is refused."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError, Sealed, StorageError
from bot.ports import Meeting
from storage import KeyRing, generate_key, generate_key_file, read_key_file
from storage.vault import Vault, key_id_of
from tests.storage.racers import ROOT

WHERE = ("connections", "credential", "row-1", "slack:T1", "google")
RANDOM = bytes.fromhex("8f3b0c5d1e9a7724c6b1d0e54f829a3b6d7c1f0e2a4b95867f3d2c1b0a99e8d7")


def text(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
def vault() -> Vault:
    return Vault(KeyRing.parse(generate_key()))


# ── records ──


def test_a_record_with_any_bit_changed_does_not_open(vault: Vault) -> None:
    record = vault.seal("hunter2", *WHERE)
    for place in range(len(record)):
        for bit in range(8):
            changed = bytearray(record)
            changed[place] ^= 1 << bit
            with pytest.raises(Sealed):
                vault.open(bytes(changed), *WHERE)


def test_a_record_cut_or_grown_at_any_place_does_not_open(vault: Vault) -> None:
    record = vault.seal("hunter2", *WHERE)
    for place in range(len(record)):
        for wrong in (record[:place], record[place + 1 :], record[:place] + b"\0" + record[place:]):
            with pytest.raises(Sealed):
                vault.open(wrong, *WHERE)


@pytest.mark.parametrize("junk", [None, "", "text", 7, b"", b"v1", b"v1\xff", b"v2" + b"\0" * 99, ["x"]])
def test_what_was_never_sealed_does_not_open(vault: Vault, junk: object) -> None:
    with pytest.raises(Sealed):
        vault.open(junk, *WHERE)


@pytest.mark.parametrize("part", range(len(WHERE)))
def test_a_record_opens_only_in_its_own_place(vault: Vault, part: int) -> None:
    record = vault.seal("hunter2", *WHERE)
    elsewhere = (*WHERE[:part], WHERE[part] + "x", *WHERE[part + 1 :])
    for where in (elsewhere, WHERE[:-1], (*WHERE, "")):
        with pytest.raises(Sealed):
            vault.open(record, *where)


def test_two_places_whose_parts_join_to_the_same_text_are_two(vault: Vault) -> None:
    record = vault.seal("x", "t", "c", "ab", "c")
    with pytest.raises(Sealed):
        vault.open(record, "t", "c", "a", "bc")


def test_halves_of_two_records_do_not_make_one(vault: Vault) -> None:
    one, two = vault.seal("first", *WHERE), vault.seal("other", *WHERE)
    for cut in range(one.index(vault.newest.encode()) + len(vault.newest) + 1, len(one)):
        with pytest.raises(Sealed):
            vault.open(one[:cut] + two[cut:], *WHERE)


@given(st.text())
def test_any_text_comes_back_and_is_sealed_differently_each_time(words: str) -> None:
    vault = Vault(KeyRing.parse("a:" + text(RANDOM)))
    encodable = words.encode("utf-8", "ignore").decode()
    one, two = vault.seal(encodable, *WHERE), vault.seal(encodable, *WHERE)
    assert vault.open(one, *WHERE) == vault.open(two, *WHERE) == encodable
    assert one != two


def test_a_value_of_another_kind_is_not_read(vault: Vault) -> None:
    for sealed in (vault.seal("not json", *WHERE), vault.seal('{"is":"User"}', *WHERE), vault.seal("[" * 9999, *WHERE)):
        with pytest.raises(StorageError):
            vault.open_value(Meeting, sealed, *WHERE)


# ── changing keys ──


def test_a_new_first_key_seals_and_the_old_one_still_opens() -> None:
    old_key, new_key = generate_key(), generate_key()
    old, both = Vault(KeyRing.parse(old_key)), Vault(KeyRing.parse(f"{new_key},{old_key}"))
    record = old.seal("hunter2", *WHERE)
    assert both.open(record, *WHERE) == "hunter2"
    rewrapped = both.rewrap(record, *WHERE)
    assert (key_id_of(record), key_id_of(rewrapped)) == (old.newest, both.newest)
    body = len("hunter2") + 28
    assert rewrapped[-body:] == record[-body:]
    assert Vault(KeyRing.parse(new_key)).open(rewrapped, *WHERE) == "hunter2"
    with pytest.raises(Sealed):
        old.open(rewrapped, *WHERE)
    with pytest.raises(Sealed):
        both.rewrap(record, *WHERE[:-1], "caldav")


def test_a_place_that_is_no_text_opens_nothing(vault: Vault) -> None:
    """SQLite keeps any type in any column of a row that somebody edited."""
    record = vault.seal("hunter2", *WHERE)
    for part in (None, 7, b"\0"):
        with pytest.raises(Sealed):
            vault.open(record, *WHERE[:-1], part)  # type: ignore[arg-type]


def test_another_key_under_the_same_id_opens_nothing() -> None:
    record = Vault(KeyRing.parse("a:" + text(RANDOM))).seal("hunter2", *WHERE)
    with pytest.raises(Sealed):
        Vault(KeyRing.parse("a:" + text(RANDOM[::-1]))).open(record, *WHERE)


# ── key rings ──


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "empty"),
        (" ,\n, ", "empty"),
        (text(RANDOM), "id:base64"),
        ("a", "id:base64"),
        (":" + text(RANDOM), "letters, digits"),
        ("ä:" + text(RANDOM), "letters, digits"),
        ("a" * 65 + ":" + text(RANDOM), "letters, digits"),
        ("a:", "0 bytes"),
        ("a:???", "not base64"),
        ("a:" + text(RANDOM)[:-1], "not base64"),
        ("a:" + text(RANDOM[:16]), "16 bytes"),
        ("a:" + text(RANDOM + b"x"), "33 bytes"),
        (f"a:{text(RANDOM)},a:{text(RANDOM[::-1])}", "twice"),
        (f"a:{text(RANDOM)},b:{text(RANDOM)}", "two ids"),
        (f"a:{text(RANDOM)},b", "key 2"),
        ("a:" + text(bytes(32)), "well-known"),
        ("a:" + text(b"\xff" * 32), "well-known"),
        ("a:" + text(bytes(range(32))), "well-known"),
        ("a:" + text(bytes(range(32, 0, -1))), "well-known"),
        ("a:" + text(b"\x01\x02\x03\x04" * 8), "well-known"),
        ("a:" + text(b"changeme-changeme-changeme-12345"), "well-known"),
        ("a:" + text(b"0123456789abcdef0123456789abcdef"), "well-known"),
    ],
)
def test_a_ring_that_is_not_one_says_why_and_shows_no_key(written: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        KeyRing.parse(written)
    assert text(RANDOM) not in str(caught.value)
    assert "changeme" not in str(caught.value)


def test_a_ring_keeps_its_order_and_shows_no_key() -> None:
    urlsafe = base64.urlsafe_b64encode(b"\xfb\xff" + RANDOM[2:]).decode()
    ring = KeyRing.parse(f"\n new:{text(RANDOM)},\n old:{urlsafe}\n")
    assert ring.newest == "new"
    assert list(ring.keys) == ["new", "old"]
    assert text(RANDOM) not in repr(ring)
    assert repr(RANDOM) not in repr(ring)


def test_generated_keys_are_taken_and_all_different() -> None:
    made = {generate_key() for _ in range(200)}
    assert len(made) == 200
    for key in made:
        KeyRing.parse(key)


# ── key files ──


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620, 0o601, 0o777])
def test_a_key_file_that_others_may_touch_is_refused_with_the_command_that_helps(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    generate_key_file(file)
    file.chmod(mode)
    with pytest.raises(ConfigError, match=f"chmod 600 {file}"):
        read_key_file(file)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a:AAAA", b"a:" + base64.b64encode(bytes(32))])
def test_a_key_file_that_holds_no_good_key_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError):
        read_key_file(file)


def test_a_key_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no key file"):
        read_key_file(tmp_path / "key")
    with pytest.raises(ConfigError, match="cannot read"):
        read_key_file(tmp_path)


def test_a_key_file_is_made_once_closed_to_others_and_nothing_is_left_behind(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "key"
    before = os.umask(0)
    try:
        generate_key_file(file)
    finally:
        os.umask(before)
    first = file.read_text()
    generate_key_file(file)
    assert file.read_text() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["key"]
    assert read_key_file(file).keys == KeyRing.parse(first).keys


def test_a_key_file_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot make the key file"):
        generate_key_file(tmp_path / "file" / "key")


_RIVAL = """
import sys
from pathlib import Path
from storage import generate_key_file, read_key_file
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    file = Path(sys.argv[1]) / str(number)
    generate_key_file(file)
    print({key: value.hex() for key, value in read_key_file(file).keys.items()})
"""


def test_processes_that_make_the_file_at_once_end_up_with_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", _RIVAL, str(tmp_path)]
    pipe = subprocess.PIPE
    rivals = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    try:
        for rival in rivals:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "ready\n"
        for rival in rivals:
            assert rival.stdin is not None
            rival.stdin.write("go\n")
            rival.stdin.flush()
        rings = [rival.communicate(timeout=60)[0].splitlines() for rival in rivals]
    finally:
        for rival in rivals:
            rival.kill()
            rival.communicate()
    assert rings == [rings[0]] * 4
    assert len(rings[0]) == len(set(rings[0])) == 40
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(map(str, range(40)))
