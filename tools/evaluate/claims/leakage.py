"""Claim 7: how far feedback that names one dimension moves the others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from assistant.engine import Floats
from assistant.enums import Level, Reply, WrongPart
from assistant.judge import BINARY, FACTOR, collected, steering, with_effects
from assistant.learner import learn
from assistant.results import Outcome
from assistant.state import ResidentState, new_state
from tools.evaluate.responses.replay import Choice
from tools.results import Record, at_most

from .engines import LookEngine
from .figures import measured
from .live import Errand, reading
from .scores import draws
from .trace import Look, Trace, traces

_ABOVE: Final = Level.ASK
TOLD: Final = 5
"""Times the same thing is said, about different looks."""
PROBED: Final = 40
_LEVELS: Final = slice(len(BINARY), None)

NAMED: Final = {
    "content": (Reply.WRONG, WrongPart.CONTENT),
    "moment": (Reply.WRONG, WrongPart.TIME),
    "level": (Reply.WRONG, WrongPart.AUTONOMY),
}
"""What is said, by the factor it is about."""

OTHERS: Final = ("content", "moment", "level", "length", "tone", "reason")


def _logits(engine: LookEngine, state: ResidentState, looks: list[Look]) -> dict[str, Floats]:
    rows = collected(engine.rows(looks, steering(state, engine)), engine.prior.temperatures)
    rows = np.array(
        [with_effects(row, state, look.moment, look.suggestion) for look, row in zip(looks, rows, strict=True)]
    )
    level = rows[:, _LEVELS] - rows[:, _LEVELS].mean(axis=1, keepdims=True)
    return {"level": level} | {name: rows[:, [FACTOR[name]]] for name in OTHERS if name != "level"}


def moved(engine: LookEngine, trace: Trace, about: str) -> dict[str, float]:
    """Return the mean squared move of every factor's logits over a person's looks after being told about one."""
    reply, part = NAMED[about]
    looks = list(trace.looks[:: max(1, len(trace.looks) // PROBED)])
    spoken = [look for look in trace.looks if look.answers][:TOLD]
    before = new_state(engine.model_id, engine.prior)
    state = before
    for look in spoken:
        outcome = Outcome(reply=reply, part=part, at=look.moment.at)
        # The level that was offered has to be one that can be too high.
        decision = replace(look.decision, level=_ABOVE) if about == "level" else look.decision
        state = learn(engine, state, look.moment, look.suggestion, decision, outcome, look.person)
    first, then = _logits(engine, before, looks), _logits(engine, state, looks)
    return {name: float(np.mean((then[name] - first[name]) ** 2)) for name in OTHERS}


class Leaks:
    """The job of measuring a household's leaks."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice

    def __call__(self, errand: Errand) -> list[dict[str, dict[str, float]]]:
        """Return its people's moves by what was said and by factor."""
        people = traces(list(errand.personas), errand.seed, errand.days, errand.family)
        found = []
        for trace in people:
            if any(look.answers for look in trace.looks):
                engine = reading(self._choice, trace)
                found.append({about: moved(engine, trace, about) for about in NAMED})
        return found


def leakage(people: list[dict[str, dict[str, float]]], family: str) -> Iterator[Record]:
    """Yield how far feedback on one factor moved every other, as a share of how far it moved its own."""
    weights = draws(len(people))
    for about in NAMED:
        own = weights @ np.array([person[about][about] for person in people])
        for other in OTHERS:
            if other == about:
                continue
            theirs = weights @ np.array([person[about][other] for person in people])
            share = np.sqrt(theirs / np.maximum(own, 1e-12))
            text = f"7 · move of {other} by feedback that names the {about}, of its own effect"
            yield at_most(measured(text, share, "share", family), 0.1)
