"""Who comes and goes besides those who live in a home: guests, a cleaner, a neighbour who waters the plants."""

from typing import Final

from assistant.enums import Room
from tools.simulate.clock import DAY

from .stage import HOME, Span, Stage, absences_of

CLEANS: Final = (60.0, 120.0)
MORNING: Final = range(8 * 60, 14 * 60)
WATERS: Final = (8.0, 20.0)
SEEN: Final = 25.0
"""Minutes that somebody has to be seen to be a guest worth asking about: a mode that lasts until midnight is not for
one who looks in for a quarter of an hour."""


def invite(stage: Stage) -> None:
    """Settle who visits when, before anything else is written."""
    stage.visitors = [(float(begin), float(end)) for begin, end in stage.house.calendar.guests]
    if "cleaner" in stage.extras:
        weekday = int(stage.rng.integers(0, 5))
        for begin, end in stage.absences:
            at = begin + stage.jitter(15, 60)
            if (
                stage.house.calendar.at(at).weekday() == weekday
                and int(at % DAY) in MORNING
                and end - at > CLEANS[1] + 20
                and not stage.house.calendar.travelling(int(at))
            ):
                stage.visitors.append((at, at + stage.jitter(*CLEANS)))


def visitors_life(stage: Stage) -> None:
    """Let visitors move about an empty home, and ask for a question about them where the home can notice."""
    usual = {(float(a), float(b)) for a, b in stage.house.calendar.guests}
    for visit in stage.visitors:
        for absence in stage.absences:
            low, high = max(absence[0], visit[0]), min(absence[1], visit[1])
            if low >= high:
                continue
            for at in visit if visit in usual else ():
                if absence[0] < at < absence[1]:  # who comes to an empty home, or leaves it so, has a key
                    stage.hold("front_door", at - 0.3, at + 0.2)
            seen = _stays_in_living_room(stage) if visit in usual else _cleans(stage, low, high)
            # Who is in, in a home in which somebody lives without a phone, nobody can know; and the visit of which
            # the guest's phone has told is not asked about again when its hosts go out.
            seen = seen and not stage.unseen() and not (visit in usual and stage.plan.has("guest_phone"))
            created = max(low, absence[0] + 10) + 5
            stage.matter("guest", HOME, absence[0], created, high, required=seen and high - created >= SEEN)
    _guest_phones(stage)
    _sitter(stage)
    _without_phone(stage)


def _stays_in_living_room(stage: Stage) -> bool:
    """Return whether the home can notice a guest who is left alone: pets move there too."""
    return stage.plan.has("motion:living_room") and "pet" not in stage.plan.traits


def _cleans(stage: Stage, begin: float, end: float) -> bool:
    """Clean from room to room; return whether the home can notice."""
    rooms = [key for key in stage.plan.keys("motion") if key != "motion:other"]
    for at in (begin, end):
        stage.hold("front_door", at - 0.3, at + 0.2)
    at = begin + 1
    while at < end and rooms:
        key = rooms[int(stage.rng.integers(0, len(rooms)))]
        for _ in range(int(stage.rng.integers(4, 12))):
            if at < end:
                stage.hold(key, at, at + stage.jitter(0.5, 1.6))
            at += stage.jitter(1, 3)
    return stage.plan.has("front_door") or (bool(rooms) and "pet" not in stage.plan.traits)


def _guest_phones(stage: Stage) -> None:
    """Let the guest's phone be in the home's network while they are there."""
    if not stage.plan.has("guest_phone"):
        return
    stage.track("guest_phone", "not_home")
    for begin, end in stage.house.calendar.guests:
        came = begin + stage.jitter(0, 5)
        stage.hold("guest_phone", came, end + stage.jitter(0, 6), "home", 1)
        stage.matter("guest", HOME, begin, came + 10, end)
    for _ in range(int(stage.rng.poisson(0.1 * stage.house.calendar.days))):  # passes by, or only rings
        at = stage.jitter(0, stage.house.end)
        stage.hold("guest_phone", at, at + stage.jitter(1, 6), "home")


def _sitter(stage: Stage) -> None:
    """Let a neighbour look after a home whose people travel: nobody who lives there, so it may be asked."""
    if "sitter" not in stage.extras:
        return
    for begin, end in stage.house.calendar.trips:
        at = begin + stage.jitter(0.8, 1.6) * DAY
        while at < end - 120:
            if 480 <= at % DAY < 1200:
                until = at + stage.jitter(*WATERS)
                for moment in (at, until):  # comes and goes by it
                    stage.hold("front_door", moment - 0.3, moment + 0.2)
                for room in (Room.HALL, Room.LIVING_ROOM, Room.KITCHEN):
                    stage.hold(f"motion:{room.value}", at + stage.jitter(0.5, 3), until - stage.jitter(0, 3))
                stage.allow(("guest",), HOME, at - 1, until + 5)
            at += stage.jitter(1.2, 2.4) * DAY


def _without_phone(stage: Stage) -> None:
    """Allow the question while only somebody whom no person entity stands for is in."""
    if not stage.unseen():
        return
    spans: list[Span] = [(-1.0, float(stage.house.end))]
    for key in stage.plan.keys("person"):
        away = absences_of(stage.house, int(stage.plan.fittings[key].detail))
        spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in away if max(a, c) < min(b, d)]
    for begin, end in spans:
        stage.allow(("guest",), HOME, begin, end)
