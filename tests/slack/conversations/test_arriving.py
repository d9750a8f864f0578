"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_arriving import *  # noqa: F403
