"""The thirty kinds of suggestion and the policy numbers that belong to a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .enums import Category, Channel, Level, RiskClass, Urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class KindPolicy:
    """What is fixed about a kind, whatever a resident teaches."""

    key: str
    category: Category
    risk: RiskClass
    """The highest risk class any of its actions has."""
    urgency: Urgency
    benefit: float
    """Value of being told at the right moment, 0 to 1 (judgement; learning moves P, not this)."""
    first_level: Level
    ceiling: Level
    channel: Channel
    minutes_to_live: int
    """When it expires if nothing else ends it (product specification 4.4)."""
    first_week: bool = False
    """Whether it may be pushed in a resident's first seven days."""
    in_quiet_hours: bool = False
    """Whether a present risk lets it through quiet hours."""
    on_vacation: bool = False
    while_away: bool = False
    """Whether it makes sense to tell somebody who is not at home."""
    not_with_guests: bool = False
    """Whether guests make its situation normal, so that it waits until they have gone."""
    pushed_at_risk: bool = False
    """Whether a present risk makes it a message on the phone, although its kind waits on a list."""
    asked_for: bool = False
    """Whether the person set each one up themselves: what was asked for is neither capped nor spaced."""
    spoken: bool = False
    """Whether it may be said aloud where voice is on."""
    brief: bool = False
    """Whether its moment is soon over, so that it waits for the least gap only."""
    ends_with_night: bool = False
    """Whether what is held back for the night is over by the morning, and not said then."""
    repeats: bool = False
    """Whether it is said again while nobody answers, and put off by as much."""
    until_return: bool = False
    """Whether what is done lasts until somebody is back, however long that is, and is put back then."""


# The condensed table of the product specification, 3.4, with times from 4.4.
# key, category, risk, urgency, benefit, first level, ceiling, channel, minutes, flags
# flags: w = first week, q = passes quiet hours when the risk is present, v = vacation, a = also when away,
# g = not with guests, s = may be spoken, o = asked for by the person,
# c = on the phone when a risk is present, r = said again while nobody answers, m = for a brief moment,
# n = not said in the morning, b = put back when somebody is back
# (vacation: the list in 4.4; guests: the gates in 3.3 and the wish in 2.2)
_A0, _A1, _A2, _A3 = RiskClass.A0, RiskClass.A1, RiskClass.A2, RiskClass.A3
_LOW, _NORMAL, _HIGH, _TIME = Urgency.LOW, Urgency.NORMAL, Urgency.HIGH, Urgency.TIME_SENSITIVE
_OFF, _OBSERVE, _SUGGEST, _ASK, _ACT = Level
_PHONE, _DASH, _DIGEST = Channel.PHONE, Channel.DASHBOARD, Channel.DIGEST
_C = Category

type _Row = tuple[str, Category, RiskClass, Urgency, float, Level, Level, Channel, int, str]

_ROWS: Final[tuple[_Row, ...]] = (
    ("leave_home", _C.ENERGY, _A3, _HIGH, 0.8, _SUGGEST, _ACT, _PHONE, 20, "wqagm"),
    ("opening_left", _C.SECURITY, _A0, _NORMAL, 0.7, _SUGGEST, _SUGGEST, _PHONE, 720, "wa"),
    ("garage_open", _C.SECURITY, _A3, _HIGH, 0.9, _SUGGEST, _ASK, _PHONE, 720, "wva"),
    ("appliance_done", _C.CHORES, _A0, _NORMAL, 0.6, _SUGGEST, _SUGGEST, _PHONE, 480, "ws"),
    ("lock_check", _C.SECURITY, _A3, _TIME, 0.9, _SUGGEST, _ASK, _PHONE, 60, "wqvan"),
    ("window_climate", _C.ENERGY, _A2, _NORMAL, 0.6, _SUGGEST, _ACT, _PHONE, 60, "w"),
    ("bedtime", _C.COMFORT, _A3, _NORMAL, 0.6, _SUGGEST, _ACT, _PHONE, 60, "wgn"),
    ("battery_low", _C.MAINTENANCE, _A0, _LOW, 0.4, _SUGGEST, _SUGGEST, _DIGEST, 10080, "c"),
    ("cold_storage", _C.SAFETY, _A0, _TIME, 0.9, _SUGGEST, _SUGGEST, _PHONE, 480, "wqvas"),
    ("heat_source_on", _C.SAFETY, _A2, _TIME, 1.0, _SUGGEST, _ASK, _PHONE, 480, "qva"),
    ("bin_day", _C.CHORES, _A0, _NORMAL, 0.6, _SUGGEST, _SUGGEST, _PHONE, 720, "w"),
    ("away_climate", _C.ENERGY, _A2, _LOW, 0.5, _SUGGEST, _ACT, _PHONE, 240, "vab"),
    ("weather_openings", _C.SECURITY, _A3, _HIGH, 0.7, _SUGGEST, _ACT, _PHONE, 120, "va"),
    ("arm_reminder", _C.SECURITY, _A3, _HIGH, 0.7, _SUGGEST, _ASK, _PHONE, 60, "ag"),
    ("media_idle", _C.ENERGY, _A1, _LOW, 0.3, _OBSERVE, _ACT, _DASH, 60, "g"),
    ("room_light_idle", _C.ENERGY, _A1, _LOW, 0.3, _OBSERVE, _ACT, _DASH, 60, "g"),
    ("ev_plug", _C.MOBILITY, _A2, _NORMAL, 0.7, _SUGGEST, _ACT, _PHONE, 480, ""),
    ("cheap_energy", _C.ENERGY, _A2, _LOW, 0.4, _OBSERVE, _ACT, _DIGEST, 120, ""),
    ("device_offline", _C.MAINTENANCE, _A0, _LOW, 0.4, _SUGGEST, _SUGGEST, _DIGEST, 10080, "v"),
    ("ventilate", _C.COMFORT, _A1, _NORMAL, 0.4, _SUGGEST, _ACT, _DASH, 60, "s"),
    ("outside_air", _C.COMFORT, _A2, _LOW, 0.4, _OBSERVE, _ACT, _PHONE, 120, ""),
    ("arrival_prepare", _C.COMFORT, _A2, _NORMAL, 0.5, _OBSERVE, _ACT, _PHONE, 30, "an"),
    ("vacuum_now", _C.CHORES, _A2, _LOW, 0.4, _SUGGEST, _ACT, _PHONE, 60, "a"),
    ("watering", _C.CHORES, _A2, _LOW, 0.4, _SUGGEST, _ASK, _DIGEST, 1440, ""),
    ("maintenance_due", _C.MAINTENANCE, _A0, _LOW, 0.3, _SUGGEST, _SUGGEST, _DIGEST, 10080, ""),
    ("leave_now", _C.MOBILITY, _A0, _TIME, 0.7, _OBSERVE, _SUGGEST, _PHONE, 30, "n"),
    ("routine_due", _C.CARE, _A0, _HIGH, 0.8, _OFF, _SUGGEST, _PHONE, 60, "aor"),
    ("vacation", _C.ENERGY, _A2, _LOW, 0.5, _SUGGEST, _ASK, _PHONE, 1440, "ab"),
    ("guest", _C.COMFORT, _A0, _NORMAL, 0.5, _SUGGEST, _ASK, _PHONE, 120, "a"),
    ("kids_evening", _C.CARE, _A1, _NORMAL, 0.4, _OFF, _ASK, _PHONE, 60, "n"),
)  # fmt: skip


def _policy(row: _Row) -> KindPolicy:
    """Turn one row of the table into a policy."""
    key, category, risk, urgency, benefit, first, ceiling, channel, minutes, flags = row
    return KindPolicy(
        key=key,
        category=category,
        risk=risk,
        urgency=urgency,
        benefit=benefit,
        first_level=first,
        ceiling=ceiling,
        channel=channel,
        minutes_to_live=minutes,
        first_week="w" in flags,
        in_quiet_hours="q" in flags,
        on_vacation="v" in flags,
        while_away="a" in flags,
        not_with_guests="g" in flags,
        pushed_at_risk="c" in flags,
        asked_for="o" in flags,
        spoken="s" in flags,
        brief="m" in flags,
        ends_with_night="n" in flags,
        repeats="r" in flags,
        until_return="b" in flags,
    )


KINDS: Final[Mapping[str, KindPolicy]] = MappingProxyType({row[0]: _policy(row) for row in _ROWS})
"""Every kind the product knows, in the order of the specification (the order is part of the vocabulary)."""

SAFETY: Final = _policy(("safety", _C.SAFETY, _A0, _TIME, 1.0, _SUGGEST, _SUGGEST, _PHONE, 1440, "wqva"))
"""The safety lane (product 3.2). No kind to rank or to learn, so it is not in the table or the vocabulary."""


def policy_of(kind: str) -> KindPolicy:
    """Return the policy of a kind or of the safety lane; raises KeyError for any other."""
    return SAFETY if kind == SAFETY.key else KINDS[kind]


REPEAT_MINUTES: Final = 15
"""Between two turns of what is said again, and what *later* means there (product 3.3, kind 27)."""

UNKNOWN_KIND: Final = "unknown"
"""Stands in the vocabulary for a kind the model was not trained on, such as a person's own suggestion."""
