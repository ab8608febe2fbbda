"""Blinds and the sun: who lets them down, and when it is the matter that nobody has.

By the specification (product 3.3, no. 21): the sun on a façade, a hot day, a warm home. The world knows where every
window looks, whatever its blind is called. Fitted and drawn last, from a generator of its own: what else a home has and
does is as it would be without.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.enums import Room, Weather
from tools.simulate.clock import DAY

from .fittings import Plan
from .stage import Span, Stage

SUMMER_DAY: Final = 25.0
"""Highest degrees outside of what weather services call a summer day."""

WARM: Final = 24.0
"""Degrees inside from which a home is warm (product 3.3)."""

LEAST: Final = 60.0
"""Minutes that the sun has to stand before an open blind until it is missed that nothing was said."""

HAND: Final = 30.0
"""Minutes after which whoever moved a blind is no longer just at it (product 3.1)."""

STEP: Final = 5
_SHARES: Final = {"window has one": 0.75, "named by its side": 0.45, "let down in time": 0.5, "glare": 0.05}
_SIDES: Final = {"north": 0.0, "east": 90.0, "south": 180.0, "west": 270.0}
_SORTS: Final = ("blind", "shade", "shutter", "curtain")
_WINDOWED: Final = (Room.BEDROOM, Room.LIVING_ROOM, Room.KITCHEN, Room.OFFICE, Room.CHILD_ROOM)
_SUNNY: Final = frozenset({Weather.CLEAR, Weather.HOT})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Light:
    """How the sun stands before a window at a minute."""

    any: bool
    """Whether it reaches it at all."""
    full: bool
    """Whether it stands before it, and high enough that nothing is in its way."""


def add_blinds(plan: Plan, rng: np.random.Generator) -> None:
    """Give a home that has blinds one before each of most of its windows."""
    if "blinds" not in plan.household.home.devices:
        return
    sort = _SORTS[int(rng.integers(0, len(_SORTS)))]
    named = rng.random() < _SHARES["named by its side"]
    for room in _WINDOWED:
        side = list(_SIDES)[int(rng.integers(0, len(_SIDES)))]
        if room.value in plan.household.home.rooms and rng.random() < _SHARES["window has one"]:
            key = f"blind:{room.value}"
            plan.add(key, "cover", sort, room, device_class=sort, platform="somfy", supported_features=15, detail=side)
            if named:
                plan.rename(key, f"{plan.fittings[key].name} {plan.word(side)}")


def blinds_life(stage: Stage, rng: np.random.Generator) -> None:
    """Raise blinds in the morning and let them down in the evening; on hot days, now and then, before the sun."""
    for key in stage.plan.keys("blind"):
        stage.track(key, "closed")
        azimuth = _SIDES[stage.plan.fittings[key].detail]
        until = 0.0
        for day in range(stage.house.calendar.days):
            opened = _by_day(stage, day, rng)
            # Who was out for the night finds it up, and lets it down.
            if opened is not None and opened[0] > until:
                until = opened[1]
                _day(stage, key, azimuth, opened, rng)


def _by_day(stage: Stage, day: int, rng: np.random.Generator) -> Span | None:
    """Return from when to when a blind is up on a day, if nobody lets it down for the sun."""
    wakes = [end for _, end in stage.nights if day * DAY <= end < day * DAY + 720]
    up = (wakes[-1] if wakes else day * DAY + 450.0) + float(rng.uniform(2, 50))
    dusk = next((at for at in range(day * DAY + 720, (day + 1) * DAY, STEP) if stage.dark(at)), (day + 1) * DAY)
    begins = [begin for begin, _ in stage.nights if up < begin]
    down = min([dusk + float(rng.uniform(0, 60)), *begins[:1]])
    # Who is out lets it down on the way home.
    absence = stage.absence_at(down)
    down = min(absence[1] + 3 if absence else down, float(stage.house.end))
    return (up, down) if up < down and not stage.absence_at(up) else None


def _day(stage: Stage, key: str, azimuth: float, opened: Span, rng: np.random.Generator) -> None:
    """Write one day of a blind, and what of it is the matter."""
    up, down = opened
    day = int(up // DAY)
    hot = max(stage.warmth(day * DAY + at) for at in range(0, DAY, 30)) >= SUMMER_DAY
    careful, glare = rng.random() < _SHARES["let down in time"], rng.random() < _SHARES["glare"]
    late, glaring, lasts = (float(rng.uniform(*span)) for span in ((0, 25), (up, down), (20, 60)))
    spans = list(_stretches(stage, day, azimuth)) if hot else []
    held = [(up, down)]
    if glare and not hot:
        held = [(up, glaring), (glaring + lasts, down)]
    elif careful and spans:
        falls = max(spans[0][0], up) + late
        home = (float(at) for at in np.arange(falls, down, STEP) if not stage.absence_at(float(at)))
        held = [(up, min(next(home, down), down))]
    for begin, end in held:
        stage.hold(key, begin, end, "open")
    _matters(stage, key, azimuth, held[0], spans)


def _matters(stage: Stage, key: str, azimuth: float, opened: Span, spans: list[Span]) -> None:
    """Write down when the sun stood before an open blind on a hot day; the first stretch of a day is asked for."""
    up, down = opened
    told = any(stage.plan.word(side) in stage.plan.fittings[key].name.split() for side in _SIDES)
    for index, (begin, end) in enumerate(spans):
        low, high = max(begin, up), min(end, down)
        if low >= high:
            continue
        stage.allow(("outside_air",), key, low, high)
        full = [
            at
            for at in np.arange(max(low, up + HAND), high, STEP)
            if _light(stage, float(at), azimuth).full and _inside(stage, float(at)) > WARM
            # Of a window of which nothing tells where it looks, nobody knows before the sun is high.
            and (told or stage.sun(float(at))[0] >= 45.0 or at % DAY > 750.0)
        ]  # fmt: skip
        if index == 0 and full and full[-1] - full[0] >= LEAST:
            began = low if told else float(int(up // DAY) * DAY)
            stage.matter("outside_air", key, began, float(full[0]), min(float(full[-1]) + STEP, high))


def _inside(stage: Stage, minute: float) -> float:
    """Return how warm the rooms are, as their thermostats have it (matters_things.climate_life)."""
    return max(20.3, 0.4 * stage.warmth(minute) + 14.0)


def _light(stage: Stage, minute: float, azimuth: float) -> _Light:
    elevation, at = stage.sun(minute)
    apart = abs((at - azimuth + 180) % 360 - 180)
    shines = stage.house.calendar.weather_at(int(minute)) in _SUNNY
    return _Light(any=shines and elevation > 8 and apart < 80, full=shines and elevation > 20 and apart < 60)


def _stretches(stage: Stage, day: int, azimuth: float) -> Iterator[Span]:
    """Yield when the sun reaches a window on a day; a cloud of an hour does not end it."""
    begin: float | None = None
    last = 0.0
    for at in range(day * DAY, min((day + 1) * DAY, stage.house.end), STEP):
        if _light(stage, at, azimuth).any:
            begin = float(at) if begin is None else begin
            last = float(at)
        elif begin is not None and at - last > 60:
            yield begin, last + 60
            begin = None
    if begin is not None:
        yield begin, last + 60
