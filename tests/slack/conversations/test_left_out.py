"""Nothing is left out that is not there any more."""

import re
from importlib import import_module

import pytest

from tests.slack.conversations.left_out import LEFT_OUT


@pytest.mark.parametrize("name", list(LEFT_OUT))
def test_what_is_left_out_is_a_conversation(name: str) -> None:
    file, *inside = re.sub(r"\[.*", "", name).split("::")
    place = import_module(f"tests.conversations.{file.removesuffix('.py')}")
    for part in inside[:-1]:
        place = getattr(place, part)
    assert any(one.startswith(inside[-1]) for one in vars(place)), f"{inside[-1]} is gone: take it off the list"
