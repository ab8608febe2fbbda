"""A child's evening: the parents are told, by the hour that is usual or set, and nobody is left in the dark."""

import pytest
from homeassistant.components.media_player import MediaPlayerEntityFeature

from custom_components.proactive_assistant.assistant.enums import Level, RiskClass
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.suggestions.kids_evening import KidsEvening

from ..conftest import ANNA
from .conftest import Stage

TABLET, LAMP, MIA = "media_player.kids_tablet", "light.kids_lamp", "person.mia"


@pytest.fixture(autouse=True)
def child(stage: Stage) -> None:
    features = int(MediaPlayerEntityFeature.PAUSE)
    stage.house.add(TABLET, "off", area="Kids room", supported_features=features)
    stage.house.add(LAMP, "off", area="Kids room")
    stage.house.hass.states.async_set(MIA, "home")
    stage.refresh()
    stage.home.profiles = {MIA: Profile(resident="mia", child=True)}
    stage.detector = KidsEvening(stage.home)


def test_it_is_off_until_somebody_wants_it() -> None:
    assert KINDS["kids_evening"].first_level is Level.OFF


def test_a_screen_past_its_time_is_told_to_the_parents_only(stage: Stage) -> None:
    stage.at(20)
    stage.set(TABLET, "playing")
    assert not stage.due(after=49)
    [finding] = stage.due(after=2)
    assert finding.persons == (ANNA,)
    [action] = finding.actions
    assert (action.action, action.entity_ids, finding.risk) == ("media_pause", (TABLET,), RiskClass.A1)


def test_a_light_is_told_and_never_switched(stage: Stage) -> None:
    stage.at(20)
    stage.set(LAMP, "on")
    [finding] = stage.due(after=50)
    assert not finding.actions


def test_fridays_are_longer(stage: Stage) -> None:
    stage.at(21, 0, days=3)
    stage.set(TABLET, "playing")
    assert not stage.due()
    assert stage.due(after=50)


def test_the_usual_end_is_learned(stage: Stage) -> None:
    for day in (0, 1, 2, 6, 7, 8):
        stage.at(18, 40, days=day)
        stage.set(TABLET, "playing")
        stage.set(TABLET, "off", after=30)
    stage.at(19, days=9)
    stage.set(TABLET, "playing")
    assert not stage.due(after=29)
    assert stage.due(after=2)


def test_late_evenings_and_who_looks_in_do_not_teach_that_late_is_usual(stage: Stage) -> None:
    for day in (0, 1, 2, 6, 7, 8):
        stage.at(18, 40, days=day)
        stage.set(LAMP, "on")
        stage.set(LAMP, "off", after=30 if day < 7 else 120)
        stage.at(22, days=day)
        stage.set(LAMP, "on")
        stage.set(LAMP, "off", after=5)
    stage.at(19, days=9)
    stage.set(LAMP, "on")
    assert stage.due(after=31)


def test_a_night_light_is_meant(stage: Stage) -> None:
    for _ in range(4):
        stage.home.habits.night_over(on={LAMP}, could_be={LAMP})
    stage.at(20)
    stage.set(LAMP, "on")
    assert not stage.found(after=60)


@pytest.mark.parametrize("state", ["off", "paused", "idle", "unavailable"])
def test_it_ends_when_it_is_off(stage: Stage, state: str) -> None:
    stage.at(20)
    stage.set(TABLET, "playing")
    assert stage.due(after=60)
    stage.set(TABLET, state)
    assert not stage.found()


def test_other_rooms_and_an_empty_home_are_no_matter(stage: Stage) -> None:
    stage.at(20)
    stage.set("media_player.living_room_tv", "playing")
    assert not stage.found(after=60)
    stage.set(TABLET, "playing")
    stage.set(ANNA, "not_home")
    stage.set(MIA, "not_home")
    assert not stage.found()


def test_without_parents_nobody_is_told(stage: Stage) -> None:
    stage.home.profiles = {ANNA: Profile(child=True), MIA: Profile(child=True)}
    stage.at(20)
    stage.set(TABLET, "playing")
    assert not stage.found(after=60)


def test_evenings_before_school_tell_about_the_others(stage: Stage) -> None:
    for day in (0, 1, 2, 6, 7):
        stage.at(18, 30, days=day)
        stage.set(TABLET, "playing")
        stage.set(TABLET, "off", after=30)
    stage.at(19, 50, days=10)
    stage.set(TABLET, "playing")
    assert not stage.due(after=29)
    assert stage.due(after=2)
