"""Autonomy over time in closed loop: what a simulated person lets their home do, and what an undo takes back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from assistant.enums import Company, Level, Reply, Verdict
from assistant.facts import PlannedAction, Suggestion
from assistant.kinds import KINDS
from assistant.levels import RISK_CEILINGS
from assistant.promotion import COOL_OFF, WINDOW, earned, falls, may_rise, recent
from assistant.results import Decision, Outcome
from assistant.vocabulary import LEVELS
from tools.simulate.state import State

_ACT: Final = LEVELS.index(Level.ACT)
_ANSWERS: Final = frozenset({Reply.ACCEPTED, Reply.NOT_NOW, Reply.WRONG, Reply.NEVER})
_DAY: Final = timedelta(days=1)


_FIRST: Final = date(2025, 1, 6)


def _on(minute: float) -> date:
    return _FIRST + timedelta(days=minute // 1440)


class Trust(StrEnum):
    """How a person comes to let kinds act."""

    NONE = "none"
    """They never do: as shipped, until somebody changes a level."""
    OFFERED = "offered"
    """They say yes to the product's offer where they tolerate an act at the moment of the offer, else no for good."""
    SET = "set"
    """They set every kind when they first meet it at home and without guests, to what they tolerate then."""


def with_action(suggestion: Suggestion) -> Suggestion:
    """Return a simulated suggestion with something to do, where its kind may act at all."""
    policy = KINDS[suggestion.kind]
    if min(policy.ceiling, RISK_CEILINGS[suggestion.risk]) < Level.ACT:
        return suggestion
    thing = PlannedAction(
        domain="switch", action="turn_off", entity_ids=(f"switch.{suggestion.kind}",), risk=suggestion.risk
    )
    return replace(suggestion, actions=(thing,))


class Autonomy:
    """The levels of one person's kinds, by the product's own rules; times are minutes since the first day began."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._levels: dict[str, Level] = {}
        self._since: dict[str, float] = {}
        self._answers: list[tuple[float, str, bool]] = []
        self._undone: list[tuple[float, str]] = []
        self._cooled: dict[str, float] = {}
        self._offered: dict[str, float] = {}
        self._refused: set[str] = set()

    @property
    def levels(self) -> Mapping[str, Level]:
        """Return the levels that were chosen, by kind."""
        return self._levels

    def meet(self, kind: str, tolerated: int, state: State) -> None:
        """Let the person set a kind's level; `tolerated` is an index into LEVELS.

        Whoever is out, or has guests, does not open a settings page.
        """
        settled = state.home and state.company is not Company.GUESTS
        if self._trust is Trust.SET and settled and kind not in self._levels:
            self._levels[kind] = min(LEVELS[tolerated], KINDS[kind].ceiling)

    def may_act(self, kind: str, minute: float) -> bool:
        """Return whether a kind is not resting after an undo."""
        return self._cooled.get(kind, 0.0) <= minute

    def hear(self, minute: float, suggestion: Suggestion, decision: Decision, outcome: Outcome, tolerated: int) -> None:
        """Take in an outcome: an undo lowers, and what is accepted often enough is offered."""
        if self._trust is Trust.NONE:
            return
        kind, reply = suggestion.kind, outcome.reply
        acted = decision.verdict is Verdict.ACT
        if acted and reply in (Reply.UNDONE, Reply.WRONG):
            self._take_back(minute, suggestion, wrong=reply is Reply.WRONG)
        elif reply in _ANSWERS and decision.verdict in (Verdict.SPEAK, Verdict.ACT):
            self._answers.append((minute, kind, reply is Reply.ACCEPTED))
            if reply is Reply.ACCEPTED and not acted and self._earned(minute, suggestion):
                self._offer(minute, kind, tolerated)

    def _take_back(self, minute: float, suggestion: Suggestion, *, wrong: bool) -> None:
        kind = suggestion.kind
        self._undone.append((minute, kind))
        self._cooled[kind] = minute + COOL_OFF.total_seconds() / 60
        since = self._since.get(kind, 0.0)
        undos = recent((at / 1440 for at, of in self._undone if of == kind and at >= since), minute / 1440)
        if falls(undos, suggestion, wrong=wrong):
            self._choose(kind, Level(self._chosen(kind) - 1), minute)

    def _chosen(self, kind: str) -> Level:
        return self._levels.get(kind, KINDS[kind].first_level)

    def _choose(self, kind: str, level: Level, minute: float) -> None:
        self._levels[kind] = level
        self._since[kind] = minute

    def _earned(self, minute: float, suggestion: Suggestion) -> bool:
        kind = suggestion.kind
        if kind in self._refused or not may_rise(suggestion, self._chosen(kind)):
            return False
        if minute - self._offered.get(kind, -1e9) < WINDOW / _DAY * 1440:
            return False
        if recent((at / 1440 for at, of in self._undone if of == kind), minute / 1440):
            return False
        since = self._since.get(kind, 0.0)
        answers = [(at, yes) for at, of, yes in self._answers if of == kind and at >= since]
        return earned([_on(at) for at, yes in answers if yes], len(answers))

    def _offer(self, minute: float, kind: str, tolerated: int) -> None:
        if self._trust is not Trust.OFFERED:
            return
        self._offered[kind] = minute
        if tolerated >= _ACT:
            self._choose(kind, Level.ACT, minute)
        else:
            self._refused.add(kind)
