"""The action `suggest`: any automation may hand its message over, to be said at a good moment or not at all.

The allow-list, the risk table, caps, quiet hours and the model apply as to everything else. Nothing passes quiet
hours this way: an alarm belongs into an alarm system.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Event, HomeAssistant, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .assistant.enums import Category, RiskClass, Urgency, Verdict
from .checked import checked
from .const import DOMAIN, EVENT_DECISION, STORE_OWN
from .plain import readable
from .storage.codec import from_plain, to_plain
from .storage.guarded import GuardedStore
from .storage.ledger import INTERRUPTING
from .suggestions.own import LONGEST, RefusedError, Wish, is_own, planned, situation_of

if TYPE_CHECKING:
    from .coordinator import Coordinator
    from .threads import Thread

ATTR_TITLE: Final = "title"
ATTR_MESSAGE: Final = "message"
ATTR_ACTIONS: Final = "actions"
ATTR_RISK: Final = "risk"
ATTR_URGENCY: Final = "urgency"
ATTR_EXPIRES: Final = "expires"
ATTR_PERSON: Final = "person"
ATTR_CATEGORY: Final = "category"
ATTR_SITUATION: Final = "situation"

DEFAULT_LIFE: Final = timedelta(hours=2)
SOON: Final[float] = 1
"""Seconds until a message handed over is on disk."""

MOST_ACTIONS: Final = 5
MOST_TARGETS: Final = 30


def _named[T](members: Mapping[str, T]) -> Any:
    return vol.All(vol.In(list(members)), members.__getitem__)


_ACTION: Final = vol.Schema(
    {
        vol.Required("action"): cv.service,
        vol.Required("target"): {
            vol.Required(ATTR_ENTITY_ID): vol.All(checked(cv.entity_ids), vol.Length(min=1, max=MOST_TARGETS))
        },
        vol.Optional("data", default=dict): {cv.string: vol.Any(str, bool)},
    }
)

_LIFE: Final = vol.All(checked(cv.positive_time_period), vol.Range(min=timedelta(minutes=1), max=LONGEST))

FIELDS: Final[Mapping[Any, Any]] = {
    vol.Required(ATTR_TITLE): readable(100),
    vol.Required(ATTR_MESSAGE): readable(500),
    vol.Optional(ATTR_ACTIONS, default=list): vol.All(cv.ensure_list, vol.Length(max=MOST_ACTIONS), [_ACTION]),
    vol.Optional(ATTR_RISK): _named({risk.name: risk for risk in RiskClass}),
    vol.Optional(ATTR_URGENCY, default=Urgency.NORMAL.name.lower()): _named(
        {urgency.name.lower(): urgency for urgency in Urgency}
    ),
    vol.Optional(ATTR_EXPIRES, default=DEFAULT_LIFE): _LIFE,
    vol.Optional(ATTR_PERSON): vol.All(checked(cv.entity_ids), vol.Length(min=1, max=20)),
    vol.Optional(ATTR_CATEGORY, default=Category.OTHER.value): vol.Coerce(Category),
    vol.Optional(ATTR_SITUATION): vol.All(cv.string, vol.Match(r"^[\w.:-]{1,64}$")),
}


async def async_suggest(owner: Coordinator, _who: object, data: Mapping[str, Any]) -> ServiceResponse:
    """Take a message and return what became of it now. Raises ServiceValidationError when it is refused."""
    now = dt_util.utcnow()
    try:
        wish = _wish(owner, data, now)
        if _is_other(owner, wish):
            # What stands under the same name is over, wherever it is shown; this is another message.
            owner.own.withdraw(wish.situation)
            await owner.async_look()
        owner.own.add(wish, now)
    except RefusedError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=err.key, translation_placeholders=err.facts
        ) from err
    await owner.async_look()
    return _outcome(owner, wish)


async def async_withdraw(owner: Coordinator, _who: object, data: Mapping[str, Any]) -> ServiceResponse:
    """Let go of a message that is over; it disappears everywhere."""
    found = owner.own.withdraw(situation_of(data[ATTR_SITUATION]))
    if found:
        await owner.async_look()
    return {"withdrawn": found}


WITHDRAW_FIELDS: Final[Mapping[Any, Any]] = {
    vol.Required(ATTR_SITUATION): vol.All(cv.string, vol.Match(r"^[\w.:-]{1,64}$")),
}


def _is_other(owner: Coordinator, wish: Wish) -> bool:
    thread = owner.threads.open.get(wish.situation)
    if thread is None:
        return False
    said = thread.suggestion.facts
    return (said.get("title"), said.get("message")) != (wish.title, wish.message)


def _wish(owner: Coordinator, data: Mapping[str, Any], now: datetime) -> Wish:
    claimed: RiskClass | None = data.get(ATTR_RISK)
    if claimed is RiskClass.A4:
        raise RefusedError("risk_never")
    people = {resident.person for resident in owner.residents.values()}
    strangers = [person for person in data.get(ATTR_PERSON, ()) if person not in people]
    if strangers:
        raise RefusedError("no_such_resident", person=", ".join(strangers))
    actions = tuple(
        planned(owner.home, item["action"], item["target"][ATTR_ENTITY_ID], item["data"], claimed)
        for item in data[ATTR_ACTIONS]
    )
    return Wish(
        situation=situation_of(data.get(ATTR_SITUATION)),
        tagged=ATTR_SITUATION in data,
        title=data[ATTR_TITLE],
        message=data[ATTR_MESSAGE],
        created=now,
        expires=now + data[ATTR_EXPIRES],
        category=data[ATTR_CATEGORY],
        urgency=data[ATTR_URGENCY],
        risk=max((action.risk for action in actions), default=claimed or RiskClass.A0),
        persons=tuple(dict.fromkeys(data.get(ATTR_PERSON, ()))),
        actions=actions,
    )


def _outcome(owner: Coordinator, wish: Wish) -> dict[str, Any]:
    """Return what became of a message for each resident it is for."""
    thread = owner.threads.open.get(wish.situation)
    answer: dict[str, Any] = {
        "situation": wish.situation,
        "suggestion_id": thread.suggestion.id if thread else None,
        "expires": wish.expires.isoformat(),
    }
    if thread is None:
        # Nothing that it offers would change anything: only what has an effect is said.
        owner.own.withdraw(wish.situation)
        return answer | {"outcome": "dropped", "reason": "no_effect", "residents": []}
    residents = [
        _told(thread, resident.id, resident.person)
        for resident in owner.residents.values()
        if not wish.persons or resident.person in wish.persons
    ]
    best = next(
        (name for name in ("spoken", "shown", "held", "dropped") if any(item["outcome"] == name for item in residents)),
        "held",
    )
    return answer | {
        "outcome": best,
        "reason": next((item["reason"] for item in residents if item["outcome"] == best), None),
        "residents": residents,
    }


def _told(thread: Thread, resident: str, person: str | None) -> dict[str, Any]:
    decision = thread.decisions.get(resident)
    again = thread.look_again.get(resident)
    if decision is None:
        outcome = "held"
    elif decision.verdict in (Verdict.SPEAK, Verdict.ACT):
        outcome = "spoken" if decision.channel in INTERRUPTING else "shown"
    else:
        outcome = "held" if decision.verdict is Verdict.HOLD else "dropped"
    return {
        "person": person,
        "outcome": outcome,
        "reason": decision.reason.value if decision else None,
        "channel": decision.channel.value if decision else None,
        "look_again": again.isoformat() if again else None,
    }


# Keeping ----------------------------------------------------------------------------------------


def store_of(hass: HomeAssistant) -> GuardedStore[tuple[Wish, ...]]:
    """Return the file of the messages handed over."""
    return GuardedStore(hass, STORE_OWN, parse=_parse, empty=tuple)


def _parse(data: dict[str, Any]) -> tuple[Wish, ...]:
    """Return stored messages. Raises CodecError or KeyError when damaged."""
    return from_plain(tuple[Wish, ...], data["wishes"])


class OwnBook:
    """Keeps the messages handed over, and lets go of what somebody accepted."""

    def __init__(self, owner: Coordinator) -> None:
        """Keep the messages of a coordinator."""
        self._owner = owner
        self._own = owner.own
        self._store = store_of(owner.hass)

    async def async_load(self) -> None:
        """Read what was open, and follow what becomes of it."""
        now = dt_util.utcnow()
        for wish in await self._store.async_load():
            if wish.expires > now:
                self._own.wishes[wish.situation] = wish
        self._own.on_change(self._keep)
        self._owner.entry.async_on_unload(self._owner.hass.bus.async_listen(EVENT_DECISION, self._answered))

    def _plain(self) -> dict[str, Any]:
        return {"wishes": to_plain(tuple(self._own.wishes.values()))}

    @callback
    def _keep(self) -> None:
        self._store.schedule(partial(dict, self._plain()), SOON)

    @callback
    def _answered(self, event: Event[Any]) -> None:
        """Let go of what a resident took on: it is over for everybody."""
        if is_own(str(event.data.get("kind"))) and event.data.get("type") in ("accepted", "executed"):
            self._own.withdraw(str(event.data.get("situation")))

    async def async_save(self) -> None:
        """Write everything now."""
        await self._store.async_save(self._plain())
