"""What a person's answers say to the ideal observer: `tools.simulate.resident` as a likelihood.

Answers about one situation are no independent witnesses. The simulator draws once for a situation whether its content
is wanted, so an answer is read given the last one about its situation, which is exact for two and nearly so for more.
Silence and what people do by hand say nothing. Tastes may change abruptly on a day nobody knows: all days are weighed.
"""

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np

from tools.personas.preferences import _CHANGE
from tools.simulate.resident import FLIPPED

from .ideal_model import MOMENT_SHRINK, Array, Facts, Tastes, changed, moment, tastes_of, wanted

# Inside a function of tools.personas.preferences:
_CHANGES: Final = np.r_[np.arange(7, 22), 10_000]
"""Days on which tastes may change abruptly; the last stands for never."""
_CHANGE_CHANCES: Final = np.log(np.r_[np.full(15, _CHANGE / 15), 1 - _CHANGE])
# Inside functions of tools.simulate.resident, as are the replies below:
_REFUSES, _WRONG_CONTENT, _NEVER = 0.62, 0.19, 0.07
"""Replies to what is not wanted; the rest is left lying."""
_NAMES_TIME: Final = 0.2
"""Share of refusals for the moment that say so."""
_LEAST: Final = 1e-6


def replies(t: Tastes, f: Facts) -> tuple[Array, Array]:
    """Return P(the reply that came) where the content is wanted, and where it is not, shape (looks,) each.

    The replies are those of `tools.simulate.resident` to a suggestion on the phone that was noticed.
    """
    good, snooze, accepts = jax.nn.sigmoid(MOMENT_SHRINK * moment(t, f)), t["snoozer"], t["accepts"]
    later, unsaid = (1 - good) * snooze, (1 - good) * (1 - snooze)
    refused = unsaid * (1 - _NAMES_TIME) + good * (1 - accepts)
    zero, one = jnp.zeros_like(good), jnp.ones_like(good)
    true, off = 1 - FLIPPED, FLIPPED
    yes = [
        true * good * accepts + off * (refused + later),
        true * later,
        true * refused + off * good * accepts,
        zero,
        unsaid * _NAMES_TIME,
        zero,
        one,
    ]
    no = [off * _REFUSES, 0.0, true * _REFUSES, _WRONG_CONTENT, 0.0, _NEVER, 1.0]
    came = jnp.take_along_axis(jnp.stack(yes), f["reply"][None], 0)[0]
    return came, jnp.asarray(no)[f["reply"]]


def carried(now: Array, weight: Array, then: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    """Return P(content wanted) and the chances of what is hidden, given the last answer about the same situation.

    `then` is P(wanted) at that answer, and P(its reply) where wanted and where not. All looks at a situation share one
    chance of being wanted, so that a second answer is no second witness: u < p then tells of u < p now.
    """
    before, yes, no = then[0], then[1][:, None], then[2][:, None]
    came = jnp.maximum(before * yes + (1 - before) * no, _LEAST)
    share = before * yes / came
    still = jnp.minimum(now / jnp.maximum(before, _LEAST), 1.0)
    fresh = jnp.maximum(now - before, 0.0) / jnp.maximum(1 - before, _LEAST)
    likelier = weight * came
    return share * still + (1 - share) * fresh, likelier / likelier.sum(axis=1, keepdims=True)


def _told(t: Tastes, f: Facts) -> Array:
    """Return the log-likelihood of every answer, shape (answers,), each given the one before about its situation."""
    p, (yes, no) = wanted(t, f), replies(t, f)
    last = jnp.maximum(f["before"], 0)
    after, weight = carried(p, f["hidden"], (p[last], yes[last], no[last]))
    again = (f["before"] >= 0)[:, None]
    p, weight = jnp.where(again, after, p), jnp.where(again, weight, f["hidden"])
    came = (weight * (p * yes[:, None] + (1 - p) * no[:, None])).sum(axis=1)
    return jnp.log(jnp.maximum(came, _LEAST))


def by_change(x: Array, f: Facts, count: Array) -> Array:
    """Return the joint log-probability of the first answers and every day of a change, shape (days, answers + 1).

    Column n holds the sum over n answers; answers from `count` on say nothing.
    """
    t = tastes_of(x)
    before, after = _told(t, f), _told(changed(t, x), f)
    days = jnp.asarray(_CHANGES)[:, None]
    each = jnp.where(f["day"] >= days, after, before) * (jnp.arange(len(before)) < count)
    return jnp.asarray(_CHANGE_CHANCES)[:, None] + jnp.pad(jnp.cumsum(each, axis=1), ((0, 0), (1, 0)))


def log_likelihood(x: Array, f: Facts, count: Array) -> Array:
    """Return the log-likelihood of the first so many answers, whenever tastes change, if they do."""
    found: Array = jax.nn.logsumexp(by_change(x, f, count)[:, -1])
    return found


def has_changed(joint: Array, day: Array, answers: Array) -> Array:
    """Return P(tastes have changed by a day | so many answers), shape (looks,)."""
    chances = jax.nn.softmax(joint, axis=0)[:, answers]
    return jnp.sum(chances * (jnp.asarray(_CHANGES)[:, None] <= day), axis=0)
