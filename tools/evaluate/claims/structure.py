"""What learners are made of that training people teach: rates, directions in order, parts of a mixture."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from sklearn.mixture import GaussianMixture

from assistant.engine import Floats
from assistant.judge import FACTOR, collected
from assistant.vocabulary import PREFIX_LENGTH
from tools.evaluate.responses.replay import Choice

from .engines import LookEngine, tokens_of
from .learners import Steered
from .live import known_in_order, reading
from .scratch import Table
from .trace import Trace
from .variants import Structure

COMPONENTS: Final = 3
_PROBED: Final = 40
"""Looks of a person at which the directions' effects are measured."""
_RIDGE: Final = 1e-3


def _coefficients(engine: LookEngine, trace: Trace) -> tuple[Floats, Floats]:
    """Return a person's coefficients after all their outcomes, and how unsure they still are."""
    learner = Steered(engine)
    for look in known_in_order(trace):
        learner.learn(look)
    return learner.state.mean, learner.state.covariance


def _effects(engine: LookEngine, trace: Trace) -> Floats:
    """Return the squared change of content's and moment's logits by one deviation along every direction, shape (k,)."""
    scale = np.sqrt(np.diag(engine.prior.covariance))
    rows = [FACTOR["content"], FACTOR["moment"]]
    vectors = np.vstack([engine.prior.mean, engine.prior.mean + np.diag(scale)])
    total = np.zeros(len(scale))
    for row in tokens_of(trace)[:: max(1, len(trace.looks) // _PROBED)]:
        raw = engine.logits(row[:PREFIX_LENGTH], row[None, PREFIX_LENGTH:], vectors)
        logits = collected(raw, engine.prior.temperatures)[:, 0, rows]
        total += ((logits[1:] - logits[0]) ** 2).sum(axis=1)
    return total


def _mixture(means: Floats, spreads: Floats) -> tuple[tuple[float, Floats, Floats], ...]:
    """Return weight, mean and covariance of the parts of a mixture fitted to people's coefficients.

    A part is as wide as its people differ and as each of them is still unsure of, so that it is no surer than one
    Gaussian would be.
    """
    parts = min(COMPONENTS, len(means))
    fitted = GaussianMixture(parts, covariance_type="full", reg_covar=_RIDGE, random_state=0).fit(means)
    unsure = spreads.mean(axis=0)
    return tuple(
        (float(weight), np.asarray(mean), np.asarray(wide) + unsure)
        for weight, mean, wide in zip(fitted.weights_, fitted.means_, fitted.covariances_, strict=True)
    )


def structure_of(choice: Choice, people: Sequence[Trace], learned: int) -> Structure:
    """Return the structure of training people; the first `learned` of them tell coefficients, all of them rates."""
    means, spreads, effects = [], [], []
    for trace in people[:learned]:
        engine = reading(choice, trace)
        mean, covariance = _coefficients(engine, trace)
        means.append(mean)
        spreads.append(covariance)
        effects.append(_effects(engine, trace))
    order = np.argsort(-np.mean(effects, axis=0), kind="stable")
    return Structure(
        table=Table(people),
        order=tuple(int(place) for place in order),
        components=_mixture(np.array(means), np.array(spreads)),
    )
