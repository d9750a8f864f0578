"""Values as plain data (JSON types) and back, strictly: for sealing and storing, never for code.

Only dataclasses, enums, dates and containers named by the type hints are understood; anything else in the data is a
ValueError, so that an edited row is refused and cannot choose what runs.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """JSON types only. Datetimes must be aware and become UTC ISO texts; timedeltas become seconds."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not stored")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__} | {
            f.name: to_plain(getattr(value, f.name)) for f in fields(value) if f.init
        }
    if isinstance(value, Mapping):
        return {"pairs": [[to_plain(k), to_plain(v)] for k, v in value.items()]}
    if isinstance(value, frozenset | set):
        return sorted((to_plain(item) for item in value), key=repr)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    raise TypeError(f"cannot store a {type(value).__name__}")


def from_plain(kind: type[T], data: Any) -> T:
    """The value of a type from its plain data. Raises ValueError when the data is not exactly that."""
    try:
        result: T = _read(kind, data)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not a stored {getattr(kind, '__name__', kind)}") from error
    return result


@lru_cache(maxsize=128)
def _shape(kind: type) -> tuple[dict[str, Any], frozenset[str], frozenset[str]]:
    """The types of the fields, the names that may be given, and those that must."""
    given = [f for f in fields(kind) if f.init]
    needed = (f.name for f in given if f.default is MISSING and f.default_factory is MISSING)
    return get_type_hints(kind), frozenset(f.name for f in given), frozenset(needed)


def _read(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(kind), data)
    if kind is type(None):
        return _checked(data, type(None))
    if origin is not None:
        return _read_container(origin, get_args(kind), data)
    if is_dataclass(kind):
        return _read_dataclass(kind, data)
    if issubclass(kind, Enum):
        return kind(data)
    if kind is datetime:
        moment = datetime.fromisoformat(_checked(data, str))
        if moment.tzinfo is None:
            raise ValueError("a naive datetime was stored")
        return moment
    if kind in (date, time):
        return kind.fromisoformat(_checked(data, str))
    if kind is timedelta:
        return timedelta(seconds=_checked(data, int, float))
    if kind is float:
        return float(_checked(data, int, float))
    if kind in (str, int, bool):
        if kind is int and isinstance(data, bool):
            raise ValueError("a number was expected")
        return _checked(data, kind)
    raise TypeError(f"cannot read a {kind}")


def _read_union(options: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in options:
        return None
    for option in options:
        if is_dataclass(option) and isinstance(data, dict) and data.get("is") == getattr(option, "__name__", None):
            return _read_dataclass(option, data)
    plain = [option for option in options if option is not type(None) and not is_dataclass(option)]
    if not plain or (isinstance(data, dict) and "is" in data):
        raise ValueError("none of the expected kinds")
    return _read(plain[0], data)


def _read_container(origin: Any, args: tuple[Any, ...], data: Any) -> Any:
    if origin is tuple:
        items = _checked(data, list)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_read(args[0], item) for item in items)
        if len(items) != len(args):
            raise ValueError("a tuple of another length")
        return tuple(_read(arg, item) for arg, item in zip(args, items, strict=True))
    if origin is frozenset:
        return frozenset(_read(args[0], item) for item in _checked(data, list))
    if origin in (dict, Mapping):
        pairs = _checked(_checked(data, dict)["pairs"], list)
        return types.MappingProxyType({_read(args[0], k): _read(args[1], v) for k, v in pairs})
    raise TypeError(f"cannot read a {origin}")


def _read_dataclass(kind: Any, data: Any) -> Any:
    values = dict(_checked(data, dict))
    if values.pop("is", None) != kind.__name__:
        raise ValueError(f"not a stored {kind.__name__}")
    hints, known, needed = _shape(kind)
    if not values.keys() <= known:
        raise ValueError(f"unknown fields for {kind.__name__}")
    if not needed <= values.keys():
        raise ValueError(f"{kind.__name__} lacks {', '.join(sorted(needed - values.keys()))}")
    return kind(**{name: _read(hints[name], item) for name, item in values.items()})


def _checked(data: Any, *kinds: type) -> Any:
    if not isinstance(data, kinds):
        raise ValueError(f"{' or '.join(k.__name__ for k in kinds)} was expected")
    return data
