"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_book_form import *  # noqa: F403
