"""The numbers of policy, each with its reason, and what a person may set of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from .enums import Channel, Level

NOISE: Final = 0.05
"""Share of replies that do not mean what they say (learning evidence, section 4: 5 % flips)."""

LATER_SHARE: Final = 0.5
"""Chance that wanted content at a bad moment is put off rather than dismissed (judgement)."""

OPTIMISM: Final = 0.5
"""Standard deviations added to the mean for cheap suggestions (learning evidence 3.4: least regret)."""

COST_WRONG: Final[Mapping[Channel, float]] = MappingProxyType(
    {Channel.SPEAKER: 1.0, Channel.PHONE: 0.6, Channel.DASHBOARD: 0.08, Channel.DIGEST: 0.05}
)
"""Cost of an unwelcome message, in units of a fully wanted one (judgement, to be tested in the lab)."""

COST_INTERRUPTION: Final[Mapping[Channel, float]] = MappingProxyType(
    {Channel.SPEAKER: 0.1, Channel.PHONE: 0.03, Channel.DASHBOARD: 0.0, Channel.DIGEST: 0.0}
)
"""Cost of any message, however welcome, when nothing else was said today."""

LOAD_FACTOR: Final = 0.5
"""Each message already delivered today raises the cost of the next by this share (recovery; InterruptMe)."""

DELAY_COST_PER_HOUR: Final = (0.02, 0.06, 0.25, 1.0)
"""Share of the benefit lost per hour of waiting, by urgency."""

HOLD_MARGIN: Final = 0.03
"""A later moment must promise this much more, so that a forecast's noise does not postpone for ever."""

LOOK_AGAIN_MINUTES: Final = 15
"""When nothing better is forecast, decide afresh after this long."""

NEVER_HOURS: Final = 20
"""After *not now*, the same situation stays silent this long (product specification 4.4)."""

KIND_GAP_MINUTES: Final = 180
"""Between two messages of one kind (product specification 4.4)."""

REFUSALS: Final = 3
REFUSALS_DAYS: Final = 14
"""So many *not now* in so many days halve a kind (product specification 4.4)."""

UNANSWERED: Final = 2
UNANSWERED_HOURS: Final = 24
"""So many messages of a kind in a row without an answer: dashboard only for so long, then half rate (4.4)."""

SAFETY_GAP_MINUTES: Final = (10, 30)
"""The safety lane repeats itself first after the one, then after the other (product specification 3.2)."""

CAP_MOST: Final = 12
GAP_LEAST_MINUTES: Final = 10
EXPLORATION_MOST: Final = 3
"""Bounds of what may be set, wherever the number comes from (product specification 4.4)."""

FIRST_DAYS: Final = 7
"""A new resident hears little in the first days: the prior is not yet theirs."""

FIRST_DAYS_CAP: Final = 2

_WEEKEND: Final = frozenset({5, 6})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a person may set; defaults are those of the product specification, 4.4."""

    ceiling: Level = Level.SUGGEST
    """Global autonomy ceiling."""
    levels: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))
    """Level per kind, where it differs from the kind's first level."""
    quiet_start: time = time(22, 0)
    quiet_end: time = time(7, 0)
    weekend_quiet_start: time = time(23, 0)
    """In the nights to Saturday and to Sunday."""
    weekend_quiet_end: time = time(8, 30)
    push_cap: int = 3
    """Pushes per resident and day."""
    home_cap: int = 5
    """Pushes per home and day."""
    gap_minutes: int = 45
    """Between two pushes to one resident."""
    exploration_per_week: int = 1
    """Uncertain pushes a week."""
    helpfulness: float = 0.0
    """Threshold slider: -1 quieter … +1 more helpful; shifts the required utility."""
    danger_always: bool = False
    """Whether to tell of danger although an automation of the user's has told of it (product 3.2)."""

    def _quiet_hours(self, morning: date) -> tuple[time, time]:
        """Return beginning and end of the quiet hours that end on a day."""
        if morning.weekday() in _WEEKEND:
            return self.weekend_quiet_start, self.weekend_quiet_end
        return self.quiet_start, self.quiet_end

    def quiet_until(self, at: datetime) -> datetime | None:
        """Return when the quiet hours around a local time end; None outside of them.

        They may wrap midnight, and the same time for both ends means none at all.
        """
        clock = at.time()
        start, end = self._quiet_hours(at.date())
        if start <= clock < end or clock < end < start:
            # In the hour that a night of 25 has twice, the end is that of the same pass.
            return _at_clock(at, end).replace(fold=at.fold)
        start, end = self._quiet_hours(at.date() + _DAY)
        return _at_clock(at + _DAY, end) if clock >= start > end else None

    def quiet(self, at: datetime) -> bool:
        """Return whether a local time lies in the quiet hours."""
        return self.quiet_until(at) is not None


def _at_clock(day: datetime, clock: time) -> datetime:
    """Return a time of the wall clock on a day."""
    return datetime.combine(day.date(), clock, day.tzinfo)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a resident stands with the assistant: what the gates need besides the moment."""

    person: str | None = None
    channels: tuple[Channel, ...] = (Channel.PHONE, Channel.DASHBOARD)
    """Channels that can reach this resident now."""
    days_known: float = 0.0
    pushes_today: int = 0
    home_pushes_today: int = 0
    minutes_since_push: float | None = None
    minutes_since_kind: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Minutes since the last push, per kind."""
    minutes_since_situation: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Minutes since the last push, per situation; the safety lane repeats itself by it."""
    silenced: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Situations or kinds that must stay silent now, with the reason code."""
    delivered: frozenset[str] = frozenset()
    """Situations that this resident already has in front of them."""
    told: frozenset[str] = frozenset()
    """Situations that a bundle named which this resident has seen and answered: not said again, but shown."""
    put_off: frozenset[str] = frozenset()
    """Situations that this resident put off and has not heard of since: what was promised waits for no gap and no
    next day."""
    explored_this_week: int = 0
    starting_up: bool = False
    presence_clear: bool = True
    """Whether two signals agree on who is home; acting needs it."""
    may_act: frozenset[str] = frozenset()
    """Situations that the rules outside the learner let be acted on by itself now."""
