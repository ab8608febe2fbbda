"""What knowing a person is worth: the loss on later ratings, cold and once z is known from earlier ones."""

from dataclasses import dataclass, replace
from typing import Final

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from assistant.engine import Prior
from assistant.vocabulary import OUTPUT_GROUPS, STEERING_GROUPS

from .data import Rows
from .latents import Judge, posteriors, update
from .loss import group_losses

type Floats = NDArray[np.float64]

_STEPS: Final = (1.0, 0.5, 0.25, 0.125, 0.0)
_CONTENT: Final = [group.name for group in OUTPUT_GROUPS].index("content")


def halves(rows: Rows) -> tuple[Rows, Rows]:
    """Return the rows of the first half of the days, and those of the second."""
    first = rows.session < (int(rows.session.min()) + int(rows.session.max()) + 1) / 2
    return rows.take(first), rows.take(~first)


def some_of(rows: Rows, count: int, seed: int) -> Rows:
    """Return so many ratings of every person, drawn by chance; all of them for who has fewer.

    Fewer looks at a situation are left, so each of them speaks for a larger part of its content: for one over what is
    expected to be left.
    """
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(rows), bool)
    left = np.ones(len(rows.personas))
    for person in np.unique(rows.persona):
        own = np.flatnonzero(rows.persona == person)
        taken = rng.permutation(own)[:count]
        chosen[taken] = True
        left[person] = len(taken) / len(own)
    found = rows.take(chosen)
    share = 1 / (1 + (1 / found.share - 1) * left[found.persona])
    return replace(found, share=share.astype(np.float32))


def judge_of(network: object, *, bag: bool = False) -> Judge:
    """Return a network compiled; `bag` for one that is a bag of tokens still."""
    judge: Judge = eqx.filter_jit(network.bag if bag else network)  # type: ignore[attr-defined]
    return judge


def known_from(judge: Judge, rows: Rows, prior: Prior) -> Floats:
    """Return what ratings say of everybody's z, shape (personas, k): one Gauss-Newton step, as far as it helps.

    A whole step overshoots for some people, most of all where levels saturate, and what a dimension moves outside its
    own answers grows with it. So each set of dimensions goes only as far as these same ratings, and the prior, are
    better explained (backtracking; Nocedal and Wright 2006, 3.1), one set after the other.
    """
    k = len(prior.mean)
    whole = np.zeros((len(rows.personas), k))
    if not k or not len(rows):
        return whole
    mean, covariance = posteriors(judge, rows, k)
    whole[: len(mean)] = update(mean, covariance, prior.covariance)
    precision = np.linalg.inv(prior.covariance)
    known = np.zeros_like(whole)
    for dimensions in _apart():
        own = np.isin(prior.groups, dimensions)
        if not own.any():
            continue
        trials = [np.where(own, step * whole, known) for step in _STEPS]
        costs = [_explained(judge, rows, z) + 0.5 * np.einsum("pk,kl,pl->p", z, precision, z) for z in trials]
        known = np.stack(trials)[np.argmin(costs, axis=0), np.arange(len(whole))]
    return known


def _apart() -> list[tuple[str, ...]]:
    """Return the sets of dimensions that share answers, directly or through others."""
    found: list[tuple[tuple[str, ...], frozenset[str]]] = []
    for name, outputs in STEERING_GROUPS.items():
        dimensions: tuple[str, ...] = (name,)
        answers = frozenset(outputs)
        for item in [item for item in found if item[1] & answers]:
            found.remove(item)
            dimensions, answers = dimensions + item[0], answers | item[1]
        found.append((dimensions, answers))
    return [dimensions for dimensions, _ in found]


def _explained(judge: Judge, rows: Rows, z: Floats) -> Floats:
    """Return everybody's loss under their z, shape (personas,), content counted once for a situation."""
    logits = jnp.asarray(steered_logits(judge, rows, z))
    losses = np.asarray(group_losses(logits, jnp.asarray(rows.targets)), np.float64)
    losses[:, _CONTENT] *= rows.share
    total: Floats = np.bincount(rows.persona, losses.sum(axis=1), minlength=len(z)).astype(np.float64)
    return total


def steered_logits(judge: Judge, rows: Rows, mean: Floats, chunk: int = 512) -> Floats:
    """Return the logits of rows under their personas' z, shape (rows, OUTPUT_COUNT)."""
    parts = []
    for start in range(0, len(rows), chunk):
        at = slice(start, start + chunk)
        tokens = rows.tokens[at]
        spare = chunk - len(tokens)
        z = np.pad(mean[rows.persona[at]].astype(np.float32), ((0, spare), (0, 0)))
        parts.append(np.asarray(judge(np.pad(tokens, ((0, spare), (0, 0))), z))[: len(tokens)])
    return np.concatenate(parts).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Cross-entropy of ratings, summed by person; both arrays have shape (personas, output groups)."""

    total: Floats
    rated: Floats

    def by_group(self, chosen: NDArray[np.intp] | None = None) -> Floats:
        """Return the mean of every output group over chosen people, repeats allowed; over all if left out."""
        total, rated = (self.total, self.rated) if chosen is None else (self.total[chosen], self.rated[chosen])
        found: Floats = total.sum(axis=0) / np.maximum(rated.sum(axis=0), 1)
        return found

    def sum(self, chosen: NDArray[np.intp] | None = None) -> float:
        """Return the loss of all output groups together, in nats."""
        return float(self.by_group(chosen).sum())


def loss_of(logits: Floats, rows: Rows, prior: Prior) -> Loss:
    """Return what ratings cost at the prior's temperatures."""
    scale = np.concatenate([np.full(len(group.values), prior.temperatures[group.name]) for group in OUTPUT_GROUPS])
    losses = np.asarray(group_losses(jnp.asarray(logits / scale), jnp.asarray(rows.targets)), np.float64)
    total, rated = np.zeros((2, len(rows.personas), len(OUTPUT_GROUPS)))
    np.add.at(total, rows.persona, losses)
    np.add.at(rated, rows.persona, (rows.targets >= 0).astype(np.float64))
    return Loss(total=total, rated=rated)


def cold_and_known(network: object, rows: Rows, prior: Prior, *, bag: bool = False) -> dict[str, Loss]:
    """Return the loss on each person's second half, `cold` and once z is `known` from the first half."""
    first, second = halves(rows)
    judge = judge_of(network, bag=bag)
    known = known_from(judge, first, prior)
    return {
        name: loss_of(steered_logits(judge, second, z), second, prior)
        for name, z in (("cold", np.zeros_like(known)), ("known", known))
    }


def worth_of_knowing(network: object, rows: Rows, prior: Prior, *, bag: bool = False) -> dict[str, float]:
    """Return the loss on each person's second half, cold and known, together and by output group, in nats."""
    found = {}
    for name, loss in cold_and_known(network, rows, prior, bag=bag).items():
        found[name] = loss.sum()
        by_group = loss.by_group().tolist()
        found |= {f"{name} {group.name}": value for group, value in zip(OUTPUT_GROUPS, by_group, strict=True)}
    return found
