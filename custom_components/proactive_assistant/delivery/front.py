"""The front desk: everything that entities, services, intents, tools and the panel may ask for, in one place.

`coordinator.front` is the only object they need. Rules for all of it:

- `who` is a Caller: get one with `front.caller(context)` (a service call, an entity's method, a websocket message).
  A call without a user (an automation, a script) speaks for any resident that it names. A user who belongs to a
  resident speaks for that resident only and sees what is theirs and the household's; any other user (a wall tablet,
  an administrator who is no resident) may answer for any resident, but sees household items only.
- `person` names a resident: a resident's id or a person entity; None means
  the caller's own, else the only one there is.
- `what` names a thing to answer, undo or explain: a situation, a suggestion id, an offer's token, a deed's id, or
  a kind; None means the latest.
- Errors are those of `delivery.errors`: translated, and nothing has changed when one is raised.
- Times are aware datetimes. Everything returned is plain data, fit for a service response.

| method | does |
|---|---|
| `async_reply(who, Reply.ACCEPTED, …)` | accept; class A3 raises UnlockedPhoneError: that takes a tap on the phone |
| `async_reply(who, Reply.LATER, until=…)` | a timedelta, a datetime or an Until (evening, morning, home, changed) |
| `async_reply(who, Reply.NOT_NOW / WRONG / NEVER, why=…, scope=…)` | dismiss, with a Why and a Scope |
| `async_undo(who, what)` | restore what was; says what it could not |
| `explain(who, what)` | the record of one decision: what, why, how sure, what would change it |
| `current(who)`, `recent(who, …)`, `held_back(who, …)` | lists; filters person, kind, outcome, since, limit |
| `counts(who)` | numbers for sensors: today, waiting, acceptance in 30 days |
| `check_now(who, person)` | what it would say now; nothing is sent, learned or written down |
| `level(kind)`, `ceiling(kind)`, `levels(kind)` | the level in force, the highest one possible, the choices |
| `async_set_level(who, level, kind=None)` | per kind, or the ceiling of the home with kind None |
| `pause(who, until)`, `resume(who)` | nobody is told anything but danger, and nothing is done |
| `mute(who, person, until)`, `unmute(who, person)` | the same for one resident |
| `mark_exception(who, begin, end)` | nothing is learned in that window |
| `silences(who, person)`, `lift(who, key, person)` | what was silenced for good, and its end |
| `async_forget(who, Forget…, value, person)` | kind, entity, area, person, day or all |
| `async_export(who, person)`, `async_import(who, text, person)` | what was learned of a resident, as JSON text |
| `async_reset(who, person)` | back to the population's answer |
| `rate(who, question, score, person)` | one of the human questions, 1 to 7 |
| `good_moment(person)`, `kind_allowed(kind, person)` | for conditions and binary sensors |
| `async_subscribe(listener)` | every line of the account: (type, data) |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from homeassistant.core import CALLBACK_TYPE, Context, callback

from ..assistant.enums import Level, Reply
from ..storage.promises import Until

if TYPE_CHECKING:
    from ..coordinator import Coordinator


class Why(StrEnum):
    """Why a suggestion was wrong, in a person's words."""

    TOO_EARLY = "too_early"
    TOO_OFTEN = "too_often"
    NOT_USEFUL = "not_useful"
    WRONG_DEVICE = "wrong_device"
    PRESENCE = "presence"
    NOT_MY_JOB = "not_my_job"
    ON_PURPOSE = "on_purpose"
    TOO_BOLD = "too_bold"
    """It should have asked: that was wrong of a thing done by itself."""


class Scope(StrEnum):
    """How much a *never* is about."""

    SITUATION = "situation"
    KIND = "kind"
    ENTITY = "entity"
    PERSON = "person"


class Forget(StrEnum):
    """What can be forgotten."""

    KIND = "kind"
    ENTITY = "entity"
    AREA = "area"
    PERSON = "person"
    DAY = "day"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks."""

    context: Context
    resident: str | None
    """Id of the resident whose user it is; None for an automation or a user who is no resident."""
    admin: bool

    @property
    def user(self) -> bool:
        """Return whether a user stands behind it."""
        return self.context.user_id is not None


class FrontDesk:
    """What may be asked of the assistant; see the module's docstring."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Stand before a coordinator's rooms."""
        self._owner = coordinator

    async def caller(self, context: Context) -> Caller:
        """Return who stands behind a context."""
        raise NotImplementedError

    async def async_reply(
        self,
        who: Caller,
        reply: Reply,
        what: str | None = None,
        *,
        person: str | None = None,
        until: datetime | timedelta | Until | None = None,
        why: Why | None = None,
        scope: Scope = Scope.SITUATION,
    ) -> dict[str, Any]:
        """Answer a suggestion; return `{situation, kind, reply, done: [entities], until}` once it is on disk."""
        raise NotImplementedError

    async def async_undo(self, who: Caller, what: str | None = None, *, wrong: bool = False) -> dict[str, Any]:
        """Restore what was before; return `{situation, kind, restored: [...], not_restored: {entity: why}}`.

        `wrong` says that it should not have been done at all ("that was wrong"), which weighs more.
        """
        raise NotImplementedError

    @callback
    def explain(self, who: Caller, what: str) -> dict[str, Any]:
        """Return the record of a decision."""
        raise NotImplementedError

    @callback
    def current(self, who: Caller, person: str | None = None, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what is in front of a resident or held for them, most urgent first."""
        raise NotImplementedError

    @callback
    def recent(
        self,
        who: Caller,
        person: str | None = None,
        kind: str | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Return lines of the account, latest first; `outcome` is a line's type."""
        raise NotImplementedError

    @callback
    def held_back(
        self,
        who: Caller,
        person: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Return `{items: [...], counts: {reason: n}}` of what was held back."""
        raise NotImplementedError

    @callback
    def counts(self, person: str | None = None) -> dict[str, Any]:
        """Return `{today, waiting, acceptance, offered}` of a resident or of the home."""
        raise NotImplementedError

    async def async_check_now(self, who: Caller, person: str | None = None) -> list[dict[str, Any]]:
        """Return what would be said or done now, without doing it."""
        raise NotImplementedError

    @callback
    def level(self, kind: str) -> Level:
        """Return the level of a kind that is in force, under every ceiling."""
        raise NotImplementedError

    @callback
    def ceiling(self) -> Level:
        """Return the ceiling of the home."""
        raise NotImplementedError

    @callback
    def levels(self, kind: str | None = None) -> tuple[Level, ...]:
        """Return the levels that may be chosen for a kind, or for the ceiling of the home."""
        raise NotImplementedError

    async def async_set_level(self, who: Caller, level: Level, kind: str | None = None) -> None:
        """Set the level of a kind, or the ceiling of the home; ACT needs an administrator or a resident's own tap."""
        raise NotImplementedError

    async def async_pause(self, who: Caller, until: datetime | timedelta | Until) -> datetime:
        """Say and do nothing until then, but for danger; return the time."""
        raise NotImplementedError

    async def async_resume(self, who: Caller) -> None:
        """End a pause."""
        raise NotImplementedError

    async def async_mute(
        self, who: Caller, person: str | None = None, until: datetime | timedelta | Until | None = None
    ) -> datetime | None:
        """Tell one resident nothing but danger until then, or for good; return the time."""
        raise NotImplementedError

    async def async_unmute(self, who: Caller, person: str | None = None) -> None:
        """End that."""
        raise NotImplementedError

    @callback
    def paused_until(self, person: str | None = None) -> datetime | None:
        """Return until when nothing is said to a resident, or to anybody."""
        raise NotImplementedError

    async def async_mark_exception(self, who: Caller, begin: datetime, end: datetime) -> None:
        """Learn nothing from what happens between two instants, and take back what was learned there."""
        raise NotImplementedError

    @callback
    def silences(self, who: Caller, person: str | None = None) -> list[dict[str, Any]]:
        """Return what is kept from a resident for good: `{key, scope, reason, until}`."""
        raise NotImplementedError

    async def async_lift(self, who: Caller, key: str, person: str | None = None) -> None:
        """End such a silence."""
        raise NotImplementedError

    async def async_forget(
        self, who: Caller, what: Forget, value: str | None = None, person: str | None = None
    ) -> dict[str, int]:
        """Forget what was learned and noted; return `{lines, lessons}` that went."""
        raise NotImplementedError

    async def async_export(self, who: Caller, person: str | None = None) -> str:
        """Return what was learned of a resident as JSON text."""
        raise NotImplementedError

    async def async_import(self, who: Caller, text: str, person: str | None = None) -> None:
        """Take over what was learned elsewhere."""
        raise NotImplementedError

    async def async_reset(self, who: Caller, person: str | None = None) -> None:
        """Return a resident to the population's answer, and its record to none."""
        raise NotImplementedError

    async def async_rate(self, who: Caller, question: str, score: int, person: str | None = None) -> None:
        """Keep an answer to one of the questions about the whole, 1 to 7."""
        raise NotImplementedError

    @callback
    def good_moment(self, person: str) -> bool | None:
        """Return whether a message would be welcome now, as far as rules and the last judgement know."""
        raise NotImplementedError

    @callback
    def kind_allowed(self, kind: str, person: str | None = None) -> bool:
        """Return whether a suggestion of a kind may be said now: level, pause, silence, quiet hours."""
        raise NotImplementedError

    @callback
    def async_subscribe(self, listener: Callable[[str, Mapping[str, Any]], None]) -> CALLBACK_TYPE:
        """Call a listener with the type and data of every line of the account."""
        raise NotImplementedError
