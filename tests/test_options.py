"""Stored options to settings: chosen values are used, damaged ones fall back, no value goes out of bounds."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant import const
from custom_components.proactive_assistant.assistant.enums import Level
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.options import DEFAULTS, DOMAINS, Conduct, levels_of, settings_from
from custom_components.proactive_assistant.sensing.exclusions import Exclusions

KEYS = [value for name, value in vars(const).items() if name.startswith("CONF_")]


@pytest.mark.parametrize(
    "damaged",
    [
        {"ceiling": "most", "quiet_start": "25:99", "quiet_end": None, "push_cap": "many", "levels": "act"},
        {"ceiling": "ACT", "quiet_start": "", "quiet_end": "x", "push_cap": float("nan"), "levels": {"leave_home": 4}},
        {"ceiling": 7, "quiet_start": 22, "quiet_end": [], "push_cap": None, "levels": {"unheard_of": "act"}},
        {"gap_minutes": [], "helpfulness": "much", "exploration_per_week": True, "home_cap": float("inf")},
        {"weekend_quiet_start": 5, "weekend_quiet_end": "noon"},
        {},
    ],
)
def test_damaged_options_fall_back_to_defaults(damaged: dict[str, object]) -> None:
    assert settings_from(damaged) == DEFAULTS
    assert Conduct.of(damaged) == Conduct()
    assert Exclusions.of(damaged) == Exclusions()


def test_chosen_options_are_used() -> None:
    settings = settings_from(
        {
            "ceiling": "act",
            "quiet_start": "20:00:00",
            "quiet_end": "08:00:00",
            "weekend_quiet_end": "10:00:00",
            "push_cap": 0.0,
            "home_cap": 7,
            "gap_minutes": 90,
            "exploration_per_week": 0,
            "helpfulness": -0.5,
            "levels": {"leave_home": "act", "media_idle": "off"},
        }
    )
    assert settings.ceiling is Level.ACT
    assert (settings.quiet_start, settings.quiet_end) == (time(20), time(8))
    assert (settings.push_cap, settings.home_cap, settings.gap_minutes) == (0, 7, 90)
    assert (settings.exploration_per_week, settings.helpfulness) == (0, -0.5)
    assert dict(settings.levels) == {"leave_home": Level.ACT, "media_idle": Level.OFF}
    assert settings.weekend_quiet_end == time(10)


def test_who_chose_quiet_hours_and_no_weekend_meant_every_night() -> None:
    chosen = settings_from({"quiet_start": "21:00:00", "quiet_end": "09:00:00"})
    assert (chosen.weekend_quiet_start, chosen.weekend_quiet_end) == (time(21), time(9))
    default = settings_from({"quiet_start": "22:00:00", "quiet_end": "07:00:00"})
    assert (default.weekend_quiet_start, default.weekend_quiet_end) == (time(23), time(8, 30))


def test_what_is_out_of_bounds_comes_to_the_bound() -> None:
    settings = settings_from(
        {"push_cap": 500, "home_cap": -1, "gap_minutes": 0, "exploration_per_week": 99, "helpfulness": 9}
    )
    assert (settings.push_cap, settings.home_cap, settings.gap_minutes) == (12, 0, 10)
    assert (settings.exploration_per_week, settings.helpfulness) == (3, 1)
    conduct = Conduct.of({"undo_minutes": 0, "retention_days": 9999})
    assert (conduct.undo, conduct.keep) == (timedelta(minutes=1), timedelta(days=365))


def test_conduct_is_read() -> None:
    conduct = Conduct.of(
        {"action_domains": ["light", "lock", "gas"], "learning": False, "engine": "numpy", "retention_days": 30}
    )
    assert conduct.action_domains == {"light", "lock"}
    assert conduct.learning is False
    assert conduct.engine == "numpy"
    assert conduct.keep == timedelta(days=30)
    assert Conduct.of({"action_domains": []}).action_domains == frozenset()
    assert Conduct().action_domains == set(DOMAINS)


def test_a_level_is_capped_by_its_kind() -> None:
    levels = settings_from({"levels": dict.fromkeys(KINDS, "act")}).levels
    assert all(levels[kind] is policy.ceiling for kind, policy in KINDS.items())
    assert levels["garage_open"] is Level.ASK
    assert levels_of("opening_left") == (Level.OFF, Level.OBSERVE, Level.SUGGEST)
    with pytest.raises(KeyError):
        levels_of("unheard_of")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([*KINDS, "act"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KINDS, "x"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=12))
def test_no_stored_value_breaks_the_bounds(options: dict[str, Any]) -> None:
    settings = settings_from(options)
    assert 0 <= settings.push_cap <= 12
    assert 0 <= settings.home_cap <= 12
    assert 10 <= settings.gap_minutes <= 1440
    assert 0 <= settings.exploration_per_week <= 3
    assert -1 <= settings.helpfulness <= 1
    assert all(level <= KINDS[kind].ceiling for kind, level in settings.levels.items())
    conduct = Conduct.of(options)
    assert conduct.action_domains <= set(DOMAINS)
    assert timedelta(minutes=1) <= conduct.undo <= timedelta(hours=1)
    assert Exclusions.of(options) is not None


def test_an_exclusion_covers_what_belongs_to_it() -> None:
    exclusions = Exclusions.of(
        {
            "excluded_entities": ["light.a"],
            "excluded_devices": ["device"],
            "excluded_areas": ["attic"],
            "excluded_labels": ["private"],
        }
    )
    assert exclusions.covers("light.a")
    assert exclusions.covers("light.b", device_id="device")
    assert exclusions.covers("light.b", area_id="attic")
    assert exclusions.covers("light.b", labels={"private", "other"})
    assert not exclusions.covers("light.b", "other", "kitchen", {"other"})
    assert not exclusions.covers("light.b")
