"""The model that ships, and what happens when it is broken."""

from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant import model_files
from custom_components.proactive_assistant.const import DOMAIN, ISSUE_MODEL

from .conftest import WINDOW, Clock, House, Phone, setup

ENGINE = "sensor.proactive_assistant_engine"


@pytest.mark.real_engine
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage"])
async def test_a_broken_model_ends_in_an_issue_and_the_table(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    damage: str,
) -> None:
    if damage != "missing":
        content = b"" if damage == "empty" else b"GGUF" + bytes(range(256)) * 40
        (tmp_path / "population.gguf").write_bytes(content)
        (tmp_path / "steering.npz").write_bytes(content)
    monkeypatch.setattr(model_files, "MODEL_DIR", tmp_path)
    assert await setup(hass, entry, clock)
    assert hass.states.get(ENGINE).state == "table"
    assert (DOMAIN, ISSUE_MODEL) in ir.async_get(hass).issues
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
