"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_change import *  # noqa: F403
