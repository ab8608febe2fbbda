"""Conversation: what should I know, why did you …, undo that, later, stop suggesting today.

Intents do the work, so that any agent can call them; the sentences that lead to them are registered with Home
Assistant's own agent. A voice that belongs to no user, such as a satellite's, hears only what is the household's.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast, override

import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import intent
from homeassistant.setup import async_when_setup

from .assistant.enums import Category, Reply
from .assistant.kinds import KINDS
from .const import DOMAIN
from .coordinator import Coordinator
from .delivery.errors import DeskError, NothingToAnswerError, NothingToExplainError
from .delivery.front import Caller
from .resident import personal
from .services import running
from .spoken import LANGUAGES, Spoken
from .storage.promises import Until

if TYPE_CHECKING:
    from hassil.recognize import RecognizeResult
    from homeassistant.components.conversation import ConversationInput

MOST: Final = 3
"""What one can keep in mind of a spoken list."""

_SHORTEST_WORD: Final = 3
_WHAT: Final = "what"


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """One thing somebody said."""

    hass: HomeAssistant
    owner: Coordinator
    who: Caller
    spoken: Spoken
    what: str | None
    """What was named, in the speaker's words."""

    def rows(self) -> list[dict[str, Any]]:
        """Return what the speaker may hear of, most urgent first."""
        rows = self.owner.front.current(self.who)
        if self.who.user:
            return rows
        return [row for row in rows if not self.personal(row["situation"]) and not _private(row["kind"])]

    def personal(self, situation: str) -> bool:
        """Return whether a situation concerns somebody in particular."""
        offers = self.owner.files.ledger.offers.values()
        suggestions = [offer.suggestion for offer in offers if offer.suggestion.situation == situation]
        thread = self.owner.threads.open.get(situation)
        if thread is not None:
            suggestions.append(thread.suggestion)
        return any(map(personal, suggestions))

    def names(self, entity_ids: Iterable[str]) -> str:
        """Return the names of entities, as a list."""
        states = (self.hass.states.get(item) for item in entity_ids)
        return ", ".join(dict.fromkeys(state.name for state in states if state is not None))


def _private(kind: str) -> bool:
    """Return whether a kind is never spoken of in the open: what is about somebody's health."""
    policy = KINDS.get(kind)
    return policy is not None and policy.category is Category.CARE


# Answers ----------------------------------------------------------------------------------------


async def _know(talk: Talk) -> str:
    rows = talk.rows()
    if not rows:
        return talk.spoken.answer("nothing")
    said = [f"{row['title']}: {row['message']}" for row in rows[:MOST]]
    if len(rows) > MOST:
        said.append(talk.spoken.answer("more", count=str(len(rows) - MOST)))
    return "; ".join(said) + "."


def _words(text: str) -> set[str]:
    return {word for word in text.lower().replace("_", " ").split() if len(word) >= _SHORTEST_WORD}


def _named(talk: Talk, record: Mapping[str, Any]) -> str:
    """Return what a record is about: names of entities, or of its kind."""
    entities = (record.get("saw") or record).get("entities") or ()
    situation = str(record["situation"])
    texts = talk.owner.desk.words
    return talk.names([*entities, situation.partition(":")[2]]) or texts.text(f"{record['kind']}_title")


async def _why(talk: Talk) -> str:
    """Explain the latest thing that fits what was named, from the record of its decision."""
    front = talk.owner.front
    named = _words(talk.what or "") - talk.spoken.nothing_named
    found: dict[str, int] = {}
    for record in [*front.recent(talk.who), *talk.rows()]:
        kind, situation = record["kind"], record["situation"]
        if not talk.who.user and (_private(kind) or talk.personal(situation)):
            continue
        about = _words(f"{_named(talk, record)} {kind} {talk.owner.desk.words.text(f'{kind}_title')}")
        found.setdefault(situation, len(named & about))
    if not found or (named and not max(found.values())):
        raise NothingToExplainError
    situation = max(found, key=lambda key: found[key])
    record = front.explain(talk.who, situation)
    reason = talk.spoken.reasons.get(str(record.get("reason")), talk.spoken.answer("nothing_to_explain"))
    return talk.spoken.answer("why", names=_named(talk, record), reason=reason)


async def _undo(talk: Talk) -> str:
    undone = await talk.owner.front.async_undo(talk.who)
    parts = [("undone", undone["restored"]), ("not_restored", undone["not_restored"])]
    return " ".join(talk.spoken.answer(key, names=talk.names(items)) for key, items in parts if items)


async def _later(talk: Talk) -> str:
    rows = sorted(talk.rows(), key=lambda row: row["state"] != "offered")
    if not rows:
        raise NothingToAnswerError
    row = rows[0]
    await talk.owner.front.async_reply(talk.who, Reply.LATER, row["situation"], person=row["resident"])
    return talk.spoken.answer("later", names=f"{row['title']}: {row['message']}")


async def _stop(talk: Talk) -> str:
    """Leave whoever speaks alone until the morning; a voice that nobody owns speaks for the home."""
    if talk.who.resident is None:
        await talk.owner.front.async_pause(talk.who, Until.MORNING)
    else:
        await talk.owner.front.async_mute(talk.who, None, Until.MORNING)
    return talk.spoken.answer("stopped")


type Answer = Callable[[Talk], Awaitable[str]]


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One row: something one can say."""

    intent_type: str
    description: str
    answer: Answer


SAYINGS: Final[Mapping[str, Saying]] = MappingProxyType(
    {
        "know": Saying(
            intent_type="ProactiveAssistantWhatShouldIKnow",
            description="Tells what at home is worth knowing or doing right now",
            answer=_know,
        ),
        "why": Saying(
            intent_type="ProactiveAssistantWhy",
            description="Explains why the proactive assistant said or did something",
            answer=_why,
        ),
        "undo": Saying(
            intent_type="ProactiveAssistantUndo",
            description="Undoes the last thing the proactive assistant did",
            answer=_undo,
        ),
        "later": Saying(
            intent_type="ProactiveAssistantLater",
            description="Puts the current suggestion of the proactive assistant off for an hour",
            answer=_later,
        ),
        "stop": Saying(
            intent_type="ProactiveAssistantStopToday",
            description="Stops the suggestions of the proactive assistant for today",
            answer=_stop,
        ),
    }
)


class DeskIntent(intent.IntentHandler):
    """Answers one saying."""

    def __init__(self, saying: Saying) -> None:
        """Serve one row."""
        self.intent_type = saying.intent_type
        self.description = saying.description
        self._answer = saying.answer

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        """Return what may be named."""
        return {vol.Optional(_WHAT): cv.string}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer in the language of the conversation."""
        hass = intent_obj.hass
        spoken = await LANGUAGES.async_of(hass, intent_obj.language)
        slots = self.async_validate_slots(intent_obj.slots)
        response = intent_obj.create_response()
        owner = running(hass)
        if owner is None:
            response.async_set_speech(spoken.answer("not_loaded"))
            return response
        talk = Talk(
            hass=hass,
            owner=owner,
            who=await owner.front.caller(intent_obj.context),
            spoken=spoken,
            what=(slots.get(_WHAT) or {}).get("value"),
        )
        try:
            speech = await self._answer(talk)
        except DeskError as error:
            speech = spoken.answer(error.key)
        response.async_set_speech(speech)
        return response


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents; called by Home Assistant when it has intents at all."""
    for saying in SAYINGS.values():
        intent.async_register(hass, DeskIntent(saying))


# Sentences --------------------------------------------------------------------------------------


def async_follow_conversation(hass: HomeAssistant) -> None:
    """Register the sentences once there is an agent to understand them."""

    async def register(hass: HomeAssistant, _component: str) -> None:
        # Imported here: it needs packages that a core without conversation lacks.
        from homeassistant.components.conversation.agent_manager import get_agent_manager  # noqa: PLC0415

        manager = get_agent_manager(hass)
        for spoken in (await LANGUAGES.async_load(hass)).values():
            for key, sentences in spoken.sentences.items():
                manager.register_trigger(list(sentences), _understood(hass, SAYINGS[key].intent_type))

    async_when_setup(hass, "conversation", register)


def _understood(
    hass: HomeAssistant, intent_type: str
) -> Callable[[ConversationInput, RecognizeResult], Awaitable[str | None]]:
    """Return what happens when a sentence is understood: its intent is handled."""

    async def handle(said: ConversationInput, result: RecognizeResult) -> str | None:
        named = result.entities.get(_WHAT)
        response = await intent.async_handle(
            hass,
            DOMAIN,
            intent_type,
            {_WHAT: {"value": str(named.value)}} if named else {},
            said.text,
            said.context,
            said.language,
            device_id=said.device_id,
            satellite_id=said.satellite_id,
            conversation_agent_id=said.agent_id,
        )
        return cast("str", response.speech["plain"]["speech"])

    return handle
