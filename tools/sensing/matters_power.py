"""Situations of cars, prices, the roof's surplus, plants and sprinklers, and their ordinary course."""

from datetime import timedelta
from math import pi, sin
from typing import Final

from assistant.enums import Weather
from tools.simulate.clock import DAY
from tools.simulate.situations import Situation

from .matters_home import _physical
from .stage import Span, Stage, absences_of

FULL: Final = 85.0
A_MINUTE: Final = 0.25
"""Percent of a car's battery that its charger adds in a minute."""

EVENING: Final = 18 * 60.0
SAVING: Final = 0.30
"""Units of the currency from which a saving is worth a word (product 3.3)."""

CHARGE: Final = 10.0
"""Kilowatt-hours that a car takes of an evening."""

BIG: Final = 0.04
"""Difference per kWh at which shifting a car's charge saves that much."""

TOMORROW: Final = 13
"""Hour from which tomorrow's prices are known."""

SURPLUS: Final = 1000.0
SUN_LASTS: Final = 15
DRY: Final = 25.0


# The car ------------------------------------------------------------------------------------------


def car_life(stage: Stage) -> None:
    """Drive the car, and plug it in at the level at which its owner does; not on evenings that are a matter."""
    stage.plug_level = stage.jitter(38, 70)
    level, before = stage.jitter(60, 85), 0.0
    battery = stage.track("car_battery", f"{level:.0f}")
    for track, base in (("car_plug", "off"), ("car_place", "home"), ("charger", "off")):
        if stage.plan.has(track):
            stage.track(track, base)
    trips = [
        (a, b) for a, b in absences_of(stage.house, 0) if b - a > 20 and a > 0 and stage.chance(0.85)
    ] + [(float(stage.house.end), float(stage.house.end) + 1)]  # fmt: skip
    for index, (begin, end) in enumerate(trips[:-1]):
        leaves = trips[index + 1][0]
        battery.read(begin + 1, f"{level:.0f}")
        stage.hold("car_place", begin + 1, end, "not_home")
        level = max(level - stage.jitter(5, 22), 9.0)
        matter = next((item for item in stage.promised.get("ev_plug", []) if end - 5 <= item.created <= end + 45), None)
        if matter is not None:
            level = max(min(level, stage.plug_level - stage.jitter(6, 25)), 9.0)
        battery.read(end - 2, f"{level:.0f}")
        plugged = _plugs_in(stage, matter, level, end, leaves)
        if plugged is not None:
            level = _charges(stage, level, plugged, leaves)
        elif level < stage.plug_level:
            stage.allow(("ev_plug",), ["car_battery", "car_plug"], end, leaves)
        before = end
    battery.read(before + 1, f"{level:.0f}")


def _plugs_in(stage: Stage, matter: Situation | None, level: float, home: float, leaves: float) -> float | None:
    """Return when the car is put on its cable; None when it is not before the next drive."""
    if matter is None:
        wants = level < stage.plug_level + stage.jitter(-4, 4)
        return home + stage.jitter(1, 8) if wants and leaves - home > 60 else None
    over = _physical(matter, leaves)
    created = max(float(matter.created), matter.created // DAY * DAY + EVENING)
    stage.matter("ev_plug", ["car_battery", "car_plug"], home, created, over)
    return over if over < leaves - 10 else None


def _charges(stage: Stage, level: float, begin: float, leaves: float) -> float:
    """Charge until full or gone: at once, or at night where the price changes by the hour; return the level."""
    stage.hold("car_plug", begin, leaves)
    start = begin + 1
    if stage.plan.has("price"):  # its own timer, from two in the morning on
        start = max(start, (int((begin - 120) // DAY) + 1) * DAY + 120.0)
    if level < FULL - 8:
        stage.waiting.append((begin + 1, min(start, leaves)))
    battery = stage.track("car_battery")
    full = min(start + (FULL - level) / A_MINUTE, leaves)
    at = start
    while at < full:
        level = min(level + 15 * A_MINUTE, FULL)
        at += 15
        battery.read(min(at, full), f"{level:.0f}")
    if full > start:
        stage.hold("charger", start, full)
    return level


# Prices and sun -----------------------------------------------------------------------------------


def energy(stage: Stage) -> None:
    """Write prices and surplus, and ask for a word where a load waits that could take them."""
    situations = [item for item in stage.promised.get("cheap_energy", []) if item.created > DAY]
    loads = _loads(stage, situations)
    if stage.plan.has("price"):
        _prices(stage, situations, loads)
    if stage.plan.has("export"):
        _sun(stage, loads)


def _loads(stage: Stage, situations: list[Situation]) -> list[tuple[float, float, str]]:
    """Return when what waits: cars on their cable until their timer, machines that somebody released."""
    loads: list[tuple[float, float, str]] = []
    if stage.plan.has("charger"):
        loads += [(begin, end, "charger") for begin, end in stage.waiting if end - begin > 5]
    if stage.plan.has("remote_start"):
        stage.track("remote_start", "off")
        ways = [
            (float(item.created) - stage.jitter(5, 60), _physical(item, item.created + 180.0)) for item in situations
        ]
        ways += [
            (day * DAY + stage.jitter(540, 720), day * DAY + stage.jitter(780, 1080))
            for day in range(stage.house.calendar.days)
            if stage.chance(0.3)
        ]
        taken: list[Span] = []
        for begin, end in sorted(ways):
            if begin < 1 or end <= begin + 10 or any(a < end + 30 and begin < b + 30 for a, b in taken):
                continue
            taken.append((begin, end))
            stage.hold("remote_start", begin, end)
            loads.append((begin, end, "remote_start"))
    return loads


def _prices(stage: Stage, situations: list[Situation], loads: list[tuple[float, float, str]]) -> None:
    """Write hourly prices: quiet days, days with a dip at night, and a deep window on each of the world's days."""
    dear = not stage.plan.has("charger")  # a machine saves only where prices are wild
    base, hours = (0.58 if dear else 0.31), 24 * stage.house.calendar.days
    price = []
    for _ in range(stage.house.calendar.days):
        swing = 0.01 if stage.chance(0.5) else 0.07
        for hour in range(24):
            shape = 1.0 if 7 <= hour < 10 or 17 <= hour < 21 else -1.0 if hour < 5 else 0.0
            price.append(base + swing * shape + float(stage.rng.normal(0, 0.004)))
    for item in situations:
        first = int(item.created // 60)
        for hour in range(first, min(first + 3, hours)):
            price[hour] = 0.06 + 0.004 * (hour - first)
    _publish(stage, price)
    for item in situations:
        window = item.created // 60 * 60.0
        for begin, end, key in loads:
            low, high = max(begin, window), min(end, window + 180, _physical(item, window + 180))
            if low < high and (key == "charger" or dear):  # a machine's kilowatt-hour is cents where prices are calm
                created = max(low, item.created)
                worth = _saved(price, created) * (CHARGE if key == "charger" else 1.0) >= SAVING
                stage.matter("cheap_energy", ["price", key], low, created, high, required=worth)
    _bargains(stage, price, loads)


def _saved(price: list[float], minute: float) -> float:
    """Return what a kilowatt-hour costs less now than on average of the known ones of the next twelve hours."""
    hour = min(int(minute // 60), len(price) - 1)
    known = 24 * (hour // 24 + (2 if hour % 24 >= TOMORROW else 1))
    ahead = price[hour : min(hour + 12, known)]
    return sum(ahead) / len(ahead) - price[hour]


def _bargains(stage: Stage, price: list[float], loads: list[tuple[float, float, str]]) -> None:
    """Allow any hour that is as much below the mean of the next twelve as is worth a word."""
    for hour in range(len(price) - 1):
        saved = _saved(price, hour * 60.0)
        for begin, end, key in loads:
            low, high = max(begin, hour * 60.0), min(end, hour * 60.0 + 60)
            if low < high and saved >= (BIG if key == "charger" else SAVING):
                stage.allow(("cheap_energy",), ["price", key], low - 1, high)


def _publish(stage: Stage, price: list[float]) -> None:
    start = stage.house.calendar.start
    items = [
        {"start": (start + timedelta(hours=hour)).isoformat(), "value": round(value, 4)}
        for hour, value in enumerate(price)
    ]
    track = stage.track("price", "unknown")
    for hour, value in enumerate(price):
        day = hour // 24
        shown = {"raw_today": items[24 * day : 24 * day + 24], "raw_tomorrow": []}
        if hour % 24 >= TOMORROW:
            shown["raw_tomorrow"] = items[24 * day + 24 : 24 * day + 48]
        track.read(hour * 60.0, (f"{value:.4f}", shown))


def _sun(stage: Stage, loads: list[tuple[float, float, str]]) -> None:
    """Write what the roof gives beyond the home's use: bright days, clouds that pass, single peaks."""
    track, since = stage.track("export", "0"), None
    shines: list[Span] = []
    for at in range(0, stage.house.end, 5):
        hour = at % DAY / 60
        bright = stage.house.calendar.weather_at(at) in (Weather.CLEAR, Weather.HOT)
        peak = (4200.0 if bright else 1100.0) * max(sin(pi * (hour - 7) / 12), 0.0) if 7 < hour < 19 else 0.0
        use = 350 + (900 if stage.house.somebody_active(at) else 0) * (hour // 1 % 3 == 0)
        watts = max(peak * stage.jitter(0.9, 1.0) - use, 0.0)
        if stage.chance(0.03):
            watts *= 0.75  # a small cloud
        if not bright and stage.chance(0.02):
            watts += 900  # a gap in the clouds
        track.read(at, f"{watts:.0f}")
        if watts >= SURPLUS and since is None:
            since = float(at)
        elif watts < 0.65 * SURPLUS and since is not None:
            shines.append((since, float(at)))
            since = None
    for begin, end in shines:
        for low, high, key in loads:
            first, last = max(begin, low), min(end, high)
            if last - first > SUN_LASTS:
                stage.matter("cheap_energy", ["export", key], begin, max(begin + SUN_LASTS, low), last)


# Plants and sprinklers ----------------------------------------------------------------------------


def plants_life(stage: Stage) -> None:
    """Let plants dry, and water each about when its owner does; forget one when that is the matter."""
    keys = stage.plan.keys("plant")
    matters: dict[str, list[Situation]] = {key: [] for key in keys}
    for item in stage.promised.get("watering", []):
        matters[keys[int(stage.rng.integers(0, len(keys)))]].append(item)
    for key in keys:
        _plant(stage, key, matters[key])


def _plant(stage: Stage, key: str, matters: list[Situation]) -> None:
    usual = stage.jitter(23, 34)
    """The level at which this one is watered."""
    moist, a_day = stage.jitter(35, 60), stage.jitter(5, 11)
    track = stage.track(key, f"{moist:.0f}")
    at, limit = 0.0, usual + float(stage.rng.normal(0, 2))
    dry: float | None = None
    low: float | None = None
    matter: Situation | None = None
    while at < stage.house.end:
        moist = max(moist - a_day / 24, 2.0)
        hours = _by_day(stage, at)
        if dry is None and moist < usual:
            dry = at
        if matter is None:
            matter = next((item for item in matters if at <= item.created <= at + 60), None)
            if matter is not None and moist > usual - 6:
                moist = usual - stage.jitter(7, 11)  # forgotten for days
                low, dry = at, dry or at
        if matter is not None:
            over = _physical(matter, float(matter.ends))
            if at >= over and hours:
                created = max(float(matter.created), (low or at) + 60)
                told = [minute for minute in range(int(created), int(at) - 15, 30) if _by_day(stage, minute)]
                stage.matter("watering", key, dry or at, created, at, required=bool(told))
                moist, dry, low, matter = stage.jitter(52, 65), None, None, None
                limit = usual + float(stage.rng.normal(0, 2))
        elif moist <= limit and hours and stage.chance(0.5):
            if dry is not None:
                stage.allow(("watering",), key, dry, at)
            moist, dry, limit = stage.jitter(52, 65), None, usual + float(stage.rng.normal(0, 2))
        track.read(at, f"{moist + float(stage.rng.normal(0, 0.4)):.0f}")
        at += 60
    if dry is not None:
        stage.allow(("watering",), key, dry, stage.house.end)


def _by_day(stage: Stage, minute: float) -> bool:
    """Return whether somebody is at home and up, by day."""
    return 9 <= minute % DAY / 60 < 20 and stage.house.somebody_active(minute)


def sprinkler_life(stage: Stage) -> None:
    """Water every other morning; before rain somebody skips the run at times, or should have."""
    stage.track("rain_delay", "off")
    track, start = stage.track("sprinkler", "unknown"), stage.house.calendar.start
    last = 0.0
    for day in range(1, stage.house.calendar.days + 2, 2):
        run = day * DAY + 5.5 * 60
        track.read(last, (start + timedelta(minutes=run)).isoformat())
        skipped = run
        rain = stage.rain_ahead(run - 12 * 60, 24)[1]
        if rain > 5 and run < stage.house.end and "forecast" in stage.extras:
            if stage.chance(0.3):
                skipped = run - stage.jitter(60, 600)
                stage.hold("rain_delay", skipped, run + 600)
            stage.matter("watering", ["sprinkler", "rain_delay"], run - 24 * 60, run - 12 * 60, skipped)
        elif "forecast" in stage.extras:
            for at in range(int(run - 24 * 60), int(run), 30):
                if stage.rain_ahead(at, 24)[1] > 4.5:
                    stage.allow(("watering",), ["sprinkler", "rain_delay"], at - 30, min(at + 30, run))
        last = run + 1
