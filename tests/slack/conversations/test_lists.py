"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_lists import *  # noqa: F403
