"""An entity that is renamed while a message about it is open is the same entity still."""

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import DOMAIN

from .conftest import ANNA, LAMP, TV, Clock, House, Phone, setup

NEW = "light.new_name"


def rename(hass: HomeAssistant) -> None:
    state = hass.states.get(LAMP)
    assert state is not None
    er.async_get(hass).async_update_entity(LAMP, new_entity_id=NEW)
    hass.states.async_remove(LAMP)
    hass.states.async_set(NEW, state.state, state.attributes)


def works(hass: HomeAssistant) -> list[tuple[str, tuple[str, ...]]]:
    """Let lamps and screens be switched; return the list that their calls are noted in."""
    called: list[tuple[str, tuple[str, ...]]] = []

    async def switch(call: ServiceCall) -> None:
        ids = call.data["entity_id"]
        ids = (ids,) if isinstance(ids, str) else tuple(ids)
        called.append((f"{call.domain}.{call.service}", ids))
        for entity_id in ids:
            state = hass.states.get(entity_id)
            assert state is not None
            after = "off" if call.service == "turn_off" else "on"
            hass.states.async_set(entity_id, after, state.attributes, context=call.context)

    for domain in ("light", "media_player"):
        for service in ("turn_off", "turn_on"):
            hass.services.async_register(domain, service, switch)
    return called


async def test_do_it_turns_the_renamed_lamp_off_too(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    called = works(hass)
    house.set(LAMP, "on")
    house.set(TV, "playing")
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    assert [item["title"] for item in phone.messages] == ["Still on"]
    rename(hass)
    await clock.forward(minutes=1)
    await phone.press(0)
    await clock.forward(seconds=10)
    assert ("light.turn_off", (NEW,)) in called
    assert phone.messages[-1]["title"] == "Done: 2 off"


async def test_undo_finds_a_lamp_that_was_renamed_after_it_was_turned_off(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    called = works(hass)
    house.set(LAMP, "on")
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    await phone.press(0)
    await clock.forward(seconds=10)
    assert called == [("light.turn_off", (LAMP,))]
    rename(hass)
    await clock.forward(minutes=1)
    await hass.services.async_call(DOMAIN, "undo", {}, blocking=True, return_response=True)
    assert called[-1] == ("light.turn_on", (NEW,))
