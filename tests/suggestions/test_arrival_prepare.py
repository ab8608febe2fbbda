"""On the way home: everyday setting and light at the entrance, never a lock, a door or the alarm."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custom_components.proactive_assistant.suggestions import Finding
from custom_components.proactive_assistant.suggestions.arrival_prepare import ArrivalPrepare

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import MOTION, Stage

HEATING, LIGHT = "climate.hall", "light.hall"


@pytest.fixture(autouse=True)
def cold(stage: Stage) -> None:
    stage.house.add(HEATING, "heat", area="Hall", preset_mode="eco", preset_modes=["comfort", "eco"])
    stage.add(LIGHT, "off", area="Hall")
    stage.detector = ArrivalPrepare(stage.home)
    stage.set(ANNA, "not_home")


def at(stage: Stage, metres: float, *, after: float = 0) -> None:
    config = stage.house.hass.config
    old = stage.house.hass.states.get(ANNA)
    # A degree of latitude is 111 km.
    stage.put(ANNA, "not_home", after=after, latitude=config.latitude + metres / 111_000, longitude=config.longitude)
    assert stage.detector is not None
    stage.detector.observe(old, stage.house.hass.states.get(ANNA), stage.now)


def come(stage: Stage) -> None:
    """Come nearer for six minutes, with ten and more to go."""
    for metres, minutes in ((19000, 60), (17000, 2), (15500, 2), (14000, 2)):
        at(stage, metres, after=minutes)


def test_five_minutes_of_coming_nearer_prepare_the_home(stage: Stage) -> None:
    at(stage, 19000, after=60)
    assert not stage.found()
    at(stage, 17000, after=2)
    assert not stage.due()
    at(stage, 14000, after=4)
    [finding] = stage.due()
    assert [(item.action, dict(item.data)) for item in finding.actions] == [
        ("set_preset_mode", {"preset_mode": "comfort"})
    ]


def light(stage: Stage) -> list[Finding]:
    return [item for item in stage.due() if item.situation == "arrival_prepare:light"]


def test_light_waits_for_the_last_steps_and_for_sunset(stage: Stage) -> None:
    come(stage)
    at(stage, 190, after=5)
    assert not light(stage), "it is day"
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    [finding] = light(stage)
    assert [(item.domain, item.action, item.entity_ids) for item in finding.actions] == [("light", "turn_on", (LIGHT,))]
    stage.put(LIGHT, "on")
    assert not light(stage)


def test_on_the_way_it_is_for_the_heating_alone(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    come(stage)
    [finding] = stage.due()
    assert {item.domain for item in finding.actions} == {"climate"}


def test_a_phone_that_reports_only_the_arrival_brings_light_for_a_moment(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    at(stage, 8000, after=30)
    stage.set(ANNA, "home", after=40)
    assert light(stage)
    assert not stage.due(after=3)


def test_who_drives_is_here_before_the_phone_reports_again(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    for metres in (14000, 12300, 10500, 8800, 7000, 5200, 3500, 2000):
        at(stage, metres, after=3)
        assert not light(stage)
    at(stage, 600, after=3)
    assert light(stage)
    at(stage, 2500, after=3)
    assert not light(stage), "only drove past"


def test_the_last_metres_and_the_arrival_are_one_matter(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    for metres in (3000, 1500, 600, 150):
        at(stage, metres, after=10)
    assert light(stage)
    stage.set(ANNA, "home", after=1)
    assert light(stage)
    assert not stage.due(after=3)


def test_nobody_who_sleeps_without_a_phone_is_lit_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    monkeypatch.setattr(type(stage.home), "lives_unseen", lambda _home: True)
    at(stage, 8000, after=30)
    stage.set(ANNA, "home", after=40)
    assert not stage.found()


def test_a_tracker_that_tells_no_place_brings_no_light(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    stage.set(ANNA, "home", after=60)
    assert not stage.found()


def test_a_tracker_that_strays_brings_no_light(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    stage.set(ANNA, "home", after=60)
    stage.set(ANNA, "not_home", after=60)
    at(stage, 900, after=2)
    stage.set(ANNA, "home", after=4)
    assert not stage.found()
    stage.set(ANNA, "not_home", after=60)
    come(stage)
    stage.set(MOTION, "on", after=3)
    stage.set(MOTION, "off", after=3)
    at(stage, 150)
    assert not light(stage), "somebody moves inside"


def test_nobody_brings_light_to_those_who_are_in(stage: Stage) -> None:
    stage.house.hass.states.async_set("person.ben", "home")
    stage.refresh()
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    stage.set(ANNA, "home", after=60)
    assert not stage.found()


def test_positions_that_scatter_around_the_corner_bring_no_light(stage: Stage) -> None:
    """Whoever visits the neighbours is seen at 120 m and at 330 m in turn."""
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    for metres in (210, 190, 330, 150, 290, 199, 310, 120):
        at(stage, metres, after=4)
        assert not light(stage)


def test_who_passes_the_last_corner_back_and_forth_is_near_once(stage: Stage) -> None:
    stage.house.hass.states.async_set("sun.sun", "below_horizon")
    for metres in (3000, 1500, 600, 195):
        at(stage, metres, after=3)
    began = [item.began for item in light(stage)]
    assert len(began) == 1
    for metres in (230, 180, 280, 190):
        at(stage, metres, after=1)
        assert [item.began for item in light(stage)] == began
    at(stage, 900, after=1)
    assert not light(stage)
    at(stage, 2000, after=5)
    assert not light(stage)


def test_who_is_here_in_a_moment_is_not_announced(stage: Stage) -> None:
    at(stage, 7000, after=60)
    at(stage, 4000, after=6)
    assert not stage.found()


def test_an_errand_near_home_turns_away(stage: Stage) -> None:
    at(stage, 2000, after=60)
    at(stage, 1500, after=2)
    at(stage, 2500, after=2)
    assert not stage.due()
    at(stage, 1200, after=3)
    assert not stage.due()


def test_from_a_shop_on_the_way_it_begins_anew(stage: Stage) -> None:
    at(stage, 19000, after=60)
    at(stage, 17000, after=3)
    for _ in range(3):
        at(stage, 17000, after=2)
    assert not stage.found()


def test_a_phone_that_fell_silent_and_one_too_far_say_nothing(stage: Stage) -> None:
    come(stage)
    assert stage.due(after=10)
    assert not stage.found(after=6)
    at(stage, 60_000)
    at(stage, 50_000, after=6)
    assert not stage.found()


def test_standing_still_is_not_coming(stage: Stage) -> None:
    for _ in range(5):
        at(stage, 5000, after=3)
    assert not stage.found()


def test_a_sensor_of_direction_is_believed(stage: Stage) -> None:
    direction = stage.add(
        "sensor.home_anna_direction",
        "away_from",
        device_class="enum",
        options=["arrived", "away_from", "stationary", "towards"],
    )
    stage.set(direction, "towards", after=30)
    assert not stage.due(after=4)
    assert stage.due(after=2)
    stage.set(direction, "away_from")
    assert not stage.found()


def test_arrival_and_somebody_at_home_end_it(stage: Stage) -> None:
    come(stage)
    [finding] = stage.due()
    stage.set(ANNA, "home")
    assert not stage.found()
    # Arriving is no answer to the message; setting the heating by hand is one.
    assert stage.detector is not None
    told = suggestion("arrival_prepare", entity_ids=finding.entity_ids)
    assert not stage.detector.by_hand(told)
    stage.put(HEATING, "heat", preset_mode="comfort")
    assert stage.detector.by_hand(told)


def test_a_warm_and_bright_home_needs_nothing(stage: Stage) -> None:
    stage.put(HEATING, "heat", preset_mode="comfort")
    come(stage)
    assert not stage.found()


async def test_it_never_opens_or_disarms_anything(stage: Stage) -> None:
    """Whatever way somebody comes, the offer is heating presets and light."""
    for entity_id, state in (("lock.front", "locked"), ("cover.garage", "closed"), ("alarm_control_panel.a", "armed")):
        stage.add(entity_id, state, area="Hall", device_class="garage")
    stage.house.hass.states.async_set("sun.sun", "below_horizon")

    @given(st.lists(st.tuples(st.floats(0, 40_000), st.integers(0, 20)), max_size=8))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def come(way: list[tuple[float, int]]) -> None:
        stage.freezer.move_to(datetime(2026, 11, 24, 18, tzinfo=UTC))
        stage.detector = ArrivalPrepare(stage.home)
        for metres, minutes in way:
            at(stage, metres, after=minutes)
            for finding in stage.found():
                assert {item.domain for item in finding.actions} <= {"climate", "light"}
                steady = timedelta() if finding.situation.endswith(":light") else timedelta(minutes=5)
                assert finding.due - finding.began == steady

    come()


def test_a_home_in_which_somebody_lives_without_a_phone_is_as_they_like_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(stage.home), "lives_unseen", lambda _home: True)
    come(stage)
    assert stage.found()
    stage.set(MOTION, "on")
    assert not stage.found()
