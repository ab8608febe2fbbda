"""Filters, brushes, ink: one list of what runs out."""

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import EntityCategory

from custom_components.proactive_assistant.suggestions.maintenance_due import MaintenanceDue

from .conftest import Stage

BRUSH, INK, FLAG = "sensor.main_brush_time_left", "sensor.black_ink", "binary_sensor.replace_filter"


@pytest.fixture(autouse=True)
def _detector(stage: Stage) -> None:
    stage.detector = MaintenanceDue(stage.home)


def _diagnostic(stage: Stage, entity_id: str, state: str, **attributes: str) -> str:
    """Furnish what its integration files under diagnostics."""
    stage.house.add(entity_id, state, area="Hall", **attributes)
    er.async_get(stage.house.hass).async_update_entity(entity_id, entity_category=EntityCategory.DIAGNOSTIC)
    stage.refresh()
    return entity_id


def test_filters_and_ink_are_a_list_of_their_own(stage: Stage) -> None:
    names = [
        stage.add(name, "60", area="Office", device="Printer", unit_of_measurement="%")
        for name in ("sensor.black_ink", "sensor.cyan_ink")
    ]
    battery = stage.add("sensor.hall_battery", "80", device_class="battery", unit_of_measurement="%")
    stage.set(battery, "3")
    assert not stage.found(after=60)
    for name in names:
        stage.set(name, "8")
    [finding] = stage.due(after=31)
    assert finding.facts["rooms"] == {"Office": ["Black ink 8 %", "Cyan ink 8 %"]}


def test_what_was_replaced_is_off_the_list_and_the_last_one_ends_it(stage: Stage) -> None:
    names = [
        stage.add(name, "8", area="Office", device="Printer", unit_of_measurement="%")
        for name in ("sensor.black_ink", "sensor.cyan_ink")
    ]
    assert stage.due(after=31)
    stage.set(names[0], "100")
    stage.set(names[1], "14")
    assert not stage.found()
    stage.set(names[1], "9")
    stage.set(names[1], "14")
    # On the edge it neither comes nor goes.
    assert stage.due(after=31)[0].facts["rooms"] == {"Office": ["Cyan ink 14 %"]}
    stage.set(names[1], "100")
    assert not stage.found()


@pytest.mark.parametrize(("state", "unit"), [("35000", "s"), ("590", "min"), ("9.7", "h")])
def test_a_robot_tells_the_hours_its_brush_has_left_in_any_unit(stage: Stage, state: str, unit: str) -> None:
    _diagnostic(stage, BRUSH, "900", device="Robot", device_class="duration", unit_of_measurement=unit)
    stage.set(BRUSH, state)
    [finding] = stage.due(after=31)
    assert finding.facts["rooms"] == {"Hall": ["Main brush time left 10 h"]}
    stage.set(BRUSH, "1080000")
    assert not stage.found()


@pytest.mark.parametrize(("state", "unit"), [("9.6", "d"), ("1.4", "w")])
def test_a_filter_that_counts_days_is_due_days_before(stage: Stage, state: str, unit: str) -> None:
    life = stage.add("sensor.filter_life", "90", device_class="duration", unit_of_measurement=unit)
    assert not stage.found()
    stage.set(life, state)
    assert stage.due(after=31)[0].facts["rooms"] == {"": ["Filter life 10 d"]}


def test_a_brush_past_its_time_is_due(stage: Stage) -> None:
    _diagnostic(stage, BRUSH, "-7200", device="Robot", device_class="duration", unit_of_measurement="s")
    assert stage.due(after=31)[0].facts["rooms"] == {"Hall": ["Main brush time left 0 h"]}


def test_a_filter_that_reports_a_problem_is_due_until_it_is_changed(stage: Stage) -> None:
    _diagnostic(stage, FLAG, "off", device="Purifier", device_class="problem")
    assert not stage.found(after=60)
    stage.set(FLAG, "on")
    assert stage.due(after=31)[0].facts["rooms"] == {"Hall": ["Replace filter"]}
    stage.set(FLAG, "off")
    assert not stage.found()


@pytest.mark.parametrize(
    ("entity_id", "attributes"),
    [
        ("sensor.filter_time", {"device_class": "duration", "unit_of_measurement": "h"}),
        ("sensor.filter_hours_used", {"device_class": "duration", "unit_of_measurement": "h"}),
        ("sensor.cleaning_time_left", {"device_class": "duration", "unit_of_measurement": "min"}),
        ("sensor.filter_pollution", {"unit_of_measurement": "%"}),
        ("binary_sensor.water_shortage", {"device_class": "problem"}),
        ("binary_sensor.filter", {"device_class": "connectivity"}),
    ],
)
def test_what_else_a_device_says_of_itself_stays_aside(
    stage: Stage, entity_id: str, attributes: dict[str, str]
) -> None:
    _diagnostic(stage, entity_id, "1", device="Robot", **attributes)
    assert entity_id not in stage.home.map.things


@pytest.mark.parametrize("state", ["unknown", "unavailable", "nan", "inf", "-1e300", "on", ""])
def test_what_is_no_amount_is_no_news(stage: Stage, state: str) -> None:
    _diagnostic(stage, BRUSH, state, device="Robot", device_class="duration", unit_of_measurement="s")
    assert not stage.found(after=60)
    stage.add(INK, state, unit_of_measurement="%")
    assert not stage.found(after=60)
