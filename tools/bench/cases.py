"""The calls that are timed: what a home asks of the assistant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from assistant.assistant import Assistant
from assistant.encoding import encode_moment, encode_suggestion
from assistant.enums import Activity, Company, DayType, Household, PhoneState, Reply, Room
from assistant.facts import Moment, Suggestion
from assistant.kinds import KINDS
from assistant.results import Outcome
from assistant.settings import Settings, Standing

MANY: Final = 8
"""Suggestions open at once in a busy home."""
_NOON: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_ACTIVITIES: Final = (Activity.IDLE, Activity.COOKING, Activity.MEDIA, Activity.WORKING, Activity.AWAY)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One call, and the 95th percentile it may take by engine, in milliseconds."""

    name: str
    call: Callable[[int], object]
    """Called with the number of the repetition, so that calls differ as they do in a home."""
    budget: dict[str, float]


def moment(number: int) -> Moment:
    """Return a moment that differs from its neighbours."""
    return Moment(
        at=_NOON + timedelta(minutes=17 * (number % 30)),
        day_type=DayType.WEEKDAY,
        activity=_ACTIVITIES[number % len(_ACTIVITIES)],
        activity_confidence=0.9,
        activity_minutes=float(number % 50),
        household=Household.COUPLE,
        company=Company.ALONE,
        room=Room.KITCHEN,
        phone=PhoneState.IDLE,
        forecast=(Activity.IDLE, Activity.MEDIA, Activity.MEDIA),
    )


def suggestions(at: datetime) -> list[Suggestion]:
    """Return suggestions of the first kinds that are pushed."""
    return [
        Suggestion(
            id=str(index),
            kind=policy.key,
            situation=f"{policy.key}:{index}",
            category=policy.category,
            risk=policy.risk,
            urgency=policy.urgency,
            benefit=policy.benefit,
            created=at,
            expires=at + timedelta(minutes=policy.minutes_to_live),
        )
        for index, policy in enumerate(list(KINDS.values())[:MANY])
    ]


def cases(assistant: Assistant) -> list[Case]:
    """Return what is timed on an assistant."""
    engine, state = assistant.engine, assistant.new_resident()
    k = len(engine.prior.mean)
    zero, many = np.zeros((1, k)), np.zeros((k + 1, k))
    many[1:] = np.eye(k) * 0.25
    now = moment(0)
    open_now = suggestions(now.at)
    prefix = np.array(encode_moment(now))
    suffixes = np.array([encode_suggestion(now, item) for item in open_now])
    settings, standing = Settings(), Standing(days_known=30)
    decision = assistant.decide(state, now, open_now[:1], settings, standing)[0]

    def fresh(number: int) -> np.ndarray:
        return np.array(encode_moment(moment(number)))

    def learn(number: int) -> object:
        at = moment(number)
        reply = (Reply.ACCEPTED, Reply.NOT_NOW, Reply.LATER)[number % 3]
        outcome = Outcome(reply=reply, at=at.at + timedelta(minutes=2), delay_minutes=2.0)
        return assistant.learn(state, at, open_now[number % MANY], decision, outcome)

    return [
        Case(
            name="one suggestion, moment cached",
            call=lambda number: engine.logits(prefix, suffixes[number % MANY][None], zero),
            budget={"numpy": 6.0, "llama": 2.0},
        ),
        Case(
            name="one suggestion, new moment",
            call=lambda number: engine.logits(fresh(number), suffixes[number % MANY][None], zero),
            budget={},
        ),
        Case(
            name="eight suggestions, moment cached",
            call=lambda number: engine.logits(prefix, np.roll(suffixes, number, axis=0), zero),
            budget={"numpy": 20.0, "llama": 6.0},
        ),
        Case(
            name="eight suggestions, new moment",
            call=lambda number: engine.logits(fresh(number), suffixes, zero),
            budget={},
        ),
        Case(
            name="one suggestion under k + 1 vectors, new moment",
            call=lambda number: engine.logits(fresh(number), suffixes[:1], many),
            budget={},
        ),
        Case(
            name="Assistant.judge with deviations",
            call=lambda number: assistant.judge(state, moment(number), open_now[number % MANY]),
            budget={},
        ),
        Case(
            name="Assistant.decide over eight",
            call=lambda number: assistant.decide(state, moment(number), open_now, settings, standing),
            budget={},
        ),
        Case(name="Assistant.learn from one outcome", call=learn, budget={"numpy": 50.0, "llama": 50.0, "auto": 50.0}),
    ]
