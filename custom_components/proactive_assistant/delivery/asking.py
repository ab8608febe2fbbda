"""Who asks, and for whom: the rules that everything at the front desk begins with."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from homeassistant.core import Context

from ..assistant.facts import Suggestion
from ..assistant.kinds import KINDS
from ..resident import Resident
from ..storage.ledger import Entry
from .account import seen_by
from .errors import NoSuchResidentError, NotYoursError, UnknownKindError

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


class Asking:
    """Knows the residents of a coordinator and who may speak for whom."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Stand before a coordinator's rooms."""
        self._owner = coordinator
        self._ledger = coordinator.files.ledger

    async def caller(self, context: Context) -> Caller:
        """Return who stands behind a context."""
        user = await self._owner.hass.auth.async_get_user(context.user_id) if context.user_id else None
        resident = next(
            (item.id for item in self._owner.residents.values() if context.user_id and self._is_user(item, context)),
            None,
        )
        # What has no user is an automation, which an administrator has written.
        return Caller(context=context, resident=resident, admin=user is None or user.is_admin)

    def _is_user(self, resident: Resident, context: Context) -> bool:
        state = self._owner.hass.states.get(resident.person) if resident.person else None
        return state is not None and state.attributes.get("user_id") == context.user_id

    def _resident(self, who: Caller, person: str | None) -> Resident:
        """Return the resident somebody speaks for. Raises NoSuchResidentError or NotYoursError."""
        residents = self._owner.residents
        if person is not None:
            found = next((item for item in residents.values() if person in (item.id, item.person)), None)
        elif who.resident is not None:
            found = residents.get(who.resident)
        else:
            found = next(iter(residents.values())) if len(residents) == 1 else None
        if found is None:
            raise NoSuchResidentError(person=person or "?")
        if who.resident not in (None, found.id):
            raise NotYoursError
        return found

    def _residents(self, who: Caller, person: str | None) -> list[Resident]:
        """Return the residents a question is about: one, or all that somebody speaks for."""
        if person is not None or who.resident is not None or len(self._owner.residents) == 1:
            return [self._resident(who, person)]
        return list(self._owner.residents.values())

    def _reader(self, who: Caller, person: str | None) -> Callable[[Entry], bool]:
        """Return which lines somebody may read: their own and the household's; an automation, of whom it names."""
        if who.resident is not None or person is not None:
            resident = self._resident(who, person)
            private = not who.user or who.resident == resident.id or resident.is_household
            return lambda entry: seen_by(entry, resident.id if private else None)
        if who.user and not any(item.is_household for item in self._owner.residents.values()):
            return lambda entry: seen_by(entry, None)
        return lambda _entry: True

    def _private(self, who: Caller, person: str | None) -> Resident:
        """Return a resident to whom somebody may do what is nobody else's business."""
        resident = self._resident(who, person)
        if who.user and who.resident is None and not who.admin:
            raise NotYoursError
        return resident

    @staticmethod
    def _known(kind: str) -> None:
        if kind not in KINDS:
            raise UnknownKindError(kind=kind)


NOBODY: Final = Caller(context=Context(), resident=None, admin=False)
"""The house itself, which asks for its own entities."""


def is_about(suggestion: Suggestion, what: str | None, token: str = "") -> bool:
    """Return whether a name names a suggestion; no name names any."""
    return what is None or what in {suggestion.situation, suggestion.id, suggestion.kind, token} - {""}
