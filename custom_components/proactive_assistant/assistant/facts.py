"""What is known before a decision: the moment, and the suggestion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from .enums import (
    Activity,
    Category,
    Company,
    DayType,
    HomeMode,
    Household,
    PhoneState,
    Reply,
    RiskClass,
    Room,
    Transition,
    Urgency,
    Weather,
)

_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class RecentReply:
    """One earlier message to this resident and how it ended."""

    kind: str
    category: Category
    reply: Reply
    minutes_ago: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """The facts of one instant for one resident; roles only, never a name."""

    at: datetime
    """Local time, aware."""
    day_type: DayType = DayType.WEEKDAY
    activity: Activity = Activity.UNKNOWN
    activity_confidence: float = 0.0
    """0 to 1."""
    activity_minutes: float | None = None
    """Minutes since the activity began."""
    household: Household = Household.UNKNOWN
    company: Company = Company.UNKNOWN
    room: Room = Room.UNKNOWN
    transition: Transition = Transition.NONE
    phone: PhoneState = PhoneState.UNKNOWN
    mode: HomeMode = HomeMode.NORMAL
    weather: Weather = Weather.UNKNOWN
    delivered_today: int = 0
    """Messages that interrupted this resident since local midnight."""
    minutes_since_delivery: float | None = None
    recent: tuple[RecentReply, ...] = ()
    """Latest first; all kinds. The encoder reads the first three, and the first of the suggestion's kind."""
    forecast: tuple[Activity, ...] = ()
    """The most likely activity in 1, 2, … hours from habits; empty when nothing is known yet."""

    @property
    def home(self) -> bool | None:
        """Whether the resident is at home; None when that is not known."""
        if self.activity is Activity.AWAY or self.room is Room.NOT_HOME:
            return False
        if self.room is not Room.UNKNOWN:
            return True
        # Who is about to leave stands in a room; leaving without one has left.
        return {Activity.LEAVING: False, Activity.UNKNOWN: None}.get(self.activity, True)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedAction:
    """One action call that a suggestion offers, with its own risk."""

    domain: str
    action: str
    entity_ids: tuple[str, ...]
    risk: RiskClass
    data: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Something worth saying about one situation."""

    id: str
    """Unguessable; new for every offer of the same situation."""
    kind: str
    situation: str
    """What it is about, such as `opening_left:binary_sensor.kitchen_window`: one thread per situation."""
    category: Category
    risk: RiskClass
    urgency: Urgency
    benefit: float
    """0 to 1."""
    created: datetime
    expires: datetime
    began: datetime | None = None
    """When the situation itself began, if known."""
    facts: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    """Plain values for the words and the why page, in a form that needs no inflection."""
    actions: tuple[PlannedAction, ...] = ()
    persons: tuple[str, ...] = ()
    """Person ids it concerns; empty means the household."""
    entity_ids: tuple[str, ...] = ()
    """Entities whose state makes it true."""
    risk_present: bool = False
    """Whether harm is possible while it waits (rain on an open window, an oven in an empty home)."""
    safety: bool = False
    """The safety lane: never withheld by caps, quiet hours or the model."""
    automated: bool = False
    """Whether an automation of the user's does what it offers."""
