"""Situations of people: on the way home, on the way out, reminders, journeys, a child's evening."""

from math import cos, pi, sin
from typing import Any, Final

import numpy as np

from tools.simulate.clock import DAY
from tools.simulate.situations import Situation

from .extras import PLACES
from .matters_home import _physical
from .stage import HOME, Stage, absences_of

LATITUDE: Final = 52.0
LONGITUDE: Final = 5.0
_DEGREE: Final = 111.2
"""Kilometres of a degree of latitude."""

SPEED: Final = 0.6
"""Kilometres a minute, by car and bus in town and around it."""

FAR: Final = 120.0
"""Kilometres to where a household travels."""

STEADY: Final = 5.0
"""Minutes in one direction before it is a way home (product 3.3)."""

READ: Final = 10.0
"""Minutes before the door in which it is too late for a message."""

SHOES: Final = 5.0
STAYS: Final = 15.0
"""Minutes that the shortest appointment takes."""

USUAL_DAYS: Final = 0.8
"""Share of earlier days of its sort on which somebody left at this hour, from which it is their hour."""


# On the way ---------------------------------------------------------------------------------------


def _at(kilometres: float, angle: float) -> tuple[str, dict[str, Any]]:
    north, east = kilometres * cos(angle), kilometres * sin(angle)
    return "not_home", {
        "latitude": round(LATITUDE + north / _DEGREE, 5),
        "longitude": round(LONGITUDE + east / (_DEGREE * cos(LATITUDE * pi / 180)), 5),
    }


def ways(stage: Stage) -> None:
    """Let phones report where their people are: out, there, errands in between, and back."""
    if "positions" not in stage.extras:
        return
    for key in stage.plan.keys("person"):
        member = int(stage.plan.fittings[key].detail)
        for begin, end in absences_of(stage.house, member):
            if (member, round(end)) in stage.noticed:
                _way(stage, key, member, max(begin, 0.0) + 3, end)


def _way(stage: Stage, key: str, member: int, begin: float, end: float) -> None:
    travels = stage.house.calendar.travelling(int(begin) + 5)
    most = FAR if travels else 25.0
    there = FAR if travels else min(most, max(0.8, float(stage.rng.lognormal(2.0, 0.8))))
    speed = 1.4 if travels else SPEED
    there = min(there, max((end - begin) / 2.5 * speed, 0.4))
    angle = stage.jitter(0, 2 * pi)
    points: list[tuple[float, float]] = [(begin + there / speed * part, there * part) for part in (0.3, 0.6, 1.0)]
    back = end - there / speed
    points += _stays_out(stage, points[-1][0], back, there)
    points += _legs(back, there, end - 0.8, 0.5, stage)
    for index, (at, far) in enumerate(points):
        back_at = stage.noticed[member, round(end)]
        until = points[index + 1][0] if index + 1 < len(points) else back_at
        stage.hold(key, at, min(until, back_at), _at(far + stage.jitter(-0.02, 0.02), angle), 0)
    stage.returns[member, round(end)] = back


def _legs(begin: float, start: float, end: float, stop: float, stage: Stage) -> list[tuple[float, float]]:
    """Return positions along a straight way, about every two and a half minutes."""
    steps = max(int((end - begin) / stage.jitter(2, 3)), 1)
    return [(begin + (end - begin) * n / steps, start + (stop - start) * n / steps) for n in range(steps + 1)]


def _stays_out(stage: Stage, begin: float, end: float, there: float) -> list[tuple[float, float]]:
    """Return positions of the stay: mostly at one place, now and then an errand near it, or near home."""
    points: list[tuple[float, float]] = []
    at = begin + stage.jitter(20, 60)
    while at < end - 45:
        if stage.chance(0.12) and 1.5 < there < 6:
            # To a shop on the way home and back again: the direction changes after a few minutes.
            near = there - min(there - 1.0, stage.jitter(0.8, 2.4))
            turn = at + (there - near) / SPEED
            points += _legs(at, there, turn, near, stage)
            points += _legs(turn + stage.jitter(5, 15), near, turn + 25, there, stage)
            at = turn + 30
        else:
            points.append((at, there))
        at += stage.jitter(30, 90)
    return points


def arrivals(stage: Stage) -> None:
    """Ask for a warm or lit home whenever somebody is on the way to an empty one that is cold or dark."""
    if "positions" not in stage.extras:
        return
    entrance = [key for key in ("light:hall", "porch") if stage.plan.has(key)]
    for begin, end in stage.absences:
        for key in stage.plan.keys("person"):
            member = int(stage.plan.fittings[key].detail)
            back = stage.returns.get((member, round(end)))
            if back is None:
                continue
            cold = bool(stage.plan.keys("climate")) and any(a <= end - 1 < b for a, b in stage.saves)
            dark = stage.dark(end) and any(not stage.track(name).held(end - 2) for name in entrance)
            subjects = [*stage.plan.keys("climate"), *entrance]
            created = max(back, begin) + STEADY + 3
            if not (cold or dark) or not subjects or stage.visited(begin, end):
                stage.allow(("arrival_prepare",), subjects or HOME, max(back, begin), end + 1)
                continue
            stage.matter(
                "arrival_prepare", subjects, max(back, begin), created, end + 0.5, least=READ,
                required=stage.told_empty(begin, end),
            )  # fmt: skip


# Out ----------------------------------------------------------------------------------------------


def leave_now(stage: Stage, situation: Situation) -> None:
    """Have an appointment with a known way to it, in one's own calendar."""
    member = situation.told[0] if situation.told else 0
    key = f"calendar:{member}"
    departure, back = next(
        (span for span in absences_of(stage.house, member) if span[0] > situation.created), (-1.0, 0)
    )
    if not stage.plan.has(key) or not stage.plan.has(f"person:{member}") or departure < 0:
        stage.drop("leave_now")
        return
    leave = departure - stage.jitter(-6, 14)
    place = int(stage.rng.integers(0, len(PLACES)))
    way = stage.jitter(8, 35)
    start = leave + way + SHOES
    clash = any(abs(start - other) < 150 for other, _, _ in stage.appointments.get(key, []))
    # Nobody is back from an appointment before it has begun: a short walk out is none.
    if departure - situation.created > 60 or leave < 60 or clash or back < start + STAYS + way:
        stage.drop("leave_now")
        return
    stage.appointments.setdefault(key, []).append((start, PLACES[place], "Termin"))
    stage.ways.append((f"way:{place}", start - 300, start + 5, way))
    over = min(departure, start)
    stage.matter("leave_now", key, leave - 30, leave - 8, over, least=3)


def calendars_life(stage: Stage) -> None:
    """Fill calendars: what was asked for, and what must not count: others' plans, no place, no way, all day."""
    start = stage.house.calendar.start
    for key in stage.plan.keys("calendar"):
        track = stage.track(key, ("off", {}))
        begin = 0.0
        for at, place, text in sorted([*stage.appointments.get(key, []), *_other_plans(stage, key)]):
            when = start + stage.minutes(at)
            shown = {"message": text, "start_time": f"{when:%Y-%m-%d %H:%M:%S}", "all_day": False, "location": place}
            track.read(begin, ("off", shown))
            track.hold(at, at + 45, ("on", shown), 1)
            begin = at + 45
        track.read(begin, ("off", {}))
    for number in range(len(PLACES)):
        key = f"way:{number}"
        if stage.plan.has(key):
            stage.track(key, f"{stage.jitter(12, 30):.0f}")
            for name, low, high, minutes in stage.ways:
                if name == key:
                    stage.hold(key, low, high, f"{minutes:.0f}", 1)


def _other_plans(stage: Stage, key: str) -> list[tuple[float, str, str]]:
    """Return entries that nobody leaves home for by this calendar."""
    mine = stage.appointments.get(key, [])
    found: list[tuple[float, str, str]] = []
    for day in range(stage.house.calendar.days):
        at = day * DAY + stage.jitter(9 * 60, 20 * 60)
        if any(abs(at - other) < 180 for other, _, _ in mine):  # no room for it
            continue
        if key == "calendar:family" and stage.chance(0.4):
            found.append((at, PLACES[0], "Training"))  # not ticked by anybody
        elif stage.chance(0.3):
            found.append((at, str(stage.rng.choice(("", "Online", "Cafe Central"))), "Treffen"))
    return found


def umbrellas(stage: Stage) -> None:
    """Ask for a word about rain at the hour at which somebody usually goes; allow it at any going out."""
    if not stage.plan.keys("way") or "forecast" not in stage.extras:
        return
    for key in stage.plan.keys("person"):
        member = int(stage.plan.fittings[key].detail)
        goes = [begin for begin, _ in absences_of(stage.house, member) if 0 < begin < stage.house.end]
        for begin in goes:
            chance, _ = stage.rain_ahead(begin, 3)
            if chance < 60:
                continue
            stage.matter(
                "leave_now", key, begin - 60, begin - 5, begin + 3, least=3,
                required=stage.plan.has("motion:hall") and _usual(stage, goes, begin),
            )  # fmt: skip


def _usual(stage: Stage, goes: list[float], begin: float) -> bool:
    """Return whether somebody has left within half an hour of this time on most days of its sort before."""
    free = stage.house.calendar.is_free(int(begin // DAY))
    days = [day for day in range(int(begin // DAY)) if stage.house.calendar.is_free(day) is free][-10:]
    hits = [any(abs(day * DAY + begin % DAY - other) <= 30 for other in goes) for day in days]
    return len(hits) >= 4 and sum(hits) >= USUAL_DAYS * len(hits)


# Reminders, journeys, children ------------------------------------------------------------------------


def routine_due(stage: Stage, situation: Situation) -> None:
    """Have set oneself a reminder, and not done it yet."""
    member = situation.told[0] if situation.told else 0
    key = f"routine:{member}"
    if not stage.plan.has(key):
        stage.drop("routine_due")
        return
    over = min(_physical(situation, float(situation.ends)), situation.created + 60.0)
    stage.reminders.setdefault(key, []).append((float(situation.created), over))
    stage.matter("routine_due", key, situation.created, situation.created, over)


def reminders_life(stage: Stage) -> None:
    """Put reminders into lists and calendars; most are ticked off before their time."""
    start = stage.house.calendar.start
    for key in stage.plan.keys("routine"):
        items = sorted(stage.reminders.get(key, []))
        days = {int(at // DAY) for at, _ in items}
        usual = float(np.median([at % DAY for at, _ in items])) if items else 20 * 60.0
        items += [
            (day * DAY + usual, day * DAY + usual - stage.jitter(5, 240))
            for day in range(stage.house.calendar.days)
            if day not in days
        ]
        track = stage.track(key, ("0", {}) if stage.plan.fittings[key].domain == "todo" else ("off", {}))
        shown = 0.0
        for at, over in sorted(items):
            due = start + stage.minutes(at)
            if stage.plan.fittings[key].domain == "todo":
                track.hold(max(shown, at - 600), over, ("1", {"_items": [(f"{at:.0f}", due.isoformat())]}))
            else:
                facts = {"message": "Pill", "start_time": f"{due:%Y-%m-%d %H:%M:%S}", "all_day": False}
                track.hold(max(shown, at - 600), min(over, at), ("off", facts))
                track.hold(at, over, ("on", facts))
            shown = over


def vacation(stage: Stage) -> None:
    """Ask about every absence of a day: by its length, earlier where a calendar tells of the journey."""
    for begin, end in stage.absences:
        if end - begin <= DAY + 60:
            stage.allow(("vacation",), [*stage.plan.keys("climate"), HOME], begin + DAY - 5, end)
            continue
        stage.matter("vacation", HOME, begin + 120, begin + DAY, end)


def kids_evening(stage: Stage, situation: Situation) -> None:
    """Let a screen or the light of a child's room stay on past the end of its day."""
    keys = [key for key in ("kid_tv", "light:child_room") if stage.plan.has(key)]
    if not keys:
        stage.drop("kids_evening")
        return
    key = keys[int(stage.rng.integers(0, len(keys)))]
    day = int(situation.created // DAY)
    usual = day * DAY + stage.bedtime_of_children(day)
    created = max(float(situation.created), usual + 30)
    over = max(_physical(situation, float(situation.ends)), usual)
    if stage.absence_at(created) is not None or over <= created:
        stage.drop("kids_evening")
        return
    over = min(over, stage.departure_after(created) - 1)
    stage.hold(key, usual - 40, over, "playing" if key == "kid_tv" else "on", 1)
    stage.late.append((key, usual, over))
    stage.matter("kids_evening", key, usual, created, over)


def kids_life(stage: Stage) -> None:
    """Let children play and read until their usual end, give or take; parents look in later."""
    if stage.plan.has("kid_tv"):
        stage.track("kid_tv", "off")
    for day in range(stage.house.calendar.days):
        usual = day * DAY + stage.bedtime_of_children(day)
        if stage.absence_at(usual - 60) is not None or any(abs(at - usual) < 1 for _, at, _ in stage.late):
            continue
        for key, share in (("kid_tv", 0.6), ("light:child_room", 0.9)):
            if not stage.plan.has(key) or not stage.chance(share):
                continue
            end = usual + float(stage.rng.normal(0, 7))
            end = min(end, stage.departure_after(usual - 60) - 1)
            stage.hold(key, usual - stage.jitter(30, 90), end, "playing" if key == "kid_tv" else "on")
    for day in range(stage.house.calendar.days):
        # A light or a screen that is on after the end of the day is what it is about, whoever put it on (product 3.3).
        usual = day * DAY + stage.bedtime_of_children(day)
        stage.allow(("kids_evening",), ["kid_tv", "light:child_room"], usual, usual + 9 * 60)
