"""Settings from the environment, each also as `…_FILE`. All problems are told at once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import ConfigError
from bot.messages import Secret
from bot.providers import PROVIDERS

PREFIX = "FREEWHEN_"


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
    log_level: Annotated[str, Field(description="debug, info, warning or error")] = "info"
    log_format: Annotated[str, Field(description="text for people, json for machines")] = "text"

    @field_validator("database_url", "keys", mode="before")
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
                values[name] = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{variable}_FILE cannot be read: {getattr(error, 'strerror', None) or 'not text'}")
        elif environ.get(variable):
            values[name] = environ[variable]
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    problems += [
        f"{variable} is not a setting (see .env.example)"
        for variable in sorted(environ)
        if variable.startswith(PREFIX) and variable.removesuffix("_FILE") not in known | _OURS
    ]
    settings = None
    try:
        settings = Settings(**values)  # type: ignore[arg-type]  # pydantic reads the texts
    except ValidationError as error:
        problems += [
            f"{PREFIX}{str(p['loc'][0]).upper()}: {p['msg'].removeprefix('Value error, ')}" for p in error.errors()
        ]
    if problems or settings is None:
        raise ConfigError("\n".join(problems))
    return settings


_OURS = {"FREEWHEN_TEST_DATABASE_URL"}


def _one_of(value: str, *allowed: str) -> str:
    if value.strip().casefold() not in allowed:
        raise ValueError(f"choose one of {', '.join(allowed)}")
    return value.strip().casefold()
