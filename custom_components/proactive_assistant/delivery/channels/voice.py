"""Voice: one spoken sentence and a question on an assist satellite, where somebody is and nobody is disturbed.

Off until a person chooses satellites. The gates are those of the product specification, 6.4; the cap and the gap those
of 4.4. What is heard is an answer of whoever is in the room, so nothing of class A3 is ever done by it.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, override

from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ...assistant.enums import Activity, Category, Channel, HomeMode, PhoneState, Reply, RiskClass
from ...assistant.facts import Suggestion
from ...assistant.levels import risk_of
from ...resident import Resident, personal
from ...sensing.roles import Role
from .base import Parcel, Route, UndeliverableError

_LOGGER = logging.getLogger(__name__)

SATELLITE: Final = "assist_satellite"

GAP: Final = timedelta(hours=2)
"""Between two spoken messages to one resident (product 4.4)."""

LINGER: Final = timedelta(minutes=3)
"""A room counts as occupied this long after the last movement; a sensor lets go while somebody reads."""

PATIENCE: Final = 90.0
"""Seconds for a chime, a sentence and an answer; a satellite that takes longer has died on the way."""

MOST_OTHERS: Final = 1
"""Other persons at home while something personal is spoken."""

_QUIET_ACTIVITIES: Final = frozenset({Activity.ASLEEP, Activity.CALL, Activity.MEDIA, Activity.HOSTING})
_QUIET_PHONES: Final = frozenset({PhoneState.CALL, PhoneState.FOCUS, PhoneState.DRIVING})


class Heard(StrEnum):
    """What an answer can mean."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    WHY = "why"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Satellite:
    entity_id: str
    area: str
    """Name of its room, as things have it."""


def satellites(hass: HomeAssistant, chosen: tuple[str, ...]) -> list[_Satellite]:
    """Return the chosen satellites that live, are idle and stand in a known area."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    found = []
    for entity_id in chosen:
        state, entry = hass.states.get(entity_id), entities.async_get(entity_id)
        if state is None or state.state != "idle" or entry is None:
            continue
        device = devices.async_get(entry.device_id) if entry.device_id else None
        area_id = entry.area_id or (device.area_id if device else None)
        area = ar.async_get(hass).async_get_area(area_id) if area_id else None
        if area is not None:
            found.append(_Satellite(entity_id=entity_id, area=area.name))
    return found


class VoiceRoute(Route):
    """Ask on a satellite; silence is no answer."""

    key: ClassVar[str] = "voice"
    channel: ClassVar[Channel] = Channel.SPEAKER

    # May it? ------------------------------------------------------------------------------------

    @override
    def reaches(self, resident: Resident, now: datetime) -> bool:
        return self._free(resident, now) and self._place(resident, now) is not None

    def _free(self, resident: Resident, now: datetime) -> bool:
        """Return whether a resident may be spoken to at all now."""
        owner, preferences = self._owner, self._owner.preferences
        if not preferences.voice_satellites or not owner.controls.voice or resident.person is None:
            return False
        if owner.mode in (HomeMode.GUEST, HomeMode.PARTY) or owner.settings.quiet(dt_util.as_local(now)):
            return False
        sensed = resident.watch.last
        if sensed is None or sensed.activity in _QUIET_ACTIVITIES or sensed.phone in _QUIET_PHONES:
            return False
        if resident.person not in owner.home.at_home():
            return False
        spoken = owner.files.ledger.spoken(resident.id)
        today = dt_util.start_of_local_day(now)
        return sum(at >= today for at in spoken) < preferences.voice_cap and not any(now - at < GAP for at in spoken)

    def _place(self, resident: Resident, now: datetime, suggestion: Suggestion | None = None) -> _Satellite | None:
        """Return a satellite in a room where somebody is and nothing plays."""
        for satellite in satellites(self._hass, self._owner.preferences.voice_satellites):
            if not self._health.usable(satellite.entity_id, now) or self._plays(satellite.area):
                continue
            # Nobody is woken, and nobody is told about bedtime in bed.
            if self._is_bedroom(satellite.area) and suggestion is not None and suggestion.kind == "bedtime":
                continue
            if self._occupied(satellite.area, now):
                return satellite
        return None

    def _in_area(self, area: str, *roles: Role) -> list[Any]:
        return [thing for thing in self._owner.home.map.of(*roles) if thing.area == area]

    def _occupied(self, area: str, now: datetime) -> bool:
        home = self._owner.home
        for thing in self._in_area(area, Role.MOTION, Role.SEAT):
            since = home.since(thing)
            if home.is_on(thing) or (since is not None and now - since <= LINGER):
                return True
        return False

    def _plays(self, area: str) -> bool:
        return any(self._owner.home.is_on(thing) for thing in self._in_area(area, Role.MEDIA))

    def _is_bedroom(self, area: str) -> bool:
        return bool(self._in_area(area, Role.BED))

    @override
    def accepts(self, parcel: Parcel) -> bool:
        """Speak nothing about health, nothing personal in company, and no name of somebody who is not here."""
        suggestion = parcel.suggestion
        if suggestion.category is Category.CARE:
            return False
        home = self._owner.home
        present = home.at_home()
        if personal(suggestion) and len(present) > 1 + MOST_OTHERS:
            return False
        absent = [self._hass.states.get(person) for person in home.people if person not in present]
        text = f"{parcel.message.title} {parcel.message.body}".casefold()
        names = [str(state.attributes.get(ATTR_FRIENDLY_NAME) or "").casefold() for state in absent if state]
        return not any(name and name in text for name in names)

    # Speak --------------------------------------------------------------------------------------

    @override
    async def async_deliver(self, parcel: Parcel) -> None:
        """Begin to speak; who says nothing to it has not answered, and what goes wrong goes to the phone."""
        satellite = self._place(parcel.resident, parcel.now, parcel.suggestion)
        if satellite is None:
            raise UndeliverableError(self.key)
        self._owner.entry.async_create_background_task(
            self._hass, self._async_converse(satellite.entity_id, parcel), f"speak on {satellite.entity_id}"
        )

    @override
    async def async_withdraw(self, resident: Resident, suggestion: Suggestion) -> None:
        """Take nothing back: what was said was said."""

    async def _async_converse(self, entity_id: str, parcel: Parcel) -> None:
        """Say it, ask, and act on the answer."""
        words, suggestion = self._words, parcel.suggestion
        secure = risk_of(suggestion) >= RiskClass.A3
        said = words.spoken(parcel.message)
        asks = suggestion.actions and not secure
        question = f"{said} {words.text('voice_question' if asks else 'voice_question_ok')}"
        heard = await self._async_ask(entity_id, question, parcel)
        if heard is Heard.WHY:
            reason = words.text(f"reason_{parcel.decision.reason.value}")
            again = f"{reason} {words.text('voice_question' if asks else 'voice_question_ok')}"
            heard = await self._async_ask(entity_id, again, parcel)
        if heard is None or heard is Heard.WHY:
            return
        if heard is Heard.YES and secure:
            # What raises security is never done by a voice: anybody may have said it (product 6.4).
            sent = await self._owner.post.async_pass_on(parcel)
            await self._async_say(entity_id, words.text("voice_sent" if sent else "voice_not_sent"))
            return
        replies = {Heard.YES: Reply.ACCEPTED, Heard.NO: Reply.NOT_NOW, Heard.LATER: Reply.LATER}
        try:
            await self._owner.desk.async_answered(parcel.token, replies[heard])
        except HomeAssistantError as err:
            _LOGGER.debug("A spoken answer came to nothing: %s", err)
            await self._async_say(entity_id, words.text("voice_over"))
            return
        await self._async_say(entity_id, words.text(f"voice_answer_{heard}"))

    async def _async_ask(self, entity_id: str, question: str, parcel: Parcel) -> Heard | None:
        """Ask and return what was heard; None when nothing was, or when it went to the phone instead."""
        now = dt_util.utcnow()
        listened = False

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            nonlocal listened
            new = event.data["new_state"]
            listened = listened or (new is not None and new.state == "listening")

        stop = async_track_state_change_event(self._hass, entity_id, changed)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._hass.services.async_call(
                    SATELLITE,
                    "ask_question",
                    {"entity_id": entity_id, "question": question, "answers": self._answers()},
                    blocking=True,
                    return_response=True,
                )
        except Exception as err:  # noqa: BLE001 - somebody else's satellite; whatever ails it, the phone is there
            if not listened:
                # Nothing was said, so it is as if this channel had not been there.
                if self._health.failed(entity_id, now):
                    _LOGGER.warning("Satellite %s cannot speak: %r", entity_id, err)
                await self._owner.post.async_pass_on(parcel)
            return None
        finally:
            stop()
        self._health.worked(entity_id)
        found = answer.get("id") if isinstance(answer, dict) else None
        return Heard(found) if found in set(Heard) else None

    def _answers(self) -> list[dict[str, Any]]:
        return [{"id": heard.value, "sentences": self._words.sentences(f"voice_{heard}")} for heard in Heard]

    async def _async_say(self, entity_id: str, text: str) -> None:
        """Say what came of it; that it cannot be said changes nothing."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._hass.services.async_call(
                    SATELLITE,
                    "announce",
                    {"entity_id": entity_id, "message": text, "preannounce": False},
                    blocking=True,
                )
        except Exception as err:  # noqa: BLE001 - a courtesy
            _LOGGER.debug("Satellite %s could not say what came of it: %r", entity_id, err)
