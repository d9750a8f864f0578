"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_settings import *  # noqa: F403
