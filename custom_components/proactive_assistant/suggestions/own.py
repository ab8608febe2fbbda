"""What the user's own automations hand over: said at a good moment, by the same path and rules as everything else.

It is no kind of the product's: it has no row in the table of kinds, no habits and no detector's eyes. It is true
until it is withdrawn, accepted by somebody, without effect, or its time is up.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, override

from homeassistant.core import callback

from ..actions.execute import effective
from ..actions.risk import SET_MODE, TICK, ForbiddenActionError, class_of, permit
from ..assistant.enums import Category, RiskClass, Urgency
from ..assistant.facts import PlannedAction
from ..sensing.covers import gentle
from ..sensing.home import Home
from ..sensing.roles import HomeMap
from .base import Detector, Finding, Terms

OWN: Final = "own"
"""Stands for a kind in lines, texts and settings; the model reads it as one that it was not trained on."""

MOST_OPEN: Final = 20
"""Suggestions of one's own that may be open at once: an automation that runs wild is stopped here."""

LONGEST: Final = timedelta(days=7)

_BENEFIT: Final = {
    Urgency.LOW: 0.4,
    Urgency.NORMAL: 0.6,
    Urgency.HIGH: 0.8,
    Urgency.TIME_SENSITIVE: 0.9,
}
"""Value of being told, by the urgency that its author gave it (judgement)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One message that somebody's automation wants to have said."""

    situation: str
    title: str
    message: str
    created: datetime
    expires: datetime
    category: Category = Category.OTHER
    urgency: Urgency = Urgency.NORMAL
    risk: RiskClass = RiskClass.A0
    persons: tuple[str, ...] = ()
    actions: tuple[PlannedAction, ...] = ()
    tagged: bool = False
    """Whether the situation is of the author's naming: then what is learned of it is learned for its next time."""


class RefusedError(Exception):
    """Something that is never offered, with the reason as the key of a text."""

    def __init__(self, key: str, **facts: str) -> None:
        """Say why, and of what."""
        super().__init__(key)
        self.key = key
        self.facts = facts


def planned(home: Home, action: str, targets: Iterable[str], data: Mapping[str, Any], claimed: RiskClass | None) -> Any:
    """Return an action that somebody asks to offer. Raises RefusedError when the risk table does not let it pass."""
    domain, _, name = action.partition(".")
    entity_ids = tuple(dict.fromkeys(targets))
    risk = class_of(domain, name, entity_ids, partial(gentle, home))
    if risk is None or (domain, name) in (SET_MODE, TICK):
        raise RefusedError("action_never", action=action)
    if claimed is not None and claimed < risk:
        raise RefusedError("risk_played_down", action=action, risk=risk.name)
    found = PlannedAction(domain=domain, action=name, entity_ids=entity_ids, risk=max(risk, claimed or risk), data=data)
    try:
        permit(found, partial(gentle, home))
    except ForbiddenActionError as err:
        raise RefusedError("action_refused", action=action) from err
    unknown = [entity_id for entity_id in found.entity_ids if entity_id not in home.map.things]
    if unknown or not found.entity_ids:
        # Excluded, or of a load that is not known: both are never touched.
        raise RefusedError("target_unknown", action=action, entities=", ".join(unknown) or "-")
    return found


class OwnSuggestions(Detector):
    """The messages handed over and not yet over."""

    kind = OWN
    roles = frozenset()

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.wishes: dict[str, Wish] = {}
        self._listeners: list[Callable[[], None]] = []

    @override
    def available(self, home_map: HomeMap) -> bool:
        return True

    @callback
    def add(self, wish: Wish, now: datetime) -> None:
        """Take a message; one about the same situation takes the place of the earlier. Raises RefusedError."""
        self._let_go(now)
        if wish.situation not in self.wishes and len(self.wishes) >= MOST_OPEN:
            raise RefusedError("too_many_own", most=str(MOST_OPEN))
        self.wishes[wish.situation] = wish
        self._changed()

    @callback
    def withdraw(self, situation: str) -> bool:
        """Let go of a message; return whether there was one."""
        found = self.wishes.pop(situation, None)
        if found is not None:
            self._changed()
        return found is not None

    @callback
    def on_change(self, listener: Callable[[], None]) -> None:
        """Call a listener when there is something to keep."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    def _let_go(self, now: datetime) -> None:
        over = [key for key, wish in self.wishes.items() if wish.expires <= now]
        for key in over:
            del self.wishes[key]

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for wish in list(self.wishes.values()):
            finding = self._finding(wish, now)
            if finding is not None:
                yield finding

    def _finding(self, wish: Wish, now: datetime) -> Finding | None:
        """Return a message as it is true now: with the actions that would still change something."""
        if wish.expires <= now:
            return None
        actions = tuple(
            replace(action, entity_ids=targets) for action in wish.actions if (targets := effective(self.home, action))
        )
        if wish.actions and not actions:
            # Done by hand, or by somebody else: what is left to say is old news.
            return None
        return Finding(
            situation=wish.situation,
            due=wish.created,
            began=wish.created,
            expires=wish.expires,
            entity_ids=tuple(target for action in actions for target in action.entity_ids),
            facts={"title": wish.title, "message": wish.message},
            actions=actions,
            persons=wish.persons,
            terms=Terms(
                kind=wish.situation if wish.tagged else OWN,
                category=wish.category,
                urgency=wish.urgency,
                benefit=_BENEFIT[wish.urgency],
                risk=wish.risk,
            ),
        )


def situation_of(tag: str | None) -> str:
    """Return the situation of a message: of the author's tag, so that the same one replaces it, or one of its own."""
    return f"{OWN}:{tag or secrets.token_urlsafe(9)}"


def is_own(kind: str) -> bool:
    """Return whether a kind is of somebody's own messages."""
    return kind.partition(":")[0] == OWN
