"""The training loop, in three stages that share weights.

1. `network`: the network alone, as the bag of tokens it starts as.
2. `joint`: weights, steering bases and latents together, still as a bag.
3. `attention`: all of it as the transformer that ships, at a lower rate.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from assistant.vocabulary import OUTPUT_GROUPS, STEERING_GROUPS

from .checkpoint import Progress, load, save
from .data import Rows
from .loss import DROPPED, LEAKAGE_WEIGHT, group_losses, leakage, steered_loss
from .network import Network
from .steering_layout import groups_of, membership, permissions
from .warm_start import warm_start

type Array = jax.Array
type Report = Callable[["Stage", Progress, float], None]
"""Called with the stage, the progress, and the latest training loss."""

_LEAKAGE_SHARE: Final = 8
"""Every eighth row of a batch also pays for leakage, which costs two more passes."""
_VALIDATION_ROWS: Final = 6000


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One part of the training."""

    name: str
    steps: int
    batch: int
    rate: float
    latent_rate: float
    """Every latent sees few rows, so it learns faster than the weights."""
    steered: bool = True
    bag: bool = True


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a network is trained; the same plan and data give the same network."""

    stages: tuple[Stage, ...]
    seed: int = 1
    decay: float = 1e-2
    looks: int = 10
    """Looks at the validation personas over a stage."""
    patience: int = 5
    """Looks without a better validation loss after which a stage stops."""


def plan_of(*, network: int = 1500, joint: int = 4000, attention: int = 1500, batch: int = 1024, seed: int = 1) -> Plan:
    """Return the usual plan with so many steps in its stages; attention takes batches a quarter as large."""
    few = max(32, batch // 4)
    return Plan(
        stages=(
            Stage(name="network", steps=network, batch=batch, rate=4e-3, latent_rate=0, steered=False),
            Stage(name="joint", steps=joint, batch=batch, rate=3e-3, latent_rate=3e-2),
            Stage(name="attention", steps=attention, batch=few, rate=1e-3, latent_rate=5e-3, bag=False),
        ),
        seed=seed,
    )


class Trained(eqx.Module):
    """What is learned."""

    network: eqx.Module
    latents: Array
    """Shape (training personas, k)."""


def _centred(latents: Array) -> Array:
    # z = 0 has to be the population, so only differences between personas may be learned.
    return latents - latents.mean(axis=0)


def _optimiser(stage: Stage, decay: float) -> optax.GradientTransformation:
    def schedule(rate: float) -> optax.Schedule:
        warm = min(200, stage.steps // 10)
        return optax.warmup_cosine_decay_schedule(0.0, rate, warm, stage.steps, rate * 0.02)

    def label(tree: Trained) -> Any:
        labels = jax.tree.map(lambda leaf: "matrix" if leaf.ndim > 1 else "vector", tree)
        return eqx.tree_at(lambda item: (item.network.basis, item.latents), labels, ("vector", "latents"))

    plain = optax.adam(schedule(stage.rate), b2=0.98)
    # A bag leaves most matrices unused; decay would shrink those to nothing before attention comes.
    matrix = plain if stage.bag else optax.adamw(schedule(stage.rate), b2=0.98, weight_decay=decay)
    kinds = {
        "matrix": matrix,
        "vector": plain,
        "latents": optax.adam(schedule(stage.latent_rate), b2=0.98),
    }
    return optax.chain(optax.clip_by_global_norm(1.0), optax.multi_transform(kinds, label))


class Trainer:
    """One run over the rows of the training personas."""

    def __init__(self, plan: Plan, train: Rows, validation: Rows, folder: Path, report: Report) -> None:
        """Keep the data; `folder` receives the checkpoints."""
        self.plan, self.train, self.validation = plan, train, validation
        self.folder, self.report = folder, report
        self._weight = 1.0 / np.maximum(train.counts, 1)
        self._permitted = permissions()
        rng = np.random.default_rng(0)
        kept = min(len(validation), _VALIDATION_ROWS)
        self._validation = validation.take(np.sort(rng.permutation(len(validation))[:kept]))

    def run(self, network: Network) -> tuple[Trained, Progress]:
        """Train a fresh network, or go on where a checkpoint of the same plan stands."""
        k = network.shape.k
        trained = Trained(network=network, latents=jnp.zeros((len(self.train.personas), k)))
        progress = Progress()
        for stage in self.plan.stages:
            if not stage.steps or (stage.steered and stage.bag and not k):
                continue
            fresh = stage.steered and k and not bool(jnp.any(trained.network.basis))
            if fresh and not self._path(stage).exists():  # a checkpoint has left that start behind
                warmed, latents = warm_start(trained.network, self._warm_rows(), groups_of(k), self._permitted)
                trained = Trained(network=warmed, latents=jnp.asarray(latents))
            trained, progress = self._stage(stage, trained, progress)
        return trained, progress

    def _path(self, stage: Stage) -> Path:
        return self.folder / f"{stage.name}.ckpt"

    def _warm_rows(self) -> Rows:
        """Return at most 60 rows of every persona: enough for a direction, a tenth of the cost."""
        order = np.random.default_rng(self.plan.seed).permutation(len(self.train))
        persona = self.train.persona[order]
        by_persona = np.argsort(persona, kind="stable")
        starts = np.searchsorted(persona[by_persona], np.arange(len(self.train.personas)))
        rank = np.arange(len(order)) - starts[persona[by_persona]]
        return self.train.take(np.sort(order[by_persona[rank < 60]]))

    def _stage(self, stage: Stage, trained: Trained, before: Progress) -> tuple[Trained, Progress]:
        """Train one stage, resuming inside when a checkpoint of it exists; returns the best on validation."""
        optimiser = _optimiser(stage, self.plan.decay)
        state = optimiser.init(eqx.filter(trained, eqx.is_array))
        shape = vars(trained.network.shape)
        settings = {**asdict(self.plan), "stages": [vars(stage)], **shape, "personas": len(self.train.personas)}
        path = self._path(stage)
        progress = replace(before, step=0, best=float("inf"), best_step=0, before=before.seconds)
        best = trained
        resumed = load(path, settings, (trained, trained, state))
        if resumed:
            progress, (trained, best, state) = resumed
        step = self._make_step(optimiser, stage, trained.network.shape.k)
        every = max(1, stage.steps // self.plan.looks)
        started = time.monotonic() - progress.seconds
        for number in range(progress.step, stage.steps):
            if progress.step - progress.best_step >= self.plan.patience * every:
                break
            trained, state, loss = step(trained, state, *self._batch(stage, number))
            if (number + 1) % every and number + 1 != stage.steps:
                continue
            progress, better = self._look(stage, trained, progress, (number + 1, float(loss), started))
            best = trained if better else best
            save(path, settings, progress, (trained, best, state))
            self.report(stage, progress, float(loss))
        return best, progress

    def _look(
        self, stage: Stage, trained: Trained, progress: Progress, at: tuple[int, float, float]
    ) -> tuple[Progress, bool]:
        """Measure the validation personas; returns the progress and whether it is the best of the stage."""
        step, loss, started = at
        losses = cold_losses(trained.network, self._validation, bag=stage.bag)
        total = float(losses.sum())
        better = total < progress.best
        seconds = time.monotonic() - started
        entry: dict[str, Any] = {
            "stage": stage.name,
            "step": step,
            "seconds": round(seconds, 1),
            "train": loss,
            "validation": total,
        } | {group.name: float(value) for group, value in zip(OUTPUT_GROUPS, losses, strict=True)}
        best: dict[str, Any] = {"best": total, "best_step": step} if better else {}
        return replace(progress, step=step, seconds=seconds, curve=(*progress.curve, entry), **best), better

    def _batch(self, stage: Stage, number: int) -> tuple[NDArray[Any], ...]:
        """Return the rows of a step, a function of the seed and the step alone."""
        size = min(stage.batch, len(self.train))
        per_epoch = max(1, len(self.train) // size)
        epoch, place = divmod(number, per_epoch)
        order = np.random.default_rng((self.plan.seed, epoch)).permutation(len(self.train))
        chosen = order[place * size : (place + 1) * size]
        rng = np.random.default_rng((self.plan.seed, epoch, place))
        kept = (rng.random(size) >= DROPPED).astype(np.float32)
        drawn = rng.integers(0, len(STEERING_GROUPS), size)
        persona = self.train.persona[chosen]
        weight = self._weight[persona].astype(np.float32)
        return self.train.tokens[chosen], self.train.targets[chosen], persona, kept, weight, drawn

    def _make_step(self, optimiser: optax.GradientTransformation, stage: Stage, k: int) -> Callable[..., Any]:
        """Return the compiled update of a stage."""
        members = jnp.asarray(membership(groups_of(k)))
        permitted = jnp.asarray(self._permitted)

        def loss(trained: Trained, *batch: Array) -> Array:
            tokens, targets, persona, kept, weight, drawn = batch
            judge = trained.network.bag if stage.bag else trained.network
            if not stage.steered or not k:
                plain = judge(tokens, jnp.zeros((len(tokens), k)))
                return jnp.mean(group_losses(plain, targets).sum(axis=1))
            z = _centred(trained.latents)[persona]
            likelihood = steered_loss(judge, (tokens, targets, kept, weight), z)
            few = slice(None, None, _LEAKAGE_SHARE)
            leak = leakage(judge, tokens[few], z[few], members[drawn[few]], permitted[drawn[few]])
            return likelihood + LEAKAGE_WEIGHT * leak

        @eqx.filter_jit
        def step(trained: Trained, state: Any, *batch: Array) -> tuple[Trained, Any, Array]:
            value, gradient = eqx.filter_value_and_grad(loss)(trained, *batch)
            updates, state = optimiser.update(gradient, state, eqx.filter(trained, eqx.is_array))
            return eqx.apply_updates(trained, updates), state, value

        return step


_judge = eqx.filter_jit(lambda network, tokens, z: network(tokens, z))
_judge_bag = eqx.filter_jit(lambda network, tokens, z: network.bag(tokens, z))


def cold_logits(network: Any, tokens: NDArray[np.int32], *, bag: bool = False, chunk: int = 512) -> NDArray[np.float32]:
    """Return the logits of rows at z = 0, shape (rows, OUTPUT_COUNT)."""
    judge = _judge_bag if bag else _judge
    z = np.zeros((chunk, network.shape.k), np.float32)
    parts = []
    for start in range(0, len(tokens), chunk):
        part = tokens[start : start + chunk]
        padded = np.pad(part, ((0, chunk - len(part)), (0, 0)))
        parts.append(np.asarray(judge(network, padded, z))[: len(part)])
    return np.concatenate(parts)


def cold_losses(network: Any, rows: Rows, *, bag: bool = False) -> NDArray[np.float64]:
    """Return the mean cross-entropy at z = 0 of every output group, over the rows where it was rated."""
    logits = jnp.asarray(cold_logits(network, rows.tokens, bag=bag))
    losses = np.asarray(group_losses(logits, jnp.asarray(rows.targets)))
    known = (rows.targets >= 0).sum(axis=0)
    return losses.sum(axis=0).astype(np.float64) / np.maximum(known, 1)
