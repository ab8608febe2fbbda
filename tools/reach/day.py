"""A scripted day of a house with two residents: what happens by itself, and how people react to what they are told."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

START: Final = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""A Tuesday morning; the day ends 18 hours later."""

MINUTES: Final = 18 * 60

PEOPLE: Final = ("anna", "ben")
LAMP: Final = "light.living_room_ceiling"
TV: Final = "media_player.living_room_tv"
MOTION: Final = "binary_sensor.living_room_motion"
WASHER: Final = "sensor.washing_machine"
WINDOWS: Final = tuple(f"binary_sensor.{room}_window" for room in ("kitchen", "bath", "office", "hall"))

AREAS: Final[dict[str, str]] = {
    LAMP: "Living room",
    TV: "Living room",
    MOTION: "Living room",
    WASHER: "Utility room",
    **{window: window.split(".")[1].split("_")[0].capitalize() for window in WINDOWS},
}

ATTRIBUTES: Final[dict[str, dict[str, Any]]] = {
    LAMP: {"color_mode": "color_temp", "brightness": 123, "color_temp_kelvin": 2700},
    TV: {"volume_level": 0.31, "source": "Radio"},
    MOTION: {"device_class": "motion"},
    WASHER: {"device_class": "enum", "options": ["idle", "running", "finished"]},
    **{window: {"device_class": "window"} for window in WINDOWS},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One change in the house that nobody of ours made."""

    minute: int
    entity_id: str
    state: str


def happenings(seed: int) -> list[Happening]:
    """Return what happens in a day, in order of time; the same for the same seed."""
    rng = random.Random(f"day {seed}")
    found = [*_windows(rng), *_washer(rng)]
    away = [(start + rng.randint(0, 30), rng.randint(40, 70)) for start in (100, 270, 440, 610, 780)]
    absences = [(leave, leave + length) for leave, length in away]
    found += [item for absence in absences for item in _absence(rng, *absence)]
    for minute in range(5, MINUTES, 20):
        if not any(leave - 2 <= minute <= back + 1 for leave, back in absences):
            found += (_at(minute, MOTION, "on"), _at(minute + 1, MOTION, "off"))
    return sorted((item for item in found if item.minute < MINUTES), key=lambda item: item.minute)


def _at(minute: int, entity_id: str, state: str) -> Happening:
    return Happening(minute=minute, entity_id=entity_id, state=state)


def _windows(rng: random.Random) -> Iterator[Happening]:
    for window in WINDOWS:
        minute = rng.randint(20, 120)
        while minute < MINUTES:
            yield _at(minute, window, "on")
            minute += rng.randint(15, 90)
            yield _at(minute, window, "off")
            minute += rng.randint(60, 200)


def _washer(rng: random.Random) -> Iterator[Happening]:
    for start in (60, 420, 800):
        begin = start + rng.randint(0, 60)
        yield _at(begin, WASHER, "running")
        yield _at(begin + rng.randint(30, 60), WASHER, "finished")
        yield _at(begin + rng.randint(120, 240), WASHER, "idle")


def _absence(rng: random.Random, leave: int, back: int) -> Iterator[Happening]:
    for entity_id, state in ((LAMP, "on"), (TV, "playing")):
        yield _at(leave - rng.randint(45, 60), entity_id, state)
        yield _at(back + 5, entity_id, "off")
    for person in PEOPLE:
        yield _at(leave, f"person.{person}", "not_home")
        yield _at(back, f"person.{person}", "home")


def time_of(minute: float) -> datetime:
    """Return the instant of a minute of the day."""
    return START + timedelta(minutes=minute)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """What a person does with a message, and after how many minutes."""

    button: str | None
    after: int


def reaction(seed: int, phone: str, number: int, buttons: tuple[str, ...]) -> Reaction:
    """Return how somebody reacts to the n-th message on their phone."""
    rng = random.Random(f"reaction {seed} {phone} {number}")
    choices = [name for name in ("DO", "LATER", "NOT_NOW", "UNDO") if name in buttons]
    # An undo lets the kind rest for a day, and little would be left to kill.
    weights = {"DO": 6, "LATER": 3, "NOT_NOW": 1, "UNDO": 1}
    chosen = rng.choices([*choices, None], [*(weights[name] for name in choices), 3])[0] if choices else None
    return Reaction(button=chosen, after=rng.randint(1, 6))
