"""What each entity is, in six languages; what is not known stays without a role."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import label_registry as lr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import Room
from custom_components.proactive_assistant.sensing.roles import Role, survey
from custom_components.proactive_assistant.sensing.sorting import RULES
from custom_components.proactive_assistant.sensing.words import mentions, room_of

from ..conftest import WASHER, WASHER_DOOR, WINDOW, House


@pytest.mark.parametrize(
    ("entity_id", "name", "device_class", "role", "detail"),
    [
        ("binary_sensor.a", "Kitchen window", "window", Role.OPENING, "window"),
        ("binary_sensor.a", "Haustür", "door", Role.OPENING, "door"),
        ("binary_sensor.a", "Fridge door", "door", Role.COLD_DOOR, None),
        ("binary_sensor.a", "Kühlschrank", "door", Role.COLD_DOOR, None),
        ("binary_sensor.a", "Nevera puerta", "opening", Role.COLD_DOOR, None),
        ("binary_sensor.a", "Wasmachine deur", "door", Role.APPLIANCE_DOOR, "washer"),
        ("binary_sensor.a", "Cupboard", "opening", None, None),
        ("binary_sensor.a", "Garage", "garage_door", Role.GARAGE, "garage"),
        ("binary_sensor.a", "Hall", "motion", Role.MOTION, None),
        ("binary_sensor.a", "Bed", "occupancy", Role.BED, None),
        ("binary_sensor.a", "Bett links", "occupancy", Role.BED, None),
        ("binary_sensor.a", "Sofa", "occupancy", Role.SEAT, None),
        ("binary_sensor.a", "Cooktop", "motion", Role.COOKING, None),
        ("binary_sensor.a", "Microwave", "running", Role.APPLIANCE, "microwave"),
        ("binary_sensor.a", "Pump", "running", None, None),
        ("binary_sensor.a", "Leak", "moisture", Role.HAZARD, "moisture"),
        ("binary_sensor.a", "Rain sensor", "moisture", Role.RAIN, None),
        ("binary_sensor.a", "Plant pot", "moisture", None, None),
        ("binary_sensor.a", "Smoke", "smoke", Role.HAZARD, "smoke"),
        ("binary_sensor.a", "Front door", "lock", Role.LOCK, None),
        ("binary_sensor.a", "Garage obstruction", "problem", Role.OBSTRUCTION, None),
        ("binary_sensor.a", "Oven", "running", Role.HOT, None),
        ("binary_sensor.a", "Slow cooker oven", "running", None, None),
        ("binary_sensor.a", "Hall motion battery", "battery", Role.BATTERY, None),
        ("binary_sensor.a", "Car battery", "battery", None, None),
        ("cover.a", "Door", "garage", Role.GARAGE, "garage"),
        ("cover.a", "Drive", "gate", Role.GARAGE, "gate"),
        ("cover.a", "Terrace", "awning", Role.AWNING, None),
        ("cover.a", "Skylight", "window", Role.COVER_WINDOW, None),
        ("cover.a", "Bedroom blind", "blind", Role.SHADE, "blind"),
        ("cover.a", "Terrace door", "shutter", Role.SHADE, "shutter"),
        ("cover.a", "Duct", "damper", None, None),
        ("cover.a", "Terrace door", "door", None, None),
        ("cover.a", "Garage", None, None, None),
        ("sensor.a", "Fridge temperature", "temperature", Role.COLD_TEMPERATURE, "fridge"),
        ("sensor.a", "Gefrierschrank", "temperature", Role.COLD_TEMPERATURE, "freezer"),
        ("sensor.a", "Freezer target temperature", "temperature", None, None),
        ("sensor.a", "Bath temperature", "temperature", None, None),
        ("sensor.a", "Restmüll", "date", Role.WASTE, None),
        ("sensor.a", "Restmüll", None, None, None),
        ("sensor.a", "Washer completion time", "timestamp", Role.APPLIANCE, "washer"),
        ("sensor.a", "Geschirrspüler Endzeit", "timestamp", Role.APPLIANCE, "dishwasher"),
        ("sensor.a", "Sèche-linge heure de fin", "timestamp", Role.APPLIANCE, "dryer"),
        ("sensor.a", "Washer start time", "timestamp", None, None),
        ("sensor.a", "Washer last finished", "timestamp", None, None),
        ("sensor.a", "Backup finished", "timestamp", None, None),
        ("sensor.a", "Bath humidity", "humidity", Role.HUMIDITY, None),
        ("sensor.a", "Co2", "carbon_dioxide", Role.CARBON_DIOXIDE, None),
        ("calendar.a", "Abfallkalender", None, Role.WASTE, None),
        ("calendar.a", "Work", None, Role.CALENDAR, None),
        ("todo.a", "Shopping", None, Role.TODO, None),
        ("switch.a", "Wallbox charging", "switch", Role.CHARGER, None),
        ("switch.a", "Car charger", "outlet", Role.CHARGER, None),
        ("switch.a", "Phone charger", "outlet", None, None),
        ("switch.a", "Toothbrush charging", "outlet", None, None),
        ("switch.a", "Sprinkler rain delay", None, Role.RAIN_DELAY, None),
        ("switch.a", "Iron", "outlet", Role.HOT_SWITCH, None),
        ("switch.a", "Iron", None, None, None),
        ("switch.a", "Sprinkler pump", "outlet", None, None),
        ("binary_sensor.a", "Tesla charge cable", "plug", Role.CAR_PLUG, None),
        ("binary_sensor.a", "Vacuum dock", "plug", None, None),
        ("device_tracker.a", "Guest laptop", None, Role.GUEST_DEVICE, None),
        ("device_tracker.a", "Car", None, Role.CAR_PLACE, None),
        ("device_tracker.a", "Annas phone", None, None, None),
        ("sensor.a", "Next irrigation run", "timestamp", Role.NEXT_WATERING, None),
        ("sensor.a", "Uptime", "timestamp", None, None),
        ("binary_sensor.a", "Filter", "problem", Role.CONSUMABLE, None),
        ("binary_sensor.a", "Router", "problem", None, None),
        ("water_heater.a", "Boiler", None, Role.WATER_HEATER, None),
        ("vacuum.a", "Robot", None, Role.VACUUM, None),
        ("alarm_control_panel.a", "Alarm", None, Role.ALARM, None),
        ("lock.a", "Front", None, Role.LOCK, None),
        ("light.a", "Lamp", None, Role.LIGHT, None),
        ("switch.a", "Fridge plug", "outlet", Role.CRITICAL, None),
        ("switch.a", "Router", None, Role.CRITICAL, None),
        ("switch.a", "Acuario", "outlet", Role.CRITICAL, None),
        ("climate.a", "Heating", None, Role.CLIMATE, None),
    ],
)
def test_an_entity_has_the_role_its_class_and_words_say(
    hass: HomeAssistant, entity_id: str, name: str, device_class: str | None, role: Role | None, detail: str | None
) -> None:
    attributes = {"friendly_name": name} | ({"device_class": device_class} if device_class else {})
    hass.states.async_set(entity_id, "off", attributes)
    found = survey(hass).things.get(entity_id)
    assert (found.role if found else None) is role
    assert found is None or found.detail == detail


@pytest.mark.parametrize(
    ("options", "is_appliance"),
    [
        (["idle", "running", "finished"], True),
        (["Run", "Pause", "End"], True),
        (["off", "washing", "program_ended"], True),
        (["low", "high"], False),
        (["running", "stopped"], False),
        ("running", False),
        ([], False),
    ],
)
def test_a_sensor_is_an_appliance_when_it_knows_a_run_and_an_end(
    hass: HomeAssistant, options: list[str], *, is_appliance: bool
) -> None:
    hass.states.async_set("sensor.m", "x", {"device_class": "enum", "options": options})
    assert ("sensor.m" in survey(hass).things) is is_appliance


@pytest.mark.parametrize(
    ("name", "unit", "counts"),
    [
        ("Filter life", "%", True),
        ("Black ink", "%", True),
        ("Filter used", "%", False),
        ("Filter life", "h", False),
        ("Disk", "%", False),
    ],
)
def test_consumables_say_how_much_is_left(hass: HomeAssistant, name: str, unit: str, *, counts: bool) -> None:
    hass.states.async_set("sensor.a", "4", {"friendly_name": name, "unit_of_measurement": unit})
    found = survey(hass).things.get("sensor.a")
    assert (found is not None and found.role is Role.CONSUMABLE) is counts


@pytest.mark.parametrize(
    ("name", "unit", "platform", "mate", "counts"),
    [
        ("Hall motion", "%", "zha", None, True),
        ("Hall motion", "V", "zha", None, False),
        ("Pixel", "%", "mobile_app", None, False),
        ("Roborock", "%", "roborock", "vacuum.mate", False),
        ("Golf", "%", "volkswagen", "device_tracker.mate", False),
        ("Storage", "%", "fronius", "sensor.mate", False),
        ("Pixel watch", "%", "other", None, False),
    ],
)
def test_batteries_of_phones_cars_robots_and_homes_are_not_ours(
    house: House, name: str, unit: str, platform: str, mate: str | None, *, counts: bool
) -> None:
    house.add("sensor.level", "9", device=name, platform=platform, device_class="battery", unit_of_measurement=unit)
    if mate is not None:
        house.add(mate, "on", device=name, device_class="power")
    er.async_get(house.hass).async_update_entity("sensor.level", entity_category=er.EntityCategory.DIAGNOSTIC)
    assert ("sensor.level" in survey(house.hass).things) is counts


@pytest.mark.parametrize(
    ("name", "device_class", "unit", "role"),
    [
        ("Tesla battery", "battery", "%", Role.CAR_BATTERY),
        ("Electricity price", "monetary", "EUR/kWh", Role.PRICE),
        ("Spot price", None, "SEK/kWh", Role.PRICE),
        ("Average price", "monetary", "EUR/kWh", None),
        ("Feed-in tariff", "monetary", "EUR/kWh", None),
        ("Bill", "monetary", "EUR", None),
        ("Solar power", "power", "W", Role.SOLAR_POWER),
        ("Export power", "power", "kW", Role.EXPORT_POWER),
        ("Hausverbrauch", "power", "W", Role.HOUSE_POWER),
        ("Washing machine power", "power", "W", Role.APPLIANCE),
        ("Spülmaschine Leistung", "power", "kW", Role.APPLIANCE),
        ("Hair dryer power", "power", "W", None),
        ("Handtuchtrockner Leistung", "power", "W", None),
        ("Washing machine energy", "energy", "kWh", None),
        ("Fridge power", "power", "W", None),
        ("Fern", "moisture", "%", Role.SOIL),
        ("Wood", "moisture", None, None),
        ("Travel time to work", "duration", "min", Role.TRAVEL_TIME),
        ("Wash duration", "duration", "min", None),
    ],
)
def test_numbers_of_cars_prices_power_and_soil(
    hass: HomeAssistant, name: str, device_class: str | None, unit: str | None, role: Role | None
) -> None:
    attributes = {"friendly_name": name, "device_class": device_class, "unit_of_measurement": unit}
    hass.states.async_set("sensor.a", "4", {key: value for key, value in attributes.items() if value is not None})
    found = survey(hass).things.get("sensor.a")
    assert (found.role if found else None) is role


def test_a_sensor_of_direction_knows_towards_and_away(hass: HomeAssistant) -> None:
    options = ["arrived", "away_from", "stationary", "towards"]
    hass.states.async_set("sensor.a", "towards", {"device_class": "enum", "options": options})
    assert survey(hass).things["sensor.a"].role is Role.DIRECTION


def test_nothing_an_integration_may_write_into_an_attribute_breaks_the_survey(hass: HomeAssistant) -> None:
    for domain in RULES:
        for index, junk in enumerate((None, 3, float("nan"), ["x"], {"a": 1}, "", b"x")):
            hass.states.async_set(
                f"{domain}.thing_{index}",
                "on",
                {"device_class": junk, "options": junk, "unit_of_measurement": junk, "friendly_name": junk},
            )
    found = survey(hass).things
    assert set(found) <= {state.entity_id for state in hass.states.async_all()}
    assert all(isinstance(thing.name, str) and thing.name for thing in found.values())


def test_areas_come_from_the_entity_or_its_device(house: House) -> None:
    things = survey(house.hass).things
    assert (things[WINDOW].area, things[WINDOW].room) == ("Kitchen", Room.KITCHEN)
    assert (things[WASHER].area, things[WASHER].room) == ("Utility room", Room.UTILITY)
    home_map = survey(house.hass)
    assert [item.entity_id for item in home_map.siblings(things[WASHER], Role.APPLIANCE_DOOR)] == [WASHER_DOOR]


def test_hidden_diagnostic_and_grouped_entities_have_no_role(house: House) -> None:
    registry = er.async_get(house.hass)
    house.add("light.status_led", "on")
    registry.async_update_entity("light.status_led", entity_category=er.EntityCategory.DIAGNOSTIC)
    house.add("light.hidden", "on")
    registry.async_update_entity("light.hidden", hidden_by=er.RegistryEntryHider.USER)
    house.hass.states.async_set("light.all", "on", {"entity_id": ["light.a", "light.b"]})
    assert not {"light.status_led", "light.hidden", "light.all"} & survey(house.hass).things.keys()


def test_the_label_no_suggestions_excludes(house: House) -> None:
    label = lr.async_get(house.hass).async_create("No suggestions")
    er.async_get(house.hass).async_update_entity(WINDOW, labels={label.label_id})
    assert WINDOW not in survey(house.hass).things


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("Living room", Room.LIVING_ROOM),
        ("Wohnzimmer", Room.LIVING_ROOM),
        ("Slaapkamer", Room.BEDROOM),
        ("Salle de bain", Room.BATHROOM),
        ("Cocina", Room.KITCHEN),
        ("Studio", Room.OFFICE),
        ("Kids bedroom", Room.CHILD_ROOM),
        ("Attic", Room.UTILITY),
        ("Batcave", Room.OTHER),
        ("", Room.UNKNOWN),
        (None, Room.UNKNOWN),
    ],
)
def test_rooms_are_known_by_their_names(name: str | None, room: Room) -> None:
    assert room_of(name) is room


def test_short_words_must_stand_alone() -> None:
    assert not mentions("Embedded controller", ("bed",))
    assert mentions("Bed sensor", ("bed",))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Main brush time left", True),
        ("Verbleibende Zeit der Hauptbürste", True),
        ("Resterende tijd hoofdborstel", True),
        ("Temps restant de la brosse principale", True),
        ("Tiempo restante del cepillo principal", True),
        ("Tempo rimanente spazzola principale", True),
        ("Main brush work time", False),
        ("Filter life used", False),
        ("Time left", False),
    ],
)
def test_what_a_robot_has_left_is_wanted_although_it_is_a_diagnostic(
    hass: HomeAssistant, house: House, name: str, *, wanted: bool
) -> None:
    house.add("sensor.a", "9", device_class="duration", unit_of_measurement="h", friendly_name=name)
    er.async_get(hass).async_update_entity("sensor.a", entity_category=er.EntityCategory.DIAGNOSTIC)
    assert ("sensor.a" in survey(hass).things) is wanted


async def test_a_switch_that_home_assistant_shows_as_a_light_is_one_light(hass: HomeAssistant, house: House) -> None:
    """See Settings, a switch, "Show as": the helper adds a light and hides the switch."""
    plug = house.add("switch.standing_lamp", "on", area="Living room", device="Plug", device_class="outlet")
    entry = MockConfigEntry(
        domain="switch_as_x",
        title="Standing lamp",
        options={"entity_id": plug, "target_domain": "light", "invert": False},
        version=1,
        minor_version=4,
    )
    entry.add_to_hass(hass)
    assert await async_setup_component(hass, "homeassistant", {})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    er.async_get(hass).async_update_entity(plug, hidden_by=er.RegistryEntryHider.INTEGRATION)
    [lamp] = [item for item in hass.states.async_entity_ids("light") if "standing" in item]
    things = survey(hass).things
    assert (things[lamp].role, things[lamp].area) == (Role.LIGHT, "Living room")
    assert plug not in things
