"""Draw a persona's five dimensions of preference from the population's tastes.

Twelve common traits give the dimensions their low rank (people who guard their focus do so in work, calls and
media alike); beside them every activity, day part, category and kind has a deviation of its own, and a few people
hold outright rules. The share of each is a judgement.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from assistant.enums import Activity, Category, RiskClass
from assistant.kinds import KINDS

from . import tastes
from .model import Autonomy, Context, Domain, Preferences, Scheduling, StyleTaste, Traits

_ONLY_AT_TRANSITIONS: Final = 0.15
_NIGHT_PHONE_OFF: Final = 0.42
"""Viber 2025: 34 % always mute at night and 8 % switch the phone off."""
_CHANGE: Final = 0.2
"""Share of people whose tastes change abruptly within four weeks (judgement: a new job, a child, an illness)."""


def _trait(name: str, traits: Traits, rng: np.random.Generator) -> float:
    """Return a standard normal trait that leans on the Big Five as far as the table says."""
    effects = tastes.TRAIT_EFFECTS.get(name, {})
    leaning = sum(weight * getattr(traits, trait) for trait, weight in effects.items())
    own = 1.0 - sum(weight * weight for weight in effects.values())
    return float(leaning + np.sqrt(max(own, 0.1)) * rng.standard_normal())


def _scaled[K](loading: Mapping[K, float], key: K, trait: float) -> float:
    return loading.get(key, 0.0) * trait


def _scheduling(traits: Traits, chronotype: float, rng: np.random.Generator) -> Scheduling:
    focus = _trait("focus_guard", traits, rng)
    outgoing = _trait("outgoing", traits, rng)
    patience = _trait("patience", traits, rng)
    own = rng.standard_normal(len(Activity)) * tastes.ACTIVITY_SPREAD
    return Scheduling(
        base=float(rng.normal(1.4, 1.1)),
        by_activity={
            activity: tastes.ACTIVITY_MEAN[activity]
            + _scaled(tastes.FOCUS_LOADING, activity, focus)
            + _scaled(tastes.OUTGOING_LOADING, activity, outgoing)
            + float(deviation)
            for activity, deviation in zip(Activity, own, strict=True)
        },
        by_day_part=tuple(
            float(rng.normal(mean, spread))
            for mean, spread in zip(tastes.DAY_PART_MEAN, tastes.DAY_PART_SPREAD, strict=True)
        ),
        morningness=float(-0.35 * chronotype + rng.normal(0.0, 0.3)),
        focus_guard=focus,
        transition_gain=float(max(rng.normal(0.7, 0.45), -0.3)),
        only_at_transitions=bool(rng.random() < _ONLY_AT_TRANSITIONS),
        chores_while_cooking=float(rng.normal(0.5, 0.8)),
        wish_per_day=float(tastes.WISH_MEDIAN * np.exp(tastes.WISH_LOG_SD * rng.standard_normal())),
        patience=float(1.0 / (1.0 + np.exp(-patience))),
        recovery_minutes=float(45.0 * np.exp(0.7 * rng.standard_normal())),
        urgency_opens=float(rng.beta(3.0, 2.0)),
    )


def _domain(traits: Traits, rng: np.random.Generator) -> Domain:
    safety = _trait("safety_minded", traits, rng)
    thrifty = _trait("thrifty", traits, rng)
    houseproud = _trait("houseproud", traits, rng)
    mean_demand = float(np.mean([np.log(share) for share in tastes.DEMAND.values()]))
    return Domain(
        base=float(rng.normal(0.6, 0.9)),
        by_category={
            category: tastes.CATEGORY_MEAN[category]
            + _scaled(tastes.SAFETY_LOADING, category, safety)
            + _scaled(tastes.THRIFT_LOADING, category, thrifty)
            + _scaled(tastes.HOUSEPROUD_LOADING, category, houseproud)
            + float(rng.normal(0.0, tastes.CATEGORY_SPREAD))
            for category in Category
        },
        by_kind={
            kind: 0.35 * (float(np.log(tastes.DEMAND[kind])) - mean_demand) + float(rng.normal(0.0, tastes.KIND_SPREAD))
            for kind in KINDS
        },
        aging=float(rng.normal(0.05, 0.3)),
        away_worry=float(max(0.4 + 0.5 * safety + rng.normal(0.0, 0.3), 0.0)),
        safety_minded=safety,
        thrifty=thrifty,
        houseproud=houseproud,
    )


def _autonomy(traits: Traits, rng: np.random.Generator) -> Autonomy:
    return Autonomy(
        delegates=0.65 * _trait("delegates", traits, rng),
        by_risk={risk: tastes.RISK_LEVEL[risk] + float(rng.normal(0.0, 0.3)) for risk in RiskClass},
        by_category={category: float(rng.normal(0.0, 0.4)) for category in Category},
    )


def _style(traits: Traits, rng: np.random.Generator) -> StyleTaste:
    return StyleTaste(
        full=float(rng.normal(-0.5, 1.2)),
        warm=float(0.1 + 1.2 * _trait("warm", traits, rng)),
        reason=float(0.3 + 1.2 * _trait("reason", traits, rng)),
        phone_habit=float(rng.normal(0.0, 0.6)),
        speaker_comfort=float(rng.normal(-0.2, 0.9)),
        dashboard_habit=float(rng.normal(0.0, 0.8)),
        style_matters=float(rng.beta(1.5, 10.0)),
        snoozer=float(rng.beta(4.0, 2.5)),
        night_phone_off=bool(rng.random() < _NIGHT_PHONE_OFF),
    )


def _context(traits: Traits, days: int, rng: np.random.Generator) -> Context:
    changes = rng.random() < _CHANGE
    day = int(rng.integers(7, 22))
    return Context(
        guests=float(-0.7 - 0.6 * _trait("social_guard", traits, rng)),
        weekend=float(rng.normal(0.1, 0.5)),
        ill=float(rng.normal(-0.6, 0.6)),
        work_at_home=float(rng.normal(-0.3, 0.5)),
        weekend_chores=float(rng.normal(0.2, 0.7)),
        habituation=float(rng.gamma(2.0, 0.05)),
        drift=float(rng.gamma(2.0, 0.02)),
        change_day=day if changes and day < days else -1,
    )


def draw_preferences(traits: Traits, chronotype: float, rng: np.random.Generator, days: int = 28) -> Preferences:
    """Return one persona's preferences; `days` bounds the session of an abrupt change."""
    return Preferences(
        scheduling=_scheduling(traits, chronotype, rng),
        domain=_domain(traits, rng),
        autonomy=_autonomy(traits, rng),
        style=_style(traits, rng),
        context=_context(traits, days, rng),
        cost_wrong=float(0.3 * np.exp(0.4 * rng.standard_normal())),
        cost_attention=float(0.04 * np.exp(0.5 * rng.standard_normal())),
    )
