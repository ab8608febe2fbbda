"""What a resident chose for themselves: whose calendars, which reminders, and whether they are a child."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Self

from homeassistant.util import dt as dt_util

from ..const import CONF_CALENDARS, CONF_CHILD, CONF_EVENING_END, CONF_ROUTINES


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """One resident's choices; by default nothing is read that nobody ticked."""

    resident: str = ""
    """Id under which habits know them."""
    calendars: tuple[str, ...] = ()
    """Calendars whose appointments the resident wants to leave for (product 3.3, kind 26)."""
    routines: tuple[str, ...] = ()
    """To-do lists and calendars of personal reminders: said to this resident alone (kind 27)."""
    child: bool = False
    """Children get no security kinds, and nothing is learned of them (product 4.4)."""
    evening_end: time | None = None
    """When the evening of a child ends before a school day; None leaves it to what is usual (kind 30)."""

    @classmethod
    def from_data(cls, resident: str, data: Mapping[str, Any]) -> Self:
        """Return the choices in a resident's stored data; what is damaged counts as not chosen."""
        return cls(
            resident=resident,
            calendars=_entities(data.get(CONF_CALENDARS)),
            routines=_entities(data.get(CONF_ROUTINES)),
            child=data.get(CONF_CHILD) is True,
            evening_end=_time(data.get(CONF_EVENING_END)),
        )


def _entities(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def _time(value: object) -> time | None:
    return dt_util.parse_time(value) if isinstance(value, str) else None
