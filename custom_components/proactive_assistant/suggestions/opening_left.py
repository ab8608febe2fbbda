"""A door or window is open for longer than it usually is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from ..assistant.enums import Weather
from ..sensing.home import Home
from ..sensing.moment import weather
from ..sensing.roles import Role, Thing
from .base import Detector, Finding
from .window_climate import works_against

PRIOR_MINUTES: Final = 5.0
"""Usual dwell before the home has taught better (product 3.3; people's own choice: median 3, quartile 5)."""

IN_THE_WET: Final = 10.0
"""Minutes after which it is worth saying in rain, however long it usually is: airing is shorter."""

AFTER_LEAVING: Final = timedelta(minutes=30)
"""While a departure is fresh its own check names the openings: one message, not two."""


AFTER_CLIMATE: Final = timedelta(minutes=65)
"""A window against which the heating runs is told by that kind first (window_climate): one message, not two."""


class OpeningLeft(Detector):
    """Doors and windows of the house; garages and appliance doors have kinds of their own."""

    kind = "opening_left"
    roles = frozenset({Role.OPENING})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._against: dict[str, datetime] = {}
        """Openings against which the heating ran, by the instant they were opened."""

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        wet = weather(self.home) in (Weather.WET, Weather.STORM, Weather.SNOW)
        for thing in self.home.on(Role.OPENING):
            began = self.home.since(thing)
            if began is not None:
                yield self._finding(thing, began, wet=wet)

    def _finding(self, thing: Thing, began: datetime, *, wet: bool) -> Finding:
        usual = self.home.habits.dwell_of(thing.entity_id).usual(PRIOR_MINUTES)
        due = began + timedelta(minutes=min(usual, IN_THE_WET) if wet else usual)
        if works_against(self.home, thing) is not None:
            self._against[thing.entity_id] = began
        if self._against.get(thing.entity_id) == began and not wet:
            due = max(due, began + AFTER_CLIMATE)
        if self.home.empty_since is not None:
            due = max(due, self.home.empty_since + AFTER_LEAVING)
        return Finding(
            situation=f"{self.kind}:{thing.entity_id}",
            due=due,
            began=began,
            entity_ids=(thing.entity_id,),
            facts={
                "name": thing.name,
                "area": thing.area,
                "since": began.isoformat(),
                "usual_minutes": round(usual),
            },
            risk_present=wet,
        )
