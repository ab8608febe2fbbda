"""Which covers are closed and opened again with a plain tap: none that anybody calls a garage, a gate or a door."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.proactive_assistant.sensing.covers import forceful_by_name, gentle, named_garage_or_gate
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.roles import survey

from ..conftest import House

COVER = "cover.x"


def covered(house: House, name: str, device: str | None = None) -> Home:
    house.add(COVER, "open", device=device, device_class="blind", friendly_name=name)
    home = Home(house.hass, Habits())
    home.map = survey(house.hass)
    return home


@pytest.mark.parametrize(
    "name",
    [
        "Garage door", "South garage door", "Garage blind", "Gate", "Garden gate", "Driveway gates", "Roller door",
        "Garagentor", "Tor", "Gartentor", "Rolltor", "Hoftor Rollo", "Garagedeur", "Tuinpoort", "Slagboom",
        "Porte de garage", "Portail", "Store du portail", "Puerta del garaje", "Portón", "Verja", "Cancello",
        "Autorimessa", "Basculante", "Barrière",
    ],
)  # fmt: skip
def test_a_garage_or_a_gate_that_shows_as_a_blind_takes_a_tap_on_an_unlocked_phone(house: House, name: str) -> None:
    home = covered(house, name)
    assert named_garage_or_gate(house.hass, COVER)
    assert forceful_by_name(house.hass, COVER)
    assert not gentle(home, COVER)


@pytest.mark.parametrize(
    "name",
    [
        "Front door", "Patio doors", "Skylight", "Roof window", "Velux bedroom", "Haustür", "Terrassentür links",
        "Dachfenster", "Dachflächenfenster", "Lichtkuppel", "Voordeur", "Dakraam", "Porte", "Porte-fenêtre",
        "Fenêtre de toit", "Puerta", "Claraboya", "Porta", "Lucernario",
    ],
)  # fmt: skip
def test_a_door_or_a_roof_window_itself_is_not_gentle(house: House, name: str) -> None:
    home = covered(house, name)
    assert not named_garage_or_gate(house.hass, COVER)
    assert not gentle(home, COVER)


@pytest.mark.parametrize(
    "name",
    [
        "Kitchen window blind", "Kitchen window", "South", "Terrace door blind", "Skylight shade", "Velux blind",
        "Outdoor left", "Gateway blind", "Fenster Küche", "Dachfenster Rollo", "Dachfensterrollo", "Jalousie Haustür",
        "Terrassentür Raffstore", "Motor 3", "Aktor Süd", "Rolladen Tür", "Raam keuken", "Dakraam rolgordijn",
        "Store Velux", "Volet porte-fenêtre", "Odeur", "Persiana puerta", "Estor ventana", "Tenda porta finestra",
        "Finestra cucina",
    ],
)  # fmt: skip
def test_a_blind_stays_one_whatever_it_hangs_before(house: House, name: str) -> None:
    assert gentle(covered(house, name), COVER)


def test_the_names_of_the_device_and_of_the_registry_count_too(house: House, hass: HomeAssistant) -> None:
    home = covered(house, "South", device="Garagentor")
    assert not gentle(home, COVER)
    house.add("cover.south_garage_door", "open", device_class="shade", friendly_name="South")
    house.add("cover.y", "open", device_class="shade", friendly_name="South")
    home.map = survey(hass)
    assert not gentle(home, "cover.south_garage_door")
    assert gentle(home, "cover.y")
    er.async_get(hass).async_update_entity("cover.y", aliases=["The gate"])
    assert not gentle(home, "cover.y")


def test_a_blind_of_a_device_called_by_its_door_stays_one(house: House) -> None:
    assert gentle(covered(house, "Terrace door Blind", device="Terrace door"), COVER)
