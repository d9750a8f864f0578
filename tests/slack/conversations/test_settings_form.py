"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_settings_form import *  # noqa: F403
