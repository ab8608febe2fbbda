"""Moments, suggestions and engines for the tests of the pure room; drawn the same on every run."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import tools  # noqa: F401 - makes `assistant` importable
from assistant.engine import Engine, EngineError, Floats, Prior, Tokens
from assistant.enums import (
    Activity,
    Category,
    Channel,
    Company,
    DayType,
    HomeMode,
    Household,
    Level,
    PhoneState,
    Reason,
    Reply,
    RiskClass,
    Room,
    Transition,
    Urgency,
    Verdict,
    Weather,
)
from assistant.facts import Moment, PlannedAction, RecentReply, Suggestion
from assistant.kinds import KINDS
from assistant.learner import learn
from assistant.policy import decide
from assistant.results import Decision, Judgement, Outcome
from assistant.settings import Settings, Standing
from assistant.state import ResidentState, new_state
from assistant.table_engine import TableEngine
from assistant.vocabulary import FIRST_OUTPUT, OUTPUT_COUNT

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZONE)
"""A Tuesday, far from the quiet hours."""

ENGINE = TableEngine()


def drawn(examples: int) -> Callable[[Any], Any]:
    """Return the settings of a property test: the same examples on every machine, however slow."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


# One of each ------------------------------------------------------------------------------------


def moment(**changes: Any) -> Moment:
    """Return a quiet noon at home."""
    return Moment(**{"at": NOON, "activity": Activity.IDLE, "activity_confidence": 0.8, **changes})


def suggestion(kind: str = "opening_left", **changes: Any) -> Suggestion:
    """Return a suggestion of a kind as its table row has it, five minutes old."""
    policy = KINDS.get(kind)
    base = {
        "id": "id",
        "kind": kind,
        "situation": f"{kind}:thing",
        "category": policy.category if policy else Category.OTHER,
        "risk": policy.risk if policy else RiskClass.A0,
        "urgency": policy.urgency if policy else Urgency.NORMAL,
        "benefit": policy.benefit if policy else 0.5,
        "created": NOON,
        "began": NOON - timedelta(minutes=5),
        "expires": NOON + timedelta(hours=12),
    }
    return Suggestion(**{**base, **changes})


def action(risk: RiskClass) -> PlannedAction:
    """Return an action of a risk class."""
    return PlannedAction(domain="light", action="turn_off", entity_ids=("light.hall",), risk=risk)


def standing(**changes: Any) -> Standing:
    """Return the standing of somebody known for a month who was told nothing today."""
    return Standing(**{"person": "person.anna", "days_known": 30.0, **changes})


def spoken(**changes: Any) -> Decision:
    """Return a decision to speak on the phone."""
    return Decision(**{"verdict": Verdict.SPEAK, "reason": Reason.WELCOME, **changes})


def outcome(reply: Reply, **changes: Any) -> Outcome:
    """Return an outcome five minutes after noon."""
    return Outcome(reply=reply, **{"at": NOON + timedelta(minutes=5), **changes})


# Engines of one mind ----------------------------------------------------------------------------


class Constant(TableEngine):
    """An engine that judges everything alike, whatever it is asked."""

    def __init__(self, **logits: float) -> None:
        """Answer with these log-odds of yes, by output group."""
        super().__init__()
        self._row = np.zeros(OUTPUT_COUNT)
        for group, value in logits.items():
            self._row[FIRST_OUTPUT[group] + 1] = value
        self.calls = 0

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Return the same row for everything."""
        self.calls += 1
        return np.tile(self._row, (len(z), len(suffixes), 1))


class Broken(TableEngine):
    """An engine that cannot serve."""

    def __init__(self, error: Exception | None = None) -> None:
        """Fail with an error."""
        super().__init__()
        self._error = error or EngineError("the worker died")

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Fail."""
        raise self._error


class Unsteered(TableEngine):
    """A table without a direction to steer in."""

    def __init__(self) -> None:
        """Keep the random effects, and soften two factors."""
        super().__init__()
        self.prior = Prior(
            mean=np.zeros(0),
            covariance=np.zeros((0, 0)),
            groups=(),
            random_effect_sd={"kind": 0.7, "day_part": 0.5, "activity": 0.5},
            temperatures={"content": 2.0, "level": 4.0},
            drift=0.998,
        )

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge as the table does for a stranger."""
        return super().logits(prefix, suffixes, np.zeros((len(z), ENGINE.prior.mean.size)))


def eager() -> Constant:
    """Return an engine that finds everything wanted, well timed and noticed."""
    yes = dict.fromkeys(("content", "moment", "noticed_phone", "noticed_speaker", "noticed_dashboard"), 8.0)
    return Constant(**yes, level=8.0)


def weary() -> Constant:
    """Return an engine that finds everything unwanted."""
    return Constant(content=-8.0, moment=-8.0, noticed_phone=8.0)


# Drawn ------------------------------------------------------------------------------------------

ZONES = st.sampled_from([ZONE, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu"), UTC])
ODD = st.sampled_from([float("nan"), float("inf"), float("-inf"), -1.0, 0.0, 1e300])
MINUTES = st.one_of(st.none(), st.floats(0, 20_000), ODD)
UNIT = st.floats(0, 1)
KIND_NAMES = st.sampled_from([*KINDS, "my_own", ""])


def times() -> st.SearchStrategy[datetime]:
    """Draw local times, the nights of changing clocks often among them."""
    plain = st.builds(
        lambda minutes, zone: datetime.fromtimestamp(60 * minutes, zone),
        st.integers(26_300_000, 34_000_000),
        ZONES,
    )
    autumn = st.integers(0, 48 * 4).map(
        lambda quarter: (datetime(2026, 10, 24, 12, tzinfo=UTC) + timedelta(minutes=15 * quarter)).astimezone(ZONE)
    )
    spring = st.integers(0, 48 * 4).map(
        lambda quarter: (datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(minutes=15 * quarter)).astimezone(ZONE)
    )
    return st.one_of(plain, autumn, spring)


RECENT = st.builds(
    RecentReply,
    kind=KIND_NAMES,
    category=st.sampled_from(Category),
    reply=st.sampled_from(Reply),
    minutes_ago=st.floats(0, 50_000),
)

MOMENTS = st.builds(
    Moment,
    at=times(),
    day_type=st.sampled_from(DayType),
    activity=st.sampled_from(Activity),
    activity_confidence=UNIT,
    activity_minutes=MINUTES,
    household=st.sampled_from(Household),
    company=st.sampled_from(Company),
    room=st.sampled_from(Room),
    transition=st.sampled_from(Transition),
    phone=st.sampled_from(PhoneState),
    mode=st.sampled_from(HomeMode),
    weather=st.sampled_from(Weather),
    delivered_today=st.integers(-1, 12),
    minutes_since_delivery=MINUTES,
    recent=st.lists(RECENT, max_size=4).map(tuple),
    forecast=st.lists(st.sampled_from(Activity), max_size=5).map(tuple),
)


@st.composite
def suggestions(draw: st.DrawFn, at: datetime) -> Suggestion:
    """Draw a suggestion around an instant, sensible or not."""
    kind = draw(KIND_NAMES)
    return Suggestion(
        id="id",
        kind=kind,
        situation=f"{kind}:{draw(st.integers(0, 3))}",
        category=draw(st.sampled_from(Category)),
        risk=draw(st.sampled_from(RiskClass)),
        urgency=draw(st.sampled_from(Urgency)),
        benefit=draw(st.one_of(UNIT, ODD)),
        created=at - timedelta(minutes=draw(st.integers(0, 600))),
        expires=at + timedelta(minutes=draw(st.integers(-60, 3000))),
        began=draw(st.none() | st.integers(-10, 100_000).map(lambda ago: at - timedelta(minutes=ago))),
        actions=tuple(action(risk) for risk in draw(st.lists(st.sampled_from(RiskClass), max_size=2))),
        persons=draw(st.sampled_from([(), ("person.anna",), ("person.ben",)])),
        risk_present=draw(st.booleans()),
    )


@st.composite
def scenes(draw: st.DrawFn, most: int = 8) -> tuple[Moment, list[Suggestion]]:
    """Draw a moment and what is open at it."""
    found = draw(MOMENTS)
    return found, draw(st.lists(suggestions(found.at), min_size=1, max_size=most))


@st.composite
def plain_scenes(draw: st.DrawFn) -> tuple[Moment, Suggestion]:
    """Draw a sensible moment without guests, and one sensible suggestion of a known kind."""
    found = draw(
        st.builds(
            Moment,
            at=times(),
            day_type=st.sampled_from(DayType),
            activity=st.sampled_from(Activity),
            activity_confidence=UNIT,
            room=st.sampled_from(Room),
            transition=st.sampled_from(Transition),
            phone=st.sampled_from(PhoneState),
            delivered_today=st.integers(0, 6),
            forecast=st.lists(st.sampled_from(Activity), max_size=5).map(tuple),
        )
    )
    kind = draw(st.sampled_from(list(KINDS)))
    return found, suggestion(kind, created=found.at, began=found.at, expires=found.at + timedelta(hours=6))


SETTINGS = st.builds(
    Settings,
    ceiling=st.sampled_from(Level),
    levels=st.dictionaries(KIND_NAMES, st.sampled_from(Level), max_size=4),
    quiet_start=st.times(),
    quiet_end=st.times(),
    weekend_quiet_start=st.times(),
    weekend_quiet_end=st.times(),
    push_cap=st.integers(-1, 1000),
    home_cap=st.integers(-1, 1000),
    gap_minutes=st.integers(-100, 5000),
    exploration_per_week=st.integers(-1, 100),
    helpfulness=st.one_of(st.floats(-1, 1), ODD),
)

STANDINGS = st.builds(
    Standing,
    person=st.sampled_from([None, "person.anna"]),
    channels=st.lists(st.sampled_from(Channel), max_size=5).map(tuple),
    days_known=st.one_of(st.floats(0, 100), ODD),
    pushes_today=st.integers(0, 15),
    home_pushes_today=st.integers(0, 15),
    minutes_since_push=MINUTES,
    minutes_since_kind=st.dictionaries(KIND_NAMES, st.floats(0, 500) | ODD, max_size=3),
    silenced=st.dictionaries(KIND_NAMES, st.sampled_from([*(reason.value for reason in Reason), "new"]), max_size=1),
    delivered=st.frozensets(st.sampled_from([f"{kind}:{i}" for kind in KINDS for i in range(4)]), max_size=3),
    told=st.frozensets(st.sampled_from([f"{kind}:{i}" for kind in KINDS for i in range(4)]), max_size=3),
    put_off=st.frozensets(st.sampled_from([f"{kind}:{i}" for kind in KINDS for i in range(4)]), max_size=30),
    explored_this_week=st.integers(0, 5),
    starting_up=st.booleans(),
    presence_clear=st.booleans(),
)


def probabilities(judgement: Judgement) -> dict[str, float]:
    """Return every probability of a judgement by name."""
    return {
        "content": judgement.content.mean,
        "moment": judgement.moment.mean,
        **{f"noticed_{channel}": found.mean for channel, found in judgement.noticed.items()},
        **{f"level_{level.name}": found.mean for level, found in judgement.level.items()},
        "length": judgement.length.mean,
        "tone": judgement.tone.mean,
        "reason": judgement.reason.mean,
    }


def every_night(start: time, end: time, **settings: Any) -> Settings:
    """Return settings with the same quiet hours on weekdays and at weekends."""
    return Settings(quiet_start=start, quiet_end=end, weekend_quiet_start=start, weekend_quiet_end=end, **settings)


FREE = every_night(time(0), time(0), ceiling=Level.ACT)
"""Nothing is quiet, and acting is allowed where a kind's row allows it."""


def decided(
    engine: Engine,
    found: Sequence[Suggestion],
    at: Moment | None = None,
    settings: Settings = FREE,
    who: Standing | None = None,
) -> list[Decision]:
    state = new_state(engine.model_id, engine.prior)
    return decide(engine, state, at or moment(), found, settings, who or standing())


def one(engine: Engine, found: Suggestion | None = None, **kwargs: Any) -> Decision:
    [decision] = decided(engine, [found or suggestion()], **kwargs)
    return decision


def taught(*replies: Reply, engine: Engine = ENGINE, start: ResidentState | None = None) -> ResidentState:
    """Return the state after such replies to the window at noon, a day apart."""
    state = start or new_state(engine.model_id, engine.prior)
    for day, reply in enumerate(replies):
        given_at = outcome(reply, at=NOON + timedelta(days=day))
        state = learn(engine, state, moment(), suggestion(), spoken(), given_at)
    return state
