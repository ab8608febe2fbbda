"""The account as the logbook tells it: in words, and of nobody by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from homeassistant.core import Event, HomeAssistant

from custom_components.proactive_assistant import logbook
from custom_components.proactive_assistant.assistant.enums import Reply
from custom_components.proactive_assistant.const import DOMAIN, EVENT_DECISION
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.storage.ledger import LINES


def told(hass: HomeAssistant, **data: str) -> dict[str, str]:
    described: dict[tuple[str, str], Callable[[Event], dict[str, str]]] = {}
    logbook.async_describe_events(hass, lambda domain, event_type, how: described.update({(domain, event_type): how}))
    return described[DOMAIN, EVENT_DECISION](Event(EVENT_DECISION, data))


async def test_a_line_says_what_happened_and_about_what(coordinator: Coordinator) -> None:
    line = told(coordinator.hass, type="offered", kind="opening_left", person_id="person.anna")
    assert (line["name"], line["message"]) == ("Proactive Assistant", "suggested: Still open")
    assert line["icon"].startswith("mdi:")
    assert "anna" not in str(line).lower()


@pytest.mark.parametrize(
    ("kind", "about"),
    [("routine_due", "a personal reminder"), ("own:tea", "a suggestion"), ("safety", "a suggestion")],
)
async def test_what_is_personal_or_without_words_of_its_own_stays_general(
    coordinator: Coordinator, kind: str, about: str
) -> None:
    line = told(coordinator.hass, type="accepted", kind=kind)
    assert line["message"] == f"accepted: {about}"


async def test_without_a_running_entry_a_line_still_reads(coordinator: Coordinator) -> None:
    assert await coordinator.hass.config_entries.async_unload("entry")
    line = told(coordinator.hass, type="offered", kind="opening_left")
    assert line["message"] == "offered: opening_left"


def test_every_type_of_line_has_its_words() -> None:
    texts = json.loads((Path(logbook.__file__).parent / "strings.json").read_text())["common"]
    assert all("{about}" in texts[f"log_{kind}"] for kind in (*LINES, *Reply))
