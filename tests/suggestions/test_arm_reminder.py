"""The alarm that mostly is armed, and is not."""

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute, effective
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.suggestions.arm_reminder import ArmReminder

from ..conftest import ANNA, WINDOW
from ..factories import suggestion
from .conftest import MOTION, Stage

PANEL, ARM_AWAY, ARM_NIGHT = "alarm_control_panel.alarm", 2, 4


@pytest.fixture(autouse=True)
def panel(stage: Stage) -> None:
    stage.add(PANEL, "disarmed", supported_features=ARM_AWAY, code_arm_required=False)
    stage.detector = ArmReminder(stage.home)


def live(stage: Stage, *, armed: int, of: int) -> None:
    """Live some absences; the alarm is disarmed a moment before the person is seen at home."""
    for index in range(of):
        stage.set(ANNA, "not_home", after=60)
        if index < armed:
            stage.set(PANEL, "armed_away", after=1)
            stage.set(PANEL, "disarmed", after=60)
        stage.set(ANNA, "home", after=40)


def test_disarmed_in_an_absence_although_mostly_armed(stage: Stage) -> None:
    live(stage, armed=5, of=6)
    stage.set(ANNA, "not_home", after=60)
    assert not stage.due(after=9)
    [finding] = stage.due(after=2)
    assert finding.risk is RiskClass.A3
    assert finding.actions[0].action == "alarm_arm_away"


@pytest.mark.parametrize(("armed", "of"), [(0, 0), (4, 4), (3, 6), (0, 8)])
def test_a_habit_that_is_not_known_is_not_claimed(stage: Stage, armed: int, of: int) -> None:
    live(stage, armed=armed, of=of)
    stage.set(ANNA, "not_home", after=60)
    assert not stage.found(after=11)


def test_short_absences_teach_nothing(stage: Stage) -> None:
    for _ in range(8):
        stage.set(ANNA, "not_home", after=20)
        stage.set(PANEL, "armed_away", after=1)
        stage.set(PANEL, "disarmed", after=5)
        stage.set(ANNA, "home", after=1)
    assert PANEL not in stage.home.habits.armed


def test_a_cleaner_or_an_open_window_holds_it(stage: Stage) -> None:
    live(stage, armed=6, of=6)
    stage.set(ANNA, "not_home", after=60)
    stage.set(WINDOW, "on", after=1)
    assert not stage.found(after=10)
    stage.set(WINDOW, "off")
    assert not stage.due(after=9)  # who shuts it is in, or nearly
    assert stage.due(after=2)
    stage.set(MOTION, "on")
    assert not stage.found()


@pytest.mark.parametrize(
    "attributes",
    [
        {"code_arm_required": True, "code_format": "number"},
        {"code_arm_required": None},
        {"supported_features": 1},
        {"supported_features": None},
    ],
)
def test_no_button_where_a_code_is_needed_or_nothing_is_known(stage: Stage, attributes: dict[str, object]) -> None:
    live(stage, armed=6, of=6)
    stage.put(PANEL, "disarmed", **attributes)
    stage.set(ANNA, "not_home", after=60)
    [finding] = stage.due(after=11)
    assert not finding.actions


@pytest.mark.parametrize("state", ["armed_away", "arming", "pending", "triggered", "unavailable", "unknown"])
def test_it_ends_when_it_is_armed_or_silent(stage: Stage, state: str) -> None:
    live(stage, armed=6, of=6)
    stage.set(ANNA, "not_home", after=60)
    assert stage.due(after=11)
    stage.set(PANEL, state)
    assert not stage.found()


def nights(stage: Stage, *, armed: int, of: int) -> None:
    """Live some nights at home; the panel is armed at eleven and disarmed at seven, or not at all."""
    stage.at(22)
    for index in range(of):
        stage.at(22, 30, days=index)
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=2)
        if index < armed:
            stage.set(PANEL, "armed_night", after=28)
        stage.at(6, 50, days=index + 1)
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=2)
        stage.set(PANEL, "disarmed", after=5)


def in_the_evening(stage: Stage, day: int) -> None:
    """Let the last one go to bed at a quarter past eleven."""
    stage.at(23, 10, days=day)
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=5)


def test_disarmed_at_night_although_mostly_armed(stage: Stage) -> None:
    stage.put(PANEL, "disarmed", supported_features=ARM_AWAY | ARM_NIGHT)
    nights(stage, armed=6, of=7)
    in_the_evening(stage, 7)
    assert not stage.due(after=9)
    [finding] = stage.due(after=2)
    assert finding.facts["why"] == "arm_night"
    [action] = finding.actions
    assert (action.action, action.risk) == ("alarm_arm_night", RiskClass.A3)
    # Somebody is up again.
    stage.set(MOTION, "on", after=5)
    assert not stage.due(after=1)
    stage.set(MOTION, "off")
    assert stage.due(after=11)
    stage.set(PANEL, "armed_night")
    assert not stage.found()


@pytest.mark.parametrize(("armed", "of"), [(0, 0), (4, 4), (3, 7), (0, 8)])
def test_nights_that_are_mostly_disarmed_or_too_few_are_no_habit(stage: Stage, armed: int, of: int) -> None:
    nights(stage, armed=armed, of=of)
    in_the_evening(stage, of)
    assert not stage.found(after=15)


def test_who_is_still_out_would_set_it_off(stage: Stage) -> None:
    stage.house.hass.states.async_set("person.ben", "home")
    stage.refresh()
    nights(stage, armed=7, of=7)
    in_the_evening(stage, 7)
    assert stage.due(after=15)
    stage.set("person.ben", "not_home")
    assert not stage.found(after=15)


def test_an_open_window_cannot_be_armed_around(stage: Stage) -> None:
    nights(stage, armed=7, of=7)
    in_the_evening(stage, 7)
    stage.set(WINDOW, "on")
    assert not stage.found(after=15)


def test_a_panel_without_a_night_is_told_without_a_button(stage: Stage) -> None:
    nights(stage, armed=7, of=7)
    in_the_evening(stage, 7)
    [finding] = stage.due(after=15)
    assert not finding.actions


@pytest.mark.parametrize(
    "change",
    ["armed", "code", "window", "away", "expected", "morning", "no night"],
)
async def test_a_tap_arms_for_the_night_only_what_could_be_armed_now(stage: Stage, change: str) -> None:
    calls: list[ServiceCall] = []
    stage.house.hass.services.async_register("alarm_control_panel", "alarm_arm_night", calls.append)
    stage.house.hass.states.async_set("person.ben", "home")
    stage.refresh()
    stage.put(PANEL, "disarmed", supported_features=ARM_AWAY | ARM_NIGHT)
    nights(stage, armed=7, of=7)
    in_the_evening(stage, 7)
    [finding] = stage.due(after=15)
    item = suggestion("arm_reminder", actions=finding.actions, risk=finding.risk)
    assert effective(stage.home, finding.actions[0]) == (PANEL,)
    match change:
        case "armed":
            stage.set(PANEL, "armed_night")
        case "code":
            stage.put(PANEL, "disarmed", code_arm_required=True)
        case "window":
            stage.set(WINDOW, "on")
        case "away":
            stage.set(ANNA, "not_home")
            stage.set("person.ben", "not_home")
        case "expected":
            stage.set("person.ben", "not_home")
        case "morning":
            stage.at(7, days=8)
        case "no night":
            stage.put(PANEL, "disarmed", supported_features=ARM_AWAY)
    assert await async_execute(stage.house.hass, stage.home, item, Context()) == ()
    assert not calls


@pytest.mark.parametrize("change", ["code", "window"])
async def test_a_tap_arms_an_empty_home_only_if_it_could_be_armed_now(stage: Stage, change: str) -> None:
    live(stage, armed=6, of=6)
    stage.set(ANNA, "not_home", after=60)
    [finding] = stage.due(after=11)
    assert effective(stage.home, finding.actions[0]) == (PANEL,)
    if change == "code":
        stage.put(PANEL, "disarmed", code_arm_required=True)
    else:
        stage.set(WINDOW, "on")
    assert not effective(stage.home, finding.actions[0])


def test_a_day_of_the_week_on_which_it_stays_disarmed_is_meant(stage: Stage) -> None:
    """The cleaner comes on Tuesdays."""
    for day in range(15):
        stage.at(9, days=day)
        stage.set(ANNA, "not_home")
        if day % 7:
            stage.set(PANEL, "armed_away", after=1)
            stage.set(PANEL, "disarmed", after=60)
        found = stage.due(after=15)
        assert bool(found) is (day == 7), "the first time it is asked, the second it is known"
        stage.set(ANNA, "home", after=60)
    # In the evening of such a day it is armed as ever.
    stage.at(18, days=14)
    stage.set(ANNA, "not_home")
    assert stage.due(after=15)


async def test_a_tap_at_the_front_door_arms_nobody_in(stage: Stage) -> None:
    live(stage, armed=6, of=6)
    stage.set(ANNA, "not_home", after=60)
    [finding] = stage.due(after=11)
    stage.set(ANNA, "home")
    assert not stage.found()
    item = suggestion("arm_reminder", actions=finding.actions, risk=finding.risk)
    assert await async_execute(stage.house.hass, stage.home, item, Context()) == ()


def test_it_is_remembered_over_a_restart_and_a_rename(stage: Stage) -> None:
    live(stage, armed=6, of=6)
    nights(stage, armed=6, of=6)
    again = type(stage.home.habits).from_dict(stage.home.habits.to_dict())
    again.renamed(PANEL, "alarm_control_panel.house")
    assert again.armed["alarm_control_panel.house"].on == 6
    assert again.armed_nights["alarm_control_panel.house"].on >= 5
    new = ("armed", "armed_nights", "nights")
    old = {key: value for key, value in stage.home.habits.to_dict().items() if key not in new}
    assert not type(stage.home.habits).from_dict(old).armed
