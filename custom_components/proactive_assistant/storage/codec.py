"""Frozen dataclasses to plain JSON data and back, by their type hints.

Small on purpose: it knows the shapes that the contracts of `assistant/` use, and refuses everything else, so
that a damaged file ends in one error and not in an object that is half of what it claims.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


class CodecError(ValueError):
    """Stored data that does not have the shape of its type."""


def to_plain(value: Any) -> Any:
    """Return plain JSON data for a contract object."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [to_plain(item) for item in value]
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _mapping(hint: Any, data: Any) -> Any:
    if not isinstance(data, dict):
        msg = f"expected an object for {hint}"
        raise CodecError(msg)
    key_hint, value_hint = get_args(hint)
    return MappingProxyType({from_plain(key_hint, key): from_plain(value_hint, item) for key, item in data.items()})


def _dict(hint: Any, data: Any) -> Any:
    return dict(_mapping(hint, data))


def _sequence(hint: Any, data: Any) -> Any:
    if not isinstance(data, list):
        msg = f"expected a list for {hint}"
        raise CodecError(msg)
    item_hint = get_args(hint)[0]
    return tuple(from_plain(item_hint, item) for item in data)


def _union(hint: Any, data: Any) -> Any:
    options = [option for option in get_args(hint) if option is not type(None)]
    if data is None:
        return None
    return from_plain(options[0], data)


def _dataclass(cls: Any, data: Any) -> Any:
    if not isinstance(data, dict):
        msg = f"expected an object for {cls.__name__}"
        raise CodecError(msg)
    hints = _hints(cls)
    known = {name: from_plain(hints[name], data[name]) for name in hints if name in data}
    try:
        return cls(**known)
    except TypeError as err:
        raise CodecError(str(err)) from err


def _enum(cls: Any, data: Any) -> Any:
    # Keys of JSON objects are text, also those of an IntEnum.
    if isinstance(data, str) and issubclass(cls, int):
        data = int(data)
    return cls(data)


def _time(data: str) -> datetime:
    # One without a zone cannot be compared with ours: whoever reads it first would fall over it.
    found = datetime.fromisoformat(data)
    if found.tzinfo is None:
        msg = "a time has no zone"
        raise CodecError(msg)
    return found


def _scalar(cls: Any, data: Any) -> Any:
    if cls is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, cls) or (isinstance(data, bool) and cls is not bool):
        msg = f"expected {cls.__name__}, found {type(data).__name__}"
        raise CodecError(msg)
    return data


_BY_ORIGIN: dict[Any, Callable[[Any, Any], Any]] = {
    Mapping: _mapping,
    dict: _dict,
    tuple: _sequence,
    Union: _union,
    UnionType: _union,
}


def from_plain[T](cls: type[T], data: Any) -> T:
    """Return the object of a type that plain data describes. Raises CodecError."""
    hint: Any = cls
    if hint is Any:
        return data  # type: ignore[no-any-return]
    try:
        convert = _BY_ORIGIN.get(get_origin(hint) or hint)
        if convert is not None:
            return convert(hint, data)  # type: ignore[no-any-return]
        if is_dataclass(hint):
            return _dataclass(hint, data)  # type: ignore[no-any-return]
        if issubclass(hint, Enum):
            return _enum(hint, data)  # type: ignore[no-any-return]
        if issubclass(hint, datetime):
            return _time(data)  # type: ignore[return-value]
        return _scalar(hint, data)  # type: ignore[no-any-return]
    except (ValueError, TypeError, KeyError) as err:
        if isinstance(err, CodecError):
            raise
        raise CodecError(str(err)) from err
