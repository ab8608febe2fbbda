"""Somebody lives with the real integration on a real core, in virtual time."""

import pytest

from tools.replay.inprocess import replay
from tools.replay.journal import Journal

from .conftest import LAMP, PERSON, WINDOW, Ready, make_scene

pytestmark = [pytest.mark.timeout(600)]


def kinds(journal: Journal, *what: str) -> list[str]:
    return [line["kind"] for line in journal.of(*what)]


def test_a_window_left_open_is_said_answered_and_closed_by_hand() -> None:
    mind = Ready("accepted")
    journal = replay(make_scene(mind))
    [push] = list(journal.of("push"))
    assert push["kind"] == "opening_left"
    assert 724 < push["at"] < 760
    assert mind.asked[0].subjects == {WINDOW}
    [press] = list(journal.of("press"))
    assert press["button"] == "DO"
    assert press["at"] == pytest.approx(push["at"] + 5, abs=0.1)
    assert [line["type"] for line in journal.of("end")] == ["accepted"]
    assert [line["key"] for line in journal.of("hand")] == [WINDOW]
    assert next(journal.of("end"))["learned"]


@pytest.mark.parametrize(("reply", "button"), [("later", "LATER"), ("not_now", "NOT_NOW"), ("never", "NEVER")])
def test_every_answer_presses_its_own_button_and_the_integration_hears_it(reply: str, button: str) -> None:
    journal = replay(make_scene(Ready(reply), minutes=800))
    assert [line["button"] for line in journal.of("press")][:1] == [button]
    assert next(journal.of("end"))["type"] == reply


def test_lights_left_behind_are_switched_off_by_the_tap_and_stay_off() -> None:
    scene = make_scene(Ready("accepted"), minutes=900, open_at=5000)
    scene.tracks[LAMP].hold(600, 900, "on")
    scene.tracks[PERSON].hold(720, 900, "not_home")
    scene.matters = ()
    journal = replay(scene)
    assert "leave_home" in kinds(journal, "push")
    assert [(line["service"], line["key"]) for line in journal.of("act")] == [("light.turn_off", LAMP)]
    assert "executed" in [line["type"] for line in journal.of("end")]


def test_who_answers_nothing_is_not_pressed_for() -> None:
    journal = replay(make_scene(Ready("unseen"), minutes=800))
    assert kinds(journal, "answer")
    assert not kinds(journal, "press")


def test_the_same_scene_gives_the_same_account() -> None:
    def account() -> list[tuple[float, str, str | None]]:
        lines = replay(make_scene(minutes=790)).lines
        return [(line["at"], line["is"], line.get("type")) for line in lines]

    assert account() == account()


def test_a_matter_over_before_its_answer_is_no_answer_lost() -> None:
    scene = make_scene(Ready("not_now"), minutes=800)
    journal = replay(scene)
    said = next(journal.of("push"))["at"]

    again = make_scene(Ready("not_now"), minutes=800)
    again.tracks[WINDOW].hold(said + 2, 800, "off")
    [late] = list(replay(again).of("late"))
    assert late["over"]
