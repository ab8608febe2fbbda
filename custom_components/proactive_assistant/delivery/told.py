"""What is said after something was done: `Done: 3 off`, silently, with a button to undo it for ten minutes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..actions.restore import has_way_back
from ..assistant.facts import Suggestion
from ..assistant.results import Style
from ..options import Conduct
from ..resident import Resident
from ..sensing.roles import Role
from ..storage.ledger import Deed, DeedStatus
from ..storage.promises import Snapshot
from ..suggestions.base import by_room
from .phone import After, after_id, async_clear, async_send, quiet_payload
from .words import rooms_text

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_DID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "turn_off": "did_off",
        "turn_on": "did_on",
        "media_pause": "did_paused",
        "set_preset_mode": "did_set",
        "set_temperature": "did_set",
        "set_hvac_mode": "did_off",
        "set_away_mode": "did_set",
        "set_operation_mode": "did_set",
        "start": "did_started",
        "return_to_base": "did_sent_home",
        "lock": "did_locked",
        "alarm_arm_away": "did_armed",
        "alarm_arm_night": "did_armed",
        "close_cover": "did_closed",
    }
)
"""The text for what an action did."""

NOTHING: Final = timedelta(minutes=5)
"""How long it says on a phone that there was nothing left to do: as long as it takes to see it."""

REPORT: Final = timedelta(minutes=30)
"""How long a report about something unfinished, or only partly undone, stays on a phone."""


class Told:
    """Tells the residents concerned what was done."""

    def __init__(self, owner: Coordinator) -> None:
        """Speak for a coordinator."""
        self._owner = owner
        self._hass: HomeAssistant = owner.hass

    @property
    def window(self) -> timedelta:
        """Return how long the Undo button stays."""
        return Conduct.of(self._owner.entry.options).undo

    def concerned(self, suggestion: Suggestion) -> list[Resident]:
        """Return the residents a suggestion concerns."""
        return [
            item
            for item in self._owner.residents.values()
            if not suggestion.persons or item.person in suggestion.persons
        ]

    def summary(self, deed: Deed) -> str:
        """Return what a deed came to: `3 off · 1 locked`, or just `locked` where it was one thing."""
        words = self._owner.desk.words
        did: Counter[str] = Counter()
        for action in deed.suggestion.actions:
            did[_DID.get(action.action, "did_set")] += len(set(action.entity_ids) & set(deed.changed))
        alone = did.total() == 1
        return " · ".join(
            words.text(key, count="" if alone else str(count)).strip() for key, count in did.items() if count
        )

    def _has_way_back(self, kept: Snapshot) -> bool:
        """Return whether a thing may be put back: a lock is never unlocked, and nothing moves with force."""
        thing = self._owner.home.map.things.get(kept.entity_id)
        forceful = thing is not None and thing.role in (Role.GARAGE, Role.COVER_WINDOW)
        return not forceful and has_way_back(self._hass, kept)

    def _names(self, deed: Deed) -> str:
        """Return the names of what was changed, by room."""
        things = self._owner.home.map.things
        return rooms_text(by_room(things[item] for item in deed.changed if item in things))

    async def async_done(self, deed: Deed) -> None:
        """Say what was done to what, with a way back where there is one."""
        words = self._owner.desk.words
        until = deed.at + self.window
        left = until - dt_util.utcnow()
        if left <= timedelta():
            return
        title = words.text("told_done", what=self.summary(deed))
        about = "" if self._owner.preferences.private_wording else self._names(deed)
        await self._async_say(deed, title, left, about=about, undo=True)
        self._end_at(deed, until)

    async def async_nothing(self, resident: Resident, suggestion: Suggestion) -> None:
        """Say to who asked for it that nothing was done: it is not as it was when it was offered (product 3.1)."""
        words = self._owner.desk.words
        data = quiet_payload(suggestion, words.text("told_nothing"), self._about(suggestion), [], words, NOTHING)
        await async_send(self._hass, resident.phones, data)

    def _about(self, suggestion: Suggestion) -> str:
        """Return what a suggestion is about, as a line under what became of it; no names where others read along."""
        words = self._owner.desk.words
        message = words.message(suggestion, Style())
        return (words.private(suggestion, message) if self._owner.preferences.private_wording else message).title

    def _end_at(self, deed: Deed, until: datetime) -> None:
        self._owner.timing.at(f"undo:{deed.id}", until, lambda _now: self.expire(deed))

    def expire(self, deed: Deed) -> None:
        """Take the Undo button away when its time is over; the undo action still works for a day."""
        known = self._owner.files.ledger.deeds.get(deed.id)
        if known is not None and known.status is DeedStatus.DONE:
            self._owner.entry.async_create_background_task(
                self._hass, self.async_withdraw(deed), "withdraw the undo button"
            )

    async def async_undone(self, deed: Deed, restored: Iterable[str], missing: Mapping[str, tuple[str, ...]]) -> None:
        """Say that it is as it was, or what is not."""
        self._owner.timing.cancel(f"undo:{deed.id}")
        if not missing:
            await self.async_withdraw(deed)
            return
        words = self._owner.desk.words
        names = ", ".join(self._name(item) for item in missing)
        await self._async_say(deed, words.text("told_part_undone", names=names), REPORT)

    async def async_unfinished(self, deed: Deed) -> None:
        """Say that something was cut short, and leave the rest to people."""
        words = self._owner.desk.words
        names = ", ".join(self._name(item) for item in deed.changed)
        await self._async_say(deed, words.text("told_unfinished", names=names), REPORT, undo=True)

    async def async_withdraw(self, deed: Deed) -> None:
        """Take what was said about a deed off all phones."""
        for resident in self.concerned(deed.suggestion):
            await async_clear(self._hass, resident.phones, deed.suggestion)

    def resume(self) -> None:
        """Plan the end of every Undo button that was shown before a restart."""
        now = dt_util.utcnow()
        for deed in self._owner.files.ledger.deeds.values():
            if deed.status is DeedStatus.DONE and now - deed.at <= self.window + REPORT:
                until = max(deed.at + self.window, now)
                self._end_at(deed, until)

    def _name(self, entity_id: str) -> str:
        thing = self._owner.home.map.things.get(entity_id)
        return thing.name if thing else entity_id

    async def _async_say(
        self, deed: Deed, title: str, stays: timedelta, *, about: str = "", undo: bool = False
    ) -> None:
        words = self._owner.desk.words
        touched = set(deed.changed) or {kept.entity_id for kept in deed.snapshots}
        undo = undo and any(self._has_way_back(kept) for kept in deed.snapshots if kept.entity_id in touched)
        buttons: list[dict[str, Any]] = (
            [{"action": after_id(deed.id, After.UNDO), "title": words.text("button_undo")}] if undo else []
        )
        about = about or self._about(deed.suggestion)
        data = quiet_payload(deed.suggestion, title, about, buttons, words, stays)
        for resident in self.concerned(deed.suggestion):
            await async_send(self._hass, resident.phones, data)
