"""Who we are to Slack, and where it is."""

from dataclasses import dataclass

from bot.messages import Secret


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The credentials of an app at api.slack.com/apps, and Slack's address.

    One workspace: `bot_token`. Many: `client_id` and `client_secret`, with which each installs the app by itself. Slack
    speaks to us over a socket that we open (`app_token`), or over https, signed with the `signing_secret`.
    """

    api_url: str = "https://slack.com/api"
    bot_token: Secret | None = None
    app_token: Secret | None = None
    signing_secret: Secret | None = None
    client_id: str = ""
    client_secret: Secret | None = None
    ca_file: str = ""

    @property
    def home(self) -> str:
        """Slack's site, which the API is a part of: https://slack.com, or that of a national cloud."""
        return self.api_url.removesuffix("/api")
