"""What a person took out of view: no finding names it, and nothing is planned on it, whatever the kind."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import label_registry as lr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.sensing.bookkeeping import Bookkeeper
from custom_components.proactive_assistant.sensing.exclusions import Exclusions
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.sensing.roles import out_of_view, survey
from custom_components.proactive_assistant.suggestions import DETECTORS
from custom_components.proactive_assistant.suggestions.base import Finding
from custom_components.proactive_assistant.threads import Threads

from ..conftest import WINDOW, Clock, House, Phone, setup
from .test_hostile_home import ENTITIES, LIVELY, NOON, PEOPLE

WAITS = (0, 6, 20, 70, 13 * 60, 26 * 60)


@pytest.fixture
def furnished(hass: HomeAssistant) -> House:
    house = House(hass)
    for entity_id, attributes in ENTITIES.items():
        house.add(entity_id, "off", **attributes)
    for person in PEOPLE:
        hass.states.async_set(person, "home")
    return house


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _names(finding: Finding) -> set[str]:
    """Return what a finding calls things, without the percentages that lists add."""
    texts = (text for key in ("name", "names", "rooms") for text in _texts(finding.facts.get(key)))
    return {re.sub(r" \d+ %$", "", text) for text in texts}


def _life(hass: HomeAssistant, home: Home, threads: Threads, *, away: bool) -> Iterable[list[Finding]]:
    """Let everything in the home be on, open, low or away, and yield what is found as the hours pass."""
    books = Bookkeeper(home)
    now = NOON
    for entity_id in (*ENTITIES, *PEOPLE):
        old = hass.states.get(entity_id)
        rest = "home" if entity_id in PEOPLE else "off"
        hass.states.async_set(entity_id, rest, old.attributes if old else None, timestamp=now.timestamp())
    now += timedelta(minutes=1)
    for entity_id in (*ENTITIES, *PEOPLE):
        domain = entity_id.split(".")[0]
        old = hass.states.get(entity_id)
        assert old is not None
        state = LIVELY.get(domain, "on") if domain != "person" or away else "home"
        hass.states.async_set(entity_id, state, old.attributes, timestamp=now.timestamp())
        new = hass.states.get(entity_id)
        # The coordinator watches what has a role, and people.
        if new is not None and (entity_id in home.map.things or entity_id in PEOPLE):
            books.changed(old, new, now)
            for detector in threads.detectors:
                detector.observe(old, new, now)
    for minutes in WAITS:
        now += timedelta(minutes=minutes)
        yield [finding for detector in threads.detectors for finding in detector.findings(now)]


def _involved(finding: Finding) -> set[str]:
    return {*finding.entity_ids, *(target for call in finding.actions for target in call.entity_ids)}


def _hidden_names(hass: HomeAssistant, home: Home, hidden: set[str]) -> set[str]:
    """Return the names of excluded things that are not also the name of one that is shown."""
    shown = {name for thing in home.map.things.values() for name in (thing.name, thing.device) if name}
    return {_friendly(hass, entity_id) for entity_id in hidden} - shown


async def test_no_finding_names_or_touches_what_is_excluded(hass: HomeAssistant, furnished: House) -> None:
    entities = er.async_get(hass)
    label = lr.async_get(hass).async_create("No suggestions").label_id
    every_area = [area.id for area in ar.async_get(hass).async_list_areas()]
    every_device = [device.id for device in dr.async_get(hass).devices]
    seen: set[str] = set()

    @given(
        by_entity=st.sets(st.sampled_from(list(ENTITIES)), max_size=8),
        by_label=st.sets(st.sampled_from(list(ENTITIES)), max_size=4),
        by_area=st.sets(st.sampled_from(every_area), max_size=2),
        by_device=st.sets(st.sampled_from(every_device), max_size=2),
        away=st.booleans(),
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def live(*, by_entity: set[str], by_label: set[str], by_area: set[str], by_device: set[str], away: bool) -> None:
        for entity_id in ENTITIES:
            entities.async_update_entity(entity_id, labels={label} if entity_id in by_label else set())
        exclusions = Exclusions(entities=frozenset(by_entity), areas=frozenset(by_area), devices=frozenset(by_device))
        home = Home(hass, Habits())
        home.exclusions, home.map, home.people = exclusions, survey(hass, exclusions), PEOPLE
        home.profiles = {PEOPLE[0]: Profile(calendars=("calendar.work",), routines=("calendar.work", "todo.reminders"))}
        hidden = {entity_id for entity_id in ENTITIES if out_of_view(hass, exclusions, (entity_id,))}
        assert by_entity | by_label <= hidden
        names = _hidden_names(hass, home, hidden)
        # Without the net of the threads: the map has to hold by itself.
        threads = Threads(detector(home) for detector in DETECTORS)
        for findings in _life(hass, home, threads, away=away):
            seen.update(finding.situation.partition(":")[0] for finding in findings)
            for finding in findings:
                assert not _involved(finding) & hidden
                assert not _names(finding) & names

    live()
    # It would be easy to name nothing by finding nothing.
    assert len(seen) >= 12, seen


def _friendly(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state is not None
    return state.name


async def test_a_label_counts_at_once(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=4)
    label = lr.async_get(hass).async_create("no_suggestions").label_id
    er.async_get(hass).async_update_entity(WINDOW, labels={label})
    await clock.forward(minutes=5)
    assert not phone.messages
    er.async_get(hass).async_update_entity(WINDOW, labels=set())
    await clock.forward(minutes=5)
    assert len(phone.messages) == 1


async def test_an_excluded_resident_is_told_of_danger_only(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={"excluded_persons": ["person.anna"]})
    smoke = house.add("binary_sensor.smoke", "off", area="Kitchen", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=20)
    assert not phone.messages
    house.set(smoke, "on")
    await clock.settle()
    assert [item["title"] for item in phone.messages] == ["Smoke"]


async def test_one_broken_kind_silences_no_other(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await setup(hass, entry, clock)
    threads = entry.runtime_data.threads
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    assert len(phone.messages) == 1
    broken = next(detector for detector in threads.detectors if detector.kind == "opening_left")
    monkeypatch.setattr(broken, "findings", lambda _now: 1 / 0)
    smoke = house.add("binary_sensor.smoke", "off", area="Kitchen", device_class="smoke")
    await clock.forward(seconds=10)
    house.set(smoke, "on")
    await clock.forward(minutes=1)
    assert [item["title"] for item in phone.messages] == ["Still open", "Smoke"]
    assert f"opening_left:{WINDOW}" in threads.open
    assert sum("could not look at the home" in record.message for record in caplog.records) == 1
    monkeypatch.undo()
    await clock.forward(minutes=6)
    assert "looks at the home again" in caplog.text
