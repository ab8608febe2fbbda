"""The words: facts in every style, no key left unfilled, in every language."""

import json
import re
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from custom_components.proactive_assistant import const
from custom_components.proactive_assistant.assistant.enums import Length, RiskClass, Tone
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.assistant.results import Style
from custom_components.proactive_assistant.delivery.words import Words
from custom_components.proactive_assistant.suggestions import DETECTORS

from ..conftest import NOON
from ..factories import light_off, suggestion

HERE = Path(const.__file__).parent
FACTS: dict[str, dict[str, Any]] = {
    "opening_left": {"name": "Window", "area": "Kitchen", "since": NOON.isoformat(), "usual_minutes": 5},
    "appliance_done": {"name": "Washer", "area": None, "since": NOON.isoformat(), "sort": "washer"},
    "garage_open": {"name": "Door", "area": "Garage", "since": NOON.isoformat()},
    "lock_check": {"name": "Lock", "area": "Hall", "since": NOON.isoformat(), "why": "lock_night"},
    "cold_storage": {
        "name": "Fridge",
        "area": "Kitchen",
        "since": NOON.isoformat(),
        "why": "cold_warm",
        "value": "11 °C",
    },
    "window_climate": {"name": "Window", "area": "Bath", "since": NOON.isoformat(), "names": ["Thermostat"]},
    "bedtime": {"rooms": {"Living room": ["Ceiling", "TV"]}},
    "battery_low": {"rooms": {"Hall": ["Motion 9 %"]}, "since": NOON.isoformat()},
    "bin_day": {"names": ["Paper", "Glass"], "day": "2026-11-25"},
    "away_climate": {"rooms": {"Hall": ["Thermostat"]}, "left": NOON.isoformat()},
    "device_offline": {"rooms": {"": ["Zigbee (14)"], "Hall": ["Lock"]}, "since": NOON.isoformat()},
    "heat_source_on": {"name": "Oven", "area": "Kitchen", "since": NOON.isoformat(), "why": "hot_long"},
    "weather_openings": {"name": "Awning", "area": "Terrace", "since": NOON.isoformat(), "why": "weather_rain_now"},
    "media_idle": {"name": "TV", "area": "Living room", "since": NOON.isoformat()},
    "room_light_idle": {"rooms": {"Office": ["Lamp"]}, "left": NOON.isoformat()},
    "ventilate": {"name": "Office", "value": "1350 ppm", "since": NOON.isoformat(), "why": "carbon_dioxide"},
    "vacuum_now": {"names": ["Robot"], "since": NOON.isoformat(), "why": "vacuum_start"},
    "arm_reminder": {"name": "Alarm", "area": None, "left": NOON.isoformat(), "why": "arm_away"},
    "maintenance_due": {"rooms": {"Hall": ["Air filter 4 %"]}, "since": NOON.isoformat()},
    "outside_air": {"inside": "26 °C", "value": "19 °C", "since": NOON.isoformat(), "why": "air_open"},
    "safety": {"name": "Detector", "area": "Hall", "since": NOON.isoformat(), "sort": "smoke"},
    "guest": {"rooms": {"Hall": ["Motion"]}, "since": NOON.isoformat()},
    "vacation": {"names": [], "left": NOON.isoformat()},
    "ev_plug": {"name": "Car", "value": "34 %", "since": NOON.isoformat(), "why": "car_off"},
    "cheap_energy": {
        "names": ["Wallbox"],
        "value": "0.85 EUR",
        "why": "energy_price",
        "since": NOON.isoformat(),
        "left": NOON.isoformat(),
    },
    "arrival_prepare": {"rooms": {"Hall": ["Light"]}, "since": NOON.isoformat(), "why": "arrive_warm"},
    "watering": {"rooms": {"Office": ["Fern 12 %"]}, "why": "plants_dry", "since": NOON.isoformat()},
    "leave_now": {
        "name": "Dentist",
        "value": "25 min",
        "left": NOON.isoformat(),
        "since": NOON.isoformat(),
        "why": "leave_way",
    },
    "routine_due": {"since": NOON.isoformat()},
    "kids_evening": {"names": ["Tablet"], "since": NOON.isoformat(), "why": "kids_usual"},
    "leave_home": {"rooms": {"Living room": ["Ceiling", "TV"], "": ["Fan"]}, "left": NOON.isoformat(), "sort": "on"},
}
STYLES = [
    Style(length=length, tone=tone, with_reason=reason) for length, tone, reason in product(Length, Tone, (True, False))
]


@pytest.fixture
async def words(hass: HomeAssistant) -> Words:
    await hass.config.async_set_time_zone("Europe/Madrid")
    return await Words.async_load(hass, "en")


def test_every_kind_has_facts_here() -> None:
    assert {detector.kind for detector in DETECTORS} == set(FACTS)


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("kind", FACTS)
async def test_every_style_of_every_kind_is_complete(words: Words, kind: str, style: Style) -> None:
    message = words.message(suggestion(kind, facts=FACTS[kind]), style)
    text = f"{message.title} | {message.body}"
    assert not re.search(r"[{}_]", text)
    assert message.title
    assert message.body
    assert "!" not in text
    assert "forgot" not in text.lower()


async def test_lengths_tones_and_reasons_differ(words: Words) -> None:
    item = suggestion(facts=FACTS["opening_left"])
    short = words.message(item, Style(with_reason=False))
    full = words.message(item, Style(length=Length.FULL, tone=Tone.WARM))
    assert short.body == "Kitchen: Window · since 13:00"
    assert full.body == "Kitchen: Window · since 13:00 · longer than 5 min"
    assert full.title != short.title


async def test_rooms_are_lists_that_need_no_inflection(words: Words) -> None:
    message = words.message(suggestion("leave_home", facts=FACTS["leave_home"]), Style(with_reason=False))
    assert message.body == "Living room: Ceiling, TV; Fan"


@pytest.mark.parametrize(
    ("kind", "sort", "plain", "warm"),
    [
        ("leave_home", "on", "Still on", "A quick look back: still on"),
        ("leave_home", "open", "Still open", "A quick look back: still open"),
        ("leave_home", "mixed", "Still on or open", "A quick look back: still on or open"),
        ("away_climate", "heating", "Heating", "Room to save: heating"),
        ("away_climate", "cooling", "Cooling", "Room to save: cooling"),
        ("away_climate", "hot_water", "Hot water", "Room to save: hot water"),
        ("away_climate", "mixed", "Heating, cooling or hot water", "Room to save: heating, cooling or hot water"),
        ("leave_home", None, "Still on", "A quick look back: still on"),
    ],
)
async def test_the_title_is_of_what_it_is_about(
    words: Words, kind: str, sort: str | None, plain: str, warm: str
) -> None:
    item = suggestion(kind, facts={**FACTS[kind], "sort": sort})
    assert words.message(item, Style()).title == plain
    assert words.message(item, Style(tone=Tone.WARM)).title == warm


async def test_the_first_button_says_what_it_does(words: Words) -> None:
    assert words.button(suggestion()) == "On it"
    assert words.button(suggestion(actions=(light_off("light.a"),))) == "Do it"
    assert words.button(suggestion("lock_check", actions=(light_off("light.a"),))) == "Lock"
    assert words.button(suggestion("lock_check")) == "On it"


async def test_a_temperature_that_is_set_is_named_on_the_button(words: Words) -> None:
    saves = PlannedAction(
        domain="climate",
        action="set_temperature",
        entity_ids=("climate.a",),
        risk=RiskClass.A2,
        data={"temperature": 18},
    )
    for value, said in (("18 °C", "Set to 18 °C"), ("", "Set to save")):
        item = suggestion("away_climate", facts={"value": value}, actions=(saves,))
        assert words.button(item) == said
        assert words.button(item, private=True) == "Do it"


async def test_the_day_is_named_by_when_it_is_read(words: Words, freezer: FrozenDateTimeFactory) -> None:
    item = suggestion("bin_day", facts=FACTS["bin_day"])
    for now, text in ((NOON, "tomorrow"), (NOON + timedelta(days=1), "today"), (NOON - timedelta(3), "2026-11-25")):
        freezer.move_to(now)
        assert words.message(item, Style(with_reason=False)).body == f"Paper, Glass · {text}"


@pytest.mark.parametrize("sort", ["smoke", "carbon_monoxide", "gas", "moisture", "heat", "safety", "tamper", "alarm"])
@pytest.mark.parametrize("style", STYLES, ids=str)
async def test_the_safety_lane_always_says_that_it_is_no_alarm_system(words: Words, sort: str, style: Style) -> None:
    message = words.message(suggestion("safety", facts=FACTS["safety"] | {"sort": sort}), style)
    assert "not an alarm system" in message.body
    assert "sort_" not in message.title


async def test_a_missing_language_falls_back_to_english(hass: HomeAssistant) -> None:
    words = await Words.async_load(hass, "eo")
    assert words.text("button_later") == "Later"


def _keys(data: Any, path: str = "") -> set[str]:
    if not isinstance(data, dict):
        return {path}
    return set().union(*(_keys(value, f"{path}.{key}") for key, value in data.items()))


def test_every_language_has_every_key() -> None:
    wanted = _keys(json.loads((HERE / "strings.json").read_text()))
    for path in (HERE / "translations").glob("*.json"):
        assert _keys(json.loads(path.read_text())) == wanted, path.name


def test_every_kind_has_a_name_and_texts() -> None:
    strings = json.loads((HERE / "strings.json").read_text())
    names = strings["entity"]["sensor"]["current_suggestion"]["state"]
    parts = ("title", "title_warm", "short", "full", "reason")
    for detector in DETECTORS:
        assert detector.kind in names
        assert all(f"{detector.kind}_{part}" in strings["common"] for part in parts)


@pytest.mark.parametrize(
    ("minutes", "text"), [(5, "5 min"), (12, "10 min"), (43, "45 min"), (128, "2 h"), (95, "1.5 h")]
)
async def test_durations_are_rounded_as_people_say_them(words: Words, minutes: int, text: str) -> None:
    item = suggestion(facts={**FACTS["opening_left"], "usual_minutes": minutes})
    assert words.message(item, Style()).body.endswith(f"longer than {text}")


@pytest.mark.parametrize(
    ("kind", "why", "facts", "said"),
    [
        ("kids_evening", "kids_set", {}, "past the hour you set"),
        ("outside_air", "air_close", {}, "outside 19 °C, inside 26 °C"),
        *(
            ("weather_openings", f"weather_{weather}_{when}", {}, said)
            for weather in ("severe", "storm", "hail", "rain", "snow", "wind")
            for when, said in (("now", " reported"), ("ahead", " forecast within the hour"))
        ),
        ("arm_reminder", "arm_night", {}, "armed on most nights before"),
        ("arrival_prepare", "arrive_light", {}, "light at the entrance"),
        ("ev_plug", "car_off_cheap", {"left": NOON.isoformat()}, "cheap from 13:00"),
        ("ev_plug", "car_rests", {}, "on its cable since 13:00, not charging"),
        ("leave_now", "leave_rain", {"value": "80 %"}, "80 % chance of rain"),
        ("leave_now", "leave_battery", {"battery": "18 %"}, "phone at 18 %"),
        (
            "leave_now",
            "leave_rain_battery",
            {"value": "80 %", "battery": "18 %"},
            "80 % chance of rain · phone at 18 %",
        ),
    ],
)
async def test_every_reason_within_a_kind_has_its_words(
    words: Words, kind: str, why: str, facts: dict[str, Any], said: str
) -> None:
    style = Style(length=Length.FULL, tone=Tone.PLAIN, with_reason=True)
    message = words.message(suggestion(kind, facts={**FACTS[kind], "why": why, **facts}), style)
    assert said in message.body
    assert not re.search(r"[{}_]", f"{message.title} | {message.body}")
