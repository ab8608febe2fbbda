"""How the furniture moves: small rules around the real trace.

The recording has twelve sensors and nothing that could be forgotten. Lights, windows, the television and a washing
machine are put beside it and follow the recorded sensors by the rules below, one function each; every one is
deterministic, with dice seeded by its name and the moment. No rule looks at the labels.

| what | follows | and sometimes |
|---|---|---|
| sensors | the recording, second by second | – |
| bathroom light | any sensor there | stays on (1 in 8) |
| bathroom fan | the shower | stays on (1 in 6) |
| bathroom window | opened after the shower for 3 to 8 min | left open for hours (1 in 3) |
| kitchen light | cooking, or anything there in the dark | stays on (1 in 5) |
| kitchen window | opened after breakfast (2 in 3), cooking, before bed (1 in 3) | left open for hours (1 in 3) |
| television | ten minutes on the sofa | runs on when leaving (2 in 5) |
| living room light | the sofa in the dark | stays on when leaving (1 in 2) |
| bedroom light | the minutes before bed | – |
| washing machine | breakfast, every second or third day | emptied late; started at bedtime (1 in 5) |
| lock | the front door, and bedtime | not locked (1 in 6) |
| thermostat, weather | the hour and the day | – |
"""

import itertools
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tools.demo.household import BATHROOM, KITCHEN, Change, Household, Rule, minutes
from tools.demo.trace import Span

# The recording's name of a sensor → the key in home.yaml.
SENSOR_KEYS: Final = {
    "Basin": "basin",
    "Bed": "bed",
    "Cabinet": "cabinet",
    "Cooktop": "cooktop",
    "Cupboard": "cupboard",
    "Fridge": "fridge",
    "Maindoor": "front_door",
    "Microwave": "microwave",
    "Seat": "sofa",
    "Shower": "shower",
    "Toaster": "toaster",
    "Toilet": "toilet",
}

_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_LONG_SIT: Final = timedelta(minutes=10)
_COOKING: Final = timedelta(minutes=8)
_SETPOINT: Final = 20.5


def sensors(house: Household) -> Iterator[Change]:
    """Replay the recording; what was on for less than its resolution is on for a second."""
    for span in house.trace.sensors:
        key = SENSOR_KEYS[span.name]
        yield Change(at=span.start, key=key, value=True)
        yield Change(at=max(span.end, span.start + _SECOND), key=key, value=False)


def bathroom_light(house: Household) -> Iterator[Change]:
    """Light every visit."""
    for visit in house.visits(BATHROOM, 10 * _MINUTE):
        yield Change(at=visit.start, key="bathroom_light", value=True)
        if house.dice("bathroom_light", visit.start).random() > 1 / 8:
            yield Change(at=visit.end + 40 * _SECOND, key="bathroom_light", value=False)


def bathroom_fan(house: Household) -> Iterator[Change]:
    """Run with the shower, and a while after it."""
    for shower in house.spans("Shower"):
        dice = house.dice("bathroom_fan", shower.start)
        yield Change(at=shower.start + 30 * _SECOND, key="bathroom_fan", value=True)
        after = minutes(dice, 8, 15) if dice.random() > 1 / 6 else minutes(dice, 180, 400)
        yield Change(at=house.up(shower.end + after), key="bathroom_fan", value=False)


def _air(house: Household, key: str, at: datetime, odds: float = 1 / 3) -> Iterator[Change]:
    """Open a window for a few minutes, or forget it for hours."""
    dice = house.dice(key, at)
    forgotten = dice.random() < odds
    close = house.up(at + (minutes(dice, 50, 240) if forgotten else minutes(dice, 3, 8)))
    yield Change(at=at, key=key, value=True)
    yield Change(at=close, key=key, value=False)


def bathroom_window(house: Household) -> Iterator[Change]:
    """Let the steam out."""
    for shower in house.spans("Shower"):
        yield from _air(house, "bathroom_window", shower.end + 2 * _MINUTE)


def kitchen_window(house: Household) -> Iterator[Change]:
    """Air after toast and after cooking."""
    for toast in house.spans("Toaster"):
        if house.dice("airing", toast.start).random() < 2 / 3:
            yield from _air(house, "kitchen_window", toast.end + 3 * _MINUTE)
    for cooking in house.spans("Cooktop"):
        if cooking.end - cooking.start > _COOKING:
            yield from _air(house, "kitchen_window", cooking.end + _MINUTE)
    for night in house.nights:
        dice = house.dice("night air", night.start)
        if dice.random() < 1 / 3:
            open_for = timedelta(hours=12) if dice.random() < 1 / 3 else minutes(dice, 6, 20)
            at = night.start - minutes(dice, 30, 50)
            yield Change(at=at, key="kitchen_window", value=True)
            close = min(at + open_for, night.end + 20 * _MINUTE)
            yield Change(at=close, key="kitchen_window", value=False)


def kitchen_light(house: Household) -> Iterator[Change]:
    """Light what is done in the dark, and cooking at any hour."""
    for visit in house.visits(KITCHEN, 6 * _MINUTE):
        cooking = visit.end - visit.start > _COOKING
        if not (cooking or house.dark(visit.start)):
            continue
        yield Change(at=visit.start, key="kitchen_light", value=True)
        forgets = house.dice("kitchen_light", visit.start).random() < 1 / 5
        off = house.leaves_or_retires(visit.end) - 5 * _MINUTE if forgets else visit.end
        yield Change(at=max(off, visit.end) + _MINUTE, key="kitchen_light", value=False)


def television(house: Household) -> Iterator[Change]:
    """Switch on some minutes into a long sit; off at bedtime, and mostly when leaving."""
    for sit in house.spans("Seat"):
        dice = house.dice("television", sit.start)
        odds = 1 / 2 if sit.start.hour < 15 else 5 / 6
        if sit.end - sit.start > _LONG_SIT and dice.random() < odds:
            yield Change(at=sit.start + minutes(dice, 1, 4), key="tv", value="playing")
    for night in house.nights:
        yield Change(at=night.start - 90 * _SECOND, key="tv", value="off")
    for absence in house.absences:
        if house.dice("television off", absence.start).random() > 2 / 5:
            yield Change(at=absence.start - _MINUTE, key="tv", value="off")


def living_light(house: Household) -> Iterator[Change]:
    """Light the sofa once it is dark, until bed."""
    for sit in house.spans("Seat"):
        quarters = int((sit.end - sit.start) / (15 * _MINUTE)) + 1
        moments = (sit.start + n * 15 * _MINUTE + 20 * _SECOND for n in range(quarters))
        if first := next((at for at in moments if house.dark(at)), None):
            yield Change(at=first, key="living_light", value=True)
    for night in house.nights:
        yield Change(at=night.start - 2 * _MINUTE, key="living_light", value=False)
    for absence in house.absences:
        if house.dice("living_light", absence.start).random() > 1 / 2:
            yield Change(at=absence.start - 30 * _SECOND, key="living_light", value=False)


def bedroom_light(house: Household) -> Iterator[Change]:
    """Light the way to bed."""
    for night in house.nights:
        yield Change(at=night.start - 75 * _SECOND, key="bedroom_light", value=True)
        yield Change(at=night.start + 20 * _SECOND, key="bedroom_light", value=False)


def washing(house: Household) -> Iterator[Change]:
    """Wash after breakfast every second or third day, and empty the drum when it comes to mind."""
    due = 0
    for day, toast in enumerate(_first_of_each_day(house.spans("Toaster"))):
        if day < due:
            continue
        dice = house.dice("washing", toast.start)
        due = day + dice.choice((2, 2, 3))
        yield from _wash(house, toast.end + minutes(dice, 9, 25), minutes(dice, 60, 300))
    for night in house.nights:
        dice = house.dice("night wash", night.start)
        if dice.random() < 1 / 5:
            yield from _wash(house, night.start - minutes(dice, 15, 40), minutes(dice, 60, 90))


def _wash(house: Household, start: datetime, patience: timedelta) -> Iterator[Change]:
    """Load, run, and empty some time after the end, when up and about."""
    done = start + minutes(house.dice("cycle", start), 62, 95)
    yield from _door(start - 3 * _MINUTE, "", open_for=2 * _MINUTE)
    yield Change(at=start, key="washer", value="running")
    yield Change(at=done, key="washer", value="finished")
    yield from empty_washer(house.up(done) + patience, f"empty {start:%j}")


def empty_washer(at: datetime, thread: str = "") -> Iterator[Change]:
    """Open, unload, close."""
    yield from _door(at, thread, open_for=5 * _MINUTE)
    yield Change(at=at + _MINUTE, key="washer", value="idle", thread=thread)


def _door(at: datetime, thread: str, open_for: timedelta) -> Iterator[Change]:
    yield Change(at=at, key="washer_door", value=True, thread=thread)
    yield Change(at=at + open_for, key="washer_door", value=False, thread=thread)


def _first_of_each_day(spans: list[Span]) -> Iterator[Span]:
    for _day, group in itertools.groupby(spans, key=lambda span: span.start.date()):
        yield next(group)


def lock(house: Household) -> Iterator[Change]:
    """Unlock to go through the door, lock behind oneself and before bed."""
    for absence in house.absences:
        dice = house.dice("lock", absence.start)
        yield Change(at=absence.start - 5 * _SECOND, key="front_door_lock", value="unlocked")
        if dice.random() > 1 / 6:
            yield Change(at=absence.start + 45 * _SECOND, key="front_door_lock", value="locked")
        yield Change(at=absence.end - 8 * _SECOND, key="front_door_lock", value="unlocked")
    for night in house.nights:
        if house.dice("lock", night.start).random() > 1 / 6:
            yield Change(at=night.start - 5 * _MINUTE, key="front_door_lock", value="locked")


def _hours(house: Household) -> Iterator[datetime]:
    at = house.trace.start.replace(minute=0, second=0) + _HOUR
    while at < house.trace.end:
        yield at
        at += _HOUR


def thermostat(house: Household) -> Iterator[Change]:
    """Heat in the morning and in the evening."""
    temperature = 19.0
    for at in _hours(house):
        heating = at.hour in {9, 10, 11, 18, 19, 20, 21, 22, 23} and temperature < _SETPOINT
        temperature = round(temperature + (0.6 if heating else -0.2), 1)
        temperature = min(max(temperature, 17.5), _SETPOINT)
        action = "heating" if heating else "idle"
        yield Change(at=at, key="thermostat", value={"temperature": temperature, "action": action})


def weather(house: Household) -> Iterator[Change]:
    """Let a cold, mostly dry fortnight pass."""
    for at in _hours(house):
        day = house.dice("weather", at.replace(hour=0))
        warmest = day.uniform(8, 15)
        condition = day.choices(("sunny", "cloudy", "rainy"), (5, 4, 2))[0]
        if condition == "sunny" and house.dark(at):
            condition = "clear-night"
        # Coldest before dawn, warmest in the afternoon.
        temperature = warmest - 4 + 4 * math.cos((at.hour - 15) / 12 * math.pi)
        yield Change(
            at=at,
            key="weather",
            value={
                "condition": condition,
                "temperature": round(temperature, 1),
                "humidity": day.randint(45, 85),
            },
        )


RULES: Final[tuple[Rule, ...]] = (
    sensors,
    bathroom_light,
    bathroom_fan,
    bathroom_window,
    kitchen_light,
    kitchen_window,
    television,
    living_light,
    bedroom_light,
    washing,
    lock,
    thermostat,
    weather,
)


def plan(house: Household) -> list[Change]:
    """Say what moves in the fortnight, in order of time."""
    changes = [change for rule in RULES for change in rule(house)]
    begin, end = house.trace.start, house.trace.end
    return sorted((change for change in changes if begin <= change.at <= end), key=lambda change: change.at)
