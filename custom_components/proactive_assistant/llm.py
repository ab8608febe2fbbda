"""Tools for language models: what is suggested and why, and the answers a person may give.

Read-only ones say so. Whatever acts goes through the front desk like any other caller: the risk table, the phone that
has to be unlocked, and who may speak for whom are not a model's to decide.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast, override

import voluptuous as vol
from homeassistant.components.llm import LLMTools
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult

from .assistant.enums import Reply
from .const import DOMAIN
from .delivery.errors import DeskError, NothingToAnswerError, NothingToExplainError
from .delivery.front import Why
from .intent import Talk
from .services import running
from .spoken import FALLBACK, LANGUAGES

_SUGGESTION: Final = "suggestion"
_MINUTES: Final = "minutes"
_REASON: Final = "reason"

_READS: Final = ToolAnnotations(read_only=True, destructive=False, idempotent=True, open_world=False)
_ANSWERS: Final = ToolAnnotations(read_only=False, destructive=False, idempotent=False, open_world=False)
_ACTS: Final = ToolAnnotations(read_only=False, destructive=True, idempotent=False, open_world=False)

_TOLD: Final = ("situation", "kind", "title", "message", "state", "reason", "expires")

type Call = Callable[[Talk, dict[str, Any]], Awaitable[dict[str, Any]]]


def _row(talk: Talk, situation: str | None) -> dict[str, Any]:
    """Return what is meant among what the speaker may hear of; the latest message where nothing is named."""
    rows = sorted(talk.rows(), key=lambda row: row["state"] != "offered")
    found = next((row for row in rows if situation in (None, row["situation"], row["suggestion_id"])), None)
    if found is None:
        raise NothingToAnswerError
    return found


async def _list(talk: Talk, _data: dict[str, Any]) -> dict[str, Any]:
    return {"suggestions": [{key: row[key] for key in _TOLD} for row in talk.rows()]}


async def _explain(talk: Talk, data: dict[str, Any]) -> dict[str, Any]:
    situation = data[_SUGGESTION]
    if not talk.who.user and situation not in {row["situation"] for row in talk.rows()}:
        raise NothingToExplainError
    return talk.owner.front.explain(talk.who, situation)


async def _answer(talk: Talk, data: dict[str, Any], reply: Reply, **more: Any) -> dict[str, Any]:
    row = _row(talk, data.get(_SUGGESTION))
    return await talk.owner.front.async_reply(talk.who, reply, row["situation"], person=row["resident"], **more)


async def _accept(talk: Talk, data: dict[str, Any]) -> dict[str, Any]:
    return await _answer(talk, data, Reply.ACCEPTED)


async def _later(talk: Talk, data: dict[str, Any]) -> dict[str, Any]:
    return await _answer(talk, data, Reply.LATER, until=timedelta(minutes=data[_MINUTES]))


async def _dismiss(talk: Talk, data: dict[str, Any]) -> dict[str, Any]:
    why = data.get(_REASON)
    return await _answer(talk, data, Reply.WRONG if why else Reply.NOT_NOW, why=why)


async def _undo(talk: Talk, _data: dict[str, Any]) -> dict[str, Any]:
    return await talk.owner.front.async_undo(talk.who)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One tool."""

    name: str
    title: str
    description: str
    annotations: ToolAnnotations
    call: Call
    fields: dict[Any, Any]


_WHICH: Final = {
    vol.Optional(_SUGGESTION, description="The situation of a suggestion, as the list of suggestions has it"): cv.string
}

ROWS: Final = (
    Row(
        name="list_suggestions",
        title="List suggestions",
        description="Lists what the proactive assistant noticed at home that is worth knowing or doing right now.",
        annotations=_READS,
        call=_list,
        fields={},
    ),
    Row(
        name="explain_suggestion",
        title="Explain suggestion",
        description="Tells why the proactive assistant said, did or held back something, from its own record.",
        annotations=_READS,
        call=_explain,
        fields={vol.Required(_SUGGESTION, description="The situation of the suggestion"): cv.string},
    ),
    Row(
        name="accept_suggestion",
        title="Accept suggestion",
        description="Does what a suggestion offers. Only when the person asked for exactly this.",
        annotations=_ACTS,
        call=_accept,
        fields={vol.Required(_SUGGESTION, description="The situation of the suggestion"): cv.string},
    ),
    Row(
        name="put_suggestion_off",
        title="Put suggestion off",
        description="Lets a suggestion come back later.",
        annotations=_ANSWERS,
        call=_later,
        fields={
            **_WHICH,
            vol.Optional(_MINUTES, default=60, description="Minutes from now"): vol.All(
                vol.Coerce(int), vol.Range(min=5, max=7 * 24 * 60)
            ),
        },
    ),
    Row(
        name="dismiss_suggestion",
        title="Dismiss suggestion",
        description="Says no to a suggestion, with a reason if the person gave one.",
        annotations=_ANSWERS,
        call=_dismiss,
        fields={**_WHICH, vol.Optional(_REASON, description="What was wrong about it"): vol.Coerce(Why)},
    ),
    Row(
        name="undo_last_action",
        title="Undo last action",
        description="Restores what the proactive assistant changed last.",
        annotations=_ACTS,
        call=_undo,
        fields={},
    ),
)


class DeskTool(Tool):
    """Asks the front desk on behalf of whoever talks to a model."""

    integration = DOMAIN

    def __init__(self, row: Row) -> None:
        """Offer one row."""
        self.name = f"{DOMAIN}__{row.name}"
        self.title = row.title
        self.description = row.description
        self.annotations = row.annotations
        self.parameters = vol.Schema(row.fields)
        self._call = row.call

    @override
    async def async_call(self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext) -> ToolResult:
        """Call the front desk; what cannot be done comes back as an error that a model can put into words."""
        owner = running(hass)
        if owner is None:
            return ToolResult(data={"error": "not_loaded"}, error=True)
        data = cast("dict[str, Any]", self.parameters(tool_input.tool_args))
        talk = Talk(
            hass=hass,
            owner=owner,
            who=await owner.front.caller(llm_context.context or Context()),
            spoken=await LANGUAGES.async_of(hass, llm_context.language or FALLBACK),
            what=None,
        )
        try:
            return ToolResult(data=await self._call(talk, data))
        except DeskError as error:
            return ToolResult(data={"error": error.key, "message": talk.spoken.answer(error.key)}, error=True)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return our tools, for the Assist API and while there is somebody to ask."""
    if api_id != LLM_API_ASSIST or running(hass) is None:
        return None
    return LLMTools(tools=[DeskTool(row) for row in ROWS])
