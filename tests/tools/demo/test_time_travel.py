"""The clock, in a process of its own: it is put in place before anything else and never taken away."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import asyncio, json, sys, tempfile, time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo
from tools.demo import clock
REAL = time.monotonic
START = datetime(2020, 2, 28, 23, 0, tzinfo=ZoneInfo("Europe/Madrid"))
CLOCK = clock.start(START)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.util import dt as dt_util
from tools.demo.custom_components.demo_home.home import Home
from tools.demo.table import read_table
from tools.demo.custom_components.demo_home.time_travel import TimeTravel

seen = []
def note(name):
    seen.append((name, (dt_util.utcnow() - START).total_seconds()))

async def main():
    hass = HomeAssistant(tempfile.mkdtemp())
    home = Home(hass, read_table())
    travel = TimeTravel(hass, home, CLOCK)
    begun = time.perf_counter()
    async def slow(_now):
        await hass.async_add_executor_job(time.sleep, 0.05)
        note("worked")
    async_call_later(hass, 3600, slow)
    cancelled = async_call_later(hass, 60, lambda _now: note("cancelled"))
    cancelled()
    async_track_time_interval(hass, lambda now: note("daily"), timedelta(days=1))
    until = START + timedelta(days=3, minutes=1)
    changes = [{"at": (START + timedelta(hours=2)).isoformat(), "key": "tv", "value": "playing"}]
    answer = await travel.async_advance(until, changes)
    hass.bus.async_fire("call_service", {"domain": "notify", "service": "x", "service_data": {}})
    early = await travel.async_advance(until + timedelta(days=1), [])
    hass.bus.async_fire("proactive_assistant_decision", {"type": "offered"})
    told = await travel.async_advance(until, [])
    print(json.dumps({
        "seen": seen, "now": answer["now"], "done": answer["done"], "tv": answer["values"]["tv"],
        "early": early["now"], "events": [row["event"] for row in told["events"]],
        "real": time.perf_counter() - begun,
    }))
    await hass.async_stop(force=True)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def travelled() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_timers_run_in_order_at_their_time(travelled: dict[str, Any]) -> None:
    names = [name for name, _at in travelled["seen"]]
    assert names == ["worked", "daily", "daily", "daily"]
    times = [at for _name, at in travelled["seen"]]
    assert times == pytest.approx([3600, 86400, 2 * 86400, 3 * 86400], abs=5)


def test_clock_stops_where_it_was_told(travelled: dict[str, Any]) -> None:
    assert travelled["now"].startswith("2020-03-02T22:01:0")  # UTC, over a leap day


def test_furniture_moves_on_the_way(travelled: dict[str, Any]) -> None:
    assert (travelled["done"], travelled["tv"]) == (1, "playing")


def test_clock_stops_early_when_the_phone_was_called(travelled: dict[str, Any]) -> None:
    assert travelled["early"].startswith("2020-03-02T22:01:")


def test_decisions_are_handed_over_once(travelled: dict[str, Any]) -> None:
    assert travelled["events"] == ["proactive_assistant_decision"]
