"""The same conversations in Slack; see `conftest`."""

from tests.conversations.test_channels import *  # noqa: F403
