"""What may leave a real home in a trace."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.enums import Room
from tools.replay.export import _WORDS, Keys, _lines, exportable, redacted, safe_state

BEGIN = datetime(2026, 11, 24, tzinfo=UTC)


@given(domain=st.sampled_from(("sensor", "light", "person", "media_player")), state=st.text(max_size=30))
def test_a_state_is_a_number_a_known_word_or_nothing(domain: str, state: str) -> None:
    found = safe_state(domain, state)
    if found is not None:
        assert found in _WORDS or float(found) == float(found)


def test_where_somebody_is_shrinks_to_home_or_not() -> None:
    assert safe_state("person", "Grandma's house") == "not_home"
    assert safe_state("person", "home") == "home"


@given(st.dictionaries(st.text(max_size=15), st.text(max_size=20) | st.lists(st.text(max_size=10), max_size=3)))
def test_attributes_of_no_known_name_are_left_out(attributes: dict) -> None:  # type: ignore[type-arg]
    assert redacted({"friendly_name": "Anna", "media_title": "A film", **attributes}).keys() <= {
        "device_class", "hvac_action", "options", "preset_mode", "state_class", "temperature", "humidity",
        "unit_of_measurement", "temperature_unit",
    }  # fmt: skip


def test_sensors_that_could_show_anything_stay_at_home() -> None:
    assert exportable("sensor.freezer", {"device_class": "temperature"})
    assert not exportable("sensor.next_alarm_text", {})
    assert not exportable("device_tracker.annas_phone", {})
    assert not exportable("calendar.family", {})


def test_an_exported_day_has_keys_for_names() -> None:
    entity = "binary_sensor.annas_bedroom_window"
    states = [
        {"entity_id": entity, "attributes": {"device_class": "window", "friendly_name": "Anna's window"}},
        {"entity_id": "person.anna", "attributes": {"friendly_name": "Anna"}},
    ]
    history = {
        entity: [{"s": "on", "lu": BEGIN.timestamp() + 600, "a": {"friendly_name": "Anna's window"}}],
        "person.anna": [{"s": "Office of Anna", "lu": BEGIN.timestamp() + 900}],
    }
    replies = [{"at": (BEGIN + timedelta(minutes=20)).isoformat(), "kind": "opening_left", "type": "accepted"}]
    lines = _lines(states, {entity: Room.BEDROOM}, history, replies, BEGIN, BEGIN + timedelta(days=1))
    assert "nna" not in str(lines)
    assert {"at": 10.0, "is": "state", "key": "window:bedroom", "state": "on"} in lines
    assert {"at": 15.0, "is": "state", "key": "person:0", "state": "not_home"} in lines
    assert lines[-1]["reply"] == "accepted"


def test_two_of_a_role_are_numbered() -> None:
    keys = Keys()
    assert [keys.key("light", None, Room.KITCHEN) for _ in range(2)] == ["light:kitchen", "light:kitchen:2"]
