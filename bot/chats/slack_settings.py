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

    @property
    def on(self) -> bool:
        return self.bot_token is not None or bool(self.client_id)

    def problems(self) -> list[str]:
        """What is missing of one of the two ways to be in workspaces, or of the two ways in which Slack reaches us."""
        problems: list[str] = []
        if bool(self.client_id) is not (self.client_secret is not None):
            problems.append("FREEWHEN_SLACK_CLIENT_ID and FREEWHEN_SLACK_CLIENT_SECRET belong together; set both")
        if self.client_id and self.bot_token is not None:
            problems.append(
                "FREEWHEN_SLACK_BOT_TOKEN is for one workspace, FREEWHEN_SLACK_CLIENT_ID for many; keep one of them"
            )
        reachable = self.app_token is not None or self.signing_secret is not None
        if self.on and not reachable:
            problems.append(
                "Slack cannot reach this bot: set FREEWHEN_SLACK_APP_TOKEN (Socket Mode, needs no public address) or "
                "FREEWHEN_SLACK_SIGNING_SECRET (https)"
            )
        if reachable and not self.on:
            problems.append("Slack is set up by halves: FREEWHEN_SLACK_BOT_TOKEN is missing")
        for name, value, begins in (("BOT_TOKEN", self.bot_token, "xoxb-"), ("APP_TOKEN", self.app_token, "xapp-")):
            if value is not None and not value.reveal().startswith(begins):
                problems.append(f"FREEWHEN_SLACK_{name} does not begin with {begins}: that is another kind of token")
        return problems
