"""The ideal observer: what anybody at all could get out of a person's answers.

It knows how family A's people are made and sees the true context of every look, but neither the person nor what is
hidden of a situation, and it learns from the answers that the learners get. No learner of the same answers does
better, but for chance and for what `ideal_model` simplifies, so it says whether a gain asked for can be had at all.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

# Spinning threads of several processes on the same cores cost more than they gain; must be set before JAX starts.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import jax
import jax.numpy as jnp
import numpy as np

from tools.personas.draw import draw_household
from tools.personas.population import MEMBERS_PER_ID
from tools.simulate.logistic import _BUSY, _MOOD
from tools.simulate.world import household_worlds

from .ideal_answers import by_change, carried, has_changed, replies
from .ideal_facts import Seen, heard, padded, seen
from .ideal_model import (
    COST_ATTENTION,
    COST_WRONG,
    MOMENT_SHRINK,
    SIZE,
    Array,
    Facts,
    Tastes,
    changed,
    moment,
    tastes_of,
    wanted,
)
from .ideal_sampler import CHAINS, agreement, from_prior, sample
from .live import Errand
from .scores import Beliefs, Floats, Ints, Truth
from .trace import trace

STEPS: Final = 600
KEPT: Final = 40
"""States of every chain that are kept."""
_SPAN: Final = 10
"""Answers after which the chains go on with what is new; in between, their states are weighed by it."""
_ANSWERS, _LOOKS = 32, 256
"""Answers and looks are padded to multiples of these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thought:
    """What the ideal observer thought of one person's looks."""

    truth: Truth
    beliefs: Beliefs
    """`score` is P(speaking is needed)."""
    stranger: Beliefs
    """The same, never told anything: what the generator and the true context alone say."""
    agreement: Floats
    """Split R-hat of P(welcome) at every look between chains, shape (looks,)."""


def _chosen(after: Array, mine: Array, other: Array) -> Array:
    """Return the one or the other where tastes have changed or not, by look."""
    return jnp.where(after.reshape((-1,) + (1,) * (mine.ndim - 1)), mine, other)


@dataclass(frozen=True)
class _Person:
    """One draw of a person, before and after a change of tastes."""

    before: Tastes
    after: Tastes
    turned: Array
    """Whether the change has come, by look."""

    def wanted(self, f: Facts, mood: Array | None = None) -> Array:
        return _chosen(self.turned, wanted(self.after, f, mood), wanted(self.before, f, mood))

    def moment(self, f: Facts, mind: Array | float = 0.0) -> Array:
        return _chosen(self.turned, moment(self.after, f, mind), moment(self.before, f, mind))

    def then(self, answers: Facts, last: Array) -> tuple[Array, Array, Array]:
        """Return what `carried` asks for of the last answers about the looks' situations."""
        found = [(wanted(t, answers), *replies(t, answers)) for t in (self.after, self.before)]
        p, yes, no = (_chosen(self.turned, new[last], old[last]) for new, old in zip(*found, strict=True))
        return p, yes, no


def _one(x: Array, key: Array, answers: Facts, count: Array, looks: Facts) -> tuple[Array, Array]:
    """Return what one draw of a person says of looks, shape (5, looks), and the log-likelihood by answers."""
    size = looks["day"].shape[0]
    joint = by_change(x, answers, count)
    turn, busy, mood, prices = jax.random.split(key, 4)
    before = tastes_of(x)
    turned = jax.random.uniform(turn, (size,)) < has_changed(joint, looks["day"], looks["heard"])
    person = _Person(before, changed(before, x), turned)
    mine, load = jax.random.normal(mood, (size,)), jax.random.normal(busy, (size,))
    p, good = person.wanted(looks, mine[:, None]), jax.nn.sigmoid(person.moment(looks, _MOOD * mine - _BUSY * load))
    after, weight = carried(p, looks["hidden"], person.then(answers, jnp.maximum(looks["before"], 0)))
    again = (looks["before"] >= 0)[:, None]
    still, weight = jnp.where(again, after, p), jnp.where(again, weight, looks["hidden"])
    wrong, attention = jax.random.normal(prices, (2,))
    price = jnp.where(looks["asleep"] > 0, 2.0, 1.0)
    cost = COST_WRONG[0] * jnp.exp(COST_WRONG[1] * wrong) * price
    over = jnp.maximum(looks["today"] - before["wish"], 0.0)
    effort = COST_ATTENTION[0] * jnp.exp(COST_ATTENTION[1] * attention) * (1.0 + over) * price
    welcome = p * good[:, None]
    worth = welcome * looks["benefit"][:, None] - (1 - welcome) * cost[:, None] - effort[:, None]
    usual = (looks["hidden"] * person.wanted(looks)).sum(axis=1) * jax.nn.sigmoid(MOMENT_SHRINK * person.moment(looks))
    said = [(weight * (worth > 0)).sum(axis=1), (weight * still).sum(axis=1) * good, (weight * p).sum(axis=1), good]
    return jnp.stack([*said, usual]), jax.nn.logsumexp(joint, axis=0)


@jax.jit
def _judged(key: Array, xs: Array, answers: Facts, counts: Array, looks: Facts) -> tuple[Array, Array]:
    """Return P(need), P(welcome), P(content), P(moment), shape (4, looks), and every draw's usual P(welcome).

    `counts` are the answers the draws were made with, and all there are; those between weigh the draws.
    """
    one = partial(_one, answers=answers, count=counts[1], looks=looks)
    said, told = jax.vmap(one)(xs, jax.random.split(key, xs.shape[0]))
    weight = jax.nn.softmax(told[:, looks["heard"]] - told[:, counts[0]][:, None], axis=0)
    return jnp.einsum("sl,skl->kl", weight, said[:, :4]), said[:, 4]


def _up(count: int, to: int) -> int:
    return max(-(-count // to), 1) * to


def _facts(found: dict[str, np.ndarray]) -> Facts:
    return {name: jnp.asarray(column) for name, column in found.items()}


@dataclass(frozen=True, kw_only=True)
class _Draws:
    """Draws of a person made with some answers, and more answers to weigh them by."""

    states: Array
    """Shape (kept, chains, SIZE)."""
    answers: Facts
    counts: tuple[int, int]
    """Answers the draws were made with, and all there are."""

    def judged(self, key: Array, facts: dict[str, np.ndarray], numbers: Ints) -> tuple[Floats, Floats]:
        """Return P(need), P(welcome), P(content), P(moment) of looks, shape (4, numbers), and their split R-hat."""
        kept, chains, size = self.states.shape
        columns, doubts = [np.zeros((4, 0))], [np.zeros(0)]
        for start in range(0, len(numbers), _LOOKS):
            part: Ints = numbers[start : start + _LOOKS]
            looks = _facts(padded(facts, part, _LOOKS))
            said, usual = _judged(key, self.states.reshape(-1, size), self.answers, jnp.array(self.counts), looks)
            columns.append(np.asarray(said, np.float64)[:, : len(part)])
            by_chain = np.asarray(usual, np.float64).reshape(kept, chains, -1)
            doubts.append(agreement(by_chain[:, :, : len(part)]))
        return np.concatenate(columns, axis=1), np.concatenate(doubts)


def _beliefs(columns: Floats) -> Beliefs:
    need, welcome, content, good = columns
    size = len(need)
    return Beliefs(
        welcome=welcome,
        score=need,
        content=content,
        moment=good,
        noticed=np.full(size, np.nan),
        level=np.ones(size, np.int64),
        style=np.tile([False, False, True], (size, 1)),
    )


def _never_told(key: Array, facts: dict[str, np.ndarray], draws: int) -> Beliefs:
    """Return what is thought of all looks of somebody of whom nothing is known."""
    size = len(facts["day"])
    nothing = {"before": np.full(size, -1, np.int32), "heard": np.zeros(size, np.int32)}
    facts = facts | nothing
    answers = _facts(padded(facts, np.zeros(0, np.int64), _ANSWERS))
    people = _Draws(states=from_prior(key, draws).reshape(-1, CHAINS, SIZE), answers=answers, counts=(0, 0))
    return _beliefs(people.judged(key, facts, np.arange(size))[0])


def think(person: Seen, key: Array, steps: int = STEPS, kept: int = KEPT) -> Thought:
    """Return what the ideal observer thinks of each look before it is told anything about it."""
    truth, total = person.truth, len(person.answers)
    size = len(truth.person)
    facts = person.facts | {"heard": truth.feedback.astype(np.int32)}
    key, mine = jax.random.split(key)
    stranger = _never_told(mine, facts, kept * CHAINS)
    columns, doubts = np.full((4, size), np.nan), np.full(size, np.nan)
    states = from_prior(key)[None]
    for count in range(0, total + 1, _SPAN):
        key, mine, other = jax.random.split(key, 3)
        known = person.answers[: count + _SPAN]
        answers = _facts(padded(facts, known, _up(len(known), _ANSWERS)))
        states = sample(mine, states[-1], answers, jnp.int32(count), steps=steps, kept=kept)
        numbers = np.flatnonzero(heard(truth, count, _SPAN)).astype(np.int64)
        draws = _Draws(states=states, answers=answers, counts=(count, len(known)))
        columns[:, numbers], doubts[numbers] = draws.judged(other, facts, numbers)
    return Thought(truth=truth, beliefs=_beliefs(columns), stranger=stranger, agreement=doubts)


class Observer:
    """The job of thinking about a household's people; the same errand gives the same thoughts."""

    def __init__(self, steps: int = STEPS, kept: int = KEPT) -> None:
        self._steps = steps
        self._kept = kept

    def __call__(self, errand: Errand) -> list[Thought]:
        """Return what was thought of its people, those without looks left out."""
        # One core is enough for a person; a process that has used JAX before keeps the threads it has.
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
        return list(self._thoughts(errand))

    def _thoughts(self, errand: Errand) -> Iterator[Thought]:
        household = draw_household(errand.personas[0] // MEMBERS_PER_ID, errand.seed, errand.family)
        for world in household_worlds(household, errand.days):
            persona = world.persona.persona_id
            if persona in errand.personas:
                lived = trace(world, errand.seed)
                if lived.looks:
                    key = jax.random.fold_in(jax.random.key(errand.seed), persona)
                    yield think(seen(world, lived), key, self._steps, self._kept)


def doubt(thoughts: Sequence[Thought]) -> tuple[float, float]:
    """Return the median of the split R-hats of people's looks, and the share above 1.1."""
    found = np.concatenate([thought.agreement for thought in thoughts])
    return float(np.median(found)), float((found > 1.1).mean())
