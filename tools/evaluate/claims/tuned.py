"""The whole network trained anew for every person, on the answers that steering gets: what steering is held against.

No weight is spared and no coefficient steered. `supervised` minimises the likelihood that steering uses; DPO
(Rafailov et al. 2023) and KTO (Ethayarajh et al. 2024) see a choice between speaking and silence, where an
acceptance prefers the one and any other answer the other. Rate and steps are set on validation people.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

from assistant.likelihood import STATES
from assistant.model_files import load_model
from assistant.vocabulary import FIRST_OUTPUT
from tools.evaluate.policies import Judged
from tools.evaluate.responses.replay import Choice
from tools.evaluate.shipped import network_of, probabilities
from tools.train.network import LENGTH, Network

from .live import Lessons, Lived
from .scores import Beliefs, Bits, Floats, Ints

RATES: Final = (1e-4, 3e-4, 1e-3)
STEPS: Final = (2, 5, 10)
AT_ONCE: Final = 10
"""People trained side by side."""
_ROWS: Final = 24
"""Lessons are padded to a multiple of this, so that few shapes are compiled."""

type Array = jax.Array
type Loss = Callable[[Array, Array, dict[str, Array]], Array]
"""P(content), P(moment), P(noticed) as (rows, 3) now and before training, and the lessons, to one number."""


def _supervised(p: Array, _: Array, lessons: dict[str, Array]) -> Array:
    states = jnp.asarray(STATES)
    prior = jnp.prod(jnp.where(states[None] > 0, p[:, None], 1 - p[:, None]), axis=2)
    seen = jnp.sum(prior * lessons["table"], axis=1)
    return -jnp.sum(lessons["weight"] * jnp.log(jnp.maximum(seen, 1e-9)))


def _odds(p: Array) -> Array:
    welcome = jnp.clip(p[:, 0] * p[:, 1], 1e-6, 1 - 1e-6)
    return jnp.log(welcome) - jnp.log1p(-welcome)


def _dpo(p: Array, before: Array, lessons: dict[str, Array]) -> Array:
    margin = lessons["accepted"] * (_odds(p) - _odds(before))
    return -jnp.sum(jnp.where(lessons["accepted"] != 0, jax.nn.log_sigmoid(margin), 0.0))


def _kto(p: Array, before: Array, lessons: dict[str, Array]) -> Array:
    ratio = jnp.log(jnp.maximum(p[:, 0] * p[:, 1], 1e-9)) - jnp.log(jnp.maximum(before[:, 0] * before[:, 1], 1e-9))
    answered = lessons["accepted"] != 0
    mean = jnp.sum(jnp.where(answered, ratio, 0.0)) / jnp.maximum(answered.sum(), 1)
    reference = jax.lax.stop_gradient(jnp.maximum(mean, 0.0))
    return jnp.sum(jnp.where(answered, 1 - jax.nn.sigmoid(lessons["accepted"] * (ratio - reference)), 0.0))


OBJECTIVES: Final[dict[str, Loss]] = {"supervised": _supervised, "DPO": _dpo, "KTO": _kto}


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How a network is trained."""

    objective: str
    rate: float
    steps: int


class Tuner:
    """Trains copies of the shipped network."""

    def __init__(self, choice: Choice) -> None:
        model = load_model(choice.model)
        self._network = network_of(model)
        self._prior = model.steering.prior
        self._trainable, self._fixed = eqx.partition(self._network, eqx.is_inexact_array)
        self._cut = jnp.array(
            [self._prior.temperatures.get(name, 1.0) for name in ("content", "moment", "noticed_phone")], jnp.float32
        )

    def _factors(self, weights: Network, tokens: Array) -> Array:
        """Return P(content), P(moment) and P(noticed on the phone), shape (rows, 3)."""
        network = eqx.combine(weights, self._fixed)
        z = jnp.tile(jnp.asarray(self._prior.mean, jnp.float32), (tokens.shape[0], 1))
        logits = network(tokens, z)
        first = jnp.array([FIRST_OUTPUT[name] for name in ("content", "moment", "noticed_phone")])
        return jax.nn.sigmoid((logits[:, first + 1] - logits[:, first]) / self._cut)

    @partial(jax.jit, static_argnums=(0, 1, 3))
    def _train(self, objective: str, lessons: dict[str, Array], snapshots: tuple[int, ...], rate: Array) -> Any:
        """Return the weights of several people after every number of steps asked for."""
        optimiser = optax.adam(rate)

        def alone(mine: dict[str, Array]) -> Any:
            before = self._factors(self._trainable, mine["tokens"])

            def loss(weights: Network) -> Array:
                return OBJECTIVES[objective](self._factors(weights, mine["tokens"]), before, mine)

            def step(carry: Any, _: None) -> tuple[Any, None]:
                weights, memory = carry
                updates, memory = optimiser.update(jax.grad(loss)(weights), memory)
                return (eqx.apply_updates(weights, updates), memory), None

            carry = (self._trainable, optimiser.init(self._trainable))
            found, done = [], 0
            for count in snapshots:
                carry, _ = jax.lax.scan(step, carry, None, length=count - done)
                found.append(carry[0])
                done = count
            return found

        return jax.vmap(alone)(lessons)

    @partial(jax.jit, static_argnums=0)
    def _judge(self, weights: Network, tokens: Array) -> Array:
        def alone(mine: Network, rows: Array) -> Array:
            z = jnp.tile(jnp.asarray(self._prior.mean, jnp.float32), (rows.shape[0], 1))
            logits: Array = eqx.combine(mine, self._fixed)(rows, z)
            return logits

        return jax.vmap(alone)(weights, tokens)

    def tuned(
        self, people: Sequence[Lived], answers: int, chosen: Sequence[Ints], recipe: Recipe, *, grid: bool = False
    ) -> Iterator[tuple[Recipe, list[Beliefs]]]:
        """Yield each recipe tried with what people's networks believe of chosen looks, trained on the first answers.

        With `grid` every number of steps up to the recipe's is yielded, else the recipe alone.
        """
        snapshots = tuple(count for count in STEPS if count <= recipe.steps) if grid else (recipe.steps,)
        found: list[list[Beliefs]] = [[] for _ in snapshots]
        most = max((len(item) for item in chosen), default=0)
        wide = max(_up(most, 64), 64)
        rows = max((_heard(item.lessons, answers).sum() for item in people), default=0)
        for start in range(0, len(people), AT_ONCE):
            part, looks = people[start : start + AT_ONCE], chosen[start : start + AT_ONCE]
            lessons = _padded(part, answers, max(_up(int(rows), _ROWS), _ROWS))
            tokens = np.zeros((AT_ONCE, wide, LENGTH), np.int32)
            for place, (person, numbers) in enumerate(zip(part, looks, strict=True)):
                tokens[place, : len(numbers)] = person.tokens[numbers]
            for place, weights in enumerate(
                self._train(recipe.objective, lessons, snapshots, jnp.float32(recipe.rate))
            ):
                logits = np.asarray(self._judge(weights, jnp.asarray(tokens)), np.float64)
                found[place] += [self._beliefs(logits[index, : len(numbers)]) for index, numbers in enumerate(looks)]
        for count, beliefs in zip(snapshots, found, strict=True):
            yield Recipe(objective=recipe.objective, rate=recipe.rate, steps=count), beliefs

    def _beliefs(self, logits: Floats) -> Beliefs:
        judged = Judged(probabilities=probabilities(logits, self._prior.temperatures))
        style = judged.style
        return Beliefs(
            welcome=judged.welcome,
            score=judged.welcome,
            content=judged.of("content"),
            moment=judged.of("moment"),
            noticed=judged.of("noticed_phone"),
            level=style.level.astype(np.int64),
            style=np.stack([style.length, style.tone, style.reason], axis=1),
        )


def _up(count: int, to: int) -> int:
    return -(-count // to) * to


def _heard(lessons: Lessons, answers: int) -> Bits:
    """Return which lessons were known when the answer of a number was; none after it."""
    last = np.searchsorted(lessons.answers, answers)  # the first lesson with so many answers, that answer itself
    return np.asarray(np.arange(len(lessons.answers)) <= last) & (lessons.answers <= answers)


def _padded(people: Sequence[Lived], answers: int, rows: int) -> dict[str, Array]:
    """Return several people's lessons as arrays of one shape; what is missing weighs nothing."""
    tokens = np.zeros((AT_ONCE, rows, LENGTH), np.int32)
    table = np.ones((AT_ONCE, rows, len(STATES)), np.float32)
    weight = np.zeros((AT_ONCE, rows), np.float32)
    accepted = np.zeros((AT_ONCE, rows), np.float32)
    for place, person in enumerate(people):
        heard = _heard(person.lessons, answers)
        count = int(heard.sum())
        tokens[place, :count] = person.tokens[person.lessons.look[heard]]
        table[place, :count] = person.lessons.table[heard]
        weight[place, :count] = person.lessons.weight[heard]
        accepted[place, :count] = person.lessons.accepted[heard]
    return {
        "tokens": jnp.asarray(tokens),
        "table": jnp.asarray(table),
        "weight": jnp.asarray(weight),
        "accepted": jnp.asarray(accepted),
    }


def looks_between(person: Lived, first: int, last: int) -> Ints:
    """Return the numbers of the looks at which somebody had given from so many to so many answers."""
    feedback = person.truth.feedback
    return np.flatnonzero((feedback >= first) & (feedback <= last)).astype(np.int64)


def best_recipe(tuner: Tuner, people: Sequence[Lived], objective: str, answers: int, last: int) -> Recipe:
    """Return the rate and steps with the least log-loss of welcome on these people's next looks."""
    chosen = [looks_between(person, answers, last) for person in people]
    losses: dict[Recipe, float] = {}
    for rate in RATES:
        widest = Recipe(objective=objective, rate=rate, steps=STEPS[-1])
        for recipe, beliefs in tuner.tuned(people, answers, chosen, widest, grid=True):
            total = 0.0
            for person, numbers, found in zip(people, chosen, beliefs, strict=True):
                p = np.clip(found.welcome, 1e-6, 1 - 1e-6)
                total -= float(np.log(np.where(person.truth.welcome[numbers], p, 1 - p)).sum())
            losses[recipe] = total
    return min(losses, key=lambda recipe: losses[recipe])
