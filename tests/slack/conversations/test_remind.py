"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_remind import *  # noqa: F403
