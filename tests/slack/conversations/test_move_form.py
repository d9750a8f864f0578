"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_move_form import *  # noqa: F403
