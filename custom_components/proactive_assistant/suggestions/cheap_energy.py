"""Electricity is cheap now, or the sun gives more than the home uses, and something waits that can take it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.home import Home
from ..sensing.prices import Window, cheapest, slots
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding

SURPLUS_WATTS: Final = 1000.0
SURPLUS_FOR: Final = timedelta(minutes=15)
SURPLUS_LASTS: Final = timedelta(hours=2)
CLOUD: Final = 0.7
"""Share of the threshold below which a surplus counts as over: one small cloud is none."""

HOURS: Final = 3.0
HORIZON: Final = 14.0
"""Hours of a cheap window, and hours ahead in which it is the cheapest."""

CAR_KWH: Final = 10.0
MACHINE_KWH: Final = 1.0
"""What is shifted by one evening's charge or one programme: the saving is an estimate (judgement)."""

NEEDS: Final = timedelta(hours=1)
"""In which these go through: a wallbox gives eleven kilowatts, a machine heats first. What is left of a window may be
less."""

FULL: Final = 80.0
"""Percent from which a car need not be charged now."""


class CheapEnergy(Detector):
    """Prices ahead and surplus of the roof, against a car on its cable or a machine released for remote start."""

    kind = "cheap_energy"
    roles = frozenset(
        {
            Role.PRICE,
            Role.EXPORT_POWER,
            Role.SOLAR_POWER,
            Role.HOUSE_POWER,
            Role.CHARGER,
            Role.CAR_PLUG,
            Role.CAR_BATTERY,
            Role.REMOTE_START,
        }
    )

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._surplus_since: datetime | None = None

    @override
    def available(self, home_map: HomeMap) -> bool:
        source = home_map.of(Role.PRICE, Role.EXPORT_POWER) or (
            home_map.of(Role.SOLAR_POWER) and home_map.of(Role.HOUSE_POWER)
        )
        return bool(source) and bool(home_map.of(Role.CHARGER, Role.REMOTE_START))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role not in (Role.EXPORT_POWER, Role.SOLAR_POWER, Role.HOUSE_POWER):
            return
        watts = self._surplus()
        bar = SURPLUS_WATTS * (CLOUD if self._surplus_since is not None else 1.0)
        if watts is None or watts < bar:
            self._surplus_since = None
        elif self._surplus_since is None:
            self._surplus_since = now

    def _surplus(self) -> float | None:
        """Return the watts that leave the home, or what the roof gives beyond the home's use."""
        export = [watts for thing in self.home.map.of(Role.EXPORT_POWER) if (watts := self._watts(thing)) is not None]
        if export:
            return max(export)
        solar, use = (
            [watts for thing in self.home.map.of(role) if (watts := self._watts(thing)) is not None]
            for role in (Role.SOLAR_POWER, Role.HOUSE_POWER)
        )
        return max(solar) - max(use) if solar and use else None

    def _watts(self, thing: Thing) -> float | None:
        state, number = self.home.state(thing.entity_id), self.home.number(thing)
        kilo = state is not None and state.attributes.get("unit_of_measurement") == "kW"
        return number * 1000 if number is not None and kilo else number

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        waiting = [thing for thing in self.home.map.of(Role.CHARGER) if self._car_waits(thing)]
        machines = self._released()
        if not waiting and not machines:
            return
        if self._surplus_since is not None and (watts := self._surplus()) is not None:
            # The sun may have shone for hours before anything waits for it.
            due = max(self._surplus_since + SURPLUS_FOR, self._waits_since(waiting, machines, now))
            facts = {"value": f"{watts / 1000:.1f} kW", "why": "energy_sun", "since": self._surplus_since.isoformat()}
            yield self._finding("sun", due, due + SURPLUS_LASTS, waiting, machines, facts)
            return
        kwh = CAR_KWH * bool(waiting) + MACHINE_KWH * len(machines)
        for thing in self.home.map.of(Role.PRICE):
            state = self.home.state(thing.entity_id)
            window = cheapest(slots(state), now, HOURS, HORIZON) if state is not None else None
            if state is None or window is None or not window.start <= now < window.end:
                continue
            left = (window.end - now) / NEEDS
            saved = (window.usual - window.price) * kwh * min(1.0, left)
            if saved >= self.home.savings:
                yield self._finding(
                    "price", window.start, window.end, waiting, machines, _priced(window, state, saved), thing
                )
            # One price is the price: a second sensor is of the same contract.
            return

    def _finding(
        self,
        why: str,
        due: datetime,
        until: datetime,
        waiting: list[Thing],
        machines: list[Thing],
        facts: dict[str, str],
        source: Thing | None = None,
    ) -> Finding:
        ids = tuple(thing.entity_id for thing in waiting)
        actions = (PlannedAction(domain="switch", action="turn_on", entity_ids=ids, risk=RiskClass.A2),) if ids else ()
        return Finding(
            situation=f"{self.kind}:{why}",
            due=due,
            began=due,
            expires=until,
            entity_ids=(
                *ids,
                *(thing.entity_id for thing in machines),
                *((source.entity_id,) if source is not None else ()),
            ),
            facts={
                "names": list(dict.fromkeys(thing.device or thing.name for thing in (*waiting, *machines))),
                "left": until.isoformat(),
                **facts,
            },
            actions=actions,
            automated=not machines and automates(self.home.hass, actions),
        )

    def _car_waits(self, charger: Thing) -> bool:
        """Return whether a car hangs on a charger that rests, and could take more."""
        state = self.home.state(charger.entity_id)
        if state is None or state.state != "off":
            return False
        plugs = self.home.map.siblings(charger, Role.CAR_PLUG) or self.home.map.of(Role.CAR_PLUG)
        levels = [
            level for thing in self.home.map.of(Role.CAR_BATTERY) if (level := self.home.number(thing)) is not None
        ]
        return any(self.home.is_on(plug) for plug in plugs) and not (levels and min(levels) >= FULL)

    def _waits_since(self, waiting: list[Thing], machines: list[Thing], now: datetime) -> datetime:
        """Return since when the first load waits: the car on its cable, the machine that was released."""
        plugs = [plug for plug in self.home.map.of(Role.CAR_PLUG) if self.home.is_on(plug)] if waiting else []
        times = [at for thing in (*plugs, *machines) if (at := self.home.since(thing)) is not None]
        return min(times, default=now)

    def _released(self) -> list[Thing]:
        """Return the machines that somebody has loaded and released for remote start; they are named, not started."""
        return self.home.on(Role.REMOTE_START)


def _priced(window: Window, state: State, saved: float) -> dict[str, str]:
    unit = str(state.attributes.get("unit_of_measurement") or "").partition("/")[0]
    return {"value": f"{saved:.2f} {unit}".strip(), "why": "energy_price", "since": window.start.isoformat()}
