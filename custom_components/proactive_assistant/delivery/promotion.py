"""Autonomy over time: more is offered and never taken, less happens by itself (product 4.4)."""

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..assistant.enums import Level
from ..assistant.facts import Suggestion
from ..assistant.kinds import KINDS
from ..assistant.promotion import COOL_OFF, UNDOS, WINDOW, earned, falls, may_rise
from ..const import ACTION_PREFIX, CONF_CEILING, CONF_LEVELS
from ..resident import Resident
from ..storage.ledger import Deed
from .account import Account
from .phone import After, after_id, async_send

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

_ANSWERED: Final = frozenset({"accepted", "not_now", "wrong", "never"})


class Promotion:
    """Watches what people accept and undo, and moves the levels of kinds."""

    def __init__(self, owner: Coordinator, account: Account) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._ledger = owner.files.ledger
        self._account = account

    # Levels -------------------------------------------------------------------------------------

    @callback
    def set_level(self, kind: str | None, level: Level, now: datetime) -> None:
        """Store a level, of a kind or of the home, and let it hold at once."""
        if kind is None:
            changes: dict[str, Any] = {CONF_CEILING: level.name.lower()}
        else:
            stored = self._owner.entry.options.get(CONF_LEVELS)
            known = dict(stored) if isinstance(stored, Mapping) else {}
            changes = {CONF_LEVELS: known | {kind: level.name.lower()}}
            self._ledger.orders.level_since[kind] = now
            self._owner.files.ledger_changed()
        self._owner.async_change_options(changes)

    def chosen(self, kind: str) -> Level:
        """Return the level of a kind as it was chosen, before any ceiling of the home."""
        policy = KINDS[kind]
        return min(self._owner.settings.levels.get(kind, policy.first_level), policy.ceiling)

    # Down ---------------------------------------------------------------------------------------

    async def async_undone(self, deed: Deed, now: datetime, *, wrong: bool) -> None:
        """Let a kind rest after an undo; lower it after the second, or after one that was wrong and slow to mend."""
        kind = deed.suggestion.kind
        orders = self._ledger.orders
        orders.cooled[kind] = now + COOL_OFF
        since = max(now - WINDOW, orders.level_since.get(kind, now - WINDOW))
        undos = self._account.lines(lambda _: True, kind=kind, outcome="undone", since=since, limit=UNDOS)
        if falls(len(undos), deed.suggestion, wrong=wrong):
            self.demote(kind, deed.resident, now)

    @callback
    def demote(self, kind: str, resident: str, now: datetime) -> None:
        """Lower a kind by one level, with a line that says so."""
        if kind not in KINDS:
            return
        before = min(self.chosen(kind), self._owner.settings.ceiling)
        if before <= Level.OBSERVE:
            return
        lower = Level(before - 1)
        self.set_level(kind, lower, now)
        self._account.note_level(kind, "demoted", now, resident, lower.name.lower())

    # Up -----------------------------------------------------------------------------------------

    def earned(self, kind: str, suggestion: Suggestion, now: datetime) -> bool:
        """Return whether a kind has earned the offer to act by itself."""
        if kind not in KINDS or not may_rise(suggestion, self.chosen(kind)):
            return False
        orders = self._ledger.orders
        offered = orders.promotion_offered.get(kind)
        if kind in orders.promotion_refused or (offered is not None and now - offered < WINDOW):
            return False
        if self._account.lines(lambda _: True, kind=kind, outcome="undone", since=now - WINDOW, limit=1):
            return False
        # What came before the level was last changed speaks neither for nor against a change now.
        since = orders.level_since.get(kind)
        lines = self._account.lines(lambda _: True, kind=kind, since=since, limit=len(self._ledger.entries))
        answers = [line for line in lines if line.type in _ANSWERED]
        accepted = [dt_util.as_local(line.at).date() for line in answers if line.type == "accepted"]
        return earned(accepted, len(answers))

    async def async_accepted(self, resident: Resident, suggestion: Suggestion, now: datetime) -> None:
        """Offer to do it by itself from now on, when that is earned."""
        kind = suggestion.kind
        if not resident.phones or not self.earned(kind, suggestion, now):
            return
        orders = self._ledger.orders
        token = secrets.token_urlsafe(16)
        orders.promotion_offered[kind] = now
        for old in [key for key, value in orders.promotion_open.items() if value == kind]:
            del orders.promotion_open[old]
        orders.promotion_open[token] = kind
        await self._owner.files.async_commit()
        words = self._owner.desk.words
        buttons = [
            {
                "action": after_id(token, After.LET_IT),
                "title": words.text("button_let_it"),
                "authenticationRequired": True,
            },
            {"action": after_id(token, After.KEEP_ASKING), "title": words.text("button_keep_asking")},
            {"action": after_id(token, After.STOP_OFFERING), "title": words.text("button_stop_offering")},
        ]
        name = words.text(f"{kind}_title")
        data = {
            "title": words.text("promotion_title", name=name),
            "message": words.text("promotion_body"),
            "data": {
                "tag": self.tag(kind),
                "group": f"{ACTION_PREFIX.lower()}_{kind}",
                "channel": words.text("channel_digest"),
                "importance": "low",
                "visibility": "private",
                "push": {"interruption-level": "passive"},
                "actions": buttons,
            },
        }
        await async_send(self._owner.hass, resident.phones, data)

    @staticmethod
    def tag(kind: str) -> str:
        """Return the tag of the offer about a kind."""
        return f"{ACTION_PREFIX.lower()}_promotion_{kind}"

    async def async_answered(self, token: str, button: After, resident: Resident, *, admin: bool) -> bool:
        """Take the answer to an offer; return whether it was one.

        It is taken from a phone of a resident the kind concerns, or of an administrator; only the tap promotes.
        """
        orders = self._ledger.orders
        kind = orders.promotion_open.get(token)
        if kind is None:
            return False
        now = dt_util.utcnow()
        del orders.promotion_open[token]
        if button is After.LET_IT and (admin or self.owns(resident, kind)):
            # The home's ceiling is raised with it: whoever lets one kind act means it to act. The others stay where
            # they are, by a level of their own.
            self._raise(kind, now)
            self._account.note_level(kind, "promoted", now, resident.id, Level.ACT.name.lower())
        elif button is After.STOP_OFFERING:
            orders.promotion_refused[kind] = now
        await self._owner.files.async_commit()
        return True

    def owns(self, resident: Resident, kind: str) -> bool:
        """Return whether a kind is a resident's own to decide on: they accepted it, so it concerns them."""
        lines = self._account.lines(lambda line: line.resident == resident.id, kind=kind, outcome="accepted", limit=1)
        return bool(lines)

    def _raise(self, kind: str, now: datetime) -> None:
        settings = self._owner.settings
        if settings.ceiling < Level.ACT:
            for other, policy in KINDS.items():
                held = min(settings.levels.get(other, policy.first_level), settings.ceiling)
                if other != kind and settings.levels.get(other, policy.first_level) > held:
                    self.set_level(other, held, now)
            self.set_level(None, Level.ACT, now)
        self.set_level(kind, Level.ACT, now)
