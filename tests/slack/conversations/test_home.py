"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_home import *  # noqa: F403
