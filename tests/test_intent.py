"""Talking to it through the real conversation agent of a core, in English and in German."""

import json
from pathlib import Path
from typing import Any

import pytest
from hassil.parse_expression import parse_sentence
from homeassistant.components import conversation
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent as intent_helper
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.proactive_assistant import intent
from custom_components.proactive_assistant.assistant.enums import Reason
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery import errors
from custom_components.proactive_assistant.spoken import FOLDER, read

from .conftest import ANNA, ANNA_USER, LAMP, WINDOW, Clock, House, Phone, kinds, setup


@pytest.fixture
async def talking(hass: HomeAssistant, coordinator: Coordinator) -> Coordinator:
    """Return the assistant of a home one can talk to; Anna is a user like any."""
    MockUser(id=ANNA_USER, groups=[]).add_to_hass(hass)
    assert await async_setup_component(hass, "conversation", {})
    await hass.async_block_till_done()
    return coordinator


async def say(hass: HomeAssistant, text: str, language: str = "en", user: str | None = ANNA_USER) -> str:
    """Say something, and return what is answered."""
    result = await conversation.async_converse(hass, text, None, Context(user_id=user), language=language)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result.response.response_type is not intent_helper.IntentResponseType.ERROR, text
    return str(result.response.speech["plain"]["speech"])


@pytest.mark.parametrize(
    ("language", "question", "nothing"),
    [("en", "What should I know?", "Nothing needs you."), ("de", "Was sollte ich wissen?", "Nichts braucht dich.")],
)
async def test_it_says_what_one_should_know(
    talking: Coordinator, house: House, clock: Clock, language: str, question: str, nothing: str
) -> None:
    hass = talking.hass
    assert await say(hass, question, language) == nothing
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    answer = await say(hass, question, language)
    assert answer.startswith("Still open: Kitchen window")


@pytest.mark.parametrize(
    ("language", "question"),
    [("en", "why did you tell me about the kitchen window"), ("de", "warum hast du das Kitchen window vorgeschlagen")],
)
async def test_it_says_why_it_said_something(
    talking: Coordinator, house: House, clock: Clock, language: str, question: str
) -> None:
    hass = talking.hass
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    spoken = read()[language]
    answer = await say(hass, question, language)
    assert answer.startswith("Kitchen window: ")
    assert answer.removeprefix("Kitchen window: ") in spoken.reasons.values()


async def test_it_says_why_it_did_something_and_undoes_it(
    talking: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = talking.hass
    hass.services.async_register("light", "turn_on", lambda _call: house.set(LAMP, "on"))
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    await phone.press(0)
    assert hass.states.get(LAMP).state == "off"
    assert (await say(hass, "Why did you turn off the living room ceiling?")).startswith("Living room ceiling: ")
    assert (await say(hass, "why did you do that")).startswith("Living room ceiling: ")
    assert await say(hass, "Undo that") == "Undone: Living room ceiling."
    assert hass.states.get(LAMP).state == "on"
    assert await say(hass, "undo that") == "There is nothing to undo."
    assert await say(hass, "Mach das rückgängig", "de") == "Es gibt nichts rückgängig zu machen."


async def test_of_what_never_was_it_has_nothing_on_record(talking: Coordinator, house: House, clock: Clock) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    answer = await say(talking.hass, "why did you turn off the aquarium")
    assert answer == "I have nothing on record about that."


@pytest.mark.parametrize(("language", "sentence"), [("en", "later"), ("de", "erinnere mich später")])
async def test_later_puts_it_off(
    talking: Coordinator,
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
    language: str,
    sentence: str,
) -> None:
    hass = talking.hass
    assert await say(hass, sentence, language) == read()[language].answers["nothing_to_answer"]
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert "Kitchen window" in await say(hass, sentence, language)
    assert kinds(account)[-1] == "later opening_left"
    assert phone.cleared
    await clock.forward(minutes=70)
    assert len(phone.messages) == 2


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "stop suggesting today"), ("de", "heute keine Vorschläge mehr")]
)
@pytest.mark.parametrize("user", [ANNA_USER, None])
async def test_stopping_holds_until_the_morning(
    talking: Coordinator, house: House, phone: Phone, clock: Clock, language: str, sentence: str, user: str | None
) -> None:
    answer = await say(talking.hass, sentence, language, user)
    assert answer == read()[language].answers["stopped"]
    house.set(WINDOW, "on")
    await clock.forward(hours=3)
    assert not phone.messages
    paused = talking.files.ledger.orders.paused_until
    assert (paused is None) is (user is not None)


async def test_a_voice_of_no_user_hears_nothing_personal(
    talking: Coordinator, house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hass = talking.hass
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert "Kitchen window" in await say(hass, "what should I know", user=None)
    monkeypatch.setattr(intent.Talk, "personal", lambda _self, _situation: True)
    assert await say(hass, "what should I know", user=None) == "Nothing needs you."
    assert await say(hass, "later", user=None) == "There is no suggestion to put off."
    assert await say(hass, "why did you say that", user=None) == "I have nothing on record about that."
    # Whoever is known hears their own.
    assert "Kitchen window" in await say(hass, "what should I know")


async def test_without_a_running_entry_it_says_so(talking: Coordinator) -> None:
    assert await talking.hass.config_entries.async_unload("entry")
    assert await say(talking.hass, "what should I know") == "Proactive Assistant is not running."


async def test_sentences_come_when_conversation_does_and_intents_are_there_for_any_agent(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "conversation", {})
    assert await setup(hass, entry, clock)
    registered = {handler.intent_type for handler in intent_helper.async_get(hass)}
    assert {saying.intent_type for saying in intent.SAYINGS.values()} <= registered
    response = await intent_helper.async_handle(hass, "test", intent.SAYINGS["know"].intent_type, language="fr")
    # A language nobody wrote down yet is answered in English.
    assert response.speech["plain"]["speech"] == "Nothing needs you."
    assert await say(hass, "what should I know") == "Nothing needs you."


def test_every_language_says_everything() -> None:
    languages = read()
    assert set(languages) >= {"en", "de"}
    keys = {error.key for error in vars(errors).values() if isinstance(error, type) and hasattr(error, "key")}
    english = languages["en"]
    assert {"nothing_to_undo", "nothing_to_explain", "nothing_to_answer", "cannot"} <= keys & set(english.answers)
    for spoken in languages.values():
        assert set(spoken.sentences) == set(intent.SAYINGS)
        assert set(spoken.answers) == set(english.answers)
        assert set(spoken.reasons) == {reason.value for reason in Reason}
        for sentences in spoken.sentences.values():
            assert all(parse_sentence(sentence) for sentence in sentences)
    for path in Path(FOLDER).glob("*.json"):
        assert set(json.loads(path.read_text("utf-8"))) == {"sentences", "answers", "reasons", "nothing_named"}
