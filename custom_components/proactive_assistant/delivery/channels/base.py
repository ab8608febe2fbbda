"""What a channel is: one way to put a message in front of a resident, and to take it away again."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from homeassistant.core import HomeAssistant

from ...assistant.enums import Channel
from ...assistant.facts import Suggestion
from ...assistant.results import Decision
from ..words import Message, Words

if TYPE_CHECKING:
    from ...coordinator import Coordinator
    from ...resident import Resident
    from .health import Health


class UndeliverableError(Exception):
    """A channel could not put a message in front of a resident."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """One message on its way to one resident."""

    resident: Resident
    suggestion: Suggestion
    decision: Decision
    message: Message
    now: datetime
    token: str = ""
    """Unguessable part of its action ids; none where a channel has no buttons."""
    again: bool = False
    """Whether it stands there already and is only brought up to date."""


class Route(ABC):
    """One way to reach residents. A channel is added by adding a module here that defines one."""

    key: ClassVar[str]
    """Name in the account, in logs and in diagnostics."""
    channel: ClassVar[Channel]
    """The policy's channel that it serves."""
    order: ClassVar[int] = 0
    """Among the routes of one channel, the lowest is tried first."""

    def __init__(self, owner: Coordinator, words: Words, health: Health) -> None:
        """Serve a coordinator in one language."""
        self._owner = owner
        self._hass: HomeAssistant = owner.hass
        self._words = words
        self._health = health

    @abstractmethod
    def reaches(self, resident: Resident, now: datetime) -> bool:
        """Return whether it can be expected to reach a resident now."""

    def accepts(self, parcel: Parcel) -> bool:
        """Return whether it may carry a message at all."""
        return True

    @abstractmethod
    async def async_deliver(self, parcel: Parcel) -> None:
        """Put a message in front of a resident. Raises UndeliverableError."""

    @abstractmethod
    async def async_withdraw(self, resident: Resident, suggestion: Suggestion) -> None:
        """Take a message about a situation away; nothing happens where none is."""
