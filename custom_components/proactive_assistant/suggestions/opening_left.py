"""A door or window is open for longer than it usually is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, override

from ..assistant.enums import Weather
from ..sensing.floors import upstairs
from ..sensing.home import Home
from ..sensing.moment import weather
from ..sensing.roles import Role, Thing
from .addressing import Addressees
from .base import Detector, Finding, by_room
from .telling import tells
from .window_climate import works_against

PRIOR_MINUTES: Final = 5.0
"""Usual dwell before the home has taught better (product 3.3; people's own choice: median 3, quartile 5)."""

IN_THE_WET: Final = 10.0
"""Minutes after which it is worth saying in rain, however long it usually is: airing is shorter."""

AFTER_LEAVING: Final = timedelta(minutes=30)
"""While a departure is fresh its own check names the openings: one message, not two."""


AFTER_CLIMATE: Final = timedelta(minutes=65)
"""A window against which the heating runs is told by that kind first (window_climate): one message, not two."""

AFTER_RAIN: Final = timedelta(minutes=120)
"""A window that was told of for the rain ahead (weather_openings) is a matter of that message while it lives."""

TOGETHER: Final = timedelta(minutes=3)
AT_MOST: Final = timedelta(minutes=6)
"""Openings that become a matter this close to one another are one: whoever airs opens several."""


class _Late(NamedTuple):
    """One opening, since when it is open, and when that is worth saying."""

    thing: Thing
    began: datetime
    due: datetime
    usual: float


class OpeningLeft(Detector):
    """Doors and windows of the house; garages and appliance doors have kinds of their own."""

    kind = "opening_left"
    roles = frozenset({Role.OPENING})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._against: dict[str, datetime] = {}
        """Openings against which the heating ran, by the instant they were opened."""
        self._situations: dict[str, tuple[datetime, str]] = {}
        """The situation that each opening is part of, by the instant it was opened."""
        self._addressees = Addressees(home)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        wet = falls(self.home)
        late = [
            self._late(thing, began, now, wet=wet)
            for thing in self.home.on(Role.OPENING)
            if (began := self.home.since(thing)) is not None
        ]
        known = self._situations
        self._situations = {}
        for bundle in _bundles(late):
            yield self._finding(bundle, self._situation(bundle, known), now, wet=wet)
        self._addressees.keep({situation for _, situation in self._situations.values()})

    def _situation(self, bundle: list[_Late], known: dict[str, tuple[datetime, str]]) -> str:
        """Return the name of a bundle: the one it has had, also when the opening that gave it is shut by now."""
        taken = {situation for _, situation in self._situations.values()}
        named = [
            known[late.thing.entity_id][1]
            for late in bundle
            if known.get(late.thing.entity_id, (None, ""))[0] == late.began
        ]
        first = min(bundle, key=lambda late: (late.began, late.thing.entity_id))
        found = next((name for name in named if name not in taken), f"{self.kind}:{first.thing.entity_id}")
        for late in bundle:
            self._situations[late.thing.entity_id] = (late.began, found)
        return found

    def _late(self, thing: Thing, began: datetime, now: datetime, *, wet: bool) -> _Late:
        """Return when an opening has been open for longer than is usual."""
        usual = usual_minutes(self.home, thing)
        due = began + timedelta(minutes=min(usual, IN_THE_WET) if wet else usual)
        if works_against(self.home, thing) is not None:
            self._against[thing.entity_id] = began
        if self._against.get(thing.entity_id) == began and not wet:
            due = max(due, began + AFTER_CLIMATE)
        rain = self.home.rain_told.get(thing.entity_id)
        if rain is not None and rain >= began:
            due = max(due, rain + AFTER_RAIN)
        if self.home.empty_since is not None:
            due = max(due, self.home.empty_since + AFTER_LEAVING)
            if upstairs(self.home.hass, thing.entity_id):
                # Nobody gets in by it, and nobody is there to shut it: not a matter before they are back.
                due = max(due, now + AFTER_LEAVING)
        return _Late(thing, began, due, usual)

    def _finding(self, bundle: list[_Late], situation: str, now: datetime, *, wet: bool) -> Finding:
        # The last of them is due within minutes: one message that names all, not one for each.
        due = max(late.due for late in bundle)
        first = min(bundle, key=lambda late: (late.began, late.thing.entity_id))
        things = [late.thing for late in bundle]
        place: dict[str, Any] = {"name": first.thing.name, "area": first.thing.area}
        return Finding(
            situation=situation,
            due=due,
            began=first.began,
            entity_ids=tuple(thing.entity_id for thing in things),
            facts={
                **(place if len(bundle) == 1 else {"rooms": by_room(things)}),
                "since": first.began.isoformat(),
                "usual_minutes": round(min(late.usual for late in bundle)),
            },
            persons=self._addressees.of(situation, due=due <= now),
            risk_present=wet,
            automated=tells(self.home.hass, [thing.entity_id for thing in things], lasts=True),
        )


def falls(home: Home) -> bool:
    """Return whether rain or snow falls, as far as the weather entity knows."""
    return weather(home) in (Weather.WET, Weather.STORM, Weather.SNOW)


def usual_minutes(home: Home, thing: Thing) -> float:
    """Return how many minutes an opening is usually open at the most."""
    return home.habits.dwell_of(thing.entity_id).usual(PRIOR_MINUTES)


def _bundles(late: list[_Late]) -> list[list[_Late]]:
    """Return openings by what is worth saying at about the same time."""
    found: list[list[_Late]] = []
    for item in sorted(late, key=lambda item: (item.due, item.thing.entity_id)):
        if found and item.due - found[-1][-1].due <= TOGETHER and item.due - found[-1][0].due <= AT_MOST:
            found[-1].append(item)
        else:
            found.append([item])
    return found
