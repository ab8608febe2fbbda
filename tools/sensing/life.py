"""Ordinary life: what a home's entities do when nothing is the matter, with the noise that real sensors have.

Nothing here is worth saying: short airings, lights that follow people, trackers that stray, hubs that restart.
"""

from typing import Final

from assistant.enums import Activity, Room, Weather
from tools.simulate.clock import DAY

from .stage import NOON, Span, Stage, absences_of

_GAPS: Final = {
    Activity.IDLE: 7.0, Activity.MEDIA: 9.0, Activity.WORKING: 8.0, Activity.CALL: 8.0, Activity.EATING: 4.0,
}  # fmt: skip
"""Mean minutes between two movements that a sensor sees; others move about every two and a half."""

_SKY: Final = {
    Weather.WET: "rainy", Weather.STORM: "lightning-rainy", Weather.SNOW: "snowy", Weather.CLEAR: "sunny",
    Weather.HOT: "sunny", Weather.COLD: "cloudy",
}  # fmt: skip
PHONELESS: Final = 12 * 60.0
"""Minutes for which somebody is out without their phone at most: nobody travels so."""

OVER: Final = 9
"""Rank of what covers everything: a sensor that is gone."""


def write_life(stage: Stage) -> None:
    """Write everything that happens anyway."""
    for part in (_people, _movement, _lights, _screens, _front_door, _airing, _weather, _air, _batteries, _outages):
        part(stage)


def _people(stage: Stage) -> None:
    """Trackers notice late, stray at night, and a phone is forgotten at home now and then."""
    for key in stage.plan.keys("person"):
        member = int(stage.plan.fittings[key].detail)
        stage.track(key, "home")
        for begin, end in absences_of(stage.house, member):
            if 20 < end - begin < PHONELESS and stage.chance(0.01):
                continue  # the phone lay on the table
            back = end + stage.jitter(-1.0, 1.5)
            stage.hold(key, begin + stage.jitter(0.2, 2.5), back, "not_home")
            stage.noticed[member, round(end)] = back
        for day in range(stage.house.calendar.days):
            if stage.chance(0.03):
                at = day * DAY + stage.jitter(0, DAY)
                stage.hold(key, at, at + stage.jitter(1, 9), "not_home")


def _pulse(stage: Stage, room: Room, at: float) -> None:
    stage.hold(f"motion:{room.value}", at, at + stage.jitter(0.5, 1.6))


def _stays(stage: Stage, room: Room, begin: float, end: float, activity: Activity) -> None:
    """Move, or only be there, in a room."""
    key = f"motion:{room.value}"
    if not stage.plan.has(key):
        return
    if stage.plan.fittings[key].detail == "occupancy":
        at = begin
        while at < end:  # radar loses a still person now and then
            until = min(end, at + stage.rng.exponential(150.0))
            stage.hold(key, at, until + stage.jitter(0.3, 1.0))
            at = until + stage.jitter(0.5, 2.0)
        return
    at = begin + 0.1
    while at < end:
        _pulse(stage, room, at)
        at += 0.8 + float(stage.rng.exponential(_GAPS.get(activity, 2.5)))


def _movement(stage: Stage) -> None:
    rooms = [Room(room) for room in stage.house.household.home.rooms if room != Room.OUTDOORS]
    for timeline in stage.house.timelines:
        before: Room | None = None
        for index, episode in enumerate(timeline.episodes):
            begin, end = float(episode.begin), float(min(timeline.end(index), stage.house.end))
            if end <= 0 or not episode.home:
                before = episode.room
                continue
            room = episode.room if episode.room in rooms else Room.HALL
            if episode.activity is Activity.ASLEEP:
                _sleeps(stage, begin, end)
            elif episode.room is not Room.OUTDOORS:  # who is in the garden or the garage moves nothing inside
                _awake(stage, rooms, room, (begin, end), episode.activity)
            if before is not None and before is not episode.room:
                _pulse(stage, Room.HALL, begin)
            before = episode.room
    _others(stage)


def _sleeps(stage: Stage, begin: float, end: float) -> None:
    stage.hold("bed", begin + 2, end - stage.jitter(0, 3))
    for at in (begin - 7, begin - 4, begin - 1.5, begin + 1):  # undresses
        _pulse(stage, Room.BEDROOM, at)
    turns = begin + stage.rng.exponential(180.0)
    while turns < end:
        _pulse(stage, Room.BEDROOM, turns)
        turns += stage.rng.exponential(180.0)


def _awake(stage: Stage, rooms: list[Room], room: Room, span: Span, activity: Activity) -> None:
    begin, end = span
    _stays(stage, room, begin, end, activity)
    at = begin + stage.rng.exponential(45.0)
    while at < end - 4:  # fetches something from next door
        _pulse(stage, Room.HALL, at)
        _pulse(stage, rooms[int(stage.rng.integers(0, len(rooms)))], at + 0.4)
        _pulse(stage, room, at + 2.5)  # and comes back
        at += stage.rng.exponential(45.0)


def _others(stage: Stage) -> None:
    """Let pets, guests and the sun set off sensors."""
    for begin, end in stage.absences:
        if "pet" in stage.plan.traits:
            at = begin + stage.rng.exponential(40.0)
            while at < end:
                _pulse(stage, Room.LIVING_ROOM, at)
                at += stage.rng.exponential(40.0)
    for visit in stage.house.calendar.guests:
        for begin, end in stage.absences:
            low, high = max(begin, visit[0]), min(end, visit[1])
            if low < high:
                _stays(stage, Room.LIVING_ROOM, low, high, Activity.IDLE)
    for key in stage.plan.keys("motion"):
        for _ in range(int(stage.rng.poisson(0.05 * stage.house.calendar.days))):  # a beam of sun
            at = stage.jitter(0, stage.house.end)
            stage.hold(key, at, at + 0.8)


def _lights(stage: Stage) -> None:
    """Light the rooms people are in while it is dark; mostly switch off behind oneself."""
    for timeline in stage.house.timelines:
        for index, episode in enumerate(timeline.episodes):
            begin, end = float(episode.begin), float(min(timeline.end(index), stage.house.end))
            if end <= 0 or not episode.home or episode.activity in (Activity.ASLEEP, Activity.LEAVING):
                continue
            first = next((at for at in _steps(begin, end) if stage.dark(at)), None)
            if first is None:
                continue
            last = next((at for at in _steps(first, end) if not stage.dark(at)), end)
            lingers = float(stage.rng.gamma(2.0, 3.0)) if stage.chance(0.3) else stage.jitter(-0.3, 0.8)
            off = min(last + lingers, stage.departure_after(first) - stage.jitter(0.2, 1.5))
            bed = stage.night_after(first)[0]
            off = min(off, max(bed - stage.jitter(0.5, 4.0), first + 1))
            stage.hold(f"light:{episode.room.value}", first, off)
            if episode.room is Room.LIVING_ROOM and stage.chance(0.5):
                stage.hold("light:lamp", first + 1, off)
    if stage.plan.has("porch"):
        for day in range(-1, stage.house.calendar.days):
            dusk = next((at for at in _steps(day * DAY + 720, day * DAY + 1440) if stage.dark(at)), None)
            dawn = next((at for at in _steps(day * DAY + 1440, day * DAY + 2160) if not stage.dark(at)), None)
            if dusk and dawn:
                stage.hold("porch", dusk, dawn)


def _steps(begin: float, end: float) -> list[float]:
    return [begin + 10 * step for step in range(int((end - begin) // 10) + 1)]


def _screens(stage: Stage) -> None:
    for timeline in stage.house.timelines:
        for index, episode in enumerate(timeline.episodes):
            if episode.activity is Activity.MEDIA and episode.room is Room.LIVING_ROOM:
                begin, end = float(episode.begin) + 1, float(min(timeline.end(index), stage.house.end))
                off = min(end + stage.jitter(-1, 2), stage.departure_after(begin) - 0.5)
                stage.hold("tv", begin, max(off, begin + 1), "playing")
    stage.track("tv", "off")


def _front_door(stage: Stage) -> None:
    """Doors open for people; a lock stays open by day and is turned at bedtime or behind the last one."""
    events: list[tuple[float, str]] = []
    for member in range(len(stage.house.timelines)):
        _comings(stage, member, events)
    for begin, end in stage.house.quiet:
        if end - begin >= 60 and not 5 * 60 <= begin % DAY < 20 * 60:
            events.append((begin - stage.jitter(4, 30), "locked"))
    spared = {round(stage.night_after(item.created - 1)[0]) for item in stage.promised.get("lock_check", [])}
    for night, _ in stage.nights:
        if round(night) not in spared:
            events.append((night - stage.jitter(4, 30), "locked"))
    if stage.plan.has("lock"):
        track = stage.track("lock", "locked")
        for at, value in sorted(events):
            track.read(at, value)


def _comings(stage: Stage, member: int, events: list[tuple[float, str]]) -> None:
    """Open the door for one who leaves or comes home, and lock it as people do."""
    for begin, end in absences_of(stage.house, member):
        for at in (begin, end):
            if 0 < at < stage.house.end:
                stage.hold("front_door", at - 0.4, at + stage.jitter(-0.1, 0.4))
                events.append((at - 0.6, "unlocked"))
        last = stage.absence_at(begin + 0.1)
        if last is not None and abs(last[0] - begin) < 0.5:
            events.append((begin + stage.jitter(0.5, 1.2), "locked"))
        elif not 6 * 60 <= begin % DAY < 21 * 60 or stage.chance(0.3):
            events.append((begin + stage.jitter(0.5, 2.0), "locked"))
        late = not 6 * 60 <= end % DAY < 21 * 60
        if late or stage.chance(0.5):
            events.append((end + stage.jitter(0.5, 2.0), "locked"))


def _airing(stage: Stage) -> None:
    """Air for a few minutes, each home in its own way; leave windows open on hot days."""
    usual = float(stage.rng.choice((2.5, 3.5, 6.0), p=(0.4, 0.4, 0.2)))
    minutes = [float(at) for at in stage.house.active]
    for key in stage.plan.keys("window"):
        for _ in range(int(stage.rng.poisson(1.2 * stage.house.calendar.days))):
            at = minutes[int(stage.rng.integers(0, len(minutes)))] + stage.jitter(0, 4)
            long = usual * float(stage.rng.lognormal(0.0, 0.25))
            leave = stage.departure_after(at)
            stage.hold(key, at, min(at + long, leave - 0.5) if leave > at + 1 else at + 0.5)


def _weather(stage: Stage) -> None:
    sky = stage.house.calendar
    track = stage.track("weather", "cloudy")
    for at in range(0, stage.house.end, 30):
        condition = _SKY.get(sky.weather_at(at), "cloudy")
        if condition == "sunny" and stage.dark(at):
            condition = "clear-night"
        wet = condition in ("rainy", "snowy", "lightning-rainy")
        humid = (92 if wet else 70) + round(stage.jitter(-6, 6))
        track.read(at, (condition, {"temperature": round(stage.warmth(at), 1), "humidity": humid}))
    for quarter in range(stage.house.end // 360):
        weather = sky.weather_at(quarter * 360)
        wet = weather in (Weather.WET, Weather.STORM, Weather.SNOW)
        if stage.chance(0.06):
            wet = not wet  # forecasts err
        amount = (2.0 if weather is Weather.STORM else 1.0) if wet else 0.0
        stage.sky.append((round(stage.jitter(65, 95) if wet else stage.jitter(0, 40)), amount))
    sun = stage.track("sun", "below_horizon")
    for at in range(0, stage.house.end, 5):
        elevation, azimuth = stage.sun(at)
        where = {"elevation": round(elevation, 2), "azimuth": round(azimuth, 2), "rising": at % DAY / 60 < NOON}
        sun.read(at, ("below_horizon" if stage.dark(at) else "above_horizon", where))


def _air(stage: Stage) -> None:
    """Breathe and shower: carbon dioxide rises with people and falls, showers are over in half an hour."""
    for key in stage.plan.keys("co2"):
        room = Room(key.split(":")[1])
        level, track = 480.0, stage.track(key, "480")
        for at in range(0, stage.house.end, 10):
            people = sum(timeline.at(at).room is room for timeline in stage.house.timelines)
            target = 450 + 290 * min(people, 2)
            level += (target - level) * 0.12 + float(stage.rng.normal(0, 12))
            track.read(at + 0.5, f"{max(level, 405):.0f}")
    if not stage.plan.has("humidity:bathroom"):
        return
    track, level = stage.track("humidity:bathroom", "52"), 52.0
    showers = [
        float(episode.begin) + 4
        for timeline in stage.house.timelines
        for episode in timeline.episodes
        if episode.activity is Activity.GROOMING and stage.chance(0.4)
    ]
    for at in range(0, stage.house.end, 5):
        if any(0 <= at - shower < 5 for shower in showers):
            level = 88.0
        level += (52.0 - level) * 0.16 + float(stage.rng.normal(0, 0.8))
        track.read(at + 0.2, f"{level:.0f}")


def _batteries(stage: Stage) -> None:
    """Fall slowly, and waver by a percent or two."""
    for key in [*stage.plan.keys("battery"), *stage.plan.keys("filter")]:
        level = stage.jitter(28, 100)
        track = stage.track(key, f"{level:.0f}")
        for at in range(int(stage.jitter(0, 300)), stage.house.end, 360):
            level = max(level - stage.jitter(0, 0.06), 24.0)
            noise = round(stage.rng.normal(0, 1.0)) if key.startswith("battery") else 0
            track.read(at, f"{min(100, max(22, level + noise)):.0f}")


def _outages(stage: Stage) -> None:
    """Let single sensors drop out for minutes, and a hub restart now and then."""
    for key, fitting in stage.plan.fittings.items():
        if fitting.domain in ("person", "weather"):
            continue
        for _ in range(int(stage.rng.poisson(0.03 * stage.house.calendar.days))):
            at = stage.jitter(0, stage.house.end)
            stage.hold(key, at, at + stage.jitter(0.5, 25), "unavailable", OVER)
    for _ in range(int(stage.rng.poisson(0.04 * stage.house.calendar.days))):
        at = stage.jitter(0, stage.house.end)
        long = stage.jitter(3, 45)
        for key, fitting in stage.plan.fittings.items():
            if fitting.platform == "zigbee":
                stage.hold(key, at, at + long, "unavailable", OVER)


def nights_of(stage: Stage, spans: list[Span]) -> list[Span]:
    """Return the long quiet stretches that begin in the evening or at night."""
    return [(a, b) for a, b in spans if b - a > 180 and (a % DAY >= 18 * 60 or a % DAY < 6 * 60)]
