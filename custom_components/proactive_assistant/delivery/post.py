"""The post office: which channel carries a message, what is tried when it is dead, and how it is taken back."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..assistant.enums import Channel, Length
from ..assistant.facts import Suggestion
from ..assistant.results import Style
from ..const import DOMAIN, ISSUE_NOBODY_REACHED
from ..resident import Resident
from ..storage.promises import Offer
from .channels import NEXT, ROUTES, Parcel, Route, UndeliverableError
from .channels.health import Health
from .words import Message, Words

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)


LOST_AFTER: Final = 2
"""Failures in a row of every phone until it is a notice: one may be a lift."""


class Post:
    """Carries parcels by the first channel that lives."""

    def __init__(self, owner: Coordinator, words: Words) -> None:
        """Open every route for a coordinator's home."""
        self._owner = owner
        self.health = Health()
        self.routes: tuple[Route, ...] = tuple(route(owner, words, self.health) for route in ROUTES)

    @callback
    def channels(self, resident: Resident, now: datetime) -> tuple[Channel, ...]:
        """Return the channels by which a resident can be expected to be reached now: what the policy chooses from."""
        alive = {route.channel for route in self.routes if route.reaches(resident, now)}
        # The dashboard and the digest are there to be opened.
        return tuple(channel for channel in Channel if channel in alive | {Channel.DASHBOARD, Channel.DIGEST})

    async def async_deliver(self, parcel: Parcel) -> Route | None:
        """Carry a parcel by the policy's channel, else by the next that lives; return which did, or None."""
        for channel in NEXT[parcel.decision.channel]:
            if (route := await self._async_try(parcel, channel)) is not None:
                return route
        return None

    async def async_explain(self, resident: Resident, offer: Offer) -> bool:
        """Say on the phone why a message was sent, in its place and without a sound; it stays open."""
        words, suggestion = self._owner.desk.words, offer.suggestion
        full = words.message(suggestion, Style(length=Length.FULL, tone=offer.decision.style.tone, with_reason=True))
        reason = words.text(f"reason_{offer.decision.reason.value}")
        parcel = Parcel(
            resident=resident,
            suggestion=suggestion,
            decision=offer.decision,
            message=Message(title=full.title, body=f"{full.body} · {reason}"),
            now=dt_util.utcnow(),
            token=offer.token,
            again=True,
        )
        return await self._async_try(parcel, Channel.PHONE) is not None

    async def async_pass_on(self, parcel: Parcel) -> bool:
        """Carry to the phone what the speaker could not carry, or must not."""
        passed = replace(parcel, decision=replace(parcel.decision, channel=Channel.PHONE))
        return await self._async_try(passed, Channel.PHONE) is not None

    async def async_show(self, parcel: Parcel) -> Route | None:
        """Show what interrupts nobody, where it has to be seen all the same."""
        return await self._async_try(parcel, Channel.DASHBOARD)

    async def _async_try(self, parcel: Parcel, channel: Channel) -> Route | None:
        for route in self.routes:
            safe = parcel.suggestion.safety and route.channel is Channel.PHONE
            if route.channel is not channel or not route.accepts(parcel):
                continue
            # Danger is sent to whatever there is, whatever is known about it.
            if not safe and not route.reaches(parcel.resident, parcel.now):
                continue
            try:
                await route.async_deliver(parcel)
            except UndeliverableError:
                _LOGGER.debug("%s did not take a message about %s", route.key, parcel.suggestion.kind)
                continue
            finally:
                self._check_phones(parcel.resident)
            return route
        return None

    @callback
    def _check_phones(self, resident: Resident) -> None:
        """Say so when no phone of a resident has taken anything for a while, and withdraw it when one does."""
        dead = [phone.service for phone in resident.phones if self.health.failures(phone.service) >= LOST_AFTER]
        issue_id = f"{ISSUE_NOBODY_REACHED}_{resident.id}"
        if not dead or len(dead) < len(resident.phones):
            ir.async_delete_issue(self._owner.hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._owner.hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_NOBODY_REACHED,
            translation_placeholders={"resident": resident.name, "phones": ", ".join(dead)},
        )

    async def async_withdraw(self, resident: Resident, suggestion: Suggestion, only: Channel | None = None) -> None:
        """Take every message about a situation away from a resident, or those of one channel."""
        for route in self.routes:
            if only in (None, route.channel):
                await route.async_withdraw(resident, suggestion)
        self._check_phones(resident)

    @callback
    def target(self) -> str | None:
        """Return what a tap on a message opens: the list; None while there is none."""
        unique_id = f"{self._owner.entry.entry_id}_home_check"
        entity_id = er.async_get(self._owner.hass).async_get_entity_id("todo", DOMAIN, unique_id)
        return f"/todo?entity_id={entity_id}" if entity_id else None
