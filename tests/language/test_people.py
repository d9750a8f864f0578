"""Names in a directory: certain, tied, near, unknown."""

import pytest

from bot.language.people import Match, distance, find_person

DIRECTORY = ("Ana Ruiz", "Ana Torres", "Bob Stone", "Priya Nair", "Alexandra Whitfield", "Li Wei", "Zoë Ångström")


@pytest.mark.parametrize(
    ("typed", "match", "names"),
    [
        ("Bob Stone", Match.EXACT, ("Bob Stone",)),
        ("bob", Match.EXACT, ("Bob Stone",)),
        ("Nair", Match.EXACT, ("Priya Nair",)),
        ("Ana", Match.TIE, ("Ana Ruiz", "Ana Torres")),
        ("Ana Ruiz", Match.EXACT, ("Ana Ruiz",)),
        ("ruiz ana", Match.EXACT, ("Ana Ruiz",)),
        ("Pirya", Match.FUZZY, ("Priya Nair",)),
        ("Bob Stome", Match.FUZZY, ("Bob Stone",)),
        ("Alexnadra Whitfeild", Match.FUZZY, ("Alexandra Whitfield",)),
        ("Alexandra", Match.EXACT, ("Alexandra Whitfield",)),
        ("Lee", Match.NONE, ()),
        ("Lo", Match.NONE, ()),
        ("Carla", Match.NONE, ()),
        ("zoë", Match.EXACT, ("Zoë Ångström",)),
        ("", Match.NONE, ()),
        ("!!", Match.NONE, ()),
    ],
)
def test_who_is_meant(typed: str, match: Match, names: tuple[str, ...]) -> None:
    found = find_person(typed, DIRECTORY)
    assert (found.match, found.names) == (match, names)


def test_only_one_certain_name_may_be_used_unasked() -> None:
    for typed in ("Ana", "Pirya", "Carla"):
        assert find_person(typed, DIRECTORY).match is not Match.EXACT


@pytest.mark.parametrize(
    ("a", "b", "slips"),
    [
        ("ana", "ana", 0),
        ("ana", "anna", 1),
        ("priya", "pirya", 1),
        ("stone", "stoen", 1),
        ("bob", "rob", 1),
        ("a", "xyz", 2),
    ],
)
def test_slips_are_counted(a: str, b: str, slips: int) -> None:
    assert distance(a, b, 1 if slips > 1 else 2) == slips
