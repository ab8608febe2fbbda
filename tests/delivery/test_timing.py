"""The clock work: once, in time, and never twice."""

from datetime import date, datetime, time, timedelta

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.coordinator import Coordinator

from ..conftest import NOON, Clock


@pytest.fixture
def fired() -> list[datetime]:
    return []


async def test_a_job_runs_once_at_its_time(coordinator: Coordinator, clock: Clock, fired: list[datetime]) -> None:
    coordinator.timing.at("x", clock.now + timedelta(minutes=10), fired.append)
    await clock.forward(minutes=9)
    assert not fired
    await clock.forward(minutes=30)
    assert len(fired) == 1


async def test_a_time_that_has_passed_runs_at_once(
    coordinator: Coordinator, clock: Clock, fired: list[datetime]
) -> None:
    coordinator.timing.at("x", clock.now - timedelta(hours=5), fired.append)
    await clock.forward(seconds=1)
    assert len(fired) == 1


async def test_a_new_plan_replaces_the_old_and_a_cancelled_one_never_runs(
    coordinator: Coordinator, clock: Clock, fired: list[datetime]
) -> None:
    timing = coordinator.timing
    timing.at("x", clock.now + timedelta(minutes=5), fired.append)
    timing.at("x", clock.now + timedelta(minutes=20), fired.append)
    timing.at("y", clock.now + timedelta(minutes=5), fired.append)
    timing.cancel("y")
    timing.cancel("never planned")
    await clock.forward(minutes=10)
    assert not fired
    assert "x" in timing.planned()
    await clock.forward(minutes=15)
    assert len(fired) == 1


async def test_a_job_that_fails_stops_no_other(
    coordinator: Coordinator, clock: Clock, fired: list[datetime], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_now: datetime) -> None:
        raise RuntimeError("broken")

    coordinator.timing.at("a", clock.now + timedelta(minutes=1), broken)
    coordinator.timing.at("b", clock.now + timedelta(minutes=1), fired.append)
    await clock.forward(minutes=2)
    assert len(fired) == 1
    assert "broken" in caplog.text


async def test_a_daily_job_runs_once_a_day(coordinator: Coordinator, clock: Clock, fired: list[datetime]) -> None:
    coordinator.timing.daily("x", time(13, 0), fired.append)
    await clock.forward(hours=24)
    assert [at.hour for at in fired] == [13]
    await clock.forward(hours=24)
    assert len(fired) == 2


async def test_it_keeps_to_its_days(coordinator: Coordinator, clock: Clock, fired: list[datetime]) -> None:
    # The clock stands at a Tuesday.
    coordinator.timing.daily("x", time(13, 0), fired.append, days=frozenset({3}))
    await clock.forward(hours=72)
    assert [at.weekday() for at in fired] == [3]


async def test_a_day_missed_while_off_is_made_good_at_start_once(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, clock: Clock, fired: list[datetime]
) -> None:
    coordinator.timing.daily("x", time(13, 0), fired.append, late=timedelta(hours=3))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await clock.forward(hours=2)
    assert not fired
    for _ in range(2):
        assert await hass.config_entries.async_setup(entry.entry_id)
        entry.runtime_data.timing.daily("x", time(13, 0), fired.append, late=timedelta(hours=3))
        await clock.forward(minutes=5)
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert len(fired) == 1


async def test_a_day_missed_too_long_ago_is_gone(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, clock: Clock, fired: list[datetime]
) -> None:
    coordinator.timing.daily("x", time(13, 0), fired.append, late=timedelta(hours=3))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await clock.forward(hours=6)
    assert await hass.config_entries.async_setup(entry.entry_id)
    entry.runtime_data.timing.daily("x", time(13, 0), fired.append, late=timedelta(hours=3))
    await clock.forward(minutes=5)
    assert not fired


async def test_another_time_zone_plans_daily_jobs_anew(
    hass: HomeAssistant, coordinator: Coordinator, clock: Clock, fired: list[datetime]
) -> None:
    coordinator.timing.daily("x", time(13, 0), fired.append)
    await hass.config.async_update(time_zone="Asia/Tokyo")
    await hass.async_block_till_done()
    assert coordinator.timing.planned()["x"] == NOON.replace(hour=4) + timedelta(days=1)


async def test_the_hour_that_does_not_exist_and_the_one_that_comes_twice(
    hass: HomeAssistant, coordinator: Coordinator, clock: Clock
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    for day, expected in ((date(2027, 3, 28), 1), (date(2026, 10, 25), 1)):
        coordinator.timing._daily.clear()
        coordinator.timing.daily("x", time(2, 30), lambda _now: None)
        start = datetime.combine(day, time(), dt_util.get_default_time_zone()) - timedelta(minutes=1)
        found = []
        now = dt_util.as_utc(start)
        while (following := coordinator.timing._next("x", now)) and following < now + timedelta(hours=20):
            found.append(following)
            now = following
        assert len(found) == expected


async def test_nothing_is_left_after_unloading(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, clock: Clock, fired: list[datetime]
) -> None:
    coordinator.timing.at("x", clock.now + timedelta(minutes=1), fired.append)
    assert await hass.config_entries.async_unload(entry.entry_id)
    coordinator.timing.at("y", clock.now + timedelta(minutes=1), fired.append)
    coordinator.timing.async_stop()
    await clock.forward(minutes=5)
    assert not fired
    assert coordinator.timing.planned() == {}
