"""A child's evening: the parents are told, by the hour that is usual or set, and nobody is left in the dark."""

from datetime import time, timedelta
from typing import Any

import pytest
from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.core import Context, HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.actions.execute import async_execute, effective
from custom_components.proactive_assistant.assistant.enums import Level, RiskClass
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.suggestions.kids_evening import KidsEvening

from ..conftest import ANNA, Clock, House, Phone, add_phone, kinds, resident_data, setup
from ..factories import suggestion
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
    assert finding.facts["why"] == "kids_usual"
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


@pytest.mark.parametrize(("day", "hour", "minute"), [(0, 19, 34), (3, 20, 34)])
def test_an_end_that_is_set_holds_whatever_is_usual(stage: Stage, day: int, hour: int, minute: int) -> None:
    """On a Friday an hour later than on a Tuesday."""
    stage.home.profiles = {MIA: Profile(resident="mia", child=True, evening_end=time(19, 30))}
    for earlier in (7, 6, 5, 2, 1):
        stage.at(21, 40, days=-earlier)
        stage.set(TABLET, "playing")
        stage.set(TABLET, "off", after=30)
    stage.at(hour, minute, days=day)
    stage.set(TABLET, "playing")
    assert not stage.due()
    [finding] = stage.due(after=1)
    assert finding.facts["why"] == "kids_set"


def test_a_room_goes_by_the_child_it_is_named_after_and_any_other_by_the_latest(stage: Stage) -> None:
    stage.house.hass.states.async_set("person.tom", "home", {"friendly_name": "Tom Miller"})
    stage.house.hass.states.async_set(MIA, "home", {"friendly_name": "Mia"})
    stage.house.add("media_player.mias_tablet", "off", area="Mia's kids room", supported_features=1)
    stage.refresh()
    stage.home.profiles = {
        MIA: Profile(child=True, evening_end=time(19)),
        "person.tom": Profile(child=True, evening_end=time(20)),
        ANNA: Profile(evening_end=time(17)),
    }
    stage.at(19, 10)
    stage.set(TABLET, "playing")
    assert not stage.due()
    stage.set("media_player.mias_tablet", "playing")
    [finding] = stage.due()
    assert finding.entity_ids == ("media_player.mias_tablet",)


@pytest.mark.parametrize("stored", ["", "soon", 7, None, ["19:30:00"], "25:00:00"])
def test_an_end_that_is_none_is_left_to_what_is_usual(stored: object) -> None:
    assert Profile.from_data("mia", {"child": True, "evening_end": stored}).evening_end is None
    assert Profile.from_data("mia", {"child": True, "evening_end": "19:30:00"}).evening_end == time(19, 30)


async def test_a_child_hears_nothing_of_it_and_nothing_is_learned_of_them(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    hass.states.async_set(MIA, "home", {"user_id": "mia-user"})
    theirs = add_phone(hass, "mias_phone", "mia-user")
    mia = resident_data(MIA, "Mia")
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry",
        subentries_data=[resident_data(), {**mia, "data": {**mia["data"], "child": True, "evening_end": "12:30:00"}}],
        options={"levels": {"kids_evening": "ask"}},
    )
    entry.add_to_hass(hass)
    house.add(TABLET, "off", area="Kids room", supported_features=1)
    assert await setup(hass, entry, clock)
    coordinator = entry.runtime_data
    coordinator.files.ledger.known_since = dict.fromkeys(coordinator.residents, clock.now - timedelta(days=30))
    house.set(TABLET, "playing")
    await clock.forward(minutes=40)
    assert [message["title"] for message in phone.messages] == ["Children's evening"]
    assert not theirs.messages
    # Nor can the child's phone answer for the parents, even with the button of their message.
    await theirs.send(phone.messages[0]["data"]["actions"][2]["action"])
    assert kinds(account) == ["offered kids_evening"]
    house.set(TABLET, "off")
    await clock.settle()
    assert not theirs.received
    assert coordinator.residents["mia"].state.learned == 0
    assert coordinator.residents["anna"].state.learned == 1


async def test_what_is_paused_by_hand_is_not_paused_again_by_the_tap(stage: Stage) -> None:
    stage.at(20)
    stage.set(TABLET, "playing")
    [finding] = stage.due(after=60)
    [action] = finding.actions
    assert effective(stage.home, action) == (TABLET,)
    stage.set(TABLET, "paused")
    item = suggestion("kids_evening", actions=finding.actions, risk=finding.risk)
    assert await async_execute(stage.house.hass, stage.home, item, Context()) == ()
