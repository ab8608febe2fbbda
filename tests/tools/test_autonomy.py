"""Autonomy in closed loop: offered after enough yes, taken back after an undo, never taken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.enums import Company, Level, Reply, Verdict
from assistant.results import Outcome
from tests.assistant.cases import NOON, spoken, suggestion
from tools.evaluate.claims.autonomy import Autonomy, Trust, with_action
from tools.personas.draw import draw_household
from tools.simulate.state import State
from tools.simulate.world import household_worlds
from tools.streams import Family

DAY = 1440.0
LIGHT = with_action(suggestion("room_light_idle"))


@pytest.fixture(scope="module")
def at_home() -> State:
    [world, *_] = household_worlds(draw_household(0, 1, Family.A), 3)
    state = next(item.state for item in world.opportunities if item.state.home)
    return replace(state, company=Company.ALONE)


def say(autonomy: Autonomy, day: float, reply: Reply, *, tolerated: int = 3, acted: bool = False) -> None:
    verdict = Verdict.ACT if acted else Verdict.SPEAK
    outcome = Outcome(reply=reply, at=NOON + timedelta(days=day))
    autonomy.hear(day * DAY, LIGHT, spoken(verdict=verdict), outcome, tolerated)


def test_only_kinds_that_may_act_get_something_to_do() -> None:
    assert LIGHT.actions
    assert not with_action(suggestion("appliance_done")).actions
    assert not with_action(suggestion("bedtime")).actions, "a lock at night is asked for, never done"


@pytest.mark.parametrize(("tolerated", "level"), [(3, Level.ACT), (2, None)])
def test_five_yes_on_three_days_are_offered_to_act(tolerated: int, level: Level | None) -> None:
    autonomy = Autonomy(Trust.OFFERED)
    for day in (0.0, 0.5, 1.0, 1.5):
        say(autonomy, day, Reply.ACCEPTED)
    assert not autonomy.levels
    say(autonomy, 2.0, Reply.ACCEPTED, tolerated=tolerated)
    assert autonomy.levels.get("room_light_idle") is level
    say(autonomy, 20.0, Reply.ACCEPTED, tolerated=3)
    assert autonomy.levels.get("room_light_idle") is level, "who said no is not asked again"


def test_one_no_among_five_answers_earns_nothing() -> None:
    autonomy = Autonomy(Trust.OFFERED)
    say(autonomy, 0.0, Reply.NOT_NOW)
    for day in range(1, 6):
        say(autonomy, float(day), Reply.ACCEPTED)
    assert not autonomy.levels


def test_an_undo_rests_and_a_second_lowers(at_home: State) -> None:
    autonomy = Autonomy(Trust.SET)
    autonomy.meet("room_light_idle", 3, at_home)
    assert autonomy.levels["room_light_idle"] is Level.ACT
    say(autonomy, 1.0, Reply.UNDONE, acted=True)
    assert autonomy.levels["room_light_idle"] is Level.ACT
    assert not autonomy.may_act("room_light_idle", 1.5 * DAY)
    assert autonomy.may_act("room_light_idle", 2.01 * DAY)
    say(autonomy, 3.0, Reply.UNDONE, acted=True)
    assert autonomy.levels["room_light_idle"] is Level.ASK


def test_levels_are_set_at_home_without_guests_and_once(at_home: State) -> None:
    autonomy = Autonomy(Trust.SET)
    autonomy.meet("room_light_idle", 3, replace(at_home, company=Company.GUESTS))
    assert not autonomy.levels
    autonomy.meet("room_light_idle", 2, at_home)
    autonomy.meet("room_light_idle", 3, at_home)
    assert autonomy.levels["room_light_idle"] is Level.ASK


def test_nobody_who_allowed_nothing_is_acted_for(at_home: State) -> None:
    autonomy = Autonomy(Trust.NONE)
    autonomy.meet("room_light_idle", 3, at_home)
    for day in range(9):
        say(autonomy, float(day), Reply.ACCEPTED)
    assert not autonomy.levels
