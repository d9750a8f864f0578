"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_sharing import *  # noqa: F403
