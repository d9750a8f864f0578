"""Who we are to Slack, as its app manifest: the commands, the events, and the least scopes, each with its reason.

https://docs.slack.dev/reference/app-manifest
"""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.errors import ConfigError

NAME = "Freewhen"
EVENTS_PATH, REDIRECT_PATH = "/slack/events", "/slack/oauth_redirect"
BOOK = "book"  # the callback id of the shortcut

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "app_mentions:read": "to hear what is said to @Freewhen in a channel; it reads nothing else there",
        "chat:write": "to answer, and to edit its own messages",
        "commands": "for /free, /book, /agenda, /connect-calendar and /freewhen, and the shortcut “Book a meeting”",
        "files:write": "to show a week as a picture, which is uploaded to Slack and shown only where its message is",
        "im:history": "to hear what is said in direct messages to it",
        "im:write": "to begin a direct message: a reminder, or an answer that is not for a channel",
        "users:read": "for people's names and time zones, and to tell members from guests",
        "users:read.email": "to find guests by their address, and to invite colleagues to meetings at theirs",
    }
)

EVENTS: tuple[str, ...] = ("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked")

# Command, what it is for, and what may follow it.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("/connect-calendar", "Link your calendar", "[google | local]"),
    ("/free", "When you are free, alone or with others", "tomorrow afternoon with @ana"),
    ("/book", "Book a meeting", "30m with @ana Thursday 3pm about the budget"),
    ("/agenda", "What is on your calendar", "[today | tomorrow | this week]"),
    ("/freewhen", "Everything else, also in your own words", "help | settings | reminders 10m | move my 2pm to Friday"),
)


def manifest(public_url: str, socket: bool, many: bool = False) -> dict[str, object]:
    """The manifest of an app that Slack speaks to over a socket, or over https at `public_url`.

    `many`: other workspaces may install it, at a page of ours; their tokens are then rotated. Raises ConfigError when
    Slack would have to reach an address that is not https.
    """
    if (many or not socket) and not public_url.startswith("https://"):
        why = "many workspaces need one to come back to from Slack's page" if many else "Slack would call it"
        raise ConfigError(
            f"FREEWHEN_PUBLIC_URL must be an https address ({why}), and it is {public_url}.\n"
            "Set it, or ask for Socket Mode in one workspace, which needs none: --socket, without --many."
        )
    to_us: dict[str, object] = {} if socket else {"request_url": public_url + EVENTS_PATH}
    return {
        "display_information": {
            "name": NAME,
            "description": "Ask when you are free, book meetings and be reminded, on your own calendar.",
            "background_color": "#1f5f5b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {"name": "Book a meeting", "type": "global", "callback_id": BOOK, "description": "Book a meeting"}
            ],
            "slash_commands": [_command(*command, "" if socket else public_url + EVENTS_PATH) for command in COMMANDS],
        },
        "oauth_config": {
            **({"redirect_urls": [public_url + REDIRECT_PATH]} if many else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**to_us, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **to_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": many,
        },
    }


def yaml(manifest: Mapping[str, object]) -> str:
    """A manifest as YAML: mappings and lists in blocks, texts quoted as in JSON, which YAML takes as they are."""
    return "\n".join(_yaml(manifest, "")) + "\n"


def _command(command: str, description: str, hint: str, url: str) -> dict[str, object]:
    """`should_escape`: people that are mentioned come as their ids."""
    named: dict[str, object] = {"command": command, "description": description, "usage_hint": hint}
    return {**named, **({"url": url} if url else {}), "should_escape": True}


def _yaml(value: object, indent: str) -> Iterator[str]:
    deeper = indent + "  "
    if isinstance(value, Mapping):
        for key, held in value.items():
            if isinstance(held, Mapping | list) and held:
                yield f"{indent}{key}:"
                yield from _yaml(held, deeper)
            else:
                yield f"{indent}{key}: {_scalar(held)}"
    elif isinstance(value, list):
        for held in value:
            first, *rest = _yaml(held, deeper) if isinstance(held, Mapping) else (deeper + _scalar(held),)
            yield f"{indent}- {first.removeprefix(deeper)}"
            yield from rest


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
