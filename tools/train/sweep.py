"""How large the network should be, and how many steering coefficients pay: measured on validation people.

Every network is trained as a bag of tokens, on the same rows in the same order and for the same number of updates;
wider ones at a rate lower in proportion (Yang et al. 2022, arXiv 2203.03466). That leaves attention out, which is what
makes a sweep affordable on a processor: it tells about width and k. What attention adds is on the page of the model.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import jax
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from assistant.engine import Prior
from assistant.model_files import STEERING_FILE, WEIGHTS_FILE
from assistant.steering_file import RANDOM_EFFECTS
from tools.errors import StorageError
from tools.export.gguf_writer import write_gguf
from tools.export.steering_writer import write_steering
from tools.results import Record, write_records, write_text

from .calibrate import temperatures
from .data import Rows, load_rows
from .latents import posteriors, prior_covariance
from .loop import Plan, Trainer, cold_logits, plan_of
from .network import Network, Shape, new_network, parameter_count
from .steering_layout import groups_of
from .sweep_found import Arm, Found, draw, records_of
from .worth import Loss, cold_and_known, judge_of

type Floats = NDArray[np.float64]

USUAL: Final = Shape(width=64, layers=3, heads=4, hidden=192, k=12)
"""What ships."""
WIDTHS: Final = (32, 64, 96, 128, 192, 320)
SIZES_OF_Z: Final = (0, 2, 4, 8, 12, 16)
SEEDS: Final = 3
"""Networks of the usual shape, alike but for the seed: what differs among them is noise."""
_PRIOR_PEOPLE: Final = 40


@dataclass(frozen=True, kw_only=True)
class Request:
    """What `lab sweep` was asked for."""

    data: Path
    out: Path
    picture: Path | None = None
    work: Path = Path("runs/sweep")
    """For checkpoints and what was measured, so that a sweep that stopped goes on."""
    personas: int | None = None
    network: int = 300
    joint: int = 1200
    batch: int = 512
    validation: int | None = None
    seed: int = 1
    command: str = ""


def arms(seed: int) -> list[Arm]:
    """Return the networks of the sweep, the usual shape first, each once."""
    shapes = [
        *(replace(USUAL, k=k) for k in SIZES_OF_Z),
        *(replace(USUAL, width=width, hidden=3 * width) for width in WIDTHS),
    ]
    found = [Arm(shape=USUAL, seed=seed + number) for number in range(SEEDS)]
    found += [Arm(shape=shape, seed=seed) for shape in dict.fromkeys(shapes) if shape != USUAL]
    return found


def plan(request: Request, arm: Arm) -> Plan:
    """Return how a network is trained; without steering all updates go to the weights, which makes as many."""
    steps = {"network": request.network, "joint": request.joint}
    if not arm.shape.k:
        steps = {"network": request.network + request.joint, "joint": 0}
    usual = plan_of(**steps, attention=0, batch=request.batch, seed=arm.seed)
    slower = min(1.0, USUAL.width / arm.shape.width)
    return replace(usual, stages=tuple(replace(stage, rate=stage.rate * slower) for stage in usual.stages))


def _prior(network: Network, train: Rows, validation: Rows) -> Prior:
    """Return the prior that is needed to know a person: covariance and temperatures."""
    k = network.shape.k
    spread = np.zeros((0, 0))
    if k:
        people = train.of_personas(min(_PRIOR_PEOPLE, len(train.personas)))
        spread = prior_covariance(*posteriors(judge_of(network, bag=True), people, k))
    return Prior(
        mean=np.zeros(k),
        covariance=spread,
        groups=groups_of(k),
        random_effect_sd=dict.fromkeys(RANDOM_EFFECTS, 0.0),
        temperatures=temperatures(cold_logits(network, validation.tokens, bag=True), validation.targets),
        drift=1.0,
    )


def _bytes(network: Network, prior: Prior, folder: Path) -> int:
    """Return the bytes of the files that the network would ship as."""
    weights, steering = folder / WEIGHTS_FILE, folder / STEERING_FILE
    write_gguf(network, weights, "f32")
    write_steering(steering, basis=network.basis, prior=prior, gguf_sha256="0" * 64)
    return weights.stat().st_size + steering.stat().st_size


def _measure(request: Request, arm: Arm, train: Rows, people: Rows) -> Found:
    """Train a network, or go on where it stopped, and measure it."""
    folder = request.work / arm.name
    stages = plan(request, arm)
    trainer = Trainer(stages, train, people, folder, lambda *_: None)
    trained, progress = trainer.run(new_network(arm.shape, jax.random.key(arm.seed)))
    network = trained.network
    prior = _prior(network, train, people)
    worth = cold_and_known(network, people, prior, bag=True)
    rows = sum(last["step"] for last in _last_looks(progress.curve)) * min(request.batch, len(train))
    return Found(
        parameters=parameter_count(network),
        bytes=_bytes(network, prior, folder),
        rate=rows / max(progress.seconds, 1e-9),
        **worth,
    )


def _last_looks(curve: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
    """Yield the last look of every stage."""
    yield from {look["stage"]: look for look in curve}.values()


def _kept(path: Path, settings: dict[str, Any]) -> Found | None:
    """Return what was measured before; raises StorageError when it was with other settings, or is damaged."""
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text())
        if kept["settings"] != settings:
            raise StorageError(f"{path} belongs to a sweep with other settings; choose another folder")
        losses = {
            name: Loss(**{part: np.array(values, np.float64) for part, values in kept[name].items()})
            for name in ("cold", "known")
        }
        return Found(parameters=kept["parameters"], bytes=kept["bytes"], rate=kept["rate"], **losses)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path} is damaged ({error}); delete it to measure again") from error


def _keep(path: Path, settings: dict[str, Any], found: Found) -> None:
    losses = {
        name: {"total": loss.total.tolist(), "rated": loss.rated.tolist()}
        for name, loss in (("cold", found.cold), ("known", found.known))
    }
    figures = {"parameters": found.parameters, "bytes": found.bytes, "rate": found.rate}
    write_text(path, json.dumps({"settings": settings, **figures, **losses}) + "\n")


def _settings(request: Request, train: Rows, people: Rows) -> dict[str, Any]:
    sizes = {"rows": len(train), "personas": len(train.personas), "people": len(people.personas)}
    return {"network": request.network, "joint": request.joint, "batch": request.batch, **sizes}


def sweep(request: Request, console: Console | None = None) -> list[Record]:
    """Train one network for each shape and write what each is worth, cold and once the person is known.

    Raises StorageError when the data are missing, or the working folder belongs to another sweep.
    """
    console = console or Console()
    train = load_rows(request.data, "train", request.personas)
    people = load_rows(request.data, "validation", request.validation)
    settings = _settings(request, train, people)
    found: dict[Arm, Found] = {}
    for arm in arms(request.seed):
        path = request.work / arm.name / "measured.json"
        item = _kept(path, settings)
        if item is None:
            item = _measure(request, arm, train, people)
            _keep(path, settings, item)
        found[arm] = item
        console.print(
            f"{arm.name}: {item.parameters:,} parameters, cold {item.cold.sum():.4f}, known {item.known.sum():.4f}, "
            f"{item.rate:,.0f} rows/s",
            highlight=False,
        )
    records = [replace(record, family="A", command=request.command) for record in records_of(found)]
    write_records(request.out / "sweep.json", records)
    if request.picture is not None:
        draw(found, request.picture)
    return records
