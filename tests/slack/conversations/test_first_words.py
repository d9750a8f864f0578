"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_first_words import *  # noqa: F403
