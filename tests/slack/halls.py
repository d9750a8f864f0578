"""A hall for Slack's pieces: a real store, a clock that the test moves, a pretended Slack."""

from dataclasses import replace

from bot.chats import Hall
from bot.chats.slack.calls import Calls
from bot.chats.slack.tokens import Tokens
from bot.chats.slack_settings import SlackSettings
from bot.messages import Secret
from bot.renewal import Renewal
from tests.conversations.conftest import Town
from tests.doubles.slack_api import PretendSlack

HOME = "http://127.0.0.1:8080"


def hall(town: Town, slack: PretendSlack, public_url: str = HOME, token: str = "") -> Hall:
    """With a `token` for one workspace, without for many."""
    app = slack.world.app
    settings = SlackSettings(slack.api_url, signing_secret=Secret(app.signing_secret))
    if token:
        settings = replace(settings, bot_token=Secret(token))
    else:
        settings = replace(settings, client_id=app.client_id, client_secret=Secret(app.client_secret))
    renewal = Renewal(town.storage.installations, town.clock)
    store = town.storage
    return Hall(town.clock, store.inbox, store.installations, renewal.renew, lambda text: False, public_url, settings)


class Speaker:
    """One process's way to Slack. `close` at the end."""

    def __init__(self, made: Hall) -> None:
        assert made.slack is not None
        self.tokens = Tokens(made)
        self.calls = Calls(made.slack.api_url, "", self.tokens)
        self.tokens.ask_with(self.calls.ask)

    async def __aenter__(self) -> "Speaker":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.calls.close()
