"""What a learner hears of an outcome: all of it, part of it, or something else than was said."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from assistant.enums import Reply, Verdict

from .trace import Look

type Hearing = Callable[[Look], Look | None]
"""The look as the learner is told of it; None when it hears nothing."""

REMOVED: Final = 0.5
"""Share of outcomes that never arrive (claim 9)."""
FLIPPED: Final = 0.2
ALREADY_FLIPPED: Final = 0.05
"""Of the simulator's answers."""


def everything(_seed: int) -> Hearing:
    """Return the ear that hears what was said."""
    return lambda look: look


def _as(look: Look, reply: Reply) -> Look:
    assert look.outcome is not None
    return replace(look, outcome=replace(look.outcome, reply=reply, later_until=None, part=None))


def _reply(look: Look) -> Reply | None:
    spoken = look.decision.verdict in (Verdict.SPEAK, Verdict.ACT)
    return look.outcome.reply if spoken and look.outcome is not None else None


def snooze_as_reject(_seed: int) -> Hearing:
    """Return the ear to which *later* is *not now*."""
    return lambda look: _as(look, Reply.NOT_NOW) if _reply(look) is Reply.LATER else look


def snooze_dropped(_seed: int) -> Hearing:
    """Return the ear that does not hear *later*."""
    return lambda look: None if _reply(look) is Reply.LATER else look


def ignored_as_reject(_seed: int) -> Hearing:
    """Return the ear to which no answer is *not now*."""
    return lambda look: _as(look, Reply.NOT_NOW) if _reply(look) in (Reply.UNSEEN, Reply.EXPIRED) else look


def without_by_hand(_seed: int) -> Hearing:
    """Return the ear that does not hear what people do themselves."""

    def hear(look: Look) -> Look | None:
        return None if look.outcome is not None and look.outcome.reply is Reply.DONE_BY_HAND else look

    return hear


def half(seed: int) -> Hearing:
    """Return the ear that half of all outcomes never reach."""
    rng = np.random.default_rng([seed, 1])
    return lambda look: None if rng.random() < REMOVED else look


def flipped(seed: int) -> Hearing:
    """Return the ear that hears the opposite of an answer, so often that a fifth of them are wrong in all."""
    rng = np.random.default_rng([seed, 2])
    # q of the answers are flipped beyond those the simulator flipped: 0.05 (1 - q) + 0.95 q = 0.2.
    chance = (FLIPPED - ALREADY_FLIPPED) / (1 - 2 * ALREADY_FLIPPED)

    def hear(look: Look) -> Look:
        reply = _reply(look)
        if reply not in (Reply.ACCEPTED, Reply.LATER, Reply.NOT_NOW, Reply.WRONG) or rng.random() >= chance:
            return look
        return _as(look, Reply.NOT_NOW if reply is Reply.ACCEPTED else Reply.ACCEPTED)

    return hear


def first(answers: int) -> Callable[[int], Hearing]:
    """Return the ear that hears everything up to so many answers, and nothing after the last of them."""

    def make(_seed: int) -> Hearing:
        heard = 0

        def hear(look: Look) -> Look | None:
            nonlocal heard
            if heard >= answers:
                return None
            heard += look.answers
            return look

        return hear

    return make
