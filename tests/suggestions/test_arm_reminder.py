"""The alarm that mostly is armed, and is not."""

import pytest
from homeassistant.core import Context

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.suggestions.arm_reminder import ArmReminder

from ..conftest import ANNA, WINDOW
from ..factories import suggestion
from .conftest import MOTION, Stage

PANEL, ARM_AWAY = "alarm_control_panel.alarm", 2


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
    again = type(stage.home.habits).from_dict(stage.home.habits.to_dict())
    again.renamed(PANEL, "alarm_control_panel.house")
    assert again.armed["alarm_control_panel.house"].on == 6
    old = {key: value for key, value in stage.home.habits.to_dict().items() if key not in ("armed", "nights")}
    assert not type(stage.home.habits).from_dict(old).armed
