"""Settings from the environment, each also as `…_FILE`. All problems are told at once."""

import os
import stat
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.addresses import web_address
from bot.chats.slack_settings import SlackSettings
from bot.errors import ConfigError
from bot.messages import Secret
from bot.providers import PROVIDERS
from bot.providers.google_settings import GoogleSettings

PREFIX = "FREEWHEN_"
GOOGLE = GoogleSettings("", Secret(""))
SLACK = SlackSettings()
"""The vendors' own addresses."""
_TESTS = PREFIX + "TEST_"
"""Names of the test suite's own switches. They stay in the environment of programs that tests start, so they are no
mistake; they are never read here."""


class Settings(BaseSettings):
    """Every setting; the environment name is `FREEWHEN_` and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, arbitrary_types_allowed=True)

    database_url: Annotated[Secret | None, Field(description="SQLite file in the data folder when empty")] = None
    keys: Annotated[Secret | None, Field(description="key ring, id:base64 comma-separated, the first one writes")] = (
        None
    )
    providers: Annotated[
        tuple[str, ...], NoDecode, Field(description="which calendars people may connect, comma-separated")
    ] = tuple(PROVIDERS)
    public_url: Annotated[str, Field(description="every link and redirect is built from it")] = "http://127.0.0.1:8080"
    listen: Annotated[str, Field(description="host:port of our own pages")] = "127.0.0.1:8080"
    trusted_proxies: Annotated[
        tuple[str, ...], NoDecode, Field(description="addresses whose X-Forwarded-For counts, comma-separated")
    ] = ()
    google_client_id: Annotated[str, Field(description="Google is off without it")] = ""
    google_client_secret: Annotated[Secret | None, Field(description="belongs to the client id")] = None
    google_authorize_url: Annotated[str, Field(description="Google's consent page")] = GOOGLE.authorize_url
    google_token_url: Annotated[str, Field(description="where tokens come from")] = GOOGLE.token_url
    google_revoke_url: Annotated[str, Field(description="where access is given back")] = GOOGLE.revoke_url
    google_api_url: Annotated[str, Field(description="Google Calendar, version 3")] = GOOGLE.api_url
    slack_bot_token: Annotated[Secret | None, Field(description="xoxb-…, of the one workspace that uses this bot")] = (
        None
    )
    slack_app_token: Annotated[
        Secret | None, Field(description="xapp-…, for Socket Mode: no public address needed")
    ] = None
    slack_signing_secret: Annotated[Secret | None, Field(description="what Slack signs its requests with")] = None
    slack_client_id: Annotated[str, Field(description="where many workspaces may install the app")] = ""
    slack_client_secret: Annotated[Secret | None, Field(description="belongs to the client id")] = None
    slack_api_url: Annotated[str, Field(description="Slack's Web API")] = SLACK.api_url
    ca_file: Annotated[str, Field(description="one more certificate authority for all outgoing TLS")] = ""
    log_level: Annotated[str, Field(description="debug, info, warning or error")] = "info"
    log_format: Annotated[str, Field(description="text for people, json for machines")] = "text"

    def secret_texts(self) -> tuple[str, ...]:
        """What must never be logged: each secret whole, each key of the ring, the password of the database."""
        texts: list[str] = []
        if self.keys is not None:
            ring = self.keys.reveal()
            texts += [ring, *(key.partition(":")[2].strip() for key in ring.split(","))]
        if self.database_url is not None:
            url = self.database_url.reveal()
            _, found, rest = url.partition("://")
            password = rest.rpartition("@")[0].partition(":")[2] if found else ""
            texts += [url, password, unquote(password)]
        texts += [secret.reveal() for secret in map(self._secret_of, _SECRET - _OPENED) if secret is not None]
        return tuple(dict.fromkeys(filter(None, texts)))

    def _secret_of(self, name: str) -> Secret | None:
        value: Secret | None = getattr(self, name)
        return value

    @property
    def slack(self) -> SlackSettings | None:
        """Who we are to Slack; None where Slack is off."""
        return self._slack if self._slack.on else None

    @property
    def _slack(self) -> SlackSettings:
        return SlackSettings(
            self.slack_api_url,
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.slack_client_id,
            self.slack_client_secret,
            self.ca_file,
        )

    @property
    def google(self) -> GoogleSettings | None:
        """Who we are to Google; None where Google is off."""
        if not self.google_client_id or self.google_client_secret is None:
            return None
        return GoogleSettings(
            self.google_client_id,
            self.google_client_secret,
            self.google_authorize_url,
            self.google_token_url,
            self.google_revoke_url,
            self.google_api_url,
            self.ca_file,
        )

    @field_validator(
        "database_url",
        "keys",
        "google_client_secret",
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_client_secret",
        mode="before",
    )
    @classmethod
    def _secret(cls, value: object) -> object:
        return Secret(value.strip()) if isinstance(value, str) and value.strip() else None

    @field_validator("providers", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = tuple(name.strip().casefold() for name in value.split(",") if name.strip())
        unknown = sorted(set(names) - set(PROVIDERS))
        if unknown:
            raise ValueError(f"there is no {', '.join(unknown)}; choose from {', '.join(PROVIDERS)}")
        return names or tuple(PROVIDERS)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(str(ip_network(one.strip(), strict=False)) for one in value.split(",") if one.strip())
        except ValueError:
            raise ValueError("write addresses or networks, for example 10.0.0.2, 192.168.1.0/24") from None

    @field_validator("public_url")
    @classmethod
    def _home(cls, value: str) -> str:
        value = web_address(value)
        if urlsplit(value).path:
            raise ValueError(
                "leave the path out: the pages are at the root of a host, like https://freewhen.example.com"
            )
        return value

    @field_validator("google_authorize_url", "google_token_url", "google_revoke_url", "google_api_url", "slack_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("listen")
    @classmethod
    def _place(cls, value: str) -> str:
        host, _, port = value.strip().rpartition(":")
        if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("write host:port, for example 127.0.0.1:8080")
        return value.strip()

    @field_validator("google_client_id", "slack_client_id", "ca_file")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.strip()

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        problems: list[str] = []
        if bool(self.google_client_id) is not (self.google_client_secret is not None):
            problems.append("FREEWHEN_GOOGLE_CLIENT_ID and FREEWHEN_GOOGLE_CLIENT_SECRET belong together; set both")
        problems += self._slack.problems()
        home, listening = urlsplit(self.public_url), self.listen.rpartition(":")[2]
        # Over https there is a web server in front; of plain http on this machine, we are that server.
        if home.scheme == "http" and (home.port or 80) != int(listening):
            problems.append(
                f"FREEWHEN_PUBLIC_URL is {self.public_url}, and FREEWHEN_LISTEN is {self.listen}: on this machine both "
                "need the same port. The redirect URI in Google's console needs it as well"
            )
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        return _one_of(value, "debug", "info", "warning", "error")

    @field_validator("log_format")
    @classmethod
    def _format(cls, value: str) -> str:
        return _one_of(value, "text", "json")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` passes: it reads the environment itself, for `…_FILE`."""
        return (init_settings,)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings. Raises ConfigError that lists every problem, and shows no value of a secret."""
    values: dict[str, str] = {}
    problems: list[str] = []
    for name in Settings.model_fields:
        variable = PREFIX + name.upper()
        file = environ.get(f"{variable}_FILE")
        if file and environ.get(variable):
            problems.append(f"{variable} and {variable}_FILE are both set; keep one")
        elif file:
            try:
                values[name] = _read(Path(file), secret=name in _SECRET)
            except ConfigError as error:
                problems.append(f"{variable}_FILE {error.message}")
        elif environ.get(variable):
            values[name] = environ[variable]
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    problems += [
        f"{variable} is not a setting (see .env.example)"
        for variable in sorted(environ)
        if variable.startswith(PREFIX)
        and not variable.startswith(_TESTS)
        and not {variable, variable.removesuffix("_FILE")} & known
    ]
    settings = None
    try:
        settings = Settings(**values)  # type: ignore[arg-type]  # pydantic reads the texts
    except ValidationError as error:
        # Our own words are value errors; a text of the library would explain nothing.
        problems += [
            (f"{PREFIX}{str(problem['loc'][0]).upper()}: " if problem["loc"] else "")
            + (problem["msg"].removeprefix("Value error, ") if problem["type"] == "value_error" else _UNUSABLE)
            for problem in error.errors(include_input=False, include_url=False)
        ]
    if problems or settings is None:
        raise ConfigError("\n".join(problems))
    return settings


_OPENED = frozenset(("database_url", "keys"))
_SECRET = _OPENED | {
    "google_client_secret",
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "slack_client_secret",
}
_UNUSABLE = "cannot be used as it is written (see .env.example)"


def _read(file: Path, secret: bool) -> str:
    """What the file holds. A secret one is for its owner alone, and an empty one is a mistake. Raises ConfigError."""
    try:
        with file.open(encoding="utf-8") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            if secret and mode & 0o077:
                raise ConfigError(f"can be read by others (mode {mode:04o}); run: chmod 600 {file}")
            text = opened.read().strip()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError("cannot be read: it is not text") from error
    if not text:
        raise ConfigError(f"names {file}, which is empty")
    return text


def _one_of(value: str, *allowed: str) -> str:
    if value.strip().casefold() not in allowed:
        raise ValueError(f"choose one of {', '.join(allowed)}")
    return value.strip().casefold()
