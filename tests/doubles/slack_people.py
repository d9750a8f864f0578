"""The people of a pretended Slack workspace, and how the Web API shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SlackUser:
    """A member, a bot, a guest, or somebody from another workspace in a shared channel (`home` is not `team`).

    `zone` is an IANA name, `locale` as "en-US"; "" where Slack does not know. `teams`: the workspaces of an Enterprise
    Grid that they belong to. `guest` is "" for a full member, "multi" or "single" for the number of
    channels that a guest is in.
    """

    id: str
    team: str
    name: str
    email: str = ""
    zone: str = "Europe/Madrid"
    locale: str = "en-US"
    display: str = ""
    guest: str = ""
    home: str = ""
    bot: bool = False
    deleted: bool = False
    admin: bool = False
    teams: tuple[str, ...] = ()

    @property
    def handle(self) -> str:
        """The name of old, as slash commands still tell it."""
        return self.name.casefold().replace(" ", ".")

    @property
    def stranger(self) -> bool:
        return bool(self.home) and self.home != self.team


def shown(user: SlackUser, with_email: bool, with_locale: bool, now: float) -> dict[str, Any]:
    """The user object of users.info and users.list, for a caller of the team that the user is kept in."""
    first, _, last = user.name.partition(" ")
    profile: dict[str, Any] = {
        "title": "",
        "phone": "",
        "real_name": user.name,
        "real_name_normalized": user.name,
        "display_name": user.display,
        "display_name_normalized": user.display,
        "first_name": first,
        "last_name": last,
        "avatar_hash": "g0123456789a",
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "team": user.home or user.team,
    }
    if user.bot:
        profile |= {"api_app_id": "A0FREEWHEN", "bot_id": f"B{user.id[1:]}", "always_active": False}
    elif with_email and user.email and not user.stranger:
        profile["email"] = user.email
    found: dict[str, Any] = {
        "id": user.id,
        "team_id": user.home or user.team,
        "name": user.handle,
        "deleted": user.deleted,
        "is_bot": user.bot,
        "is_app_user": False,
        "updated": int(now) - 86400,
        "profile": profile,
    }
    if user.teams:
        found["enterprise_user"] = {"id": f"W{user.id[1:]}", "enterprise_id": "E1", "teams": [*user.teams]}
    elif user.stranger:
        found["is_stranger"] = True
    if user.deleted:
        return found
    offset = datetime.fromtimestamp(now, ZoneInfo(user.zone or "UTC")).utcoffset()
    found |= {
        "color": "9f69e7",
        "real_name": user.name,
        "tz": user.zone,
        "tz_label": user.zone.rpartition("/")[2].replace("_", " ") + " Time",
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": bool(user.guest),
        "is_ultra_restricted": user.guest == "single",
        "is_email_confirmed": not user.bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    return found | ({"locale": user.locale} if with_locale else {})
