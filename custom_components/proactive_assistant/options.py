"""What a person may set, as Home Assistant stores it and as the assistant reads it."""

import math
from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from .assistant.enums import Level
from .assistant.settings import Settings
from .const import CONF_CEILING, CONF_PUSH_CAP, CONF_QUIET_END, CONF_QUIET_START

DEFAULTS: Final = Settings()

CEILINGS: Final = (Level.OBSERVE, Level.SUGGEST)
"""Ceilings that can be chosen; acting alone comes with the actions that can be undone."""


def _time(value: Any, default: time) -> time:
    try:
        return time.fromisoformat(value)
    except TypeError, ValueError:
        return default


def settings_from(options: Mapping[str, Any]) -> Settings:
    """Return the settings of stored options; what is missing or damaged falls back to the default."""
    ceiling = next(
        (item for item in CEILINGS if item.name.lower() == options.get(CONF_CEILING)),
        DEFAULTS.ceiling,
    )
    cap = options.get(CONF_PUSH_CAP, DEFAULTS.push_cap)
    return Settings(
        ceiling=ceiling,
        quiet_start=_time(options.get(CONF_QUIET_START), DEFAULTS.quiet_start),
        quiet_end=_time(options.get(CONF_QUIET_END), DEFAULTS.quiet_end),
        push_cap=int(cap) if isinstance(cap, int | float) and math.isfinite(cap) else DEFAULTS.push_cap,
    )
