"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_overview_refreshed import *  # noqa: F403
