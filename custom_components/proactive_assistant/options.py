"""What a person may set, as Home Assistant stores it and as the assistant reads it.

Stored options are flat, whatever sections the form shows them in. How messages are worded and sent is read by
`delivery.preferences`, what is out of view by `sensing.exclusions`, everything else here. What is missing or
damaged falls back to the default, and what is out of bounds to the nearest bound: no option can stop the assistant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, Literal, Self, cast

from .actions.risk import RISKS
from .assistant.enums import Level, RiskClass
from .assistant.facts import PlannedAction
from .assistant.kinds import KINDS
from .assistant.settings import CAP_MOST, EXPLORATION_MOST, GAP_LEAST_MINUTES, Settings
from .const import (
    CONF_ACTION_DOMAINS,
    CONF_CEILING,
    CONF_DANGER_ALWAYS,
    CONF_ENGINE,
    CONF_EXPLORATION,
    CONF_GAP_MINUTES,
    CONF_HELPFULNESS,
    CONF_HOME_CAP,
    CONF_LEARNING,
    CONF_LEVELS,
    CONF_PUSH_CAP,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RETENTION_DAYS,
    CONF_UNDO_MINUTES,
    CONF_WEEKEND_QUIET_END,
    CONF_WEEKEND_QUIET_START,
)

DEFAULTS: Final = Settings()

CEILINGS: Final = tuple(Level)
"""Ceilings of the home that can be chosen; each kind has its own besides, from the risk table."""

GAP_MOST_MINUTES: Final = 24 * 60
"""Longest gap between two messages that may be set (product specification 4.4)."""

PERSONAL: Final = (CONF_QUIET_START, CONF_QUIET_END, CONF_PUSH_CAP)
"""Options that a resident may have of their own, in their subentry."""

type EngineChoice = Literal["auto", "numpy", "llama", "table"]
ENGINES: Final[tuple[EngineChoice, ...]] = ("auto", "numpy", "llama", "table")

DOMAINS: Final = tuple(sorted({domain for (domain, _), risk in RISKS.items() if risk > RiskClass.A0}))
"""Domains of what the risk table lets move; those left out of the options are told about and never acted on."""


def levels_of(kind: str) -> tuple[Level, ...]:
    """Return the levels that may be chosen for a kind, up to its ceiling in the table of kinds.

    What a single suggestion then does is bounded once more by the risk class of its own actions. Raises KeyError
    for a kind that does not exist.
    """
    return tuple(level for level in Level if level <= KINDS[kind].ceiling)


def _time(value: Any, default: time) -> time:
    try:
        return time.fromisoformat(value).replace(tzinfo=None)
    except TypeError, ValueError:
        return default


def _number(value: Any, default: float, low: float, high: float) -> float:
    """Return a finite number within bounds."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return min(high, max(low, value if number else default))


def level_named(name: object) -> Level | None:
    """Return the level of a stored name, or None."""
    return next((level for level in Level if level.name.lower() == name), None)


def _levels(value: Any) -> Mapping[str, Level]:
    """Return the chosen levels, each capped by what its kind may do; unknown kinds and levels are left out."""
    if not isinstance(value, Mapping):
        return MappingProxyType({})
    found = {kind: level for kind in KINDS if (level := level_named(value.get(kind))) is not None}
    return MappingProxyType({kind: min(level, max(levels_of(kind))) for kind, level in found.items()})


def settings_from(options: Mapping[str, Any]) -> Settings:
    """Return the settings of stored options."""
    ceiling = level_named(options.get(CONF_CEILING))
    start = _time(options.get(CONF_QUIET_START), DEFAULTS.quiet_start)
    end = _time(options.get(CONF_QUIET_END), DEFAULTS.quiet_end)
    # Who chose quiet hours and said nothing of weekends meant every night.
    weekend_start = DEFAULTS.weekend_quiet_start if start == DEFAULTS.quiet_start else start
    weekend_end = DEFAULTS.weekend_quiet_end if end == DEFAULTS.quiet_end else end
    return Settings(
        ceiling=DEFAULTS.ceiling if ceiling is None else ceiling,
        levels=_levels(options.get(CONF_LEVELS)),
        quiet_start=start,
        quiet_end=end,
        weekend_quiet_start=_time(options.get(CONF_WEEKEND_QUIET_START), weekend_start),
        weekend_quiet_end=_time(options.get(CONF_WEEKEND_QUIET_END), weekend_end),
        push_cap=int(_number(options.get(CONF_PUSH_CAP), DEFAULTS.push_cap, 0, CAP_MOST)),
        home_cap=int(_number(options.get(CONF_HOME_CAP), DEFAULTS.home_cap, 0, CAP_MOST)),
        gap_minutes=int(
            _number(options.get(CONF_GAP_MINUTES), DEFAULTS.gap_minutes, GAP_LEAST_MINUTES, GAP_MOST_MINUTES)
        ),
        exploration_per_week=int(
            _number(options.get(CONF_EXPLORATION), DEFAULTS.exploration_per_week, 0, EXPLORATION_MOST)
        ),
        helpfulness=_number(options.get(CONF_HELPFULNESS), DEFAULTS.helpfulness, -1, 1),
        danger_always=options.get(CONF_DANGER_ALWAYS) is True,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Conduct:
    """What may be set that is no number of the policy: acting, learning, keeping, computing."""

    action_domains: frozenset[str] = frozenset(DOMAINS)
    """Domains that may be acted on."""
    undo: timedelta = timedelta(minutes=10)
    """How long the Undo button stays."""
    learning: bool = True
    keep: timedelta = timedelta(days=90)
    """How long the account is kept."""
    engine: EngineChoice = "auto"

    def lets(self, action: PlannedAction) -> bool:
        """Return whether an action may be offered; what moves nothing in the home always may be."""
        moves = RISKS.get((action.domain, action.action)) is not RiskClass.A0
        return not moves or action.domain in self.action_domains

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the conduct of stored options."""
        default = cls()
        domains = options.get(CONF_ACTION_DOMAINS)
        engine = options.get(CONF_ENGINE)
        return cls(
            action_domains=(
                frozenset(item for item in domains if item in DOMAINS)
                if isinstance(domains, list | tuple)
                else default.action_domains
            ),
            undo=timedelta(minutes=_number(options.get(CONF_UNDO_MINUTES), 10, 1, 60)),
            learning=options.get(CONF_LEARNING) is not False,
            keep=timedelta(days=_number(options.get(CONF_RETENTION_DAYS), 90, 7, 365)),
            engine=cast("EngineChoice", engine) if engine in ENGINES else default.engine,
        )
