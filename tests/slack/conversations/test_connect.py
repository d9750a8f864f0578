"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_connect import *  # noqa: F403
