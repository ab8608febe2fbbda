"""The closed sets and the table of kinds, against the product specification."""

from datetime import time

import pytest

from assistant.enums import Channel, Level, Reason, Reply, RiskClass, Urgency
from assistant.kinds import KINDS, UNKNOWN_KIND
from assistant.settings import Settings
from tests.assistant import cases

SILENT = [
    "resolved",
    "no_effect",
    "already_automated",
    "low_confidence",
    "quiet_hours",
    "daily_cap",
    "min_gap",
    "kind_cooldown",
    "snoozed",
    "said_no_before",
    "on_purpose",
    "person_busy",
    "person_away",
    "nobody_to_tell",
    "guest",
    "vacation",
    "party",
    "duplicate",
    "stale_data",
    "starting_up",
    "observe_only",
    "exploration_budget",
    "policy_forbidden",
    "presence_unclear",
]
SPOKEN = ["welcome", "no_better_moment", "urgent", "exploring", "safety"]


def test_the_reasons_are_the_closed_list_and_six_of_our_own() -> None:
    assert {reason.value for reason in Reason} == {*SILENT, *SPOKEN, "better_moment_ahead"}


def test_the_replies_are_those_of_the_contract() -> None:
    assert {reply.value for reply in Reply} == {
        *("accepted", "later", "not_now", "wrong", "never", "unseen", "expired", "resolved", "done_by_hand"),
        "undone",
    }


def test_there_are_thirty_kinds_and_none_is_called_unknown() -> None:
    assert len(KINDS) == 30
    assert UNKNOWN_KIND not in KINDS
    assert all(policy.key == key for key, policy in KINDS.items())


def flagged(name: str) -> set[str]:
    return {key for key, policy in KINDS.items() if getattr(policy, name)}


def test_only_the_listed_kinds_are_pushed_in_the_first_week() -> None:
    assert flagged("first_week") == {
        *("leave_home", "opening_left", "garage_open", "appliance_done", "lock_check", "window_climate", "bedtime"),
        *("cold_storage", "bin_day"),
    }


def test_only_three_kinds_may_pass_quiet_hours_and_the_check_that_names_one_of_them() -> None:
    assert flagged("in_quiet_hours") == {"lock_check", "cold_storage", "heat_source_on", "leave_home"}


def test_what_belongs_to_an_evening_or_a_way_is_not_said_the_next_morning() -> None:
    assert flagged("ends_with_night") == {"bedtime", "lock_check", "kids_evening", "arrival_prepare", "leave_now"}


def test_only_the_check_at_the_door_has_so_brief_a_moment() -> None:
    assert flagged("brief") == {"leave_home"}


def test_only_the_listed_kinds_speak_on_vacation() -> None:
    assert flagged("on_vacation") == {
        *("garage_open", "lock_check", "cold_storage", "heat_source_on", "away_climate", "weather_openings"),
        "device_offline",
    }


def test_leaving_home_and_lights_wait_while_guests_are_there() -> None:
    assert flagged("not_with_guests") == {"leave_home", "bedtime", "arm_reminder", "media_idle", "room_light_idle"}


CEILINGS = {
    Level.SUGGEST: "opening_left appliance_done battery_low cold_storage bin_day device_offline maintenance_due "
    "leave_now routine_due",
    Level.ASK: "garage_open lock_check heat_source_on arm_reminder watering vacation guest kids_evening",
    Level.ACT: "leave_home window_climate bedtime away_climate weather_openings media_idle room_light_idle ev_plug "
    "cheap_energy ventilate outside_air arrival_prepare vacuum_now",
}


@pytest.mark.parametrize("ceiling", CEILINGS)
def test_the_ceilings_are_those_of_the_condensed_table(ceiling: Level) -> None:
    assert {key for key, policy in KINDS.items() if policy.ceiling is ceiling} == set(CEILINGS[ceiling].split())


@pytest.mark.parametrize(
    ("level", "keys"),
    [
        (Level.OFF, "routine_due kids_evening"),
        (Level.OBSERVE, "media_idle room_light_idle cheap_energy outside_air arrival_prepare leave_now"),
    ],
)
def test_a_kind_starts_no_higher_than_the_table_says(level: Level, keys: str) -> None:
    assert {key for key, policy in KINDS.items() if policy.first_level is level} == set(keys.split())
    assert all(policy.first_level <= policy.ceiling for policy in KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_sane(kind: str) -> None:
    policy = KINDS[kind]
    assert 0 < policy.benefit <= 1
    assert policy.minutes_to_live >= 20
    assert policy.risk < RiskClass.A4
    assert policy.channel is not Channel.SPEAKER, "voice is off by default"
    assert policy.first_level <= Level.SUGGEST, "acting is never where a kind starts"


def test_informing_kinds_offer_no_action_beyond_asking() -> None:
    assert all(policy.ceiling <= Level.ASK for policy in KINDS.values() if policy.risk is RiskClass.A0)


def test_time_sensitive_are_those_the_guidelines_allow_and_leaving_now() -> None:
    found = {key for key, policy in KINDS.items() if policy.urgency is Urgency.TIME_SENSITIVE}
    assert found == {"lock_check", "cold_storage", "heat_source_on", "leave_now"}


def test_the_defaults_are_those_of_the_specification() -> None:
    settings = Settings()
    assert (settings.push_cap, settings.home_cap, settings.gap_minutes, settings.exploration_per_week) == (3, 5, 45, 1)
    assert (settings.quiet_start.hour, settings.quiet_end.hour) == (22, 7)
    assert (settings.weekend_quiet_start, settings.weekend_quiet_end) == (time(23), time(8, 30))
    assert settings.ceiling is Level.SUGGEST


@pytest.mark.parametrize(
    ("start", "end", "quiet", "loud"),
    [
        ((22, 0), (7, 0), [(22, 0), (23, 59), (0, 0), (6, 59)], [(7, 0), (12, 0), (21, 59)]),
        ((1, 0), (5, 0), [(1, 0), (4, 59)], [(0, 59), (5, 0), (23, 0)]),
        ((9, 0), (9, 0), [], [(9, 0), (0, 0), (21, 0)]),
    ],
    ids=["over midnight", "within a night", "none"],
)
def test_quiet_hours_begin_with_their_start_and_end_before_their_end(
    start: tuple[int, int], end: tuple[int, int], quiet: list[tuple[int, int]], loud: list[tuple[int, int]]
) -> None:
    noon = cases.NOON
    settings = Settings(
        quiet_start=time(*start),
        quiet_end=time(*end),
    )
    assert all(settings.quiet(noon.replace(hour=hour, minute=minute)) for hour, minute in quiet)
    assert not any(settings.quiet(noon.replace(hour=hour, minute=minute)) for hour, minute in loud)
