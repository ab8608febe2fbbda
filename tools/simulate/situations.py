"""Situations: what is the matter in a home, from when to when, and how it would end without a word."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.kinds import KINDS
from tools.personas.model import PersonaHousehold
from tools.streams import Family, Stream, generator

from .house import House
from .kinds import ARISING, Arising
from .triggers import HOME, TRIGGERS

_SEASONAL: Final = {"window_climate": (16.0, 24.0)}
"""Kinds that need heating (midday below the first) or cooling (above the second)."""
_B_RATE_SD: Final = 0.6
_B_CLUSTER: Final = 0.35
"""Family B: homes differ in each kind's rate by a log-normal factor, and situations come in bursts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One thing that is the matter; minutes since day 0."""

    number: int
    kind: str
    began: int
    """When the matter itself began, before it could be noticed."""
    created: int
    """When it became worth saying."""
    ends: int
    """When it expires or ends by itself."""
    by_hand: int | None
    """When a person would see to it unasked, if anyone would before it ends."""
    by_member: int
    """Who would; -1 when nobody would."""
    on_purpose: bool
    """Hidden: it is meant to be so."""
    risk_present: bool
    members: tuple[int, ...]
    """Whom it concerns; empty means the household."""
    told: tuple[int, ...]
    """Who can be told."""

    @property
    def over(self) -> int:
        """When there is nothing left to say, if nobody speaks."""
        return self.ends if self.by_hand is None else min(self.ends, self.by_hand)


def _members(row: Arising, member: int, house: House) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return whom a situation concerns and who can be told."""
    everyone = tuple(range(len(house.timelines)))
    if row.persons in ("personal", "last_out") and member != HOME:
        return (member,) if row.persons == "personal" else (), (member,)
    return (everyone, everyone) if row.persons == "parents" else ((), everyone)


def _meant(house: House, minute: int, *, risk: bool) -> float:
    """Return how much likelier than usual it is that something is meant to be so (judgement).

    People air, cook long and leave lights on while they are up and about; hardly ever with harm in sight. The
    product's own gates (usual dwell, usual hours) have taken out part of it before it becomes a situation.
    """
    about = house.somebody_active(minute)
    by_day = 8 <= minute % 1440 // 60 < 21
    return (0.9 if about else 0.5) * (1.0 if by_day else 0.6) * (0.4 if risk else 1.0)


def _situation(number: int, kind: str, minute: int, member: int, house: House, rng: np.random.Generator) -> Situation:
    row = ARISING[kind]
    policy = KINDS[kind]
    lag = float(rng.gamma(2.0, 5.0 if policy.minutes_to_live <= 120 else 15.0))
    risk = bool(rng.random() < row.risk)
    purpose = bool(rng.random() < row.on_purpose * _meant(house, minute, risk=risk))
    spread = float(np.exp(0.7 * rng.standard_normal()))
    expires = minute + policy.minutes_to_live
    ends = expires
    by_hand: int | None = None
    by_member = HOME
    if purpose:
        ends = min(expires, minute + max(int(row.natural_minutes * spread), 5))
    elif rng.random() < row.by_hand:
        wish = minute + max(row.by_hand_minutes * spread, 4.0)
        moment = house.next_active(wish)
        if moment is not None and moment <= expires:
            by_hand = max(moment, minute + 2)
            by_member = house.who_acts(moment, float(rng.random()))
    members, told = _members(row, member, house)
    if by_hand is not None and row.persons in ("personal", "last_out"):
        by_member = told[0]
    return Situation(
        number=number,
        kind=kind,
        began=int(minute - lag),
        created=minute,
        ends=min(ends, house.end),
        by_hand=by_hand,
        by_member=by_member,
        on_purpose=purpose,
        risk_present=risk,
        members=members,
        told=told,
    )


def _in_season(kind: str, minute: int, house: House) -> bool:
    limits = _SEASONAL.get(kind)
    if limits is None:
        return True
    warmth = house.calendar.temperature[min(minute // 1440, house.calendar.days - 1)]
    return warmth < limits[0] or warmth > limits[1]


def _events(kind: str, house: House, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return a kind's trigger events in time order, without two of one household within its cooling-off."""
    row = ARISING[kind]
    events = sorted(TRIGGERS[row.trigger](house, row, rng))
    if house.household.family is Family.B:
        factor = float(np.exp(_B_RATE_SD * rng.standard_normal()))
        events = [event for event in events if rng.random() < factor]
        events += [
            (minute + int(rng.integers(120, 900)), member)
            for minute, member in events
            if rng.random() < _B_CLUSTER * min(factor, 1.5) * 0.5
        ]
        events.sort()
    return [
        (minute, member) for minute, member in events if 0 < minute < house.end - 30 and _in_season(kind, minute, house)
    ]


def _possible(household: PersonaHousehold, kind: str) -> bool:
    return set(ARISING[kind].needs) <= household.home.devices


def household_situations(house: House) -> list[Situation]:
    """Return every situation of a household in order of time; at most one of a kind is open at once."""
    household = house.household
    rng = generator(household.seed, household.family, Stream.SITUATIONS, household.household_id)
    found: list[Situation] = []
    for kind in KINDS:
        if not _possible(household, kind):
            continue
        free_from = dict.fromkeys(range(-1, len(house.timelines)), -1)
        for minute, member in _events(kind, house, rng):
            owner = member if ARISING[kind].persons == "personal" else HOME
            if minute < free_from[owner]:
                continue
            situation = _situation(len(found), kind, minute, member, house, rng)
            if situation.ends > situation.created + 3:
                found.append(situation)
                free_from[owner] = situation.over + 30
    return sorted(found, key=lambda item: (item.created, item.number))
