"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_free import *  # noqa: F403
