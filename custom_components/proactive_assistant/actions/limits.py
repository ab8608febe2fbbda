"""When nothing is done by itself, in code: no option, level or model passes these rules (product 3.1 and 4.3)."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..assistant.enums import HomeMode, Reason, RiskClass
from ..assistant.facts import Suggestion
from ..assistant.levels import risk_of
from ..sensing.covers import gentle
from ..sensing.guests import party
from ..sensing.home import Home
from ..sensing.roles import Role
from ..storage.promises import Deed, DeedStatus
from .execute import effective
from .hands import Hands
from .risk import ForbiddenActionError, permit

GAP: Final = timedelta(minutes=10)
"""At most one automatic action in so long."""

MOST_A_DAY: Final = 6

WARM_UP: Final = timedelta(minutes=10)
"""None in the first minutes after a start: sensors still report what was."""

MOST_DEAD: Final = 0.2
"""None while a larger share of the home's things is unavailable."""

STILL: Final = timedelta(minutes=10)
"""An empty home has been without movement for so long, and so has a sleeping one outside the bedrooms."""

MOVED_LATELY: Final = timedelta(hours=2)
"""A home that is said to be occupied has shown so within this time."""

_MOVING: Final = (Role.MOTION, Role.SEAT, Role.BED, Role.COOKING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """Everything the rules look at."""

    hass: HomeAssistant
    home: Home
    suggestion: Suggestion
    now: datetime
    started: datetime | None
    """When Home Assistant was up; None while it is not."""
    deeds: Iterable[Deed]
    hands: Hands
    ours: Container[str]
    """Context ids of our own calls."""
    cooled: Container[str]
    """Kinds that were undone lately."""
    paused: bool
    domains: Container[str]
    """Domains that a person lets be acted on."""
    quiet: bool


def presence_certain(home: Home, now: datetime) -> bool:
    """Return whether two independent signals agree on who is home: the persons, and what moves.

    A home without a live motion or occupancy sensor has only one signal, and so is never certain.
    """
    if not home.people or any(home.state(person) is None for person in home.people):
        return False
    sensors = [thing for thing in home.map.of(*_MOVING) if home.state(thing.entity_id) is not None]
    if not sensors:
        return False
    moving = any(home.is_on(thing) for thing in sensors)
    last = max((since for thing in sensors if (since := home.since(thing)) is not None), default=None)
    latest = max((at for at in (home.last_presence, last) if at is not None), default=None)
    if home.empty_since is not None:
        return not moving and (latest is None or now - max(latest, home.empty_since) >= _still(home, latest))
    return moving or (latest is not None and now - latest <= MOVED_LATELY)


def _still(home: Home, latest: datetime | None) -> timedelta:
    """Return how long an empty home must have been still: not at all when nothing moved after the last one left."""
    left = home.empty_since
    moved_after = left is not None and latest is not None and latest > left + timedelta(minutes=2)
    return STILL if moved_after else timedelta()


def share_dead(home: Home) -> float:
    """Return the share of the home's things that do not report."""
    things = home.map.things
    return sum(home.state(entity_id) is None for entity_id in things) / len(things) if things else 1.0


def _deserted(scene: Scene) -> bool:
    """Return whether nobody is home, or nobody in whom what is slow to reverse could be in the way."""
    return scene.home.empty_since is not None


def _automatic(scene: Scene) -> list[Deed]:
    return [deed for deed in scene.deeds if deed.automatic]


def _too_soon(scene: Scene) -> bool:
    return any(scene.now - deed.at < GAP for deed in _automatic(scene))


def _too_many(scene: Scene) -> bool:
    today = dt_util.start_of_local_day(scene.now)
    return sum(deed.at >= today for deed in _automatic(scene)) >= MOST_A_DAY


def _forbidden(scene: Scene) -> bool:
    actions = scene.suggestion.actions
    try:
        worst = max((permit(action, partial(gentle, scene.home)) for action in actions), default=None)
    except ForbiddenActionError:
        return True
    return worst is None or max(worst, risk_of(scene.suggestion)) > RiskClass.A2


def _hand(scene: Scene) -> bool:
    return any(
        scene.hands.fresh(entity_id, scene.now, scene.ours)
        for action in scene.suggestion.actions
        for entity_id in action.entity_ids
    )


def _unfinished(scene: Scene) -> bool:
    """Return whether the same was begun before: what a kill cut short is for people to look at."""
    situation = scene.suggestion.situation
    return any(
        deed.suggestion.situation == situation and deed.status in (DeedStatus.BEGUN, DeedStatus.UNFINISHED)
        for deed in scene.deeds
    )


RULES: Final[tuple[tuple[Reason, Callable[[Scene], bool]], ...]] = (
    (Reason.POLICY_FORBIDDEN, _forbidden),
    (Reason.STARTING_UP, lambda s: s.started is None or not timedelta() <= WARM_UP <= s.now - s.started),
    (Reason.STALE_DATA, lambda s: share_dead(s.home) > MOST_DEAD),
    (Reason.POLICY_FORBIDDEN, lambda s: s.home.in_danger()),
    (Reason.SNOOZED, lambda s: s.paused),
    (Reason.GUEST, lambda s: s.home.mode in (HomeMode.GUEST, HomeMode.PARTY) or party(s.home)),
    (Reason.PRESENCE_UNCLEAR, lambda s: not presence_certain(s.home, s.now)),
    (Reason.QUIET_HOURS, lambda s: s.quiet and s.home.empty_since is None),
    # What is slow to reverse only while nobody is there to be in its way; else it is asked for (product 3.1, A2).
    (Reason.PRESENCE_UNCLEAR, lambda s: risk_of(s.suggestion) >= RiskClass.A2 and not _deserted(s)),
    (Reason.POLICY_FORBIDDEN, lambda s: any(item.domain not in s.domains for item in s.suggestion.actions)),
    (Reason.KIND_COOLDOWN, lambda s: s.suggestion.kind in s.cooled),
    (Reason.ALREADY_AUTOMATED, lambda s: s.suggestion.automated),
    (Reason.DUPLICATE, _unfinished),
    (Reason.ON_PURPOSE, _hand),
    (Reason.MIN_GAP, _too_soon),
    (Reason.DAILY_CAP, _too_many),
    (Reason.NO_EFFECT, lambda s: not any(effective(s.home, item) for item in s.suggestion.actions)),
)
"""Each row forbids; the first that holds names the reason."""


def forbids(scene: Scene) -> Reason | None:
    """Return why nothing may be done by itself now, or None."""
    return next((reason for reason, holds in RULES if holds(scene)), None)
