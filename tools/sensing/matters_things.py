"""Situations of machines, climate, air and upkeep, and the ordinary course of the things they are about."""

from datetime import timedelta
from typing import Any, Final

from assistant.enums import Activity
from tools.simulate.clock import DAY
from tools.simulate.situations import Situation

from .life import OVER
from .matters_home import _free, _physical
from .stage import HOME, Stage

DIFFERS: Final = 5.5
"""Degrees between inside and outside from which heating against a window is a matter (product 3.3: more than 5)."""

MORNING: Final = 8 * 60
EVENING: Final = 21 * 60
_COLD: Final = {"fridge": (5.0, 13.0), "freezer": (-19.0, -4.0)}
"""Degrees as it should be, and towards which it drifts when something is wrong."""


# Machines ---------------------------------------------------------------------------------------


def appliance_done(stage: Stage, situation: Situation) -> None:
    """Run a machine to its end and leave it full."""
    over = _physical(situation, float(situation.ends))
    began = float(situation.began)
    key = _free(stage, stage.plan.keys("machine"), began - 130, over)
    if key is None:
        stage.drop("appliance_done")
        return
    _cycle(stage, key, began, over)
    required = True
    if key.endswith("dishwasher"):
        # Between 21:00 and 07:00 a dishwasher may wait (product 3.3).
        required = any(7 * 60 <= at % DAY < 21 * 60 - 15 for at in range(int(situation.created), int(over) - 15, 15))
    stage.matter("appliance_done", key, began, situation.created, over, required=required)


def _cycle(stage: Stage, key: str, done: float, emptied: float) -> None:
    """Run for an hour or two until `done`; what is seen of emptying depends on the machine."""
    ends = stage.plan.fittings[key].detail
    start = done - stage.jitter(50, 120)
    sort = key.split(":")[1]
    door = f"machine_door:{sort}"
    running, idle = ("on", "off") if ends == "binary" else ("run", "standby")
    stage.hold(key, start, done, running, 2)
    if ends == "word":
        stage.hold(key, done, emptied + stage.jitter(0.1, 1.0), "finished", 2)
    elif not stage.plan.has(door):
        # Nothing tells that it was emptied but the hand on its switch.
        stage.hold(key, emptied, emptied + 20, "unavailable" if ends == "binary" else "off", 2)
    if ends == "word" and stage.chance(0.3):
        at = start + stage.jitter(10, 40)
        stage.hold(key, at, at + stage.jitter(1, 12), "pause", 3)
    if stage.chance(0.1):
        at = start + stage.jitter(5, 45)
        stage.hold(key, at, at + stage.jitter(0.3, 6), "unavailable", OVER)
    stage.hold(door, start - 4, start - 2)
    stage.hold(door, emptied, emptied + stage.jitter(2, 8))
    stage.track(key, idle)


def machine_life(stage: Stage) -> None:
    """Run machines that are emptied as they end."""
    for key in stage.plan.keys("machine"):
        stage.track(key, "off" if stage.plan.fittings[key].detail == "binary" else "standby")
        for _ in range(int(stage.rng.poisson(0.05 * stage.house.calendar.days))):
            done = float(stage.house.active[int(stage.rng.integers(0, len(stage.house.active)))])
            if done > 200 and _free(stage, [key], done - 140, done + 10):
                _cycle(stage, key, done, done + stage.jitter(0.5, 4))
                stage.allow(("appliance_done",), key, done, done + 4)


def cold_storage(stage: Stage, situation: Situation) -> None:
    """Leave the door ajar, or let the cold go."""
    over = _physical(situation, float(situation.ends))
    began = float(situation.began)
    thermometers, doors = stage.plan.keys("cold"), stage.plan.keys("cold_door")
    if thermometers and stage.chance(0.5):
        key = _free(stage, thermometers, began, over)
        if key is not None and over - began > 40:
            good, bad = _COLD[key.split(":")[1]]
            for step in range(int((over - began) // 5) + 1):
                at = began + 5 * step
                level = bad + (good - bad) * (0.6 if step < 2 else 0.0)
                stage.hold(key, at, at + 5, f"{level + float(stage.rng.normal(0, 0.3)):.1f}", 1)
            stage.matter("cold_storage", key, began, max(situation.created, began + 20), over)
            return
    key = _free(stage, doors, began, over)
    if key is None:
        stage.drop("cold_storage")
        return
    stage.hold(key, began, over, "on", 1)
    stage.matter("cold_storage", key, began, situation.created, over, least=5)


def cold_life(stage: Stage) -> None:
    """Open the fridge for a moment; let freezers defrost and thermometers slip."""
    active = stage.house.active
    for key in stage.plan.keys("cold_door"):
        for _ in range(int(stage.rng.poisson(9 * stage.house.calendar.days))):
            at = float(active[int(stage.rng.integers(0, len(active)))]) + stage.jitter(0, 5)
            stage.hold(key, at, at + min(float(stage.rng.exponential(0.4)) + 0.1, 2.2))
    for key in stage.plan.keys("cold"):
        good, _ = _COLD[key.split(":")[1]]
        track = stage.track(key, f"{good:.1f}")
        for at in range(0, stage.house.end, 10):
            track.read(at, f"{good + float(stage.rng.normal(0, 0.5)):.1f}")
        for day in range(stage.house.calendar.days):
            if stage.chance(0.4):
                at = day * DAY + stage.jitter(0, DAY)
                peak = good + (9.5 if good < 0 else 4.6)
                stage.hold(key, at, at + stage.jitter(4, 14), f"{peak:.1f}")


def heat_source_on(stage: Stage, situation: Situation) -> None:
    """Leave the oven on: into an absence, into the night, or for many hours."""
    began = float(situation.began)
    start = began - stage.jitter(25, 60)
    leaves, sleeps = stage.departure_after(began), stage.night_after(began)[0]
    created = min(leaves, sleeps) if min(leaves, sleeps) - began < 240 else began + 180
    over = min(created + stage.jitter(40, 200), began + 480)
    if leaves < sleeps and created == leaves:
        absence = stage.absence_at(leaves + 0.5)
        over = min(over, absence[1] if absence else over)
    if over > stage.house.end or over - created < 15:
        stage.drop("heat_source_on")
        return
    _heat(stage, start, over)
    stage.matter("heat_source_on", "hot", start, created, over)
    stage.allow(("heat_source_on",), "hot", start, over)


def _heat(stage: Stage, begin: float, end: float) -> None:
    if stage.plan.fittings["hot"].detail == "state":
        stage.hold("hot", begin, end, "running", 1)
        return
    at = begin
    while at < end:  # its thermostat switches
        stage.hold("hot", at, min(at + stage.jitter(3, 7), end), f"{stage.jitter(1700, 2300):.0f}", 1)
        at += stage.jitter(9, 13)


def heat_life(stage: Stage) -> None:
    """Cook with the oven for as long as cooking takes, while somebody is there."""
    stage.track("hot", "off" if stage.plan.fittings["hot"].detail == "state" else "0")
    before = -float(DAY)
    for item in stage.house.happenings:
        if item.activity is Activity.COOKING and stage.chance(0.5):
            end = min(item.end + stage.jitter(-5, 25), item.begin + 80, stage.departure_after(item.begin) - 2)
            if item.begin - before > 150:
                _heat(stage, item.begin + 3.0, end)
                before = float(item.begin)


# Climate ----------------------------------------------------------------------------------------


def window_climate(stage: Stage, situation: Situation) -> None:
    """Open a window in a room that is being heated, and let the heating run."""
    climates = [key.split(":")[1] for key in stage.plan.keys("climate")]
    windows = [key for key in stage.plan.keys("window") if len(climates) == 1 or key.split(":")[1] in climates]
    arrived = max((end for _, end in stage.absences if end <= situation.created), default=0.0)
    began = max(float(situation.began), arrived + 1, 1.0)
    over = min(_physical(situation, float(situation.ends)), stage.departure_after(situation.created) - 0.5)
    key = _free(stage, windows, began, over)
    loses = min(20.5 - stage.warmth(at) for at in (began, over)) > DIFFERS
    if key is None or not heats(stage, began) or not loses:
        stage.drop("window_climate")
        return
    stage.hold(key, began, over, "on", 1)
    room = key.split(":")[1] if len(climates) > 1 else climates[0]
    stage.pushed.append((f"climate:{room}", began - 5, over))
    often = _often(stage, "window_climate", key, began)
    stage.matter("window_climate", key, began, situation.created, over, least=10, required=not often)
    stage.allow(("opening_left",), key, began, over)


def _often(stage: Stage, kind: str, key: str, began: float) -> bool:
    """Return whether two of a kind in this room were a matter within a day: no more are told (product 3.3)."""
    return sum(item.kind == kind and key in item.subjects and 0 < began - item.began < DAY for item in stage.truths) > 1


def heats(stage: Stage, minute: float) -> bool:
    """Return whether it is the season for heating."""
    days = stage.house.calendar.temperature
    return days[min(max(int(minute // DAY), 0), len(days) - 1)] < 16.0


def away_climate(stage: Stage, situation: Situation) -> None:
    """Leave the heating at its comfortable level."""
    absence = stage.absence_at(situation.created)
    heated = [*stage.plan.keys("climate"), *stage.plan.keys("boiler")]
    if absence is None or not heated or not heats(stage, situation.created):
        stage.drop("away_climate")
        return
    if stage.visited(absence[0], situation.created + 30):
        stage.drop("away_climate")
        return
    over = _physical(situation, absence[1])
    stage.matter(
        "away_climate", HOME, absence[0], situation.created, over, required=stage.told_empty(situation.created, over)
    )


def climate_life(stage: Stage) -> None:
    """Heat by the season while people are up; set back when they leave, unless that is the matter."""
    left_on = [truth for truth in stage.truths if truth.kind == "away_climate"]
    saves: list[tuple[float, float]] = []
    for begin, end in stage.absences:
        matter = next((truth for truth in left_on if begin <= truth.created < end), None)
        start = matter.over if matter else begin + stage.jitter(2, 35)
        if end - begin > 45 and start < end:
            saves.append((start, end))
        if (min(start, end) if end - begin > 45 else end) > begin + 3 and heats(stage, begin):
            # A thermostat that heats on is on the list of what was left on (product 3.3).
            stage.allow(("leave_home",), HOME, begin, min(start, end, begin + 25))
    stage.saves = saves
    for key in stage.plan.keys("climate"):
        track = stage.track(key, ("heat", {"hvac_action": "idle", "current_temperature": 20.0}))
        heating, until = False, 0.0
        for at in range(0, stage.house.end, 5):
            if at >= until:
                heating = not heating and heats(stage, at) and stage.warmth(at) < 17
                until = at + (stage.jitter(15, 45) if heating else stage.jitter(20, 60))
            saving = any(begin <= at < end for begin, end in saves)
            asleep = any(begin <= at < end for begin, end in stage.nights)
            pushed = any(name == key and begin <= at < end for name, begin, end in stage.pushed)
            on = pushed or (heating and not saving and not asleep)
            room = max(20.3 + (0.5 if on else 0.0), 0.4 * stage.warmth(at) + 14.0)
            track.read(
                at,
                (
                    "heat" if heats(stage, at) else "off",
                    {
                        "hvac_action": "heating" if on else "idle" if heats(stage, at) else "off",
                        "current_temperature": round(room, 1),
                        "temperature": 21.0,
                        "preset_mode": "away" if saving else "eco" if asleep else "comfort",
                    },
                ),
            )
    if stage.plan.has("boiler"):
        track = stage.track("boiler", ("performance", {}))
        for begin, end in saves:
            track.hold(begin, end, ("eco", {}))


def outside_air(stage: Stage, situation: Situation) -> None:
    """Keep windows open on a morning that becomes warmer than the rooms."""
    keys = stage.plan.keys("window")
    if not keys or not stage.plan.keys("climate") or stage.absence_at(situation.created) is not None:
        stage.drop("outside_air")
        return
    crossing = next(
        (
            at
            for at in range(int(situation.created) - 240, int(situation.created) + 240, 10)
            if stage.warmth(at) > max(20.3, 0.4 * stage.warmth(at) + 14.0) + 1.2
            and max(20.3, 0.4 * stage.warmth(at) + 14.0) > 23.5
        ),
        None,
    )
    over = min(_physical(situation, float(situation.ends)), stage.departure_after(situation.created) - 0.5)
    if crossing is None or over <= crossing + 15:
        stage.drop("outside_air")
        return
    key = keys[int(stage.rng.integers(0, len(keys)))]
    began = max(crossing - 60.0, 1.0)
    stage.hold(key, began, over, "on", 1)
    stage.matter("outside_air", key, began, max(situation.created, crossing), over)
    stage.allow(("opening_left",), key, began, over)


# Upkeep and the rest ----------------------------------------------------------------------------


def warm_life(stage: Stage) -> None:
    """Allow what anybody may say on a hot day: it is warm inside and cooler outside, or the other way round."""
    begin: float | None = None
    for at in range(0, stage.house.end, 10):
        inside = max(20.3, 0.4 * stage.warmth(at) + 14.0)
        hot = inside > 23.0
        if hot and begin is None:
            begin = float(at)
        elif not hot and begin is not None:
            stage.allow(("outside_air",), [*stage.plan.keys("window"), *stage.plan.keys("climate")], begin, at)
            begin = None
    if begin is not None:  # it is hot until the last day
        every = [*stage.plan.keys("window"), *stage.plan.keys("climate")]
        stage.allow(("outside_air",), every, begin, float(stage.house.end))


def ventilate(stage: Stage, situation: Situation) -> None:
    """Let the air of a room go bad behind shut windows."""
    key = _free(stage, stage.plan.keys("co2"), situation.began, situation.over)
    if key is None:
        stage.drop("ventilate")
        return
    over = min(_physical(situation, float(situation.ends)), stage.departure_after(situation.created))
    began = float(situation.created) - 15
    for step in range(max(int((over - began) // 5), 0)):
        at = began + 5 * step
        level = 1000 + min(step, 4) * 110 + float(stage.rng.normal(0, 15))
        stage.hold(key, at, at + 5, f"{level:.0f}", 1)
    window = f"window:{key.split(':')[1]}"
    if stage.plan.has(window) and stage.track(window).held(situation.created):
        stage.drop("ventilate")
        stage.allow(("ventilate",), key, began, over)
        return
    stage.matter("ventilate", key, began, situation.created, over, required=not _often(stage, "ventilate", key, began))


def battery_low(stage: Stage, situation: Situation) -> None:
    """Let a battery run out, until somebody changes it."""
    _runs_low(stage, situation, "battery_low", stage.plan.keys("battery"), 13)


def maintenance_due(stage: Stage, situation: Situation) -> None:
    """Let a filter run out, until somebody changes it."""
    _runs_low(stage, situation, "maintenance_due", stage.plan.keys("filter"), 8)


def _runs_low(stage: Stage, situation: Situation, kind: str, keys: list[str], level: int) -> None:
    over = _physical(situation, float(situation.ends))
    began = float(situation.began)
    key = _free(stage, keys, began, over)
    if key is None:
        stage.drop(kind)
        return
    for step in range(int((over - began) // 360) + 1):
        at = began + 360 * step
        wavers = round(stage.rng.normal(0, 0.8)) if kind == "battery_low" else 0
        stage.hold(key, at, min(at + 360, over), f"{max(level - step // 8 + wavers, 1)}", 1)
    stage.hold(key, over, stage.house.end, "100", 0)
    stage.matter(kind, key, began, max(situation.created, began + 30), over)


def device_offline(stage: Stage, situation: Situation) -> None:
    """Lose a device for good, or for days: half a day of silence is what makes it worth saying (product 3.3)."""
    keys = [
        key
        for name in ("motion", "window", "co2", "cold", "bed", "front_door", "climate", "smoke", "leak")
        for key in stage.plan.keys(name)
    ]
    over = _physical(situation, float(situation.ends))
    critical = ("smoke", "leak", "cold")
    key = _free(stage, keys, situation.created - 800, over)
    if key is None:
        stage.drop("device_offline")
        return
    began = situation.created - (stage.jitter(65, 120) if key.startswith(critical) else stage.jitter(725, 800))
    device = stage.plan.fittings[key].device
    for other, fitting in stage.plan.fittings.items():
        if fitting.device == device:
            stage.hold(other, began, over, "unavailable", OVER)
    parts = [other for other, fitting in stage.plan.fittings.items() if fitting.device == device]
    stage.matter("device_offline", parts, began, situation.created, over)


def bin_day(stage: Stage, situation: Situation) -> None:
    """Have the bins collected in the morning after."""
    day = int(situation.created // DAY) + 1
    over = day * DAY + 9 * 60.0 if situation.by_hand is None else float(situation.over)
    # The evening at home (product 3.3): who puts them out in the afternoon needs no word.
    created = max(float(situation.created), day * DAY - 5 * 60.0)
    stage.matter("bin_day", "waste", day * DAY - DAY, created, over)
    stage.allow(("bin_day",), "waste", day * DAY - DAY, day * DAY + 600)


def bins_life(stage: Stage) -> None:
    """Announce the next collection."""
    days = sorted(int(truth.began // DAY) + 1 for truth in stage.truths if truth.kind == "bin_day" and truth.required)
    start = stage.house.calendar.start
    for at in range(0, stage.house.end, 360):
        following = next((day for day in days if day * DAY + 720 > at), stage.house.calendar.days + 9)
        date = (start + timedelta(days=following)).date().isoformat()
        value: tuple[str, dict[str, Any]] = (date, {})
        if stage.plan.fittings["waste"].domain == "calendar":
            value = ("off", {"message": "Paper", "start_time": f"{date} 00:00:00", "all_day": True})
        stage.track("waste", value).read(at + 0.3, value)


def vacuum_now(stage: Stage, situation: Situation) -> None:
    """Have a robot that has not cleaned for two days, and an empty home."""
    absence = stage.absence_at(situation.created)
    if absence is None or stage.visited(absence[0], absence[0] + 100):
        stage.drop("vacuum_now")
        return
    # Nobody has a robot drive at night: an hour of the absence has to lie in the day.
    over = min(absence[1], absence[0] + 300)
    by_day = sum(MORNING <= at % DAY < EVENING for at in range(int(absence[0]) + 20, int(over)))
    expected = by_day >= 60 and _expected(stage, absence[0])
    stage.matter("vacuum_now", "vacuum", absence[0], situation.created - 40, over, required=expected)


def _expected(stage: Stage, begin: float) -> bool:
    """Return whether an hour out could be predicted (product 3.3): most absences are long, or ones at this time."""
    before = [(a, b) for a, b in stage.absences if b < begin and b - a >= 20]
    long = sum(b - a >= 80 for a, b in before)
    free = stage.house.calendar.is_free(int(begin // DAY))
    days = [day for day in range(int(begin // DAY)) if stage.house.calendar.is_free(day) is free]
    same = sum(stage.absence_at(day * DAY + begin % DAY + 50) is not None for day in days)
    return len(before) > 4 and (long >= 0.6 * len(before) or same >= 0.6 * max(len(days), 1))


def vacuum_life(stage: Stage) -> None:
    """Clean every day by the robot's own schedule, but for the days before it becomes a matter."""
    stage.track("vacuum", ("docked", {"battery_level": 100}))
    matters = [(truth.began, truth.over) for truth in stage.truths if truth.kind == "vacuum_now"]
    cleaned: list[float] = []
    for day in range(-2, stage.house.calendar.days):
        at = day * DAY + stage.jitter(600, 900)
        # Nor while it is one: a robot that has set out by itself needs no word.
        if not any(began - 2 * DAY < at < over for began, over in matters):
            stage.hold("vacuum", at, at + 50, ("cleaning", {"battery_level": 70}))
            cleaned.append(at + 50)
    # It cleans daily: any absence a day later is one it may be offered in.
    for begin, end in stage.absences:
        if all(not 0 < begin - at < DAY for at in cleaned):
            stage.allow(("vacuum_now",), "vacuum", begin, end)


def hazard(stage: Stage) -> None:
    """Let water run or a pan burn once in a while: the safety lane misses nothing (product 3.2)."""
    for key in ("smoke", "leak"):
        if stage.plan.has(key) and stage.chance(0.7):
            at = stage.jitter(0.2, 0.95) * stage.house.end
            end = at + stage.jitter(2, 60)
            stage.hold(key, at, end, "on", 10)
            stage.matter("safety", key, at, at, end, least=0)
