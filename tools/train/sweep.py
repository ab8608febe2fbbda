"""How large the network should be, and how many steering coefficients pay: measured, on a part of the people.

Every network is trained as a bag of tokens on the same rows and steps. That leaves attention out, which is what makes a
sweep affordable on a processor; it tells about width and k, and nothing about depth of context.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import equinox as eqx
import jax
import numpy as np
from rich.console import Console

from assistant.engine import Prior
from assistant.steering_file import RANDOM_EFFECTS
from tools.results import Record, write_records

from .calibrate import temperatures, worth_of_knowing
from .data import Rows, load_rows
from .latents import posteriors, prior_covariance
from .loop import Trainer, cold_logits, plan_of
from .network import Network, Shape, new_network, parameter_count
from .steering_layout import groups_of

WIDTHS: Final = (32, 64, 128, 256)
SIZES_OF_Z: Final = (2, 4, 8, 12, 16)
_USUAL: Final = Shape(width=64, layers=3, heads=4, hidden=192, k=12)
_PRIOR_PEOPLE: Final = 40


@dataclass(frozen=True, kw_only=True)
class Request:
    """What `lab sweep` was asked for."""

    data: Path
    out: Path
    work: Path = Path("runs/sweep")
    personas: int = 300
    network: int = 150
    joint: int = 500
    validation: int = 40
    seed: int = 1
    command: str = ""


def _shapes() -> Iterator[Shape]:
    for width in WIDTHS:
        yield replace(_USUAL, width=width, hidden=3 * width)
    for k in SIZES_OF_Z:
        if k != _USUAL.k:
            yield replace(_USUAL, k=k)


def _prior(network: Network, train: Rows, validation: Rows) -> Prior:
    """Return the prior that is needed to know a person: covariance and temperatures."""
    k = network.shape.k
    mean, covariance = posteriors(eqx.filter_jit(network.bag), train.of_personas(_PRIOR_PEOPLE), k)
    return Prior(
        mean=np.zeros(k),
        covariance=prior_covariance(mean, covariance),
        groups=groups_of(k),
        random_effect_sd=dict.fromkeys(RANDOM_EFFECTS, 0.0),
        temperatures=temperatures(cold_logits(network, validation.tokens, bag=True), validation.targets),
        drift=1.0,
    )


def sweep(request: Request, console: Console | None = None) -> list[Record]:
    """Train one network per shape and write what each is worth, cold and once the person is known.

    Raises StorageError when the data are missing.
    """
    console = console or Console()
    train = load_rows(request.data, "train", request.personas)
    validation = load_rows(request.data, "validation")
    people = validation.of_personas(min(request.validation, len(validation.personas)))
    plan = plan_of(network=request.network, joint=request.joint, attention=0, seed=request.seed)
    records: list[Record] = []
    for shape in _shapes():
        name = f"width {shape.width}, k {shape.k}"
        trainer = Trainer(plan, train, people, request.work / name.replace(", ", "-").replace(" ", ""), lambda *_: None)
        trained, progress = trainer.run(new_network(shape, jax.random.key(request.seed)))
        network = trained.network
        worth = worth_of_knowing(network, people, _prior(network, train, people), bag=True)
        console.print(f"{name}: {parameter_count(network):,} parameters, {worth['cold']:.4f} → {worth['known']:.4f}")
        for state, text in (("cold", "knowing nobody"), ("known", "knowing two weeks of ratings")):
            records.append(
                Record(
                    claim=f"{name} ({parameter_count(network):,} parameters): loss {text}",
                    value=worth[state],
                    unit="nats for nine factors",
                    family="A",
                    command=request.command,
                )
            )
        records.append(
            Record(
                claim=f"{name}: seconds of training",
                value=progress.seconds,
                unit="s",
                family="A",
                command=request.command,
            )
        )
        write_records(request.out / "sweep.json", records)
    return records
