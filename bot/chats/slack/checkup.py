"""A look at how Slack is set up: does it know the tokens, what may they do, and can it reach us?"""

from collections.abc import Sequence

from bot.chats.slack.calls import Calls, SlackError
from bot.chats.slack.manifest import SCOPES
from bot.chats.slack_settings import SlackSettings
from bot.errors import ChatError, ConfigError, Unreachable
from bot.messages import Secret
from bot.ports.checkups import Finding, Verdict

APP = "api.slack.com/apps"
SECRET_LENGTH = 32


async def check(settings: SlackSettings, public_url: str) -> Sequence[Finding]:
    """What was found, in the order in which it is mended."""
    try:
        calls = Calls(settings.api_url, settings.ca_file, _NoTokens())
    except ConfigError as error:
        return [Finding("Slack", Verdict.WRONG, error.message)]
    try:
        found: list[Finding] = []
        if settings.bot_token is not None:
            found += await _bot(calls, settings.bot_token)
        else:
            found.append(_workspaces(public_url))
        found.append(await _way(calls, settings, public_url))
        return found
    finally:
        await calls.close()


def _workspaces(public_url: str) -> Finding:
    """Where many install the app: Slack leads their people back to a page of ours, and only to one over https."""
    what = "Slack workspaces"
    if public_url.startswith("https://"):
        return Finding(what, Verdict.GOOD, f"each installs the app at {public_url}/slack/install")
    return Finding(
        what,
        Verdict.WRONG,
        f"none can install the app: Slack leads back only to an https address, and not to {public_url}",
        "Set FREEWHEN_PUBLIC_URL to an https address, or have one workspace alone (FREEWHEN_SLACK_BOT_TOKEN).",
    )


async def _bot(calls: Calls, token: Secret) -> Sequence[Finding]:
    what = "Slack bot token"
    try:
        answer = await calls.ask("auth.test", token, data={})
    except SlackError as error:
        return [
            Finding(
                what,
                Verdict.WRONG,
                f"Slack does not take FREEWHEN_SLACK_BOT_TOKEN ({error.code})",
                f"Copy it anew from {APP}, your app, “OAuth & Permissions”.",
            )
        ]
    except ChatError as error:
        return [Finding(what, Verdict.WRONG, error.message, "Can this machine reach Slack?")]
    found = [Finding(what, Verdict.GOOD, f"it is {answer.get('user', '?')} of {answer.get('team', '?')}")]
    granted = {scope.strip() for scope in str(answer.get("x-oauth-scopes", "")).split(",")}
    missing = sorted(set(SCOPES) - granted)
    if missing:
        found.append(
            Finding(
                "Slack scopes",
                Verdict.WRONG,
                f"missing: {', '.join(missing)}",
                f"Paste what “python -m bot manifest slack” prints at {APP}, your app, “App Manifest”, and install the "
                "app again.",
            )
        )
    else:
        found.append(Finding("Slack scopes", Verdict.GOOD, "all that are needed"))
    return found


async def _way(calls: Calls, settings: SlackSettings, public_url: str) -> Finding:
    """How what people say comes to us: over a socket, or over https."""
    if settings.app_token is None:
        secret = settings.signing_secret.reveal() if settings.signing_secret is not None else ""
        if not public_url.startswith("https://"):
            return Finding(
                "Slack over https",
                Verdict.WRONG,
                f"Slack cannot reach {public_url}",
                "Set FREEWHEN_PUBLIC_URL to an https address, or use Socket Mode (FREEWHEN_SLACK_APP_TOKEN).",
            )
        if len(secret) != SECRET_LENGTH:
            return Finding(
                "Slack over https",
                Verdict.WRONG,
                f"FREEWHEN_SLACK_SIGNING_SECRET has {len(secret)} characters; Slack's have {SECRET_LENGTH}",
                f"Copy it from {APP}, your app, “Basic Information”.",
            )
        return Finding("Slack over https", Verdict.GOOD, f"the request URL of the app is {public_url}/slack/events")
    what = "Slack over a socket"
    try:
        await calls.ask("apps.connections.open", settings.app_token, json={})
    except SlackError as error:
        return Finding(
            what,
            Verdict.WRONG,
            f"Slack does not take FREEWHEN_SLACK_APP_TOKEN ({error.code})",
            f"At {APP}, your app, “Basic Information”, make an app-level token with the scope connections:write; "
            "“Socket Mode” must be on.",
        )
    except ChatError as error:
        return Finding(what, Verdict.WRONG, error.message, "Can this machine reach Slack?")
    return Finding(what, Verdict.GOOD, "it opens; no public address is needed for it")


class _NoTokens:
    """Nothing is asked of a workspace here."""

    async def of(self, team: str) -> Secret:
        raise Unreachable

    async def forget(self, team: str, refused: Secret | None = None) -> None:
        """There is nothing to forget."""
