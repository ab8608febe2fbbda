"""Whatever registries, clocks and restarts do: nothing raises, and no offer leaves the risk table."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custom_components.proactive_assistant.actions.risk import permit
from custom_components.proactive_assistant.assistant.enums import HomeMode, PhoneState
from custom_components.proactive_assistant.assistant.kinds import policy_of
from custom_components.proactive_assistant.sensing.bookkeeping import Bookkeeper
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.moment import Load, Watch
from custom_components.proactive_assistant.sensing.roles import async_survey, survey
from custom_components.proactive_assistant.sensing.sorting import RULES
from custom_components.proactive_assistant.suggestions import DETECTORS
from custom_components.proactive_assistant.threads import suggestion_from

from ..conftest import House
from ..suggestions.test_hostile_home import ENTITIES, LIVELY, PEOPLE

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.lists(st.one_of(st.none(), st.text(max_size=5), st.integers()), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["device_class", "friendly_name", "unit_of_measurement", "options", "supported_features", "preset_modes",
         "hvac_action", "battery_level", "code_format", "start_time", "raw_today", "temperature", "entity_id"]
    ),
    JUNK,
    max_size=6,
)  # fmt: skip
STATES = st.one_of(
    st.sampled_from(["on", "off", "unavailable", "unknown", "home", "playing", "open", "nan", "inf", "docked"]),
    st.text(max_size=20),
)
REGISTERED = st.lists(
    st.tuples(
        st.sampled_from([*sorted(RULES), "switch", "number", "update"]),
        st.text(min_size=1, max_size=16),
        st.sampled_from([None, "door", "battery", "power", "garage", "opening", "moisture", "nonsense"]),
        STATES,
        ATTRIBUTES,
    ),
    max_size=12,
)


async def test_arbitrary_registries_are_surveyed_and_slices_see_the_same(hass: HomeAssistant) -> None:
    registry = er.async_get(hass)
    number = 0

    async def play(rows: list[tuple[str, str, str | None, str, dict[str, Any]]]) -> None:
        nonlocal number
        for entity_id in hass.states.async_entity_ids():
            hass.states.async_remove(entity_id)
        for domain, name, device_class, state, attributes in rows:
            number += 1
            entry = registry.async_get_or_create(
                domain, "test", f"{number}", original_name=name, original_device_class=device_class
            )
            hass.states.async_set(entry.entity_id, state[:255], attributes)
        whole = survey(hass)
        assert await async_survey(hass) == whole
        home = Home(hass, Habits())
        home.map = whole
        home.people = tuple(hass.states.async_entity_ids("person"))
        now = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
        for detector in DETECTORS:
            for finding in detector(home).findings(now):
                assert all(permit(action) is action.risk for action in finding.actions)

    @given(rows=REGISTERED)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def gather(rows: list[tuple[str, str, str | None, str, dict[str, Any]]]) -> None:
        drawn.append(rows)

    drawn: list[list[tuple[str, str, str | None, str, dict[str, Any]]]] = []
    gather()
    for rows in drawn:
        await play(rows)
    assert number > len(drawn)


ENOUGH = 8
"""Kinds that a run must have met."""

# Berlin puts its clocks forward on 29 March 2026 at 01:00 UTC and back on 25 October at 01:00 UTC.
STARTS = st.sampled_from(
    [
        datetime(2026, 3, 28, 20, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 58, tzinfo=UTC),
        datetime(2026, 10, 24, 20, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 29, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
    ]
)
JUMPS = st.lists(
    st.tuples(
        st.sampled_from([*ENTITIES, *PEOPLE]),
        st.one_of(st.just("lively"), STATES),
        st.sampled_from([1, 5, 30, 61, 240, 1440, -90, -1500]),  # minutes; a clock may be set back
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


async def test_clocks_and_restarts_in_the_middle_of_every_life(hass: HomeAssistant) -> None:  # noqa: C901 - one play
    await hass.config.async_set_time_zone("Europe/Berlin")
    house = House(hass)
    for entity_id, attributes in ENTITIES.items():
        house.add(entity_id, "off", **attributes)
    seen: set[str] = set()

    class Run:
        """The integration's memory of one home, from one start to the next."""

        def __init__(self, habits: Habits) -> None:
            self.home = Home(hass, Habits.from_dict(habits.to_dict()))
            self.home.map = survey(hass)
            self.home.people = tuple(PEOPLE)
            self.books = Bookkeeper(self.home)
            self.detectors = [detector(self.home) for detector in DETECTORS]
            self.watch = Watch(person=PEOPLE[0], rhythm=self.home.habits.rhythm_of(PEOPLE[0]))

        def look(self, now: datetime) -> None:
            self.watch.observe(self.home, now, PhoneState.UNKNOWN)
            moment = self.watch.moment(self.home, now, HomeMode.NORMAL, Load())
            assert 0 <= moment.activity_confidence <= 1
            for detector in self.detectors:
                for finding in detector.findings(now):
                    seen.add(detector.kind)
                    suggestion = suggestion_from(detector.kind, finding, now)
                    for action in suggestion.actions:
                        assert permit(action) is action.risk
                        assert action.risk <= policy_of(detector.kind).risk

    def put(run: Run, entity_id: str, state: str, now: datetime) -> None:
        old = hass.states.get(entity_id)
        attributes = dict(old.attributes) if old else {}
        hass.states.async_set(entity_id, state[:255], attributes, timestamp=now.timestamp())
        new = hass.states.get(entity_id)
        assert new is not None
        run.books.changed(old, new, now)
        for detector in run.detectors:
            detector.observe(old, new, now)

    @given(start=STARTS, jumps=JUMPS)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def play(start: datetime, jumps: list[tuple[str, str, int, bool]]) -> None:
        now = start - timedelta(hours=3)
        run = Run(Habits())
        for entity_id in (*ENTITIES, *PEOPLE):
            put(run, entity_id, LIVELY.get(entity_id.split(".")[0], "off"), now)
        for entity_id, state, minutes, restart in jumps:
            now = max(now + timedelta(minutes=minutes), start)
            lively = LIVELY.get(entity_id.split(".")[0], "on")
            put(run, entity_id, lively if state == "lively" else state, now)
            run.look(now)
            if restart:
                run = Run(run.home.habits)
                run.books.catch_up(now)
                run.look(now)

    play()
    # It would be easy to raise nothing by finding nothing.
    assert len(seen) >= ENOUGH, seen
