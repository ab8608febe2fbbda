"""The record of a persona: who, where, and the five dimensions of preference."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.enums import Activity, Category, Household, RiskClass
from tools.streams import Family


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """Big Five, in standard deviations from the mean of the source sample."""

    openness: float
    conscientiousness: float
    extraversion: float
    agreeableness: float
    neuroticism: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduling:
    """When a message is welcome. Effects are on the logit of *a good moment*."""

    base: float
    by_activity: Mapping[Activity, float]
    by_day_part: tuple[float, ...]
    """Six parts of the day, from `preferences.DAY_PARTS`."""
    morningness: float
    """Gain in the morning and loss in the evening."""
    focus_guard: float
    """How much this person guards work, calls, media and cooking; already inside `by_activity`."""
    transition_gain: float
    only_at_transitions: bool
    """A rule on top of the gain: between two transitions nothing is welcome unless it presses."""
    chores_while_cooking: float
    """Effect of a chore or kitchen matter while cooking or doing housework, against any other matter."""
    wish_per_day: float
    """Messages a day this person would like to have at most."""
    patience: float
    """0 to 1: how little an early next message hurts."""
    recovery_minutes: float
    """Time constant with which the last message stops hurting."""
    urgency_opens: float
    """How much of the resistance of a bad moment a pressing matter removes, 0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """What is worth saying. Effects are on the logit of *the content is wanted*."""

    base: float
    by_category: Mapping[Category, float]
    by_kind: Mapping[str, float]
    aging: float
    """Per log-unit of the situation's age: positive waits until it lasts, negative wants to know at once."""
    away_worry: float
    """Extra value of security and safety while nobody or only others are at home, and at night."""
    safety_minded: float
    thrifty: float
    houseproud: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Autonomy:
    """How far the home may go by itself: a number on the scale of `LEVEL_CUTS`."""

    delegates: float
    by_risk: Mapping[RiskClass, float]
    by_category: Mapping[Category, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class StyleTaste:
    """How a message should be said and through what. Effects are on logits."""

    full: float
    warm: float
    reason: float
    phone_habit: float
    speaker_comfort: float
    dashboard_habit: float
    style_matters: float
    """Chance that one miss of style spoils an otherwise welcome message."""
    snoozer: float
    """Chance that a wanted message at a bad moment is put off rather than refused."""
    night_phone_off: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """How circumstances change the other four. Effects are on the logit of *a good moment* unless said otherwise."""

    guests: float
    weekend: float
    ill: float
    work_at_home: float
    weekend_chores: float
    """Effect on the content of chores at weekends."""
    habituation: float
    """Loss of content per message of the kind in the last seven days."""
    drift: float
    """Standard deviation a day of the slow drift, in logits."""
    change_day: int
    """The session in which tastes change abruptly, or -1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """The five dimensions, and the two prices that turn probabilities into utility."""

    scheduling: Scheduling
    domain: Domain
    autonomy: Autonomy
    style: StyleTaste
    context: Context
    cost_wrong: float
    """Cost of an unwelcome message, on the scale of a kind's benefit."""
    cost_attention: float
    """Cost of any noticed message (Stothart 2015: even an unanswered alert takes attention)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What a household's home has, and what it can sense."""

    dwelling: str
    """`apartment` or `house`."""
    rooms: tuple[str, ...]
    devices: frozenset[str]
    """Capabilities by name, as the table of situations asks for them."""
    sensing: float
    """0 to 1: the share of time in which the home knows what a resident does."""
    climate: float
    """Degrees Celsius between this home's yearly mean and a temperate one's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """One simulated resident."""

    persona_id: int
    household_id: int
    member: int
    family: Family
    split: str
    age: int
    age_group: str
    sex: str
    employment: str
    household_type: str
    """The diary tables' word for the household."""
    household: Household
    children: int
    traits: Traits
    chronotype: float
    """Standard deviations late (positive) or early within the persona's group."""
    habit: float
    """0 to 1: how far one day repeats another."""
    home_office_days: tuple[int, ...]
    """Weekdays, Monday 0, worked at home."""
    reveals_phone: bool
    """Whether the phone's own sensors are switched on, so that the home sees its state."""
    forgetful: float
    """Around 1: how often things are left on or open."""
    sociable: float
    """Around 1: how often guests come."""
    preferences: Preferences
    home: Home


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonaHousehold:
    """People who live together, and their home."""

    household_id: int
    family: Family
    seed: int
    household_type: str
    children: int
    home: Home
    members: tuple[Persona, ...]
