"""What a person may set about how they are reached; read from the options, with defaults for what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from math import isfinite
from typing import Any, Final, Self

from ..const import (
    CONF_CRITICAL,
    CONF_DIGEST_TIMES,
    CONF_PRIVATE_WORDING,
    CONF_VOICE_CAP,
    CONF_VOICE_SATELLITES,
)

MOST_DIGESTS: Final = 3
"""Digests a day (product specification 4.4; three predictable batches are as good as it gets, Fitz 2019)."""

VOICE_CAP: Final = 2
VOICE_CAP_MOST: Final = 6
"""Spoken messages a day, once voice is on (product specification 4.4)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """How messages are worded and which ways are open."""

    private_wording: bool = False
    """No rooms and no names where others may read along; danger is still named."""
    critical: bool = False
    """Whether danger may break through a silenced iPhone."""
    voice_satellites: tuple[str, ...] = ()
    """Assist satellites that may speak; none, so voice is off."""
    voice_cap: int = VOICE_CAP
    """Spoken messages a day per resident."""
    digest_times: tuple[time, ...] = (time(8, 0),)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the preferences of stored options; damage falls back to the default."""
        cap = options.get(CONF_VOICE_CAP, VOICE_CAP)
        number = isinstance(cap, int | float) and not isinstance(cap, bool) and isfinite(cap)
        return cls(
            private_wording=options.get(CONF_PRIVATE_WORDING) is True,
            critical=options.get(CONF_CRITICAL) is True,
            voice_satellites=tuple(_texts(options.get(CONF_VOICE_SATELLITES))),
            voice_cap=int(min(VOICE_CAP_MOST, max(0, cap))) if number else VOICE_CAP,
            digest_times=_times(options.get(CONF_DIGEST_TIMES)),
        )


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


def _times(value: Any) -> tuple[time, ...]:
    """Return the times of a list, or of one text; the default for none that can be read, nothing for an empty list."""
    if isinstance(value, list | tuple) and not value:
        return ()
    texts = [value] if isinstance(value, str) else _texts(value)
    found = set()
    for text in texts:
        try:
            found.add(time.fromisoformat(text).replace(tzinfo=None))
        except ValueError:
            continue
    return tuple(sorted(found))[:MOST_DIGESTS] or (time(8, 0),)
