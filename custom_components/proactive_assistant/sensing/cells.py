"""Which batteries a device takes, where an integration says so: ZHA on the battery itself, Battery Notes beside it."""

import re
from typing import Any, Final

from .home import Home
from .mates import mates
from .roles import Thing

_SORTS: Final = ("battery_type", "battery_size")
_CELL: Final = re.compile(r"A{2,4}|C|D|(?=\S*\d)[A-Za-z0-9/-]{2,10}")
"""CR2032, AA, 9V, 18650: what one can buy, not "built in" or "other"."""

_MOST: Final = 12


def cells(home: Home, thing: Thing) -> str | None:
    """Return the number and sort of batteries in a thing's device; None where nothing says it."""
    own = home.state(thing.entity_id)
    every = [own] if own is not None else []
    every += [state for _, state in mates(home, thing, "sensor")]
    return next((found for state in every if (found := _named(state.attributes)) is not None), None)


def _named(attributes: Any) -> str | None:
    sort = next((found for key in _SORTS if isinstance(found := attributes.get(key), str)), "").strip()
    if not _CELL.fullmatch(sort):
        return None
    number = attributes.get("battery_quantity")
    several = isinstance(number, int) and not isinstance(number, bool) and 1 < number <= _MOST
    return f"{number} × {sort}" if several else sort
