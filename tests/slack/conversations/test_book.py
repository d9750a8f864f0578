"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_book import *  # noqa: F403
