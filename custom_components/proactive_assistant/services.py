"""Actions of the integration, as a table: what each takes, who may call it, and what it returns.

They are registered once, when the integration is loaded, so that an automation that uses them stays valid while the
entry is not. Whose data a user may see or change is decided at the front desk, for every caller alike.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .assistant.enums import Level, Reply
from .assistant.kinds import KINDS
from .checked import checked
from .const import DOMAIN
from .coordinator import Coordinator, ProactiveConfigEntry
from .correct import LIST_FIELDS, SET_FIELDS, async_list_roles, async_set_role
from .delivery.front import Caller, Forget, Scope, Why
from .options import level_named
from .storage.promises import Until
from .suggest import FIELDS as SUGGEST_FIELDS
from .suggest import WITHDRAW_FIELDS, async_suggest, async_withdraw

ATTR_SUGGESTION: Final = "suggestion"
ATTR_PERSON: Final = "person"
ATTR_KIND: Final = "kind"
ATTR_DURATION: Final = "duration"
ATTR_UNTIL: Final = "until"
ATTR_AT: Final = "at"
ATTR_REASON: Final = "reason"
ATTR_SCOPE: Final = "scope"
ATTR_WRONG: Final = "wrong"
ATTR_LISTS: Final = "lists"
ATTR_OUTCOME: Final = "outcome"
ATTR_SINCE: Final = "since"
ATTR_LIMIT: Final = "limit"
ATTR_LEVEL: Final = "level"
ATTR_BEGIN: Final = "begin"
ATTR_END: Final = "end"
ATTR_WHAT: Final = "what"
ATTR_VALUE: Final = "value"
ATTR_DATA: Final = "data"
ATTR_QUESTION: Final = "question"
ATTR_SCORE: Final = "score"

LISTS: Final = ("current", "recent", "held_back")

QUESTIONS: Final = (
    "useful",
    "well_timed",
    "number_right",
    "understand_why",
    "in_control",
    "trust_alone",
    "comfortable",
    "would_miss",
)
"""The human questions (product specification 5.3)."""

LIST_MOST: Final = 200
"""Lines one answer may hold: a response travels over the websocket whole."""

IMPORT_MOST: Final = 1_000_000
"""Characters of an import; a resident's whole record is far smaller."""

LONGEST: Final = timedelta(days=366)

type Handler = Callable[[Coordinator, Caller, Mapping[str, Any]], Awaitable[ServiceResponse]]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One row: an action of the integration."""

    fields: Mapping[Any, Any]
    handler: Handler
    returns: SupportsResponse = SupportsResponse.NONE
    check: Callable[[dict[str, Any]], dict[str, Any]] = lambda data: data
    """A rule across fields."""


# Fields -----------------------------------------------------------------------------------------

_TEXT: Final = vol.All(cv.string, vol.Length(min=1, max=500))


def _instant(value: Any) -> datetime:
    """Return a time with its zone; what a form sends without one is local."""
    found = cv.datetime(value)
    return found if found.tzinfo else found.replace(tzinfo=dt_util.get_default_time_zone())


_DURATION: Final = vol.All(checked(cv.positive_time_period), vol.Range(min=timedelta(minutes=1), max=LONGEST))

_WHO: Final = MappingProxyType({vol.Optional(ATTR_PERSON): _TEXT})
_WHICH: Final = MappingProxyType({vol.Optional(ATTR_SUGGESTION): _TEXT, **_WHO})
_WHEN: Final = MappingProxyType(
    {
        vol.Exclusive(ATTR_DURATION, "when"): _DURATION,
        vol.Exclusive(ATTR_UNTIL, "when"): vol.Coerce(Until),
        vol.Exclusive(ATTR_AT, "when"): _instant,
    }
)


def _when(data: Mapping[str, Any]) -> timedelta | Until | datetime | None:
    """Return the time that was chosen in one of the three ways."""
    return next((data[key] for key in (ATTR_DURATION, ATTR_UNTIL, ATTR_AT) if key in data), None)


def _level(value: Any) -> Level:
    level = level_named(value)
    if level is None:
        raise vol.Invalid(f"expected one of {[item.name.lower() for item in Level]}")
    return level


def _needs_value(data: dict[str, Any]) -> dict[str, Any]:
    """Check that what is to be forgotten is named, unless it is everything."""
    if data[ATTR_WHAT] not in (Forget.ALL, Forget.PERSON) and ATTR_VALUE not in data:
        raise vol.Invalid("a value is needed", path=[ATTR_VALUE])
    return data


def _in_order(data: dict[str, Any]) -> dict[str, Any]:
    if data[ATTR_END] <= data[ATTR_BEGIN]:
        raise vol.Invalid("the end is not after the beginning", path=[ATTR_END])
    return data


# Handlers ---------------------------------------------------------------------------------------


async def _accept(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    return await owner.front.async_reply(who, Reply.ACCEPTED, data.get(ATTR_SUGGESTION), person=data.get(ATTR_PERSON))


async def _later(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    return await owner.front.async_reply(
        who, Reply.LATER, data.get(ATTR_SUGGESTION), person=data.get(ATTR_PERSON), until=_when(data)
    )


async def _dismiss(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    """Refuse: for good when it is about more than this once, as a mistake when a reason is given."""
    scope, why = data[ATTR_SCOPE], data.get(ATTR_REASON)
    reply = Reply.NEVER if scope is not Scope.SITUATION else Reply.WRONG if why else Reply.NOT_NOW
    return await owner.front.async_reply(
        who, reply, data.get(ATTR_SUGGESTION), person=data.get(ATTR_PERSON), why=why, scope=scope
    )


async def _undo(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    return await owner.front.async_undo(who, data.get(ATTR_SUGGESTION), wrong=data[ATTR_WRONG])


async def _explain(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    return owner.front.explain(who, data[ATTR_SUGGESTION])


async def _list(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    front, person, kind = owner.front, data.get(ATTR_PERSON), data.get(ATTR_KIND)
    since, limit = data.get(ATTR_SINCE), data[ATTR_LIMIT]
    answers: Mapping[str, Callable[[], Any]] = {
        "current": lambda: front.current(who, person, kind),
        "recent": lambda: front.recent(who, person, kind, data.get(ATTR_OUTCOME), since, limit),
        "held_back": lambda: front.held_back(who, person, kind, since, limit),
    }
    return {key: answers[key]() for key in LISTS if key in data[ATTR_LISTS]}


async def _check_now(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    found: Any = await owner.front.async_check_now(who, data.get(ATTR_PERSON))
    return {"suggestions": found}


async def _set_level(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_set_level(who, data[ATTR_LEVEL], data.get(ATTR_KIND))
    return None


async def _pause(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    until = await owner.front.async_pause(who, _when(data) or Until.MORNING)
    return {"until": until.isoformat()}


async def _resume(owner: Coordinator, who: Caller, _data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_resume(who)
    return None


async def _mute(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    until = await owner.front.async_mute(who, data.get(ATTR_PERSON), _when(data))
    return {"until": until.isoformat() if until else None}


async def _unmute(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_unmute(who, data.get(ATTR_PERSON))
    return None


async def _mark_exception(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_mark_exception(who, data[ATTR_BEGIN], data[ATTR_END])
    return None


async def _forget(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    return {**await owner.front.async_forget(who, data[ATTR_WHAT], data.get(ATTR_VALUE), data.get(ATTR_PERSON))}


async def _export(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    return {ATTR_DATA: await owner.front.async_export(who, data.get(ATTR_PERSON))}


async def _import(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_import(who, data[ATTR_DATA], data.get(ATTR_PERSON))
    return None


async def _reset(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_reset(who, data.get(ATTR_PERSON))
    return None


async def _rate(owner: Coordinator, who: Caller, data: Mapping[str, Any]) -> ServiceResponse:
    await owner.front.async_rate(who, data[ATTR_QUESTION], data[ATTR_SCORE], data.get(ATTR_PERSON))
    return None


# The table --------------------------------------------------------------------------------------

_KIND: Final = vol.In(list(KINDS))
_MAY: Final = SupportsResponse.OPTIONAL
_MUST: Final = SupportsResponse.ONLY

ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "accept": Action(fields=_WHICH, handler=_accept, returns=_MAY),
        "later": Action(fields={**_WHICH, **_WHEN}, handler=_later, returns=_MAY),
        "dismiss": Action(
            fields={
                **_WHICH,
                vol.Optional(ATTR_REASON): vol.Coerce(Why),
                vol.Optional(ATTR_SCOPE, default=Scope.SITUATION): vol.Coerce(Scope),
            },
            handler=_dismiss,
            returns=_MAY,
        ),
        "undo": Action(
            fields={vol.Optional(ATTR_SUGGESTION): _TEXT, vol.Optional(ATTR_WRONG, default=False): cv.boolean},
            handler=_undo,
            returns=_MAY,
        ),
        "explain": Action(fields={vol.Required(ATTR_SUGGESTION): _TEXT}, handler=_explain, returns=_MUST),
        "list": Action(
            fields={
                **_WHO,
                vol.Optional(ATTR_LISTS, default=list(LISTS)): vol.All(cv.ensure_list, [vol.In(LISTS)]),
                vol.Optional(ATTR_KIND): _TEXT,
                vol.Optional(ATTR_OUTCOME): _TEXT,
                vol.Optional(ATTR_SINCE): _instant,
                vol.Optional(ATTR_LIMIT, default=50): vol.All(vol.Coerce(int), vol.Range(min=1, max=LIST_MOST)),
            },
            handler=_list,
            returns=_MUST,
        ),
        "check_now": Action(fields=_WHO, handler=_check_now, returns=_MUST),
        "set_level": Action(
            fields={vol.Required(ATTR_LEVEL): _level, vol.Optional(ATTR_KIND): _KIND}, handler=_set_level
        ),
        "pause": Action(fields=_WHEN, handler=_pause, returns=_MAY),
        "resume": Action(fields={}, handler=_resume),
        "mute": Action(fields={**_WHO, **_WHEN}, handler=_mute, returns=_MAY),
        "unmute": Action(fields=_WHO, handler=_unmute),
        "mark_exception": Action(
            fields={vol.Required(ATTR_BEGIN): _instant, vol.Required(ATTR_END): _instant},
            handler=_mark_exception,
            check=_in_order,
        ),
        "forget": Action(
            fields={**_WHO, vol.Required(ATTR_WHAT): vol.Coerce(Forget), vol.Optional(ATTR_VALUE): _TEXT},
            handler=_forget,
            returns=_MAY,
            check=_needs_value,
        ),
        "export": Action(fields=_WHO, handler=_export, returns=_MUST),
        "import": Action(
            fields={**_WHO, vol.Required(ATTR_DATA): vol.All(cv.string, vol.Length(min=2, max=IMPORT_MOST))},
            handler=_import,
        ),
        "suggest": Action(fields=SUGGEST_FIELDS, handler=async_suggest, returns=_MAY),
        "withdraw": Action(fields=WITHDRAW_FIELDS, handler=async_withdraw, returns=_MAY),
        "set_role": Action(fields=SET_FIELDS, handler=async_set_role, returns=_MAY),
        "list_roles": Action(fields=LIST_FIELDS, handler=async_list_roles, returns=_MUST),
        "reset": Action(fields=_WHO, handler=_reset),
        "rate": Action(
            fields={
                **_WHO,
                vol.Required(ATTR_QUESTION): vol.In(QUESTIONS),
                vol.Required(ATTR_SCORE): vol.All(vol.Coerce(int), vol.Range(min=1, max=7)),
            },
            handler=_rate,
        ),
    }
)


def running(hass: HomeAssistant) -> Coordinator | None:
    """Return the running assistant, or None."""
    entries: list[ProactiveConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    return entries[0].runtime_data if entries else None


def coordinator_of(hass: HomeAssistant) -> Coordinator:
    """Return the running assistant. Raises ServiceValidationError when there is none."""
    coordinator = running(hass)
    if coordinator is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_loaded")
    return coordinator


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register every row."""

    def answering(action: Action) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
        async def answer(call: ServiceCall) -> ServiceResponse:
            coordinator = coordinator_of(hass)
            who = await coordinator.front.caller(call.context)
            found = await action.handler(coordinator, who, call.data)
            return found if call.return_response else None

        return answer

    for name, action in ACTIONS.items():
        hass.services.async_register(
            DOMAIN,
            name,
            answering(action),
            schema=vol.Schema(vol.All({**action.fields}, action.check)),
            supports_response=action.returns,
        )
