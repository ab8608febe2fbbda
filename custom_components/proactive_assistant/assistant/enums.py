"""Closed sets that every room of the house speaks in."""

from enum import IntEnum, StrEnum
from typing import Final


class Activity(StrEnum):
    """What a resident is doing, as far as the home can tell."""

    ASLEEP = "asleep"
    WAKING = "waking"
    GROOMING = "grooming"
    COOKING = "cooking"
    EATING = "eating"
    HOUSEWORK = "housework"
    CARING = "caring"
    WORKING = "working"
    MEDIA = "media"
    CALL = "call"
    EXERCISING = "exercising"
    HOSTING = "hosting"
    IDLE = "idle"
    LEAVING = "leaving"
    AWAY = "away"
    ARRIVING = "arriving"
    UNKNOWN = "unknown"


class DayType(StrEnum):
    """The kind of day, which shifts the whole rhythm."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


class Household(StrEnum):
    """Who lives here, in the coarsest useful terms."""

    SINGLE = "single"
    COUPLE = "couple"
    FAMILY = "family"
    SHARED = "shared"
    UNKNOWN = "unknown"


class Company(StrEnum):
    """Who is with the resident right now."""

    ALONE = "alone"
    HOUSEHOLD = "household"
    CHILDREN = "children"
    GUESTS = "guests"
    UNKNOWN = "unknown"


class Room(StrEnum):
    """The role of the room the resident is in; never its name."""

    BEDROOM = "bedroom"
    LIVING_ROOM = "living_room"
    KITCHEN = "kitchen"
    BATHROOM = "bathroom"
    OFFICE = "office"
    HALL = "hall"
    CHILD_ROOM = "child_room"
    UTILITY = "utility"
    OUTDOORS = "outdoors"
    OTHER = "other"
    NOT_HOME = "not_home"
    UNKNOWN = "unknown"


class Transition(StrEnum):
    """The change that made this moment, within the last few minutes."""

    NONE = "none"
    WOKE_UP = "woke_up"
    ARRIVED = "arrived"
    LEFT = "left"
    ENTERED_ROOM = "entered_room"
    FINISHED_ACTIVITY = "finished_activity"
    GOING_TO_BED = "going_to_bed"
    COMPANY_CHANGED = "company_changed"


class PhoneState(StrEnum):
    """How reachable the resident's phone is."""

    IDLE = "idle"
    IN_USE = "in_use"
    CHARGING = "charging"
    CALL = "call"
    DRIVING = "driving"
    FOCUS = "focus"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class HomeMode(StrEnum):
    """The mode the whole home is in."""

    NORMAL = "normal"
    GUEST = "guest"
    VACATION = "vacation"
    PARTY = "party"


class Weather(StrEnum):
    """A coarse weather class."""

    CLEAR = "clear"
    CLOUDY = "cloudy"
    WET = "wet"
    SNOW = "snow"
    STORM = "storm"
    HOT = "hot"
    COLD = "cold"
    UNKNOWN = "unknown"


class Category(StrEnum):
    """What a suggestion is about, shared by known and unknown kinds."""

    SECURITY = "security"
    SAFETY = "safety"
    ENERGY = "energy"
    COMFORT = "comfort"
    CHORES = "chores"
    MAINTENANCE = "maintenance"
    MOBILITY = "mobility"
    CARE = "care"
    OTHER = "other"


class RiskClass(IntEnum):
    """The fixed risk table of the product specification, section 3.1."""

    A0 = 0
    """Inform only: no actuator."""
    A1 = 1
    """Trivial and reversible in a second."""
    A2 = 2
    """Comfort or energy, slow to reverse."""
    A3 = 3
    """Raises security or moves machinery."""
    A4 = 4
    """Never, not even as a button."""


class Urgency(IntEnum):
    """How soon a suggestion loses its point."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    TIME_SENSITIVE = 3


class Level(IntEnum):
    """Autonomy, from silence to acting and telling."""

    OFF = 0
    OBSERVE = 1
    SUGGEST = 2
    ASK = 3
    ACT = 4


class Channel(StrEnum):
    """Ways to reach a resident, most interrupting first."""

    SPEAKER = "speaker"
    PHONE = "phone"
    DASHBOARD = "dashboard"
    DIGEST = "digest"


class Length(StrEnum):
    """How much a message says."""

    SHORT = "short"
    FULL = "full"


class Tone(StrEnum):
    """How a message says it."""

    PLAIN = "plain"
    WARM = "warm"


class Verdict(StrEnum):
    """What the assistant decided to do with a suggestion."""

    SPEAK = "speak"
    ACT = "act"
    HOLD = "hold"
    DROP = "drop"


class Reason(StrEnum):
    """Why: five reasons to speak, one to wait, and the closed list of the product specification 6.2."""

    WELCOME = "welcome"
    NO_BETTER_MOMENT = "no_better_moment"
    URGENT = "urgent"
    EXPLORING = "exploring"
    SAFETY = "safety"

    BETTER_MOMENT_AHEAD = "better_moment_ahead"
    RESOLVED = "resolved"
    NO_EFFECT = "no_effect"
    ALREADY_AUTOMATED = "already_automated"
    LOW_CONFIDENCE = "low_confidence"
    QUIET_HOURS = "quiet_hours"
    DAILY_CAP = "daily_cap"
    MIN_GAP = "min_gap"
    KIND_COOLDOWN = "kind_cooldown"
    SNOOZED = "snoozed"
    SAID_NO_BEFORE = "said_no_before"
    ON_PURPOSE = "on_purpose"
    PERSON_BUSY = "person_busy"
    PERSON_AWAY = "person_away"
    NOBODY_TO_TELL = "nobody_to_tell"
    GUEST = "guest"
    VACATION = "vacation"
    PARTY = "party"
    DUPLICATE = "duplicate"
    STALE_DATA = "stale_data"
    STARTING_UP = "starting_up"
    OBSERVE_ONLY = "observe_only"
    EXPLORATION_BUDGET = "exploration_budget"
    POLICY_FORBIDDEN = "policy_forbidden"
    PRESENCE_UNCLEAR = "presence_unclear"


class Reply(StrEnum):
    """How a suggestion ended."""

    ACCEPTED = "accepted"
    LATER = "later"
    NOT_NOW = "not_now"
    WRONG = "wrong"
    NEVER = "never"
    UNSEEN = "unseen"
    EXPIRED = "expired"
    RESOLVED = "resolved"
    DONE_BY_HAND = "done_by_hand"
    UNDONE = "undone"


class WrongPart(StrEnum):
    """Which part of a guess a resident named as wrong."""

    CONTENT = "content"
    TIME = "time"
    TOO_OFTEN = "too_often"
    PRESENCE = "presence"
    AUTONOMY = "autonomy"


REPLIES_THAT_ANSWER: Final = frozenset({Reply.ACCEPTED, Reply.LATER, Reply.NOT_NOW, Reply.WRONG, Reply.NEVER})
"""Replies a person gave; the others are observations about a message or its situation."""
