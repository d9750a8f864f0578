"""The rules of Google Calendar v3: the discovery document that ships inside the client library, applied to requests.

What a path means, which parameters and properties there are and of what types, which scopes allow a method.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient

from tests.doubles.google_rules_errors import bad, bad_body, bad_parameter
from tests.doubles.google_rules_time import instant


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the document. `path` is its template in segments; `request` and `response` name schemas."""

    id: str
    verb: str
    path: tuple[str, ...]
    parameters: Mapping[str, Mapping[str, Any]]
    scopes: frozenset[str]
    request: str = ""
    response: str = ""

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        """The parameters in the path, or None when the path is not this method's."""
        if len(segments) != len(self.path):
            return None
        found = {}
        for template, segment in zip(self.path, segments, strict=True):
            if template.startswith("{"):
                if not segment:
                    return None
                found[template.strip("{}")] = segment
            elif template != segment:
                return None
        return found


@cache
def document() -> Mapping[str, Any]:
    """The discovery document of Calendar v3."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    return json.loads((folder / "calendar.v3.json").read_text())  # type: ignore[no-any-return]


@cache
def methods() -> tuple[Method, ...]:
    """All methods, those with fewer templates in the path first."""
    found = [
        Method(
            one["id"],
            one["httpMethod"],
            tuple(one["path"].split("/")),
            one.get("parameters", {}),
            frozenset(one["scopes"]),
            one.get("request", {}).get("$ref", ""),
            one.get("response", {}).get("$ref", ""),
        )
        for resource in document()["resources"].values()
        for one in resource["methods"].values()
    ]
    return tuple(sorted(found, key=lambda method: sum(part.startswith("{") for part in method.path)))


def find_method(verb: str, segments: Sequence[str]) -> tuple[Method, dict[str, str]] | None:
    """The method of a request, and the parameters in its path."""
    for method in methods():
        if method.verb == verb and (found := method.match(segments)) is not None:
            return method, found
    return None


def read_query(method: Method, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The parameters of a query as values. Raises GoogleError for one that is unknown, repeated or wrong."""
    known = {**document()["parameters"], **method.parameters}
    found: dict[str, Any] = {}
    for name, text in pairs:
        rule = known.get(name)
        if rule is None or rule["location"] != "query":
            raise bad(f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.')
        value = _value(name, rule, text)
        if rule.get("repeated"):
            found.setdefault(name, []).append(value)
        elif name in found:
            raise bad_parameter(name, f"Parameter {name} may be given once.")
        else:
            found[name] = value
    if found.get("alt", "json") != "json":
        raise bad_parameter("alt", "Only json here.")
    return found


def _value(name: str, rule: Mapping[str, Any], text: str) -> Any:
    if "enum" in rule and text not in rule["enum"]:
        allowed = ", ".join(rule["enum"])
        raise bad_parameter(name, f"Invalid value '{text}'. Values must be one of: [{allowed}]")
    if rule["type"] == "boolean":
        if text not in ("true", "false"):
            raise bad_parameter(name, f"Invalid boolean value: '{text}'.")
        return text == "true"
    if rule["type"] == "integer":
        if not re.fullmatch(r"-?[0-9]{1,10}", text):
            raise bad_parameter(name, f"Invalid value '{text}'.")
        number = int(text)
        if not int(rule.get("minimum", -(2**31))) <= number <= int(rule.get("maximum", 2**31 - 1)):
            raise bad_parameter(name, f"Invalid value '{text}'. Values must be within the range.")
        return number
    if rule.get("format") == "date-time":
        moment = instant(text)
        if moment is None:
            raise bad()
        return moment
    return text


def check_body(schema: str, value: Any) -> None:
    """Raises GoogleError when the value is not of the schema. Null is allowed, as in a patch."""
    for problem in problems(schema, value, nulls=True):
        raise bad_body(problem)


def problems(schema: str, value: Any, nulls: bool = False) -> list[str]:
    """What is wrong with a value that should be of the schema, in words; empty when nothing is."""
    found: list[str] = []
    _check({"$ref": schema}, value, schema, nulls, found)
    return found


def _check(rule: Mapping[str, Any], value: Any, where: str, nulls: bool, found: list[str]) -> None:
    rule = document()["schemas"][rule["$ref"]] if "$ref" in rule else rule
    if value is None and nulls:
        return
    kind = rule.get("type", "any")
    if kind == "object":
        if not isinstance(value, dict):
            found.append(f"{where}: an object is expected")
            return
        known, others = rule.get("properties", {}), rule.get("additionalProperties")
        for name, inner in value.items():
            if name in known or others is not None:
                _check(known.get(name, others), inner, f"{where}.{name}", nulls, found)
            else:
                found.append(f'Unknown name "{name}" at "{where}": Cannot find field.')
    elif kind == "array":
        if not isinstance(value, list):
            found.append(f"{where}: an array is expected")
            return
        for number, inner in enumerate(value):
            _check(rule["items"], inner, f"{where}[{number}]", False, found)
    elif not _fits(kind, rule.get("format", ""), value):
        found.append(f"{where}: {kind} {rule.get('format', '')} is expected")
    elif "enum" in rule and value not in rule["enum"]:
        found.append(f"{where}: not one of {rule['enum']}")


def _fits(kind: str, form: str, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else int | float) and not isinstance(value, bool)
    if kind == "string" and form == "int64":
        return bool(re.fullmatch(r"-?[0-9]{1,19}", str(value))) and not isinstance(value, bool)
    return kind == "any" or isinstance(value, str)
