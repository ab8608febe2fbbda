"""Situations of the home's shell and rooms: where they take place, and how they look while they last."""

from dataclasses import replace
from typing import Final

from assistant.enums import Activity, Room
from tools.simulate.clock import DAY
from tools.simulate.situations import Situation

from .stage import HOME, Stage, Truth

_LIT: Final = (Room.LIVING_ROOM, Room.KITCHEN, Room.OFFICE, Room.UTILITY)
LIKELY: Final = 60.0
"""Percent of a forecast from which rain is taken as coming (product 3.3)."""

LEFT_BY: Final = 8.0
"""Minutes after the last one has gone from which it is worth saying, at the latest (product 3.3)."""

FALLS_ASLEEP: Final = 20.0
"""Minutes about the beginning of a night in which the last one falls asleep."""

WIDEST: Final = 75.0
"""Minutes before the usual hour from which a last look may stand."""

_DAYLIGHT: Final = range(8, 20)
"""Hours in which people work on the car; a garage that is open at night is a matter (product 3.3)."""

_BUSY: Final = frozenset(
    {Activity.HOUSEWORK, Activity.COOKING, Activity.GROOMING, Activity.WORKING, Activity.IDLE, Activity.MEDIA}
)


def _physical(situation: Situation, until: float) -> float:
    """Return when the facts of a situation really end: by hand, by itself, or not before a limit."""
    if situation.by_hand is not None:
        return min(float(situation.over), until)
    return min(float(situation.ends), until) if situation.on_purpose else until


def _free(stage: Stage, keys: list[str], begin: float, end: float) -> str | None:
    """Return one of some entities that no other situation uses in a span."""
    taken = {
        key for truth in stage.truths for key in truth.subjects if truth.began - 20 < end and begin < truth.over + 20
    }
    left = [key for key in keys if key not in taken]
    return left[int(stage.rng.integers(0, len(left)))] if left else None


def leave_home(stage: Stage, situation: Situation) -> None:
    """Leave lights, the television, a window or a door bolt behind."""
    absence = stage.absence_at(situation.created - 1)
    twice = absence is not None and any(
        truth.kind == "leave_home" and truth.required and truth.began == absence[0] for truth in stage.truths
    )
    if absence is None or twice or stage.visited(absence[0], absence[0] + 25):
        stage.drop("leave_home")
        return
    # What is left on is left when they leave; the world's clusters also begin one when nobody has been in for hours.
    created = min(float(situation.created), absence[0] + LEFT_BY)
    begin, end = absence[0] - stage.jitter(6, 25), _physical(situation, absence[1] + 0.5)
    lights = [key for key in stage.plan.keys("light") if key != "light:hall"]
    chosen = [key for key in lights if stage.chance(0.3)] or ([] if stage.chance(0.3) else lights[:1])
    windows = [key for key in stage.plan.keys("window") if stage.chance(0.12)]
    screen = ["tv"] if stage.plan.has("tv") and (stage.chance(0.3) or not (chosen or windows)) else []
    found = [*chosen, *windows, *screen]
    if not found:
        stage.drop("leave_home")
        return
    for key in found:
        stage.hold(key, begin, end, "playing" if key == "tv" else "on", 1)
    stage.matter("leave_home", HOME, absence[0], created, end, least=5, required=stage.told_empty(absence[0], end))
    stage.allow(("opening_left", "window_climate"), windows, begin, end)
    stage.allow(("room_light_idle", "media_idle", "bedtime"), [*found, HOME], begin, end)


def opening_left(stage: Stage, situation: Situation) -> None:
    """Leave a window open; some people leave home or go to bed with it."""
    arrived = max((end for _, end in stage.absences if end <= situation.created), default=0.0)
    began = max(float(situation.began), arrived + 1, 1.0)
    over = _physical(situation, float(situation.ends))
    leaves, sleeps = stage.departure_after(began), stage.night_after(situation.created)[0]
    if stage.chance(0.5) and leaves > situation.created:
        over = min(over, leaves - 0.5)
    if stage.chance(0.6):
        over = min(over, max(sleeps - stage.jitter(3, 20), situation.created + 2.0))
    key = _free(stage, stage.plan.keys("window"), began, over)
    if key is None or over <= began + 2:
        stage.drop("opening_left")
        return
    stage.hold(key, began, over, "on", 1)
    stage.matter("opening_left", key, began, situation.created, over, also=("window_climate", "weather_openings"))
    stage.allow(("window_climate",), key, began, over)
    if over > leaves:
        stage.allow(("leave_home",), HOME, began, over)


def lock_check(stage: Stage, situation: Situation) -> None:
    """Go to bed with the door unlocked; it is locked by hand, or not before the morning."""
    night = stage.night_after(situation.created - 1)
    if night[0] - situation.created > 60 or not stage.plan.has("lock"):
        stage.drop("lock_check")
        return
    over = _physical(situation, night[1])
    began = night[0] - stage.jitter(60, 240)
    stage.hold("lock", began, over, "unlocked", 1)
    # Worth saying from a quarter of an hour past the usual bedtime on, however late they go (product 3.3).
    usual = _noon(night[0]) + stage.usual_night()[0] + 15
    created = min(float(situation.created), max(began, usual))
    # It may have been unlocked all evening: who was told at the usual hour has been told.
    stage.matter("lock_check", "lock", min(began, usual), created, over)
    stage.allow(("leave_home",), HOME, began, over)


def bedtime(stage: Stage, situation: Situation) -> None:
    """Go to bed, or be about to, with something on where nobody is."""
    night = stage.night_after(situation.created)
    if night[0] - situation.created > 60 or not _turns_in(stage, night[0]):
        stage.drop("bedtime")
        return
    last = {timeline.at(night[0] - 5).room for timeline in stage.house.timelines}
    lights = [f"light:{room.value}" for room in _LIT if stage.plan.has(f"light:{room.value}") and room not in last]
    if stage.plan.has("light:lamp") and stage.chance(0.4):
        lights.append("light:lamp")
    found = [lights[int(stage.rng.integers(0, len(lights)))]] if lights else []
    if stage.plan.has("tv") and stage.chance(0.2):
        found.append("tv")
    over = _physical(situation, night[1] + 5)
    began = _last_up(stage, min(float(situation.began), situation.created - 5.0))
    if not found or began is None or over - night[0] < -25:
        stage.drop("bedtime")
        return
    for key in found:
        stage.hold(key, began, over, "playing" if key == "tv" else "on", 1)
        # No light goes on by itself: somebody is there for a moment.
        for room in (Room.HALL.value, key.partition(":")[2]):
            stage.hold(f"motion:{room}", began - 0.2, began + 0.8)
    # Who is out, or sleeps, is not asked; who comes home late is, from then on.
    created = max(stage.house.next_active(situation.created) or over, situation.created)
    # One last look an evening: a message that stands by then names this too.
    earliest = _noon(night[0]) + stage.usual_night()[0] - WIDEST
    stage.matter("bedtime", HOME, min(began, earliest, night[0] - 60), created, over)
    stage.allow(("room_light_idle", "media_idle", "leave_home"), [*found, HOME], began, over)


def _turns_in(stage: Stage, night: float) -> bool:
    """Return whether a night begins with somebody who goes to sleep, not with one who leaves while others sleep."""
    return any(
        episode.activity is Activity.ASLEEP and abs(episode.begin - night) <= FALLS_ASLEEP
        for timeline in stage.house.timelines
        for episode in timeline.episodes
    )


def _bedtime_shows(stage: Stage, truth: Truth) -> bool:
    """Return whether a home could know that it is bedtime while something is on.

    About the usual hour, or once the bed or the bedroom tells that they have turned in (product 3.3): what is put off
    before then on an unusual evening, nobody could have named. Several before a screen are not asked.
    """
    night = stage.night_after(truth.created - 1)[0]
    low, high = _usual_hour(stage, night)
    plays = stage.plan.has("tv") and stage.track("tv").held(truth.created + 10)
    held = plays and len(stage.house.timelines) > 1
    shows = stage.plan.has("bed") or stage.plan.has("motion:bedroom")
    return (not held and min(truth.over, high) - max(truth.created, low) >= 15) or (shows and truth.over - night >= 25)


def _last_up(stage: Stage, minute: float) -> float | None:
    """Return when somebody was last up at home, within some hours before a minute."""
    return next(
        (float(at) for at in range(int(minute), int(minute) - 240, -1) if stage.house.somebody_active(at)), None
    )


def _usual_hour(stage: Stage, night: float) -> tuple[float, float]:
    """Return from when to when this home usually turns in, on the evening of a night."""
    usual, spread = stage.usual_night()
    return _noon(night) + usual - spread, _noon(night) + usual + spread


def _noon(night: float) -> float:
    """Return the noon before a night."""
    return (night - 720) // DAY * DAY + 720


def _unseen(stage: Stage, truth: Truth) -> bool:
    """Return whether everything a matter is about is lost while it lasts: that is the matter then."""
    return any(
        lost.kind == "device_offline"
        and truth.subjects <= lost.subjects
        and min(lost.over, truth.over) - max(lost.began, truth.created) > truth.over - truth.created - 15
        for lost in stage.truths
    )


def _about_heating(stage: Stage, truth: Truth) -> Truth:
    """Return what a matter of the heating is about: a thermostat that is lost cannot be set back."""
    heated = frozenset([*stage.plan.keys("climate"), *stage.plan.keys("boiler")])
    return replace(truth, subjects=heated) if truth.kind == "away_climate" else truth


def settle(stage: Stage) -> None:
    """Look back on what depends on everything else."""
    contacts = [*stage.plan.keys("window"), *stage.plan.keys("front_door")]
    for index, truth in enumerate(stage.truths):
        # With an opening on, an alarm cannot be armed, and it is the opening that is told (product 3.3).
        if truth.kind == "arm_reminder" and any(stage.track(key).held(truth.created + 8) for key in contacts):
            stage.truths[index] = replace(truth, required=False)
        if truth.kind == "bedtime" and truth.required and not _bedtime_shows(stage, truth):
            stage.truths[index] = replace(truth, required=False)
        if truth.kind != "device_offline" and _unseen(stage, _about_heating(stage, truth)):
            stage.truths[index] = replace(truth, required=False)
    usual = stage.usual_night()[0]
    for begin, end in stage.nights if stage.plan.has("lock") else ():
        # Unlocked past the usual bedtime is what it is about, also while somebody is up late (product 3.3).
        stage.allow(("lock_check",), "lock", min(_noon(begin) + usual, begin - 15), end)


def bedtime_life(stage: Stage) -> None:
    """Allow the last look around when a home usually turns in, and when it does: whatever is on is not as at night."""
    for begin, _ in stage.nights:
        stage.allow(("bedtime",), HOME, begin - 60, begin + 30)
    for day in range(stage.house.calendar.days):
        # Every evening has its usual hour, also one after which nobody sleeps for long.
        low, high = _usual_hour(stage, day * DAY + 720.0)
        if not stage.visited(low, high):
            stage.allow(("bedtime",), HOME, low, high)


def room_light_idle(stage: Stage, situation: Situation) -> None:
    """Leave a room with its light on."""
    left = _left_room(stage, situation.created, 41, 19, _BUSY)
    key = f"light:{left[0].value}" if left else ""
    sleeps = left is not None and any(item.at(situation.created).room is left[0] for item in stage.house.timelines)
    if left is None or sleeps or not stage.plan.has(key) or not _watched(stage, left[0]):
        stage.drop("room_light_idle")
        return
    over = min(_physical(situation, float(situation.ends)), stage.departure_after(left[1]) - 0.5)
    over = min(over, stage.night_after(left[1])[0] - 1)
    over = stage.until_used(left[0], situation.created, over)
    stage.hold(key, left[1] - 10, over, "on", 1)
    stage.matter("room_light_idle", key, left[1], situation.created, over)
    stage.allow(("bedtime",), HOME, left[1], over)


def media_idle(stage: Stage, situation: Situation) -> None:
    """Leave the television on."""
    left = _left_room(stage, situation.created, 51, 44, frozenset({Activity.MEDIA}))
    if left is None or left[0] is not Room.LIVING_ROOM or not stage.plan.has("motion:living_room"):
        stage.drop("media_idle")
        return
    over = min(_physical(situation, float(situation.ends)), stage.departure_after(left[1]) - 0.5)
    over = stage.until_used(left[0], situation.created, over)
    stage.hold("tv", left[1] - 10, over, "playing", 1)
    stage.matter("media_idle", "tv", left[1], situation.created, over)
    stage.allow(("bedtime",), HOME, left[1], over)


def _left_room(
    stage: Stage, created: float, first: float, last: float, activities: frozenset[Activity]
) -> tuple[Room, float] | None:
    """Return a room that somebody left a while before, if nobody has been there since and the home is not empty."""
    for item in stage.house.happenings:
        if not created - first <= item.end <= created - last or item.activity not in activities:
            continue
        room = stage.house.timelines[item.member].at(item.end - 1).room
        if room not in (Room.NOT_HOME, Room.BATHROOM, Room.HALL, Room.OUTDOORS) and not stage.in_room(
            room, item.end, created
        ):
            return (room, float(item.end)) if stage.absence_at(created) is None else None
    return None


def _watched(stage: Stage, room: Room) -> bool:
    """Return whether the home could tell that a room is empty: a sensor that sees who sits still (product 3.3)."""
    key = f"motion:{room.value}"
    return stage.plan.has(key) and stage.plan.fittings[key].detail == "occupancy"


def garage_open(stage: Stage, situation: Situation) -> None:
    """Leave the garage open."""
    over = _physical(situation, float(situation.ends))
    began = float(situation.began) - 3
    stage.hold("garage", began, over, "open", 1)
    stage.matter("garage_open", "garage", began, situation.created, over)


def garage_life(stage: Stage) -> None:
    """Drive out and in; work on the car now and then, moving about."""
    stage.track("garage", "closed")
    for begin, end in stage.absences:
        for at in (begin, end):
            if stage.chance(0.4) and 0 < at < stage.house.end:
                stage.hold("garage", at - 1.5, at + stage.jitter(0.3, 1.5), "open")
    outside = _outside(stage)
    for _ in range(min(int(stage.rng.poisson(0.05 * stage.house.calendar.days)), len(outside))):
        # Whoever works on the car is there, and nowhere else in the home.
        at, until = outside.pop(int(stage.rng.integers(0, len(outside))))
        end = min(at + stage.jitter(40, 90), until, stage.departure_after(at) - 1)
        stage.hold("garage", at, end, "open")
        moved = at
        while moved < end:
            stage.hold("motion:other", moved, moved + 0.8)
            moved += stage.jitter(1, 4)


def _outside(stage: Stage) -> list[tuple[float, float]]:
    """Return the stretches of the day that somebody spends about the house, neither in its rooms nor out."""
    return [
        (float(episode.begin), float(timeline.end(index)))
        for timeline in stage.house.timelines
        for index, episode in enumerate(timeline.episodes)
        if episode.room is Room.OUTDOORS and episode.begin > 0 and episode.begin % DAY // 60 in _DAYLIGHT
    ]


def weather_openings(stage: Stage, situation: Situation) -> None:
    """Leave the awning out, or the powered roof window open, when the rain comes."""
    key = next((key for key in ("awning", "roof_window") if stage.plan.has(key)), None)
    if key is None:
        stage.drop("weather_openings")
        return
    rain = situation.created // 360 * 360
    began = rain - stage.jitter(30, 200)
    over = _physical(situation, float(situation.ends))
    stage.hold(key, began, over, "open", 1)
    # With a forecast it may be said within the hour before (product 3.3), to the hour in which it is forecast.
    soon = 65.0 if stage.rain_ahead(rain + 1, 1)[0] >= LIKELY else 0.0
    if "forecast" in stage.extras and stage.rain_ahead(began, 1)[0] >= LIKELY:
        soon = rain - began  # forecast for hours before it comes
    stage.matter("weather_openings", key, rain - soon, max(situation.created, rain), over)


def awning_life(stage: Stage) -> None:
    """Roll the awning out on dry afternoons, and open the roof window for a while; in before rain."""
    for key in ("awning", "roof_window"):
        if not stage.plan.has(key):
            continue
        stage.track(key, "closed")
        for day in range(stage.house.calendar.days):
            at = day * DAY + stage.jitter(600, 960)
            end = at + stage.jitter(20, 180)
            dry = all(
                stage.house.calendar.weather_at(int(minute)).value not in ("wet", "storm", "snow")
                for minute in (at, end + 30)
            )
            if dry and stage.chance(0.5):
                stage.hold(key, at, end, "open")
                if "forecast" in stage.extras and stage.rain_ahead(at - 60, (end - at) / 60 + 2)[0] >= LIKELY:
                    stage.allow(("weather_openings",), key, at, end)  # forecast, though it may not come


def rain_life(stage: Stage) -> None:
    """Allow a word about any window that is open while it rains, or is about to within the hour (product 3.3)."""
    for key in stage.plan.keys("window"):
        for begin, end, value, _ in list(stage.track(key).spans):
            wet = next((at for at in range(int(begin), int(end)) if value == "on" and _rains(stage, at)), None)
            if wet is not None:
                stage.allow(("weather_openings",), key, max(begin, wet), end)


def _rains(stage: Stage, minute: int) -> bool:
    """Return whether it rains, or rain is forecast for within the hour."""
    falls = stage.house.calendar.weather_at(minute).value in ("wet", "storm", "snow")
    return falls or ("forecast" in stage.extras and stage.rain_ahead(minute, 1)[0] >= LIKELY)


def arm_reminder(stage: Stage, situation: Situation) -> None:
    """Leave without arming."""
    absence = stage.absence_at(situation.created - 1)
    if absence is None or not stage.plan.has("alarm") or stage.visited(absence[0], absence[0] + 25):
        stage.drop("arm_reminder")
        return
    over = _physical(situation, absence[1])
    # Known as unusual only to a home that has armed in several absences before (product 3.3).
    before = sum(end < absence[0] and end - begin >= 30 for begin, end in stage.absences)
    stage.hold("alarm", absence[0] - 5, over, "disarmed", 1)
    known = before >= 6 and stage.told_empty(absence[0], over)
    stage.matter("arm_reminder", "alarm", absence[0], situation.created, over, required=known)


def alarm_life(stage: Stage) -> None:
    """Arm in nearly every absence."""
    stage.track("alarm", "disarmed")
    for begin, end in stage.absences:
        if stage.chance(0.95) or end - begin > 30:
            stage.hold("alarm", begin + stage.jitter(0.1, 1.5), end - stage.jitter(0, 0.4), "armed_away")
        else:
            stage.allow(("arm_reminder",), "alarm", begin, end)
